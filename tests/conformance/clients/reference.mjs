// The same routes on node:http, to see what another server makes of the raw cases:
//
//   PORT=3001 node reference.mjs & node run.mjs http://127.0.0.1:3001 raw

import http from 'node:http';

const MOST = 16 * 1024 * 1024;

function hello(request, response) {
  json(response, { message: 'Hello World' });
}

function echo(request, response) {
  const chunks = [];
  let size = 0;
  request.on('data', (chunk) => {
    size += chunk.length;
    if (size > MOST) response.writeHead(413, { connection: 'close' }).end();
    else chunks.push(chunk);
  });
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    response.writeHead(200, { 'content-type': request.headers['content-type'] ?? 'application/octet-stream', 'content-length': body.length });
    response.end(body);
  });
}

function cookies(request, response) {
  const pairs = {};
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [, name, value] = /^\s*([^=\s]+)\s*=\s*"?(.*?)"?\s*$/.exec(pair) ?? [];
    if (name && !(name in pairs)) pairs[name] = decodeURIComponent(value);
  }
  json(response, pairs);
}

function json(response, value) {
  const body = JSON.stringify(value);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
}

const routes = {
  '/api/hello': { GET: hello, HEAD: hello },
  '/api/echo': { POST: echo },
  '/api/cookies': { GET: cookies, HEAD: cookies },
};

const server = http.createServer((request, response) => {
  if (!URL.canParse(request.url, 'http://x')) return response.writeHead(400, { connection: 'close' }).end();
  const methods = routes[new URL(request.url, 'http://x').pathname];
  if (!methods) return response.writeHead(404).end();
  const answer = methods[request.method];
  if (!answer) return response.writeHead(405, { allow: Object.keys(methods).join(', ') }).end();
  answer(request, response);
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`Listening on http://127.0.0.1:${server.address().port}`));
