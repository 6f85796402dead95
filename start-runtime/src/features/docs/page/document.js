// The OpenAPI document, and what is looked up in it.

let api;

async function load() {
  const inlined = document.getElementById('openapi');
  if (inlined) return JSON.parse(inlined.textContent);
  const response = await window.startDocument;
  if (!response.ok) throw new Error(`${response.url} was answered with ${response.status} ${response.statusText}`);
  return response.json();
}

// The document, and the servers that a request may be for.
async function readApi(root) {
  let doc = {};
  let broken = '';
  try {
    doc = obj(await load());
  } catch (error) {
    broken = `The OpenAPI document cannot be read: ${error.message}`;
  }
  const fromDisk = !root;
  // The top of the server that the page came from, wherever a proxy has put it.
  const here = fromDisk ? '' : new URL(root, location.href).href.replace(/\/$/, '');
  // This server comes first, because it is the one that can be tried. From disk there is none: what Start listens on.
  const servers = [...new Set([here, ...arr(doc.servers).map((server) => serverUrl(obj(server), here))])].filter(Boolean);
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

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'trace', 'query'];
const methodClass = (method) => METHODS.slice(0, 5).find((name) => name === method.toLowerCase()) || 'other';

function lookup(ref) {
  if (!ref.startsWith('#')) return undefined;
  let node = api.doc;
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
