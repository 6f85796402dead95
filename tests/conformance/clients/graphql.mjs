// GraphQL, by the clients of its protocols: the server audits of graphql-http, graphql-sse in both modes, graphql-ws, and
// raw frames of a WebSocket.

import { serverAudits } from 'graphql-http';
import { createClient as createStreams } from 'graphql-sse';
import { createClient as createSockets } from 'graphql-ws';
import WebSocket from 'ws';

import { check } from './check.mjs';

const GRAPHQL = 'application/graphql-response+json';
const PROTOCOL = 'graphql-transport-ws';

/** All results of an operation, or why it failed. */
async function results(client, query, variables) {
  const all = [];
  try {
    for await (const result of client.iterate({ query, variables })) all.push(result);
  } catch (error) {
    return error;
  }
  return all;
}

const counts = (all) => all.map?.((result) => result.data.count) ?? all;

export async function run(base) {
  await audits(`${base}/graphql`);
  await requests(`${base}/graphql`);
  await hostile(`${base}/graphql`);
  await uploads(`${base}/graphql`);
  for (const singleConnection of [false, true]) await streams(`${base}/graphql/stream`, singleConnection);
  await reservations(`${base}/graphql/stream`);
  await sockets(`${base.replace(/^http/, 'ws')}/graphql/ws`);
}

async function audits(url) {
  for (const audit of serverAudits({ url, fetchFn: fetch })) {
    const { status, reason } = await audit.fn();
    check(`audit ${audit.id}: ${audit.name}`, [status, reason], ['ok', undefined]);
  }
}

const post = (url, body, headers) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', accept: GRAPHQL, ...headers }, body });

async function requests(url) {
  const ask = async (request) => {
    const answer = await post(url, JSON.stringify(request));
    return [answer.status, await answer.json()];
  };
  check('a query', await ask({ query: '{ hello { message } goodbye }' }), [
    200,
    { data: { hello: { message: 'Hello World' }, goodbye: 'Goodbye' } },
  ]);
  const [status, { data, errors }] = await ask({ query: '{ fail goodbye }' });
  check('a field that fails is null', [status, data], [200, { fail: null, goodbye: 'Goodbye' }]);
  check('and says why', errors, [
    { message: 'boom', locations: [{ line: 1, column: 3 }], path: ['fail'], extensions: { code: 'BOOM' } },
  ]);
  const [, secret] = await ask({ query: '{ secret }' });
  check('what the program knows stays inside', [secret.data, secret.errors[0].message], [{ secret: null }, 'Internal Server Error']);
  const [, { data: agent }] = await ask({ query: '{ agent }' });
  check('resolvers know the request', typeof agent.agent, 'string');
  const set = await post(url, JSON.stringify({ query: 'mutation { setMessage(message: "a") { message } }' }));
  check('a cookie of a resolver arrives', set.headers.getSetCookie(), ['message=set; Path=/']);
}

