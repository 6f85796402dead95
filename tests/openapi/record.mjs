// Asks a server, and writes each answer as a constant of the type that the generated client has for it:
// node record.mjs BASE DOCUMENT OUT. An answer with a member more or less than its type does not compile.

import { readFileSync, writeFileSync } from 'node:fs';

const [base, documentFile, out] = process.argv.slice(2);
const document = JSON.parse(readFileSync(documentFile, 'utf8'));
const harry = { Authorization: 'Token harry' };
const draco = { Authorization: 'Token draco' };
const article = (title, more = {}) => ({ article: { title, body: 'text', ...more } });

// method, template, path, headers, body, status
const requests = [
  ['post', '/api/users/login', '/api/users/login', {}, { user: { email: 'harry', password: 'secret' } }, 200],
  ['post', '/api/users/login', '/api/users/login', {}, { user: { email: 'harry', password: 'wrong' } }, 403],
  ['post', '/api/users/login', '/api/users/login', {}, { user: {} }, 422],
  ['post', '/api/users/login', '/api/users/login', {}, '{', 400],
  ['post', '/api/users/login', '/api/users/login', { 'Content-Type': 'text/plain' }, '{}', 415],
  ['get', '/api/user', '/api/user', harry, undefined, 200],
  ['get', '/api/user', '/api/user', {}, undefined, 401],
  ['post', '/api/articles', '/api/articles', harry, article('On owls', { tagList: ['birds'] }), 201],
  ['post', '/api/articles', '/api/articles', harry, article('On brooms'), 201],
  ['post', '/api/articles', '/api/articles', harry, article('On owls'), 422],
  ['post', '/api/articles', '/api/articles', harry, article(''), 422],
  ['post', '/api/articles', '/api/articles', {}, article('On toads'), 401],
  ['get', '/api/articles', '/api/articles', {}, undefined, 200],
  ['get', '/api/articles', '/api/articles?tag=birds&author=harry&limit=1', draco, undefined, 200],
  ['get', '/api/articles', '/api/articles?limit=many', {}, undefined, 400],
  ['get', '/api/articles/{slug}', '/api/articles/on-owls', {}, undefined, 200],
  ['get', '/api/articles/{slug}', '/api/articles/on-owls', draco, undefined, 200],
  ['get', '/api/articles/{slug}', '/api/articles/on-toads', {}, undefined, 404],
  ['post', '/api/articles/{slug}/favorite', '/api/articles/on-owls/favorite', draco, undefined, 200],
  ['post', '/api/articles/{slug}/favorite', '/api/articles/on-toads/favorite', draco, undefined, 404],
  ['post', '/api/articles/{slug}/favorite', '/api/articles/on-owls/favorite', {}, undefined, 401],
  ['delete', '/api/articles/{slug}', '/api/articles/on-owls', draco, undefined, 403],
  ['delete', '/api/articles/{slug}', '/api/articles/on-owls', {}, undefined, 401],
  ['delete', '/api/articles/{slug}', '/api/articles/on-owls', harry, undefined, 204],
  ['delete', '/api/articles/{slug}', '/api/articles/on-owls', harry, undefined, 404],
];

const lines = ["import type { paths } from './schema';", ''];
const seen = new Set();
for (const [index, [method, template, path, headers, body, status]] of requests.entries()) {
  const json = body === undefined ? {} : { 'Content-Type': 'application/json' };
  const answer = await fetch(base + path, {
    method: method.toUpperCase(),
    headers: { ...json, ...headers },
    body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
  });
  const where = `${method} ${path}`;
  if (answer.status !== status) throw new Error(`${where}: ${answer.status}, not ${status}: ${await answer.text()}`);
  const { responses } = document.paths[template][method];
  if (!(status in responses)) throw new Error(`${where}: ${status} is not in the document`);
  if (status === 401 && !answer.headers.get('www-authenticate')) throw new Error(`${where}: no challenge`);
  seen.add(`${method} ${template} ${status}`);
  const text = await answer.text();
  const type = `paths['${template}']['${method}']['responses'][${status}]`;
  const content = text === '' ? `${type}['content']` : `NonNullable<${type}['content']>['${answer.headers.get('content-type')}']`;
  lines.push(`// ${where}`, `export const answer${index}: ${content} = ${text === '' ? 'undefined' : text};`);
}
// Every status that is listed was seen, but for bodies that are too large.
for (const [template, item] of Object.entries(document.paths)) {
  for (const [method, operation] of Object.entries(item)) {
    for (const status of Object.keys(operation.responses)) {
      const reason = seen.has(`${method} ${template} ${status}`) || ['413', 'default'].includes(status);
      const isShared = ['400', '415', '422'].includes(status) && operation.responses[status].$ref;
      const isParam = status === '400' && template.includes('{slug}');
      if (!reason && !isShared && !isParam) throw new Error(`${method} ${template}: ${status} was never answered`);
    }
  }
}
writeFileSync(out, lines.join('\n') + '\n');
