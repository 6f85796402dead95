// What is passed on to another program, and how. Needs UPSTREAM, the URL at which it listens itself.

import { createHash } from 'node:crypto';
import http from 'node:http';
import net from 'node:net';

import { check } from '../check.mjs';
import { END, talk } from '../wire.mjs';
import { Upstream, sleep } from './upstream.mjs';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

export async function run(base) {
  const { port: upstreamPort } = new URL(process.env.UPSTREAM);
  const port = Number(new URL(base).port);
  const upstream = new Upstream(Number(upstreamPort));
  const context = { upstream, port, base, authority: `127.0.0.1:${upstreamPort}` };

  check('no upstream is 502', await problem(port, 'GET /proxy/x'), [502, 502]);
  await upstream.start();
  for (const part of [
    paths, methods, fieldsOut, fieldsBack, bodies, emptyBodies, locations, statuses, noContent, expectations, interim,
    badAnswers, leavesEarly, time, connections, cutAnswers, cutRequests, held, both, parallel,
  ]) {
    upstream.answer = (connection) => connection.send(OK);
    const began = Date.now();
    await part(context);
    if (process.env.VERBOSE) console.log(`${part.name}: ${Date.now() - began} ms`);
  }
  await upstream.stop();
  check('an upstream that went away is 502', await problem(port, 'GET /proxy/x'), [502, 502]);
  await upstream.start();
  upstream.answer = (connection) => connection.send(OK);
  check('an upstream that is back is asked again', (await ask(port, 'GET /proxy/x')).body, 'ok');
  await upstream.stop();
}

/** Sends one request by hand, and returns its answer. `fields` are lines. */
async function ask(port, line, fields = [], body = '', options = {}) {
  const head = `${line} HTTP/1.1\r\nHost: front.example:${port}\r\nConnection: close\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`;
  const { answers, end } = await talk(port, [head + body], { quiet: 1200, ...options });
  const answer = answers.filter(({ status }) => !/^1/.test(status))[0] ?? { status: 'none', headers: {}, body: '' };
  return { ...answer, end, interim: answers.filter(({ status }) => /^1/.test(status)).map(({ status }) => status) };
}

/** The status of an answer, and that in its problem. */
async function problem(port, line, options) {
  const { status, headers, body } = await ask(port, line, [], '', options);
  if (headers['content-type'] !== 'application/problem+json') return [Number(status), headers['content-type']];
  return [Number(status), JSON.parse(body).status];
}

/** What arrives at the upstream. */
async function seen({ upstream, port }, line, fields, body) {
  const next = upstream.next(async (connection, request) => {
    request.received = await request.body();
    connection.send(OK);
  });
  const answer = await ask(port, line, fields, body);
  if (answer.status !== '200') return { answer };
  const { request, connection } = await next;
  return { request, connection, answer };
}

async function paths(context) {
  for (const path of [
    '/a', '/a/', '/a/b/c', '/a%2Fb', '/a%2fb%2F', '/a%20b', '/a%00b', '/%41', '/%7e~', '/caf%C3%A9', '/%FF', '/%zz', '/a%',
    '/a//b', '//a', '//evil.example/x', '/a//', '/@evil.example', '/user:pw@evil.example/', '/http://evil.example/x',
    '/http:%2F%2Fevil.example', '/..%2F..%2Fetc', '/...', '/.a', '/a;b=c', "/a!$&'()*+,=:", '/a?', '/a?b', '/a?b=c&b=d&%26=%3d',
    '/a?b?c', '/a?/b/../c', '/a?b=%2F+%20', '/a/?x', '/a?http://evil.example/', '/a|b', '/a"b', '/{a}', '/a?[x]={y}|^`',
    `/${'x'.repeat(5000)}`,
  ]) {
    const { request, answer } = await seen(context, `GET /proxy${path}`);
    check(`path ${path.slice(0, 60)}`, [request?.target, request?.get('host'), answer.status], [path, context.authority, '200']);
  }
  for (const path of ['/..', '/../x', '/a/../b', '/%2e%2e/x', '/a/%2E', '/.', '/a/..%zz/../x', '/x//../y']) {
    const { request, answer } = await seen(context, `GET /proxy${path}`);
    const isSafe = answer.status === '400' || (answer.status === '200' && request.target === path);
    check(`path ${path}`, isSafe, true);
  }
  for (const target of [`http://evil.example/proxy/a?b`, `http://${context.authority}/proxy/a?b`, 'HTTP://x:1/proxy/a?b']) {
    const { request } = await seen(context, `GET ${target}`);
    check(`target ${target}`, [request?.target, request?.get('host')], ['/a?b', context.authority]);
  }
  check('no path is 404', await problem(context.port, 'GET /proxy'), [404, 404]);
  check('no path is 404', await problem(context.port, 'GET /proxyx/a'), [404, 404]);
}

async function methods(context) {
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY', 'M-SEARCH', 'purge']) {
    const { request } = await seen(context, `${method} /proxy/a`);
    check(`method ${method}`, request?.method, method);
  }
  const session = await seen(context, 'POST /proxy/a', ['Cookie: sid=theirs', 'Origin: http://other.example']);
  check('the cookie of a session is theirs', session.request?.get('cookie'), 'sid=theirs');
  const { request } = await seen(context, 'POST /proxy/a', ['X-HTTP-Method-Override: GET']);
  check('no override', request?.method, 'POST');
}

