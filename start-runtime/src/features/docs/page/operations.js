// uses: arr, decode, isObject, obj, str, unique (elements.js); METHODS, api, resolve (document.js); gives: FIELD, fieldName, operations, paramSchema, parametersOf, procedureOf, readOperations, securityOf, securityText
// The operations of the document.

/**
 * What the list beside the page has a row of: an operation or a schema.
 * @typedef {{ text: string, more: string, op?: Operation, link?: HTMLElement, row?: HTMLElement }} Listed
 * @typedef {Parameter & { name: string }} Param
 * @typedef {Listed & {
 *   id: string, method: string, path: string, pattern: string, item: PathItem, op: Operation, tag: string,
 *   tags: string[], summary: string, card?: LazyDetails,
 * }} OperationRecord
 */

const FIELD = /\{([^{}]+)\}/g;

/** @type {(text: string) => string} */
const fieldName = (text) => text.replace(/^[*+]|(\*|\.\.\.)$/g, '');

/**
 * @param {PathItem} item
 * @param {Operation} op
 * @param {string} path
 * @returns {Param[]}
 */
function parametersOf(item, op, path) {
  const found = new Map();
  for (const raw of [...arr(item.parameters), ...arr(op.parameters)]) {
    const param = resolve(raw);
    if (param.name === undefined) continue;
    const name = str(param.name);
    found.set(`${param.in} ${name}`, { ...param, name, in: str(param.in) || 'query' });
  }
  for (const [, text] of path.matchAll(FIELD)) {
    const name = fieldName(text);
    if (!found.has('path ' + name))
      found.set('path ' + name, {
        name,
        in: 'path',
        required: true,
        schema: { type: 'string' },
        'x-catch-all': text !== name,
      });
  }
  const order = ['path', 'query', 'header', 'cookie'];
  return [...found.values()].sort((a, b) => order.indexOf(a.in) - order.indexOf(b.in));
}

/** @type {(param: Parameter) => Schema} */
const paramSchema = (param) =>
  param.schema !== undefined ? param.schema : obj(Object.values(obj(param.content))[0]).schema;

/** @type {OperationRecord[]} */
const operations = [];

/**
 * @param {string} method
 * @param {string} path
 * @param {PathItem} item
 * @param {Operation} op
 * @param {string} pattern
 * @returns {void}
 */
function addOperation(method, path, item, op, pattern) {
  const tags = arr(op.tags).map(str).filter(Boolean);
  const segment = path.split('/').find(Boolean) || '';
  const tag = tags[0] || (segment && !segment.includes('{') ? decode(segment) : 'default');
  const name = method.toUpperCase();
  const said = str(op.summary) || str(item.summary);
  // A route without a doc comment is called by its method and path, which are shown anyway.
  const summary = said === `${name} ${path}` ? '' : said;
  const id = unique(str(op.operationId) || `${method}-${path.replace(/[^\w.~-]+/g, '-').replace(/^-|-$/g, '')}`);
  operations.push({
    id,
    method: name,
    path,
    pattern,
    item,
    op,
    tag,
    tags,
    summary,
    text: [method, path, pattern, str(obj(op['x-trpc']).type), summary, str(op.operationId), tag, ...tags].join('\n').toLowerCase(),
    more: [op.description, ...arr(op.parameters).map((param) => resolve(param).name)].map(str).join('\n').toLowerCase(),
  });
}

/** @returns {void} */
function readOperations() {
  for (const [path, rawItem] of Object.entries(obj(api.doc.paths))) {
    const item = resolve(rawItem);
    for (const method of METHODS) {
      if (isObject(item[method])) addOperation(method, path, item, item[method], '');
    }
    const socket = item['x-websocket'];
    if (isObject(socket)) addOperation('ws', path, item, socket, '');
  }
  // Routes whose paths OpenAPI cannot tell apart from others; to people, and in a request, they are like any other.
  for (const route of arr(api.doc['x-start-routes']).map(obj)) {
    if (isObject(route.operation))
      addOperation(str(route.method).toLowerCase(), str(route.path), {}, route.operation, str(route.pattern));
  }
}

/** @type {(record: OperationRecord) => Procedure | null} */
const procedureOf = (record) => (isObject(record.op['x-trpc']) ? record.op['x-trpc'] : null);

/** @param {Operation} op @returns {Requirement[]} */
function securityOf(op) {
  return (Array.isArray(op.security) ? op.security : arr(api.doc.security)).map(obj);
}

/** @param {Operation} op @returns {string} */
function securityText(op) {
  return securityOf(op)
    .map(
      (requirement) =>
        Object.entries(requirement)
          .map(([name, scopes]) => name + (arr(scopes).length ? ` (${arr(scopes).map(str).join(', ')})` : ''))
          .join(' and ') || 'none',
    )
    .join(' or ');
}
