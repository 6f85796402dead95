/** An answer with a status of 200 to 299. */
export type Success<Status extends number, Data> = { ok: true; status: Status; data: Data; error?: undefined; response: Response };

/** Any other answer. */
export type Failure<Status extends number, Problem> = { ok: false; status: Status; data?: undefined; error: Problem; response: Response };

/** What is known of a failure that has no content of its own, such as one of a proxy: a problem (RFC 9457). */
export interface BareProblem { type: string; title: string; status: number; detail?: string }

/** One event of a stream (WHATWG HTML, section 9.2). */
export interface ServerEvent<Data> { event: string; data: Data; id: string }

/** What a parameter of a query, or a field of a form, may be. Undefined and null are left out. */
export type QueryValue = string | number | boolean | bigint | null | undefined | readonly QueryValue[] | { readonly [member: string]: QueryValue };

/** What a header may be. Undefined is left out. */
export type HeaderValue = string | number | boolean | bigint | null | undefined | readonly (string | number | boolean | bigint)[];

export type Method = 'get' | 'head' | 'post' | 'put' | 'patch' | 'delete' | 'options';

/** The paths of the routes that answer a method. */
export type PathsWith<M extends Method> = { [P in keyof Routes]: M extends keyof Routes[P] ? P : never }[keyof Routes];

type TypesOf<P extends keyof Routes, M extends Method> = M extends keyof Routes[P]
  ? Routes[P][M] extends { input: infer Input; answer: infer Answer }
    ? { input: Input; answer: Answer }
    : never
  : never;

/** What a route answers: `AnswerOf<'/api/posts', 'get'>`. */
export type AnswerOf<P extends keyof Routes, M extends Method> = TypesOf<P, M>['answer'];

/** What every call may have besides. */
export interface Extra {
  headers?: { readonly [name: string]: HeaderValue };
  signal?: AbortSignal;
  /** Further options of `fetch`, such as `credentials`. */
  init?: RequestInit;
}

type Args<Input> = {} extends Input ? [input?: Input & Extra] : [input: Input & Extra];

type RouteWith<M extends Method> = <P extends PathsWith<M>>(path: P, ...args: Args<TypesOf<P, M>['input']>) => Promise<AnswerOf<P, M>>;

/** A method for each method of HTTP, which takes the path of a route as the program has it. */
export type Client = { readonly [M in Method]: RouteWith<M> };

export interface ClientOptions {
  /** Where the server is; the page's own origin unless set. A program outside of a browser has to set it. */
  baseUrl?: string | URL;
  /** Headers of every call, such as `authorization`; those of the call itself come before them. */
  headers?: Extra['headers'] | (() => Extra['headers'] | Promise<Extra['headers']>);
  /** In place of the global `fetch`. */
  fetch?: typeof globalThis.fetch;
  /** Options of every `fetch`, such as `credentials`. */
  init?: RequestInit;
}

// The code of the client.
type RouteTable = {
  readonly [pattern: string]: {
    readonly paths: readonly string[];
    readonly bodies?: { readonly [method: string]: 'json' | 'form' | 'multipart' | 'text' | 'bytes' };
    readonly events?: { readonly [method: string]: 'text' };
  };
};

/** A failure as an error, for code that has nothing better to do than to pass it on. */
export class ApiError<Problem = unknown> extends Error {
  readonly status: number;
  readonly error: Problem;
  readonly response: Response;

  constructor(failure: Failure<number, Problem>) {
    const problem = failure.error as { title?: unknown; detail?: unknown } | null | undefined;
    super(`${failure.status} ${String(problem?.detail ?? problem?.title ?? failure.response.statusText)}`.trim());
    this.name = 'ApiError';
    this.status = failure.status;
    this.error = failure.error;
    this.response = failure.response;
  }
}