async function fieldsOut(context) {
  const sent = [
    'X-One: 1', 'x-two: a', 'X-Two: b', 'Cookie: a=b', 'Cookie: c=d; e="f"', 'Authorization: Basic eDp5', 'Accept: */*',
    'Accept-Encoding: gzip, br;q=0.5', 'User-Agent: owl/1', 'Content-Type: text/x; charset=latin1', 'Range: bytes=0-1',
    'If-None-Match: "x"', 'Origin: http://other.example', 'Referer: http://other.example/', 'X-Empty:', 'Via: 1.1 x',
    'X-Latin: caf\xe9', 'Accept-Language: de', 'X-Real-IP: 1.2.3.4', 'Max-Forwards: 3', 'Cache-Control: no-cache', 'DNT: 1',
  ];
  const { request } = await seen(context, 'GET /proxy/a', sent);
  for (const field of sent) {
    const [name, value] = [field.split(':')[0], field.slice(field.indexOf(':') + 1).trim()];
    check(`field ${field}`, request?.all(name.toLowerCase()).includes(value), true);
  }
  check('fields of one name keep their order', request?.all('x-two'), ['a', 'b']);
  check('nothing is added', request?.names().filter((name) => !sent.some((field) => field.toLowerCase().startsWith(`${name}:`))).sort(), [
    'host', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto',
  ]);
  check('the client is told', [request?.get('x-forwarded-for'), request?.get('x-forwarded-host'), request?.get('x-forwarded-proto')], [
    '127.0.0.1', `front.example:${context.port}`, 'http',
  ]);

  const claimed = await seen(context, 'GET /proxy/a', [
    'X-Forwarded-For: 1.2.3.4', 'X-Forwarded-For: 5.6.7.8', 'X-Forwarded-Host: evil.example', 'X-Forwarded-Host: evil2.example',
    'X-Forwarded-Proto: https', 'Forwarded: for=1.2.3.4;host=evil.example',
  ]);
  check('a client may claim other addresses', claimed.request?.all('x-forwarded-for').join(', ').split(/, */).at(-1), '127.0.0.1');
  check('a client may not claim a host', claimed.request?.all('x-forwarded-host'), [`front.example:${context.port}`]);
  check('a client may not claim a scheme', claimed.request?.all('x-forwarded-proto'), ['http']);
  check('nor elsewhere', claimed.request?.all('forwarded'), []);

  const hop = await seen(context, 'GET /proxy/a', [
    'Connection: keep-alive, X-Hop', 'Connection: x-forwarded-for, X-Forwarded-Host', 'X-Hop: 1', 'Keep-Alive: timeout=5',
    'Proxy-Connection: keep-alive', 'Proxy-Authorization: Basic eDp5', 'Proxy-Authenticate: Basic', 'TE: gzip', 'Trailer: X-T',
    'X-Kept: 1',
  ]);
  const names = ['connection', 'x-hop', 'keep-alive', 'proxy-connection', 'proxy-authorization', 'proxy-authenticate', 'te', 'trailer', 'upgrade'];
  check('fields of the connection stay', names.flatMap((name) => hop.request?.all(name) ?? ['?']), []);
  check('other fields do not', hop.request?.get('x-kept'), '1');
  check('what the proxy says cannot be named away', [hop.request?.get('x-forwarded-for'), hop.request?.get('x-forwarded-host')], [
    '127.0.0.1', `front.example:${context.port}`,
  ]);

  for (const fields of [
    ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='],
    ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'],
  ]) {
    const { request, answer } = await seen(context, 'GET /proxy/a', fields);
    check(`no ${fields[1]}`, [answer.status, answer.body, request?.get('upgrade'), request?.get('connection'), request?.get('http2-settings')], [
      '200', 'ok', undefined, undefined, undefined,
    ]);
  }

  context.upstream.answer = (connection) => connection.send(OK);
  const old = await talk(context.port, ['GET /proxy/old HTTP/1.0\r\n\r\n']);
  check('HTTP/1.0', [old.answers[0]?.status, old.answers[0]?.body, old.end], ['200', 'ok', 'closed']);
}

