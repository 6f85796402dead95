// uses: arr, decode, has, isObject, messageOf, obj, str (elements.js); gives: METHODS, api, lookup, methodClass, readApi, refName, resolve
// The OpenAPI document, and what is looked up in it.

/**
 * The pieces of a document that the page reads. None of them has to be there.
 * @typedef {Record<string, string[]>} Requirement
 * @typedef {{ url?: string, variables?: Record<string, { default?: string }> }} Server
 * @typedef {{ $ref?: string, summary?: string, value?: unknown }} Example
 * @typedef {{ example?: unknown, examples?: Record<string, Example> }} WithExamples
 * @typedef {WithExamples & {
 *   $ref?: string, schema?: Schema, encoding?: Record<string, { contentType?: string, style?: string }>,
 * }} Media
 * @typedef {Record<string, Media>} Content
 * @typedef {WithExamples & {
 *   $ref?: string, name?: string, in?: string, description?: string, required?: boolean, deprecated?: boolean,
 *   schema?: Schema, content?: Content, style?: string, explode?: boolean, 'x-catch-all'?: boolean,
 * }} Parameter
 * @typedef {{ $ref?: string, description?: string, required?: boolean, content?: Content }} RequestBody
 * @typedef {{ $ref?: string, description?: string, headers?: Record<string, Parameter>, content?: Content }} Answer
 * @typedef {{
 *   operationId?: string, summary?: string, description?: string, tags?: string[], deprecated?: boolean,
 *   parameters?: Parameter[], requestBody?: RequestBody, responses?: Record<string, Answer>, security?: Requirement[],
 *   externalDocs?: { url?: string, description?: string },
 *   protocols?: string[], receives?: Schema, sends?: Schema, 'x-trpc'?: Procedure,
 * }} Operation
 * @typedef {{ path?: string, type?: string, output?: Schema }} Procedure A procedure of tRPC.
 * @typedef {(typeof METHODS)[number]} Method
 * @typedef {{ $ref?: string, summary?: string, description?: string, parameters?: Parameter[] }
 *   & { [method in Method]?: Operation } & { 'x-websocket'?: Operation }} PathItem
 * @typedef {{
 *   $ref?: string, type?: string, scheme?: string, in?: string, name?: string, bearerFormat?: string,
 *   description?: string,
 * }} SecurityScheme
 * @typedef {{
 *   title?: string, version?: string, description?: string, contact?: { name?: string, email?: string },
 *   license?: { name?: string, url?: string },
 * }} Info
 * @typedef {{
 *   info?: Info, servers?: Server[], tags?: { name?: string, description?: string }[], security?: Requirement[],
 *   paths?: Record<string, PathItem>,
 *   components?: { schemas?: Record<string, Schema>, securitySchemes?: Record<string, SecurityScheme> },
 *   'x-start-routes'?: { method?: string, path?: string, pattern?: string, operation?: Operation }[],
 * }} OpenApi
 */

/**
 * `broken` says why there is no document, `here` is the server that the page came from, `base` the one that is chosen.
 * @typedef {{
 *   doc: OpenApi, broken: string, title: string, fromDisk: boolean, here: string, servers: string[], base: string,
 *   info: Info, schemas: Record<string, Schema>, schemes: Record<string, SecurityScheme>,
 * }} Api
 */

/** @type {Api} Read by start(). */
let api;

/** @returns {Promise<OpenApi>} */
async function load() {
  const inlined = document.getElementById('openapi');
  if (inlined) return JSON.parse(inlined.textContent);
  const response = await window.startDocument;
  if (!response.ok) throw new Error(`${response.url} was answered with ${response.status} ${response.statusText}`);
  return response.json();
}

/**
 * Reads the document, and finds the servers that a request may be for.
 * @param {string | undefined} root the top of the server that the page came from
 * @returns {Promise<Api>}
 */
async function readApi(root) {
  /** @type {OpenApi} */
  let doc = {};
  let broken = '';
  try {
    doc = obj(await load());
  } catch (error) {
    broken = `The OpenAPI document cannot be read: ${messageOf(error)}`;
  }
  const fromDisk = !root;
  // The top of the server that the page came from, wherever a proxy has put it.
  const here = fromDisk ? '' : new URL(root, location.href).href.replace(/\/$/, '');
  // This server comes first, because it is the one that can be tried. From disk there is none: what Start listens on.
  const servers = [...new Set([here, ...arr(doc.servers).map((server) => serverUrl(obj(server), here))])].filter(
    Boolean,
  );
  if (!servers.length) servers.push('http://127.0.0.1:3000');
  const info = obj(doc.info);
  return {
    doc,
    broken,
    title: str(info.title) || document.title || 'API',
    fromDisk,
    here,
    servers,
    base: servers[0],
    info,
    schemas: obj(obj(doc.components).schemas),
    schemes: obj(obj(doc.components).securitySchemes),
  };
}

const METHODS = /** @type {const} */ (['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'trace', 'query']);

/** @type {(method: string) => string} */
const methodClass = (method) => METHODS.slice(0, 5).find((name) => name === method.toLowerCase()) || 'other';

/**
 * @param {string} ref
 * @returns {unknown} undefined if there is no such place
 */
function lookup(ref) {
  if (!ref.startsWith('#')) return undefined;
  /** @type {unknown} */
  let node = api.doc;
  for (const part of ref.slice(1).split('/').slice(1)) {
    const key = decode(part).replace(/~1/g, '/').replace(/~0/g, '~');
    if (node === null || typeof node !== 'object' || !has(node, key)) return undefined;
    node = /** @type {Record<string, unknown>} */ (node)[key];
  }
  return node;
}

/** @type {(ref: string) => string} */
const refName = (ref) =>
  decode(ref.slice(ref.lastIndexOf('/') + 1))
    .replace(/~1/g, '/')
    .replace(/~0/g, '~') || ref;

/**
 * @template {{ $ref?: string }} T
 * @param {T | undefined} node
 * @returns {T}
 */
function resolve(node) {
  for (let i = 0; i < 20 && isObject(node) && typeof node.$ref === 'string'; i++)
    node = /** @type {T | undefined} */ (lookup(node.$ref));
  return /** @type {T} */ (obj(node));
}

/**
 * @param {Server} server
 * @param {string} here
 * @returns {string}
 */
function serverUrl(server, here) {
  const variables = obj(server.variables);
  const url = str(server.url).replace(/\{([^{}]*)\}/g, (all, name) =>
    has(variables, name) ? str(obj(variables[name]).default) : all,
  );
  if (url === '' || url === '/') return here;
  try {
    return new URL(url, here || undefined).href.replace(/[?#].*$/, '').replace(/\/+$/, '');
  } catch {
    return '';
  }
}
