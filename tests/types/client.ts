// The client against the program: every form of path, query, body and answer. `@ts-expect-error` has to be an error.
// Ends with `N passed, N failed`.
import { ApiError, createClient, unwrap, type AnswerOf } from './generated/server.js';

declare const process: { argv: string[]; exitCode: number };
type Eq<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <T extends true>(): T => true as T;

const baseUrl = process.argv[2] ?? '';
const client = createClient({ baseUrl: `${baseUrl}/`, headers: async () => ({ 'x-common': 'yes' }) });
let [passed, failed] = [0, 0];

function same(name: string, found: unknown, expected: unknown): void {
  const [one, other] = [found, expected].map((value) => JSON.stringify(value) ?? 'undefined');
  if (one === other) passed += 1;
  else {
    failed += 1;
    console.log(`${name}: ${one} is not ${other}`);
  }
}

async function refused(name: string, call: () => Promise<unknown>, part: string): Promise<void> {
  const error = await call().then(() => undefined, (error: unknown) => error);
  same(name, error instanceof TypeError && error.message.includes(part) ? part : String(error), part);
}

type Params = [string, string][];
const paths = async (call: Promise<{ ok: boolean; data?: { params: Params } | undefined; error?: unknown }>, name: string, expected: Params) => {
  const answer = await call;
  same(name, answer.data?.params ?? answer.error, expected);
};

for (const value of ['harry', 'a b', 'a/b', 'a%2Fb', 'ü?#&=+', "!'()*", 'a.b', '...', '%', '{name}', '[name]', '$', '\u{1f989}']) {
  await paths(client.get('/paths/one/[name]', { params: { name: value } }), `one ${value}`, [['name', value]]);
  await paths(client.get('/paths/dollar/$name', { params: { name: value } }), `dollar ${value}`, [['name', value]]);
  await paths(client.get('/paths/rest/[...rest]', { params: { rest: ['x', value] } }), `list ${value}`, [['rest', `x/${value}`]]);
}
await paths(client.get('/paths/mixed/year-[year].[ext]', { params: { year: '19/91', ext: 'tar.gz' } }), 'mixed', [['year', '19/91.tar'], ['ext', 'gz']]);
await paths(client.get('/paths/optional/[[lang]]/[[region]]/end'), 'no optional', []);
await paths(client.get('/paths/optional/[[lang]]/[[region]]/end', { params: { lang: 'de' } }), 'one optional', [['lang', 'de']]);
await paths(client.get('/paths/optional/[[lang]]/[[region]]/end', { params: { lang: 'de', region: 'at' } }), 'both', [['lang', 'de'], ['region', 'at']]);
await paths(client.get('/paths/rest/[...rest]', { params: { rest: 'a/b c/d' } }), 'rest', [['rest', 'a/b c/d']]);
await paths(client.get('/paths/optional-rest/[[...rest]]', { params: { rest: 'a/b' } }), 'optional rest', [['rest', 'a/b']]);
await paths(client.get('/paths/optional-rest/[[...rest]]', { params: { rest: '' } }), 'empty rest', [['rest', '']]);
await paths(client.get('/paths/optional-rest/[[...rest]]', { params: { rest: [] } }), 'empty list', [['rest', '']]);
await paths(client.get('/paths/optional-rest/[[...rest]]'), 'no rest', [['rest', '']]);
await paths(client.get('/paths/splat/$', { params: { _splat: 'x/y' } }), 'splat', [['_splat', 'x/y']]);
await paths(client.get('/paths/docs/[...path].md', { params: { path: 'a/b' } }), 'markdown', [['path', 'a/b']]);
await paths(client.get('/paths/around/[...path]/edit/[id]', { params: { path: 'a/b', id: '7' } }), 'around', [['path', 'a/b'], ['id', '7']]);
await paths(client.get('/paths/a b/%5Bx%5D/ü'), 'literal', []);
await paths(client.get('/paths/(group)/grouped'), 'group', []);
for (const id of [7, 18446744073709551615n, '18446744073709551615']) {
  same(`typed ${id}`, await unwrap(client.get('/paths/typed/[id]/[level]', { params: { id, level: -1 } })), `${id} -1`);
}

await refused('dots', () => client.get('/paths/one/[name]', { params: { name: '..' } }), 'no segment of a path can be ".."');
await refused('empty', () => client.get('/paths/one/[name]', { params: { name: '' } }), 'name is empty');
await refused('no rest', () => client.get('/paths/rest/[...rest]', { params: { rest: [] } }), 'rest is empty');
await refused('a gap', () => client.get('/paths/rest/[...rest]', { params: { rest: 'a//b' } }), 'rest is empty');
await refused('second alone', () => client.get('/paths/optional/[[lang]]/[[region]]/end', { params: { region: 'at' } }), 'no path with exactly the parameters region');

const search = await client.get('/search', { query: { q: 'a&b=c ü', limit: 3, tags: ['x', 'y z'], filter: { name: 'n', ids: [1, 2] } } });
if (search.ok) {
  is<Eq<typeof search.data.tags, string[]>>();
  is<Eq<typeof search.data.limit, number | null>>();
  same('query', search.data, { q: 'a&b=c ü', limit: 3, tags: ['x', 'y z'], filter: { name: 'n', ids: [1, 2] } });
} else same('query', search.error, 'an answer');
same('a list', (await client.get('/search', { query: { q: '', tags: [] } })).data, { q: '', limit: null, tags: [], filter: null });