/** The data of an answer. A failure is thrown as an `ApiError`. */
export async function unwrap<Data>(answer: PromiseLike<Success<number, Data> | Failure<number, unknown>>): Promise<Data> {
  const settled = await answer;
  if (settled.ok) return settled.data;
  throw new ApiError(settled);
}

/** A client of the program's API. A call resolves to the answer, whatever its status; it rejects if there is none. */
export function createClient(options: ClientOptions = {}): Client {
  const call = (method: Method) => (path: string, input?: Call) => request(options, method, path, input ?? {});
  const methods = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'] as const;
  return Object.fromEntries(methods.map((method) => [method, call(method)])) as unknown as Client;
}

type Call = Extra & { params?: { readonly [name: string]: unknown }; query?: unknown; body?: unknown };

async function request(options: ClientOptions, method: Method, pattern: string, input: Call): Promise<unknown> {
  const route = Object.hasOwn(routes, pattern) ? routes[pattern] : undefined;
  if (!route) throw new TypeError(`${pattern} is no route: generate the types again if the program has it`);
  const search = new URLSearchParams();
  append(search, '', input.query);
  const query = search.toString() === '' ? '' : `?${search}`;
  const url = String(options.baseUrl ?? '').replace(/\/+$/, '') + fill(pattern, route.paths, input.params ?? {}) + query;
  const headers = new Headers(options.init?.headers);
  const common = typeof options.headers === 'function' ? await options.headers() : options.headers;
  new Headers(input.init?.headers).forEach((value, name) => headers.set(name, value));
  for (const [name, value] of [...Object.entries(common ?? {}), ...Object.entries(input.headers ?? {})]) {
    if (value === undefined || value === null) continue;
    headers.set(name, Array.isArray(value) ? value.join(', ') : String(value));
  }
  const init: RequestInit & { duplex?: 'half' } = { ...options.init, ...input.init, method: method.toUpperCase(), headers };
  if (input.signal) init.signal = input.signal;
  if (input.body !== undefined) {
    const [body, contentType] = encode(route.bodies?.[method] ?? 'json', input.body);
    init.body = body;
    if (contentType && !headers.has('content-type')) headers.set('content-type', contentType);
    if (body instanceof ReadableStream) init.duplex = 'half';
  }
  const response = await (options.fetch ?? globalThis.fetch)(url, init);
  const status = response.status;
  const content = await decode(response, route.events?.[method] === 'text');
  if (response.ok) return { ok: true, status, data: content, response };
  return { ok: false, status, error: failure(response, content), response };
}

/** A path of the route with its parameters. Text is encoded; the slashes in the text of a catch-all are slashes. */
function fill(pattern: string, paths: readonly string[], params: { readonly [name: string]: unknown }): string {
  const isGiven = (name: string) => params[name] !== undefined && params[name] !== null;
  const given = Object.keys(params).filter(isGiven);
  const path = paths.find((path) => {
    const names = [...path.matchAll(/\{([*?]?)([^}]+)\}/g)];
    const isKnown = (name: string) => names.some(([, , known]) => known === name);
    return names.every(([, mark, name]) => mark === '?' || isGiven(name as string)) && given.every(isKnown);
  });
  if (path === undefined) {
    throw new TypeError(`${pattern} has no path with exactly the parameters ${given.join(', ') || '(none)'}: an optional one needs those before it`);
  }
  const filled = path.replace(/\/?\{([*?]?)([^}]+)\}/g, (found: string, mark: string, name: string) => {
    const slash = found.startsWith('/') ? '/' : '';
    const value = params[name];
    if (mark === '') return slash + segment(pattern, name, value);
    const parts = Array.isArray(value) ? value : isGiven(name) && value !== '' ? String(value).split('/') : [];
    if (parts.length === 0 && mark === '?') return '';
    if (parts.length === 0) throw new TypeError(`${pattern}: ${name} is empty, and has to be one segment or more`);
    return slash + parts.map((part) => segment(pattern, name, part)).join('/');
  });
  const dots = filled.split('/').find((part) => part === '.' || part === '..');
  if (dots) throw new TypeError(`${pattern}: no segment of a path can be "${dots}"`);
  return filled === '' ? '/' : filled;
}