/** Each is refused within its limit, and the program answers others meanwhile. */
async function hostile(url) {
  const repeated = (text, count) => text.repeat(count);
  const queries = {
    deep: `{${repeated('me{', 200)}goodbye${repeated('}', 201)}`,
    'very deep': repeated('{me', 40_000),
    wide: `{${repeated('goodbye ', 4000)}}`,
    aliased: `{${Array.from({ length: 1000 }, (_, index) => `a${index}: goodbye`).join(' ')}}`,
    directives: `{ goodbye ${repeated('@include(if: true) ', 500)}}`,
    tokens: repeated('a ', 50_000),
    comment: `{ goodbye } #${repeated('x', 1_000_000)}`,
    circle: '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
    bomb: `{ ...F0 } ${Array.from({ length: 15 }, (_, index) => `fragment F${index} on Query { me { ...F${index + 1} } me { ...F${index + 1} } }`).join(' ')} fragment F15 on Query { goodbye }`,
    list: `{ hello(input: ${repeated('[', 50_000)}`,
    file: 'mutation { upload(file: "#__graphql_file__:7") }',
  };
  const all = Object.entries(queries).flatMap(([name, query]) =>
    ['application/json', GRAPHQL].map(async (accept) => {
      const answer = await post(url, JSON.stringify({ query }), { accept });
      return [name, answer.status, 'data' in (await answer.json())];
    }),
  );
  const good = Array.from({ length: 50 }, async () => (await post(url, JSON.stringify({ query: '{ goodbye }' }))).status);
  for (const [name, status, hasData] of await Promise.all(all)) check(`hostile: ${name}`, [status, hasData], [400, false]);
  check('others are answered', new Set(await Promise.all(good)).size, 1);
  for (const body of [`[${repeated('{"query":"{goodbye}"},', 10_000)}{}]`, repeated('[', 100_000), `{"query":"{goodbye}","variables":${repeated('{"a":', 50_000)}`]) {
    check('a hostile body', (await post(url, body)).status, 400);
  }
  const malformed = Buffer.concat([Buffer.from('{"query":"{ goodbye '), Buffer.from([0xff]), Buffer.from('}"}')]);
  check('malformed UTF-8', (await post(url, malformed)).status, 400);
}

async function uploads(url) {
  const form = () => {
    const form = new FormData();
    form.append('operations', JSON.stringify({ query: 'mutation($file: Upload!) { upload(file: $file) }', variables: { file: null } }));
    form.append('map', JSON.stringify({ 0: ['variables.file'] }));
    form.append('0', new Blob(['x'.repeat(100_000)]), 'owl.txt');
    return form;
  };
  check('an upload of any page', (await fetch(url, { method: 'POST', body: form() })).status, 403);
  const answer = await fetch(url, { method: 'POST', body: form(), headers: { 'apollo-require-preflight': 'true' } });
  check('an upload', [answer.status, (await answer.json()).data], [200, { upload: 'owl.txt 100000' }]);
}

async function streams(url, singleConnection) {
  const client = createStreams({ url, singleConnection, retryAttempts: 0 });
  const mode = singleConnection ? 'single' : 'distinct';
  check(`${mode}: a subscription`, counts(await results(client, 'subscription { count(to: 3) }')), [1, 2, 3]);
  check(`${mode}: a query`, await results(client, '{ goodbye }'), [{ data: { goodbye: 'Goodbye' } }]);
  const several = await Promise.all([2, 3, 4].map((to) => results(client, 'subscription($to: Int!) { count(to: $to) }', { to })));
  check(`${mode}: several at once`, several.map((all) => counts(all).length), [2, 3, 4]);
  const failing = await results(client, 'subscription { failing }');
  check(`${mode}: one that fails`, [failing[0].data, failing[1].errors[0].message], [{ failing: 1 }, 'stream broke']);
  if (!singleConnection) {
    const refused = await results(client, '{ nothing }');
    check(`${mode}: a validation error`, refused[0].errors.length, 1);
  }
  for await (const { data } of client.iterate({ query: 'subscription { count(to: 1000) }' })) if (data.count === 2) break;
  check(`${mode}: left early`, counts(await results(client, 'subscription { count(to: 1) }')), [1]);
  client.dispose();
}

/** The mode of a single connection, by hand. */
async function reservations(url) {
  const token = await (await fetch(url, { method: 'PUT' })).text();
  check('a token', token.length >= 43, true);
  const headers = { 'x-graphql-event-stream-token': token };
  const begin = async (operationId) =>
    (await post(url, JSON.stringify({ query: 'subscription { count(to: 1000) }', extensions: { operationId } }), { accept: 'application/json', ...headers })).status;
  check('an operation before its stream', await begin('a'), 202);
  check('the same id', await begin('a'), 409);
  const leave = new AbortController();
  const stream = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal: leave.signal });
  check('the stream', [stream.status, stream.headers.get('content-type')], [200, 'text/event-stream; charset=utf-8']);
  check('opened again', (await fetch(`${url}?token=${token}`, { headers: { accept: 'text/event-stream' } })).status, 409);
  check('ended', (await fetch(`${url}?operationId=a`, { method: 'DELETE', headers })).status, 200);
  check('the id is free', await begin('a'), 202);
  leave.abort();
  let status = 202;
  for (let attempt = 0; attempt < 50 && status !== 404; attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    status = await begin(`b${attempt}`);
  }
  check('gone with its client', status, 404);
}