async function fieldsBack(context) {
  const back = async (fields, body = 'ok') => {
    context.upstream.answer = (connection) => connection.send(`HTTP/1.1 200 OK\r\n${fields.join('\r\n')}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    return lines(context.port, 'GET /proxy/a', ['Accept-Encoding: gzip']);
  };
  let got = await back([
    'Set-Cookie: a=1; Path=/; HttpOnly', 'X-One: 1', 'Set-Cookie: b=2; Domain=up.example; Expires=Thu, 01 Jan 2030 00:00:00 GMT',
    'set-cookie: a=3', 'X-One: 2', 'Content-Type: text/html', 'ETag: "x"', 'Last-Modified: Thu, 01 Jan 1970 00:00:00 GMT',
    'Cache-Control: max-age=3, public', 'Server: owl', 'Vary: X', 'WWW-Authenticate: Basic realm="x"', 'Content-Language: de',
    'Date: Thu, 01 Jan 1970 00:00:01 GMT', 'X-Empty:', 'X-Latin: caf\xe9', 'Content-Disposition: attachment', 'Via: 1.1 up',
    'Access-Control-Allow-Origin: *', 'Link: </a>; rel=preload', 'Retry-After: 3', 'Accept-Ranges: bytes',
  ]);
  check('each Set-Cookie is a line', got.all('set-cookie'), [
    'a=1; Path=/; HttpOnly', 'b=2; Domain=up.example; Expires=Thu, 01 Jan 2030 00:00:00 GMT', 'a=3',
  ]);
  check('fields are passed back', ['x-one', 'content-type', 'etag', 'last-modified', 'cache-control', 'server', 'vary', 'date', 'x-empty', 'x-latin', 'via', 'link', 'content-length'].map((name) => got.all(name).join('|')), [
    '1|2', 'text/html', '"x"', 'Thu, 01 Jan 1970 00:00:00 GMT', 'max-age=3, public', 'owl', 'X', 'Thu, 01 Jan 1970 00:00:01 GMT', '', 'caf\xe9', '1.1 up', '</a>; rel=preload', '2',
  ]);
  got = await back(['Connection: close, X-Hop', 'X-Hop: 1', 'Keep-Alive: timeout=5', 'Proxy-Authenticate: Basic', 'Proxy-Connection: x', 'Trailer: X', 'TE: x', 'Upgrade: h2c', 'X-Kept: 1']);
  check('fields of the connection stay there', ['x-hop', 'keep-alive', 'proxy-authenticate', 'proxy-connection', 'trailer', 'te', 'upgrade', 'connection'].flatMap((name) => got.all(name)), []);
  check('other fields do not', got.all('x-kept'), ['1']);
  got = await back([...Array(300)].map((_, index) => `X-${index}: ${index}`));
  check('many fields', [got.status, got.all('x-299')], [200, ['299']]);
  got = await back([`X-Long: ${'x'.repeat(30_000)}`]);
  check('a long field', [got.status, got.all('x-long')[0]?.length], [200, 30_000]);
  for (const coding of ['gzip', 'br', 'x-unknown']) {
    got = await back([`Content-Encoding: ${coding}`, 'Content-Type: text/plain'], '\x1f\x8b\x08\xff\x00');
    check(`${coding} is untouched`, [got.all('content-encoding'), got.body], [[coding], '\x1f\x8b\x08\xff\x00']);
  }
  got = await back(['Content-Type: text/plain'], 'x'.repeat(5000));
  check('nothing is compressed', [got.all('content-encoding'), got.all('vary'), got.body.length], [[], [], 5000]);
}

/** An answer with its field lines as they came. */
function lines(port, line, fields = []) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    const pieces = [];
    socket.on('data', (data) => pieces.push(data));
    socket.on('error', () => {});
    socket.on('close', () => {
      const text = Buffer.concat(pieces).toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      const [status, ...found] = text.slice(0, end).split('\r\n');
      const pairs = found.map((field) => [field.split(':')[0].toLowerCase(), field.slice(field.indexOf(':') + 1).trim()]);
      const all = (name) => pairs.filter(([known, value]) => known === name && !(name === 'connection' && value === 'close')).map(([, value]) => value);
      resolve({ status: Number(status.split(' ')[1]), reason: status.split(' ').slice(2).join(' '), all, body: text.slice(end + 4) });
    });
    socket.write(`${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`, 'latin1');
  });
}

async function bodies(context) {
  for (const [name, fields, body, bytes, chunked] of [
    ['none', [], '', '', false],
    ['empty', ['Content-Length: 0'], '', '', false],
    ['short', ['Content-Length: 5'], 'hello', 'hello', false],
    ['bytes', ['Content-Length: 6'], '\x00\xff\r\n\r\n', '\x00\xff\r\n\r\n', false],
    ['chunked', ['Transfer-Encoding: chunked'], '3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n', 'abcde', true],
    ['chunked and empty', ['Transfer-Encoding: chunked'], '0\r\n\r\n', '', true],
    ['with trailers', ['Transfer-Encoding: chunked', 'Trailer: X-T'], '3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n', 'abc', true],
    ['long', ['Content-Length: 300000'], 'x'.repeat(300_000), 'x'.repeat(300_000), false],
    ['packed', ['Content-Length: 3', 'Content-Encoding: gzip'], '\x1f\x8b\x08', '\x1f\x8b\x08', false],
  ]) {
    for (const method of ['POST', 'PUT', 'DELETE', 'GET', 'PROPFIND']) {
      const { request, answer } = await seen(context, `${method} /proxy/body`, fields, body);
      const { bytes: got, complete, chunked: wasChunked } = request?.received ?? {};
      check(`${method}, body ${name}`, [answer.status, got?.toString('latin1') === bytes, complete], ['200', true, true]);
      const lengths = [request?.get('content-length') ?? null, request?.get('transfer-encoding') ?? null];
      const expected = chunked ? [null, 'chunked'] : bytes ? [String(bytes.length), null] : [fields.length ? '0' : lengths[0], null];
      check(`${method}, framing ${name}`, [...lengths, wasChunked], [...expected, chunked]);
    }
  }
  const { request } = await seen(context, 'POST /proxy/none');
  check('no length is made up', ['0', undefined].includes(request?.get('content-length')) && request?.get('transfer-encoding') === undefined, true);
}

async function emptyBodies({ upstream, port }) {
  for (const [name, answer, body, framing] of [
    ['length', 'Content-Length: 0\r\n\r\n', '', 'content-length'],
    ['chunked', 'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n', '', 'transfer-encoding'],
    ['chunks', 'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n', 'abcd', 'transfer-encoding'],
    ['trailers', 'Transfer-Encoding: chunked\r\nTrailer: X\r\n\r\n3\r\nabc\r\n0\r\nX: 1\r\n\r\n', 'abc', 'transfer-encoding'],
  ]) {
    upstream.answer = (connection) => connection.send(`HTTP/1.1 200 OK\r\n${answer}`);
    const got = await ask(port, 'GET /proxy/a');
    check(`an answer with ${name}`, [got.status, got.body, framing in got.headers], ['200', body, true]);
  }
  for (const version of ['1.0', '1.1']) {
    upstream.answer = async (connection) => {
      connection.send(`HTTP/${version} 200 OK\r\n\r\nuntil the`);
      await sleep(50);
      connection.send(' end');
      connection.socket.end();
    };
    const got = await ask(port, 'GET /proxy/a');
    check(`an answer of HTTP/${version} until the end`, [got.status, got.body], ['200', 'until the end']);
  }
  upstream.answer = (connection) => connection.send('HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n');
  const got = await ask(port, 'GET /proxy/a');
  check('a length beside chunks is none', [got.status, got.body ?? got.status, got.headers['content-length']], got.status === '502' ? ['502', got.body, got.headers['content-length']] : ['200', 'hello', undefined]);
}

async function locations({ upstream, port, authority, base }) {
  const own = new URL(base).host;
  for (const [location, expected] of [
    ['/', '/proxy/'], ['/a/b?c=d#e', '/proxy/a/b?c=d#e'], ['/a%2Fb', '/proxy/a%2Fb'], ['/?x', '/proxy/?x'],
    [`http://${authority}/a?b`, '/proxy/a?b'], [`http://${authority}`, '/proxy/'], [`HTTP://${authority}/x`, '/proxy/x'],
    [`http://${authority}?q`, '/proxy/?q'], ['/proxy/x', '/proxy/proxy/x'],
    ['//evil.example/x', '//evil.example/x'], [`//${authority}/x`, `//${authority}/x`], ['a/b', 'a/b'], ['../a', '../a'], ['?a', '?a'],
    ['#a', '#a'], ['http://evil.example/a', 'http://evil.example/a'], [`https://${authority}/a`, `https://${authority}/a`],
    [`http://${authority}1/a`, `http://${authority}1/a`], [`http://${authority}@evil.example/`, `http://${authority}@evil.example/`],
    [`http://${authority}.evil.example/`, `http://${authority}.evil.example/`], [`http://127.0.0.1/a`, 'http://127.0.0.1/a'],
    ['mailto:a@b', 'mailto:a@b'], ['', ''], [`http://localhost:${new URL(`http://${authority}`).port}/a`, `http://localhost:${new URL(`http://${authority}`).port}/a`],
  ]) {
    for (const status of [301, 302, 303, 307, 308, 201]) {
      upstream.answer = (connection) => connection.send(`HTTP/1.1 ${status} X\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`);
      const got = await ask(port, 'GET /proxy/a/b');
      const absolute = `http://front.example:${port}`;
      const back = got.headers.location?.replace(absolute, '').replace(`http://${own}`, '');
      check(`${status} to ${location}`, [got.status, back], [String(status), expected]);
    }
  }
}

async function statuses({ upstream, port }) {
  for (const status of [200, 201, 202, 203, 206, 226, 299, 300, 400, 401, 402, 403, 404, 405, 407, 409, 410, 411, 413, 416, 418, 422, 425, 426, 429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 507, 511, 599]) {
    upstream.answer = (connection) => connection.send(`HTTP/1.1 ${status} Whatever\r\nContent-Type: text/x\r\nContent-Length: 4\r\n\r\nbody`);
    const got = await ask(port, 'GET /proxy/a');
    check(`status ${status}`, [got.status, got.body, got.headers['content-type']], [String(status), 'body', 'text/x']);
  }
  upstream.answer = (connection) => connection.send('HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok');
  check('no reason', (await ask(port, 'GET /proxy/a')).body, 'ok');
}

async function noContent({ upstream, port }) {
  const after = async (answer, line, heads = []) => {
    upstream.answer = (connection) => connection.send(answer);
    const second = 'GET /proxy/second HTTP/1.1\r\nHost: x\r\n\r\n';
    const { answers } = await talk(port, [`${line} HTTP/1.1\r\nHost: x\r\n\r\n`, 250, ''], { quiet: 300, heads });
    upstream.answer = (connection) => connection.send(OK);
    const then = await talk(port, [second], { quiet: 300 });
    return { first: answers[0], extra: answers.length - 1, then: then.answers[0]?.body };
  };
  for (const [name, answer, line, heads, status, length] of [
    ['204', 'HTTP/1.1 204 No Content\r\nX-A: 1\r\nETag: "x"\r\n\r\n', 'GET /proxy/a', [], '204', undefined],
    ['304', 'HTTP/1.1 304 Not Modified\r\nX-A: 1\r\nETag: "x"\r\n\r\n', 'GET /proxy/a', [], '304', undefined],
    ['304 with a length', 'HTTP/1.1 304 Not Modified\r\nX-A: 1\r\nETag: "x"\r\nContent-Type: text/x\r\nContent-Length: 1234\r\n\r\n', 'GET /proxy/a', [], '304', '1234'],
    ['HEAD with a length', 'HTTP/1.1 200 OK\r\nX-A: 1\r\nETag: "x"\r\nContent-Type: text/x\r\nContent-Length: 1234\r\n\r\n', 'HEAD /proxy/a', [0], '200', '1234'],
    ['HEAD with no length', 'HTTP/1.1 200 OK\r\nX-A: 1\r\nETag: "x"\r\n\r\n', 'HEAD /proxy/a', [0], '200', undefined],
    ['HEAD with chunks', 'HTTP/1.1 200 OK\r\nX-A: 1\r\nETag: "x"\r\nTransfer-Encoding: chunked\r\n\r\n', 'HEAD /proxy/a', [0], '200', undefined],
    ['HEAD, not found', 'HTTP/1.1 404 Not Found\r\nX-A: 1\r\nETag: "x"\r\nContent-Length: 9\r\n\r\n', 'HEAD /proxy/a', [0], '404', '9'],
  ]) {
    const { first, extra, then } = await after(answer, line, heads);
    check(name, [first?.status, first?.body, first?.headers['x-a'], first?.headers.etag, first?.headers['content-length'], extra, then], [
      status, '', '1', '"x"', length, 0, 'ok',
    ]);
  }
  const { first } = await after('HTTP/1.1 304 Not Modified\r\nContent-Type: text/x\r\nCache-Control: max-age=1\r\nVary: X\r\n\r\n', 'GET /proxy/a');
  check('304 keeps the fields', [first?.headers['content-type'], first?.headers['cache-control'], first?.headers.vary], ['text/x', 'max-age=1', 'X']);
}

async function expectations({ upstream, port }) {
  const head = (length) => `POST /proxy/a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`;
  const got = {};
  upstream.answer = async (connection, request) => {
    got.expect = request.get('expect');
    connection.send('HTTP/1.1 100 Continue\r\n\r\n');
    got.body = (await request.body()).bytes.toString();
    connection.send(OK);
  };
  let answered = await talk(port, [head(5), 300, 'hello'], { quiet: 500 });
  check('Expect, the upstream says 100', [answered.answers.map(({ status }) => status), got.body], [['100', '200'], 'hello']);

  upstream.answer = async (connection, request) => {
    got.body = (await request.body()).bytes.toString();
    connection.send(OK);
  };
  answered = await talk(port, [head(5), 1500, 'hello'], { quiet: 900 });
  check('Expect, the upstream does not know it', [answered.answers.map(({ status }) => status), got.body], [['100', '200'], 'hello']);

  upstream.answer = (connection) => connection.send('HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\n\r\nno');
  answered = await talk(port, [head(5)], { quiet: 700 });
  check('Expect, the upstream refuses', [answered.answers.map(({ status }) => status), answered.answers[0]?.body], [['417'], 'no']);

  upstream.answer = async (connection, request) => {
    got.body = (await request.body()).bytes.length;
    connection.send(OK);
  };
  answered = await talk(port, [head(5) + 'hello'], { quiet: 1500 });
  check('Expect, the client does not wait', [answered.answers.at(-1)?.status, got.body], ['200', 5]);

  const request = http.request({ port, path: '/proxy/a', method: 'POST', headers: { expect: '100-continue', 'content-length': 5 } });
  const continued = new Promise((resolve) => request.on('continue', resolve));
  const response = new Promise((resolve, reject) => request.on('response', resolve).on('error', reject));
  request.flushHeaders();
  await continued;
  request.end('hello');
  check('Expect, of Node', (await response).statusCode, 200);
  (await response).resume();
}

async function interim({ upstream, port }) {
  for (const interim of ['HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n', 'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nX: 1\r\n\r\n']) {
    upstream.answer = (connection) => connection.send(interim + OK);
    const got = await ask(port, 'GET /proxy/a');
    check(`final after ${interim.split('\r\n')[0]}`, [got.status, got.body], ['200', 'ok']);
  }
  upstream.answer = (connection) => connection.send('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n');
  check('101 unasked', await problem(port, 'GET /proxy/a'), [502, 502]);
}

async function badAnswers({ upstream, port }) {
  for (const bytes of [
    '', 'garbage\r\n\r\n', 'SSH-2.0-OpenSSH\r\n', 'HTTP/1.1\r\n\r\n', 'HTTP/1.1 abc X\r\n\r\n', 'HTTP/2.0 200 OK\r\n\r\n', 'HTTP/1.1 200 OK\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 5', 'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
    'HTTP/1.1 200 OK\r\nno colon\r\n\r\n', '<html>', '\x16\x03\x01\x00\x00', 'HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 20 OK\r\n\r\n', 'ICY 200 OK\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
  ]) {
    for (const end of ['end', 'destroy', 'resetAndDestroy']) {
      upstream.answer = async (connection) => {
        connection.send(bytes);
        await sleep(20);
        connection.socket[end]();
      };
      check(`${JSON.stringify(bytes)} and ${end}`, await problem(port, 'GET /proxy/a'), [502, 502]);
      const { status } = await ask(port, 'POST /proxy/a', ['Content-Length: 2'], 'ab');
      check(`POST: ${JSON.stringify(bytes)} and ${end}`, status, '502');
    }
  }
}

/** The upstream leaves while the client is still sending. */
async function leavesEarly({ upstream, port }) {
  for (const end of ['end', 'destroy', 'resetAndDestroy']) {
    for (const [framing, start] of [['Content-Length: 1000000', 'abc'], ['Transfer-Encoding: chunked', '3\r\nabc\r\n']]) {
      upstream.answer = async (connection) => {
        await connection.some();
        connection.socket[end]();
      };
      const began = Date.now();
      const { status } = await ask(port, 'POST /proxy/a', [framing], start, { quiet: 1500 });
      check(`the upstream leaves by ${end} while ${framing} is sent`, [status, Date.now() - began < 1400], ['502', true]);
    }
  }
}

async function time({ upstream, port }) {
  const timed = async (line, fields, steps, options) => {
    const began = Date.now();
    const head = `${line} HTTP/1.1\r\nHost: x\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`;
    const { answers } = await talk(port, [head, ...steps], { quiet: 4000, ...options });
    return { status: answers.at(-1)?.status, body: answers.at(-1)?.body, type: answers.at(-1)?.headers['content-type'], took: Date.now() - began };
  };
  const close = ['Connection: close'];
  const silent = () => {};
  upstream.answer = silent;
  let got = await timed('GET /proxy/a', close, []);
  check('silence is 504', [got.status, got.type, got.took > 1800 && got.took < 3500], ['504', 'application/problem+json', true]);
  upstream.answer = (connection) => connection.send('HTTP/1.1 200 OK\r\nX: ');
  got = await timed('GET /proxy/a', close, []);
  check('half a head is 504', [got.status, got.took > 1800 && got.took < 3500], ['504', true]);
  upstream.answer = (connection) => connection.send('HTTP/1.1 100 Continue\r\n\r\n');
  got = await timed('GET /proxy/a', close, []);
  check('100 alone is 504', [got.status, got.took > 1800 && got.took < 3500], ['504', true]);
  upstream.answer = async (_, request) => void (await request.body());
  got = await timed('POST /proxy/a', [...close, 'Content-Length: 2'], ['ab']);
  check('silence after a body is 504', [got.status, got.took > 1800 && got.took < 3500], ['504', true]);
  upstream.answer = async (connection, request) => {
    await request.body();
    connection.send(OK);
  };
  got = await timed('POST /proxy/a', [...close, 'Content-Length: 4'], ['a', 1500, 'b', 1500, 'c', 500, 'd']);
  check('a slow client is no slow upstream', [got.status, got.took > 3400], ['200', true]);
  upstream.answer = async (connection) => {
    await sleep(1700);
    connection.send(OK);
  };
  got = await timed('GET /proxy/a', close, []);
  check('1.7 s are in time', got.status, '200');
  upstream.answer = async (connection) => {
    connection.send('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\na');
    await sleep(3000);
    connection.send('bcd');
  };
  got = await timed('GET /proxy/a', close, []);
  check('after the head there is no limit', [got.status, got.body], ['200', 'abcd']);
}

async function connections({ upstream, port }) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const get = (method = 'GET', body) => new Promise((resolve) => {
    const request = http.request({ port, agent, path: '/proxy/a', method }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    request.on('error', (error) => resolve(error.code)).end(body);
  });
  upstream.answer = async (connection, request) => {
    await request.body();
    connection.send(OK);
  };
  await get();
  const before = upstream.made;
  const answers = [];
  for (let index = 0; index < 500; index += 1) answers.push(await get(index % 3 ? 'GET' : 'POST', index % 3 ? undefined : 'body'));
  check('500 requests are answered', answers.filter((status) => status !== 200), []);
  check('on a few connections', upstream.made - before <= 4, true);

  const timed = upstream.made;
  upstream.answer = (connection) => connection.send('HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nok');
  for (let index = 0; index < 20; index += 1) await get();
  check('an impatient upstream keeps its connection, too', upstream.made - timed <= 2, true);

  // Each way in which a connection that waits may end.
  for (const [name, end] of [
    ['FIN', (connection) => setTimeout(() => connection.socket.end(), 5)],
    ['RST', (connection) => setTimeout(() => connection.socket.resetAndDestroy(), 5)],
    ['FIN at once', (connection) => connection.socket.end()],
    ['stray bytes', (connection) => setTimeout(() => connection.send('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray'), 5)],
  ]) {
    upstream.answer = async (connection, request) => {
      await request.body();
      connection.send(OK);
      end(connection);
    };
    const statuses = [];
    for (const [method, body] of [['GET'], ['POST', 'x'], ['GET'], ['PUT', 'y'], ['DELETE'], ['POST']]) {
      statuses.push(await get(method, body));
      await sleep(30);
    }
    check(`a connection that ends by ${name}`, statuses, [200, 200, 200, 200, 200, 200]);
  }

  // One that ends while the next request is on its way.
  let count = 0;
  upstream.answer = async (connection) => {
    count += 1;
    if (connection.requests > 1) return connection.socket.destroy();
    connection.send(OK);
  };
  const statuses = [];
  for (const method of ['GET', 'GET', 'HEAD', 'OPTIONS', 'DELETE']) statuses.push(await get(method));
  check('requests that may be repeated are', statuses, [200, 200, 200, 200, 200]);
  count = 0;
  upstream.answer = (connection) => {
    count += 1;
    connection.socket.destroy();
  };
  check('but not for ever', [await get(), count <= 2], [502, true]);
  upstream.answer = (connection) => connection.send(OK);
  await get();
  count = 0;
  upstream.answer = async (connection, request) => {
    count += 1;
    await request.body();
    connection.socket.destroy();
  };
  check('a POST is sent once', [await get('POST', 'x'), count], [502, 1]);
  agent.destroy();
}

/** Reads an answer to its end: what came, and whether it looks complete. */
function received(port, version = '1.1', path = '/proxy/a') {
  return new Promise((resolve) => {
    const request = http.request({ port, path, agent: false }, (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('error', () => {});
      response.on('close', () => resolve({ body: Buffer.concat(pieces).toString(), complete: response.complete }));
    });
    request.on('error', (error) => resolve({ body: error.code, complete: false }));
    request.end();
  });
}

async function cutAnswers({ upstream, port }) {
  for (const [name, head, body] of [
    ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n', 'abc'],
    ['nothing of a length', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n', ''],
    ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '3\r\nabc\r\n'],
    ['a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '5\r\nabc'],
    ['no chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', ''],
    ['no last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '3\r\nabc\r\n0\r\n'],
    ['a bad chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '3\r\nabc\r\nxyz\r\n'],
  ]) {
    for (const end of ['end', 'destroy', 'resetAndDestroy']) {
      upstream.answer = async (connection) => {
        connection.send(head);
        await sleep(20);
        if (body) connection.send(body);
        await sleep(50);
        connection.socket[end]();
      };
      const { complete } = await received(port);
      check(`${name} cut by ${end} is not complete`, complete, false);
      const raw = await talk(port, ['GET /proxy/a HTTP/1.0\r\n\r\n'], { quiet: 600 });
      check(`${name} cut by ${end}: the connection ends`, raw.end, 'closed');
    }
  }
}

async function cutRequests({ upstream, port }) {
  const cases = [
    ['GET that waits', 'GET /proxy/a HTTP/1.1\r\nHost: x\r\n\r\n', []],
    ['POST that waits', 'POST /proxy/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab', []],
    ['half a body', 'POST /proxy/a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc', []],
    ['half a body in chunks', 'POST /proxy/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n', []],
    ['half a chunk', 'POST /proxy/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc', []],
  ];
  for (const [name, bytes] of cases) {
    for (const end of ['destroy', 'resetAndDestroy', 'end']) {
      const got = {};
      const arrived = upstream.next(async (connection, request) => {
        got.body = await request.body();
      });
      const socket = net.connect(port, '127.0.0.1');
      socket.on('error', () => {}).resume();
      socket.write(bytes);
      const { connection } = await arrived;
      await sleep(100);
      const left = Date.now();
      socket[end]();
      const closed = await Promise.race([connection.closed, sleep(3000).then(() => Infinity)]);
      check(`${name}, ${end}: cut within 2 s`, closed - left < 2000, true);
      await sleep(20);
      check(`${name}, ${end}: not complete`, got.body?.complete ?? false, !name.includes('half'));
      socket.destroy();
    }
  }
  for (const [name, body] of [['while the answer comes', 'abc'], ['before the answer comes', '']]) {
    for (const end of ['destroy', 'resetAndDestroy']) {
      const arrived = upstream.next((connection) => connection.send(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body ? `3\r\n${body}\r\n` : ''}`));
      const socket = net.connect(port, '127.0.0.1');
      socket.on('error', () => {}).resume();
      socket.write('GET /proxy/a HTTP/1.1\r\nHost: x\r\n\r\n');
      const { connection } = await arrived;
      await sleep(150);
      const left = Date.now();
      socket[end]();
      const closed = await Promise.race([connection.closed, sleep(3000).then(() => Infinity)]);
      check(`${name}, ${end}: cut within 2 s`, closed - left < 2000, true);
    }
  }
  // A client that ends its side and waits is answered.
  upstream.answer = async (connection) => {
    await sleep(300);
    connection.send(OK);
  };
  const half = await talk(port, ['GET /proxy/a HTTP/1.1\r\nHost: x\r\n\r\n', END], { quiet: 1200 });
  check('half-closed', half.answers[0]?.body, 'ok');
}

async function held({ upstream, port }) {
  // The client does not read: the upstream cannot go on.
  let written = 0;
  const piece = Buffer.alloc(64 * 1024, 'x');
  const begun = upstream.next(async (connection) => {
    connection.send('HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n');
    while (connection.end === 'open' && written < 1024 * 1024 * 1024) {
      if (!connection.socket.write(piece)) await Promise.race([new Promise((drained) => connection.socket.once('drain', drained)), connection.closed]);
      written += piece.length;
    }
  });
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('GET /proxy/a HTTP/1.1\r\nHost: x\r\n\r\n');
  await begun;
  await sleep(1000);
  const [first] = [written];
  await sleep(500);
  check('an upstream is held back by its client', [written === first, first < 64 * 1024 * 1024], [true, true]);
  socket.destroy();

  // The upstream does not read: the client cannot go on.
  let sent = 0;
  upstream.answer = (connection) => {
    connection.socket.pause();
    return connection.closed;
  };
  const client = net.connect(port, '127.0.0.1');
  client.on('error', () => {});
  client.write('POST /proxy/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1073741824\r\n\r\n');
  const pump = async () => {
    while (!client.destroyed && sent < 1024 * 1024 * 1024) {
      if (!client.write(piece)) await new Promise((drained) => client.once('drain', drained).once('close', drained));
      sent += piece.length;
    }
  };
  pump();
  await sleep(1000);
  const [before] = [sent];
  await sleep(2500);
  check('a client is held back by the upstream', [sent === before, before < 64 * 1024 * 1024], [true, true]);
  client.destroy();
  for (const { socket } of upstream.connections) socket.destroy();

  // Pieces are passed on as they come.
  upstream.answer = async (connection) => {
    connection.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    for (let index = 0; index < 3; index += 1) {
      connection.send('2\r\n#\n\r\n');
      await sleep(200);
    }
    connection.send('0\r\n\r\n');
  };
  const times = await new Promise((resolve) => {
    const times = [];
    http.get({ port, path: '/proxy/a', agent: false }, (response) => {
      response.on('data', () => times.push(Date.now())).on('end', () => resolve(times));
    });
  });
  check('pieces come as they are sent', [times.length, times[2] - times[0] > 300], [3, true]);
}

async function both({ upstream, port }) {
  // An echo: the answer begins before the body ends, and both go on.
  upstream.answer = async (connection, request) => {
    const sizes = { left: Number(request.get('content-length')) };
    connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${sizes.left}\r\n\r\n`);
    while (sizes.left > 0 && connection.end === 'open') {
      const piece = await connection.some();
      sizes.left -= piece.length;
      if (!connection.socket.write(piece)) await new Promise((drained) => connection.socket.once('drain', drained).once('close', drained));
    }
  };
  const length = 32 * 1024 * 1024;
  const [up, down] = [createHash('sha256'), createHash('sha256')];
  const got = await new Promise((resolve) => {
    let count = 0;
    const request = http.request({ port, path: '/proxy/echo', method: 'POST', agent: false, headers: { 'content-length': length } }, (response) => {
      response.on('data', (data) => {
        count += data.length;
        down.update(data);
      });
      response.on('close', () => resolve({ count, complete: response.complete }));
    });
    request.on('error', () => resolve({ count: -1 }));
    (async () => {
      for (let at = 0; at < length; at += 65536) {
        const piece = Buffer.alloc(65536, at / 65536);
        up.update(piece);
        if (!request.write(piece)) await new Promise((drained) => request.once('drain', drained));
      }
      request.end();
    })();
  });
  check('32 MiB both ways at once', [got, up.digest('hex') === down.digest('hex')], [{ count: length, complete: true }, true]);

  // An answer before the body was read.
  upstream.answer = (connection) => {
    connection.send('HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno');
    return connection.closed;
  };
  const early = await talk(port, ['POST /proxy/a HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nabc'], { quiet: 800 });
  check('an answer before the body', [early.answers[0]?.status, early.answers[0]?.body], ['413', 'no']);
}

async function parallel({ upstream, port }) {
  upstream.answer = async (connection, request) => {
    await sleep(Math.random() * 30);
    const body = request.target;
    connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  };
  const agent = new http.Agent({ keepAlive: true, maxSockets: 50 });
  const get = (path) => new Promise((resolve) => {
    http.get({ port, agent, path: `/proxy${path}` }, (response) => {
      let text = '';
      response.on('data', (data) => (text += data)).on('end', () => resolve(text));
    }).on('error', (error) => resolve(error.code));
  });
  const paths = [...Array(1000)].map((_, index) => `/n/${index}`);
  const answers = await Promise.all(paths.map(get));
  check('each request gets its own answer', answers.filter((answer, index) => answer !== paths[index]), []);
  agent.destroy();
}