function segment(pattern: string, name: string, value: unknown): string {
  const text = String(value);
  if (text === '') throw new TypeError(`${pattern}: ${name} is empty, and no segment of a path can be`);
  return encodeURIComponent(text);
}

/** Adds a value as `name=value`, its items one by one, and its members as `name[member]=value`. */
function append(target: URLSearchParams | FormData, name: string, value: unknown): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) return value.forEach((item) => append(target, name, item));
  if (value instanceof Date) return target.append(name, value.toISOString());
  if (value instanceof Blob) return (target as FormData).append(name, value);
  if (typeof value === 'object') {
    for (const [member, inner] of Object.entries(value)) append(target, name === '' ? member : `${name}[${member}]`, inner);
    return;
  }
  target.append(name, String(value));
}

/** A body and its content type; `fetch` knows that of forms. */
function encode(kind: string, body: unknown): [BodyInit, string?] {
  if (body instanceof FormData || body instanceof URLSearchParams) return [body];
  switch (kind) {
    case 'form': {
      const form = new URLSearchParams();
      append(form, '', body);
      return [form];
    }
    case 'multipart': {
      const form = new FormData();
      append(form, '', body);
      return [form];
    }
    case 'text':
      return [String(body), 'text/plain; charset=utf-8'];
    case 'bytes':
      return [body as BodyInit, 'application/octet-stream'];
    default:
      return [JSON.stringify(body), 'application/json'];
  }
}

/** The content of a response, by its type. */
async function decode(response: Response, hasTextEvents: boolean): Promise<unknown> {
  const contentType = (response.headers.get('content-type') ?? '').split(';', 1).join('').trim().toLowerCase();
  if (contentType === 'text/event-stream' && response.body) return events(response.body, hasTextEvents);
  if (contentType === 'application/json' || contentType.endsWith('+json')) {
    const text = await response.text();
    return text === '' ? undefined : JSON.parse(text);
  }
  if (contentType.startsWith('text/')) return response.text();
  const blob = await response.blob();
  return blob.size === 0 && contentType === '' ? undefined : blob;
}

/** What a failure has: its JSON or plain text, else what its status says. */
function failure(response: Response, content: unknown): unknown {
  const isHtml = (response.headers.get('content-type') ?? '').toLowerCase().startsWith('text/html');
  if (content !== undefined && content !== '' && !isHtml) return content;
  return { type: 'about:blank', title: response.statusText || `Status ${response.status}`, status: response.status };
}

/** The events of a stream (WHATWG HTML, section 9.2.6). The request ends when nobody reads on. */
async function* events(body: ReadableStream<Uint8Array>, areText: boolean): AsyncGenerator<ServerEvent<unknown>> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let [rest, event, id] = ['', '', ''];
  let data: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      // A line that ends in CR may go on with LF.
      const isComplete = done || !rest.endsWith('\r');
      const lines = (isComplete ? rest : rest.slice(0, -1)).split(/\r\n|\n|\r/);
      rest = (lines.pop() ?? '') + (isComplete ? '' : '\r');
      for (const line of lines) {
        if (line === '') {
          if (data.length > 0) yield { event: event || 'message', data: parse(data.join('\n'), areText), id };
          [event, data] = ['', []];
          continue;
        }
        const colon = line.indexOf(':');
        const field = colon < 0 ? line : line.slice(0, colon);
        const text = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
        if (field === 'event') event = text;
        if (field === 'data') data.push(text);
        if (field === 'id' && !text.includes('\0')) id = text;
      }
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Data as JSON; data that is text may be sent as it is. */
function parse(data: string, isText: boolean): unknown {
  try {
    const value: unknown = JSON.parse(data);
    return isText && typeof value !== 'string' ? data : value;
  } catch {
    return data;
  }
}
