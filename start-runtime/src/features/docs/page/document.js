// The OpenAPI document, and what is looked up in it.

const fromDisk = !root.dataset.root;

async function load() {
  const inlined = byId('openapi');
  if (inlined) return JSON.parse(inlined.textContent);
  const response = await window.startDocument;
  if (!response.ok) throw new Error(`${response.url} was answered with ${response.status} ${response.statusText}`);
  return response.json();
}

page.append(h('p', { class: 'muted' }, 'Reading the document …'));
let doc = {};
let broken = '';
try {
  doc = obj(await load());
} catch (error) {
  broken = `The OpenAPI document cannot be read: ${error.message}`;
}
const info = obj(doc.info);
const schemas = obj(obj(doc.components).schemas);
const schemes = obj(obj(doc.components).securitySchemes);
const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'trace', 'query'];
const methodClass = (method) => METHODS.slice(0, 5).find((name) => name === method.toLowerCase()) || 'other';

function lookup(ref) {
  if (!ref.startsWith('#')) return undefined;
  let node = doc;
  for (const part of ref.slice(1).split('/').slice(1)) {
    const key = decode(part).replace(/~1/g, '/').replace(/~0/g, '~');
    if (node === null || typeof node !== 'object' || !has(node, key)) return undefined;
    node = node[key];
  }
  return node;
}

const refName = (ref) => decode(ref.split('/').pop()).replace(/~1/g, '/').replace(/~0/g, '~') || ref;

function resolve(node) {
  for (let i = 0; i < 20 && isObject(node) && typeof node.$ref === 'string'; i++) node = lookup(node.$ref);
  return obj(node);
}

// The top of the server that the page came from, wherever a proxy has put it.
const here = fromDisk ? '' : new URL(root.dataset.root, location.href).href.replace(/\/$/, '');

function serverUrl(server) {
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

// This server comes first, because it is the one that can be tried. From disk there is none: what Start listens on.
const servers = [...new Set([here, ...arr(doc.servers).map((server) => serverUrl(obj(server)))])].filter(Boolean);
if (!servers.length) servers.push('http://127.0.0.1:3000');
let base = servers[0];