async function sockets(url) {
  const make = (more) => createSockets({ url, webSocketImpl: WebSocket, retryAttempts: 0, ...more });
  const client = make();
  check('socket: a subscription', counts(await results(client, 'subscription { count(to: 3) }')), [1, 2, 3]);
  check('socket: a query', await results(client, '{ goodbye }'), [{ data: { goodbye: 'Goodbye' } }]);
  const several = await Promise.all([2, 3, 4].map((to) => results(client, 'subscription($to: Int!) { count(to: $to) }', { to })));
  check('socket: several at once', several.map((all) => counts(all).length), [2, 3, 4]);
  check('socket: a validation error', (await results(client, '{ nothing }'))[0].message.includes('nothing'), true);
  check('socket: a panic', (await results(client, '{ panics }'))[0].message, 'Internal Server Error');
  for await (const { data } of client.iterate({ query: 'subscription { count(to: 1000) }' })) if (data.count === 2) break;
  let ponged = false;
  const pinging = make({ keepAlive: 20, on: { pong: (received) => (ponged ||= received) } });
  await results(pinging, 'subscription { count(to: 30) }');
  check('socket: ping and pong', ponged, true);
  await Promise.all([client.dispose(), pinging.dispose()]);

  const init = { type: 'connection_init' };
  const subscribe = (id, query = 'subscription { count(to: 1000) }') => ({ id, type: 'subscribe', payload: { query } });
  for (const [name, messages, code] of [
    ['no init', [subscribe('1')], 4401],
    ['two inits', [init, init], 4429],
    ['no JSON', ['{'], 4400],
    ['no object', ['7'], 4400],
    ['no type', [{}], 4400],
    ['an unknown type', [{ type: 'nothing' }], 4400],
    ['an init with a text', [{ ...init, payload: 'x' }], 4400],
    ['no id', [init, { type: 'subscribe', payload: { query: '{ goodbye }' } }], 4400],
    ['no query', [init, { id: '1', type: 'subscribe', payload: {} }], 4400],
    ['bytes', [init, Buffer.from('{}')], 4400],
    ['one id twice', [init, subscribe('1'), subscribe('1')], 4409],
    ['no message', [], 4408],
  ]) {
    check(`socket: ${name}`, (await raw(url, PROTOCOL, messages)).code, code);
  }
  check('socket: another protocol', (await raw(url, 'graphql-ws', [])).code, 4406);
  const many = [init, ...Array.from({ length: 101 }, (_, index) => subscribe(String(index)))];
  const { got } = await raw(url, PROTOCOL, [...many, '{']);
  check('socket: too many operations', got.filter((message) => message.type === 'error').map((message) => message.id), ['100']);
  const foreign = new WebSocket(url, PROTOCOL, { origin: 'https://evil.example' });
  const refused = await new Promise((resolve) => foreign.on('unexpected-response', (_, answer) => resolve(answer.statusCode)).on('error', () => {}));
  check('socket: a page of another site', refused, 403);
}

/** Sends messages, and returns those that came, and the code that closed the connection. */
const raw = (url, protocol, messages) =>
  new Promise((resolve) => {
    const got = [];
    // This client refuses a server that takes none of its protocols before that can say why.
    const socket = protocol === PROTOCOL ? new WebSocket(url, protocol) : new WebSocket(url, { headers: { 'sec-websocket-protocol': protocol } });
    socket.on('open', () => {
      for (const message of messages) socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
    });
    socket.on('message', (message) => got.push(JSON.parse(message)));
    socket.on('close', (code) => resolve({ code, got }));
    setTimeout(() => socket.terminate(), 10_000).unref();
  });