same('headers', (await client.get('/headers', { headers: { 'x-count': 3, 'x-trace': 't' } })).data, '3 Some("t")');
same('form', (await client.post('/form', { body: { name: 'a&b', remember: true } })).data, { name: 'a&b', remember: true });
same('form as it is', (await client.post('/form', { body: new URLSearchParams({ name: 'x' }) })).data, { name: 'x', remember: null });
same('upload', (await client.post('/upload', { body: { title: 't', file: new File(['abc'], 'a.txt') } })).data, 't a.txt 3');
const whole = new FormData();
whole.append('title', 'u');
whole.append('file', new Blob(['abcd']), 'b.bin');
same('upload as it is', (await client.post('/upload', { body: whole })).data, 'u b.bin 4');
same('raw', (await client.put('/raw', { body: new Uint8Array(5) })).data, '5 bytes');
same('raw stream', (await client.put('/raw', { body: new Blob(['xyz']).stream() })).data, '3 bytes');

const deleted = await client.delete('/nothing/[id]', { params: { id: 1 } });
same('nothing', [deleted.ok, deleted.status, deleted.data], [true, 204, undefined]);
const missing = await client.delete('/nothing/[id]', { params: { id: 0 } });
if (!missing.ok) same('a problem', [missing.status, missing.error.detail], [404, 'there is no 0']);
else same('a problem', missing, 'a failure');
const conflict = await client.patch('/conflict');
if (conflict.status === 409) {
  const status: number = conflict.error.status;
  same('by status', status, 409);
} else same('by status', conflict.status, 409);
const { data, error } = await client.patch('/conflict');
if (error) same('by parts', error.title, 'Conflict');
else same('by parts', data, 'an error');
const thrown = await unwrap(client.patch('/conflict')).catch((error: unknown) => error);
same('thrown', thrown instanceof ApiError && [thrown.status, thrown.message], [409, '409 changed by somebody else']);
const wrong = await client.post('/values/strict', { body: { bytes: [300] } });
if (wrong.status === 422) same('what is wrong', wrong.error.errors?.[0]?.pointer, '#/bytes/0');
else same('what is wrong', wrong.status, 422);

const events = await unwrap(client.get('/events/[count]', { params: { count: 3 } }));
const seen: unknown[] = [];
if (events) {
  for await (const event of events) {
    is<Eq<typeof event.data.params, [string, string][]>>();
    seen.push([event.event, event.id, event.data.params]);
  }
}
same('events', seen, [0, 1, 2].map((number) => ['number', String(number), [['number', String(number)]]]));
const lines = await unwrap(client.get('/lines'));
const texts: string[] = [];
if (lines) for await (const event of lines) texts.push(event.data);
same('lines', texts, ['42', 'two\nlines', 'quoted']);
const left = await unwrap(client.get('/events/[count]', { params: { count: 1000000 } }));
if (left) for await (const event of left) if (event.id === '5') break;
passed += 1;

const any = [client.get('/any'), client.post('/any'), client.put('/any'), client.patch('/any'), client.delete('/any')];
const methods = (await Promise.all(any)).map((answer) => answer.data);
same('any', methods, ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => ({ method })));
const value: unknown = (await client.get('/value')).data;
same('any value', value, { any: ['thing'] });
const bytes = await client.get('/bytes');
same('bytes', bytes.ok ? [...new Uint8Array(await bytes.data.arrayBuffer())] : bytes.error, [1, 2, 3]);

const signal = AbortSignal.abort();
const aborted = await client.get('/value', { signal }).catch((error: unknown) => (error as Error).name);
same('aborted', aborted, 'AbortError');
let asked = '';
const spy: typeof fetch = async (input, init) => {
  asked = `${init?.method} ${String(input)} ${new Headers(init?.headers).get('x-common')} ${new Headers(init?.headers).get('x-own')}`;
  return new Response('<h1>Bad Gateway</h1>', { status: 502, headers: { 'content-type': 'text/html' } });
};
const behind = await createClient({ fetch: spy, headers: { 'x-common': 'a', 'x-own': 'b' } }).get('/value', { headers: { 'x-own': 'c' } });
same('own fetch', asked, 'GET /value a c');
same('a proxy', behind.error, { type: 'about:blank', title: 'Status 502', status: 502 });

export type Checks = [
  Eq<AnswerOf<'/search', 'get'>['ok'], boolean>,
  Eq<Extract<AnswerOf<'/nothing/[id]', 'delete'>, { ok: true }>['data'], undefined>,
  Eq<Extract<AnswerOf<'/paths/one/[name]', 'get'>, { status: 200 }>['data'], { params: [string, string][] }>,
];

export async function negative() {
  // @ts-expect-error no such path
  await client.get('/nope');
  // @ts-expect-error no such method
  await client.post('/search');
  // @ts-expect-error a query is missing
  await client.get('/search');
  // @ts-expect-error a field of the query is missing
  await client.get('/search', { query: { limit: 3 } });
  // @ts-expect-error params are missing
  await client.get('/paths/one/[name]');
  // @ts-expect-error another param
  await client.get('/paths/one/[name]', { params: { nmae: 'x' } });
  // @ts-expect-error a param of the wrong type
  await client.get('/events/[count]', { params: { count: 'three' } });
  // @ts-expect-error no body is taken
  await client.get('/value', { body: 1 });
  // @ts-expect-error a body of the wrong type
  await client.post('/values/strict', { body: { bytes: 'text' } });
  // @ts-expect-error unknown members of what is strict
  await client.post('/values/strict', { body: { bytes: [], more: 1 } });
  // @ts-expect-error a header is missing
  await client.get('/headers', { headers: { 'x-trace': 'x' } });
  // @ts-expect-error data may be missing
  (await client.get('/search')).data.q;
  // @ts-expect-error not a level
  await client.post('/values/tuple', { body: [1, 'middle', [true]] });
  // @ts-expect-error a tuple has a length
  await client.post('/values/tuple', { body: [1, 'low'] });
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
