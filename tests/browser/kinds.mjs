// A server that stands for any program: the docs page of the real one behind a prefix, a document with every kind of
// input, and routes that answer with what they were sent.
import http from 'node:http';

const text = { type: 'string' };
const responses = { 200: { description: 'What was sent', content: { 'application/json': { schema: {} } } } };

const operation = (operationId, rest) => ({
  operationId,
  summary: `Kind ${operationId}`,
  tags: ['kinds'],
  responses,
  ...rest,
});
const get = (id, parameters) => ({ get: operation(id, { parameters }) });
const post = (id, type, schema) => ({
  post: operation(id, { requestBody: { required: true, content: { [type]: { schema } } } }),
});
const param = (place, name, schema, rest = {}) => ({ name, in: place, required: place === 'path', schema, ...rest });

const tree = {
  type: 'object',
  required: ['name', 'shape'],
  properties: {
    name: { ...text, examples: ['root'] },
    shape: {
      oneOf: ['circle', 'square'].map((kind) => ({
        type: 'object',
        required: ['kind', 'size'],
        properties: { kind: { const: kind }, size: { type: 'number' } },
      })),
    },
    next: { anyOf: [{ $ref: '#/components/schemas/Tree' }, { type: 'null' }] },
    age: { type: ['integer', 'null'], format: 'uint64', minimum: 0, maximum: 18446744073709551615 },
  },
};

const kinds = {
  openapi: '3.1.0',
  info: { title: 'Kinds', version: '1' },
  servers: [{ url: '/' }, { url: 'https://kinds.example.com', description: 'The real one' }],
  tags: [{ name: 'kinds' }],
  paths: {
    '/echo/typed/{id}/{day}': get('typed', [
      param('path', 'id', { type: 'integer' }),
      param('path', 'day', { ...text, format: 'date' }),
    ]),
    '/echo/files/{rest}': get('rest', [param('path', 'rest', text, { 'x-catch-all': true })]),
    '/echo/query': get('query', [
      param('query', 'tag', { type: 'array', items: text }),
      param('query', 'limit', { type: 'integer', default: 10 }, { required: true }),
      param('query', 'kind', { ...text, enum: ['a', 'b'] }),
      param('query', 'left', text),
    ]),
    '/echo/headers': get('headers', [param('header', 'X-Owl', text), param('cookie', 'sid', text)]),
    '/echo/json': post('json', 'application/json', { $ref: '#/components/schemas/Tree' }),
    '/echo/form': post('form', 'application/x-www-form-urlencoded', {
      type: 'object',
      required: ['name'],
      properties: { name: text, tags: { type: 'array', items: text } },
    }),
    '/echo/multipart': post('multipart', 'multipart/form-data', {
      type: 'object',
      required: ['title', 'photo'],
      properties: { title: text, photo: { ...text, format: 'binary' } },
    }),
    '/echo/text': post('text', 'text/plain', text),
    '/echo/bytes': post('bytes', 'application/octet-stream', { ...text, format: 'binary' }),
    '/echo/auth': { get: operation('auth', { security: [{ token: [] }] }) },
  },
  'x-start-routes': [
    {
      method: 'GET',
      pattern: '/echo/[name].[ext]',
      path: '/echo/{name}.{ext}',
      operation: operation('mixed', { parameters: [param('path', 'name', text), param('path', 'ext', text)] }),
    },
  ],
  components: { schemas: { Tree: tree }, securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
};

/** So many operations, in groups. */
export function many(count) {
  const paths = {};
  for (let number = 0; number < count; number++) {
    const id = `r${String(number).padStart(4, '0')}`;
    const parameters = [param('path', 'house', text), param('path', 'year', { type: 'integer', format: 'uint16' })];
    paths[`/bulk/${id}/{house}/students/year-{year}`] = {
      get: { ...operation(id, { parameters }), tags: [`group ${number % 20}`] },
    };
  }
  return { ...kinds, info: { title: 'Many', version: '1' }, paths, 'x-start-routes': [] };
}

/** Serves the page of `program`, with another document, below `/prefix`. Gives its base, and how to stop it. */
export async function serve(program, document = kinds) {
  const page = await fetch(`${program}/docs`);
  const html = await page.text();
  const headers = {
    'content-type': page.headers.get('content-type'),
    'content-security-policy': page.headers.get('content-security-policy'),
  };
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const [path] = request.url.split('?');
      if (path === '/prefix/docs') return response.writeHead(200, headers).end(html);
      const echo = {
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: Buffer.concat(chunks).toString('latin1'),
      };
      const known = path === '/prefix/openapi.json' || path.startsWith('/prefix/echo/');
      response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(path === '/prefix/openapi.json' ? document : echo));
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { base: `http://127.0.0.1:${server.address().port}`, stop };
}
