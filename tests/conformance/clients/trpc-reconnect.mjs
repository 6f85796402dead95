// tRPC: clients with `wsLink` that lose their connection, of Start and of the official adapter side by side. `BINARY` is the
// server's program, which is ended and started again at the same port.

import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import net from 'node:net';
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import { initTRPC, tracked } from '@trpc/server';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { WebSocket, WebSocketServer } from 'ws';

import { check } from './check.mjs';
import * as ten from './trpc10/ws.mjs';

const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const freePort = () => new Promise((done) => {
  const server = net.createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});

async function until(is, ms = 10_000) {
  for (const end = Date.now() + ms; Date.now() < end && !is();) await wait(10);
  return is();
}

/// The program, at a port.
async function start(port) {
  const server = spawn(process.env.BINARY, { env: { ...process.env, PORT: `${port}`, RUST_LOG: 'off' }, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise((done) => server.once('exit', done));
  let said = '';
  server.stdout.on('data', (text) => (said += text));
  await until(() => said.includes('docs at'));
  const end = (signal) => async () => {
    server.kill(signal);
    await ended;
  };
  return { stop: end('SIGTERM'), kill: end('SIGKILL') };
}

/// The official adapter with the same procedures, at a port.
async function startOfficial(port) {
  const t = initTRPC.create();
  const input = (value) => value ?? {};
  const router = t.router({
    hello: t.procedure.query(() => 'hello world'),
    slow: t.procedure.input(input).query(({ input }) => wait(input.ms).then(() => input.value)),
    counter: { increment: t.procedure.input(input).mutation(({ input }) => wait(300).then(() => ({ count: input.by }))) },
    sub: {
      tracked: t.procedure.input(input).subscription(async function* ({ input }) {
        const first = Number(input.lastEventId ?? 0) + 1;
        for (let n = first; n <= input.to; n += 1) {
          if (n > first) await wait(input.ms);
          yield tracked(`${n}`, { n });
        }
      }),
    },
  });
  const server = createServer();
  const wss = new WebSocketServer({ server, path: '/api/trpc' });
  const handler = applyWSSHandler({ wss, router });
  await new Promise((done) => server.listen(port, '127.0.0.1', done));
  const kill = () => new Promise((done) => {
    wss.clients.forEach((client) => client.terminate());
    wss.close();
    server.close(done);
    server.closeAllConnections();
  });
  const stop = async () => {
    handler.broadcastReconnectNotification();
    await wait(20);
    await kill();
  };
  return { stop, kill };
}

/// Passes connections on until it is told to cut them.
async function proxy(port) {
  const sockets = new Set();
  const server = net.createServer((client) => {
    const upstream = net.connect(port, '127.0.0.1');
    for (const [one, other] of [[client, upstream], [upstream, client]]) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => {});
      one.on('close', () => (sockets.delete(one), other.destroy()));
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const cut = () => sockets.forEach((socket) => socket.resetAndDestroy());
  return { port: server.address().port, cut, end: () => (cut(), server.close()) };
}

function connect(port, options) {
  const events = [];
  const socket = createWSClient({
    url: `ws://127.0.0.1:${port}/api/trpc`,
    WebSocket,
    retryDelayMs: () => 50,
    onOpen: () => events.push('open'),
    onClose: () => events.push('close'),
    ...options,
  });
  return { socket, events, client: createTRPCClient({ links: [wsLink({ client: socket })] }) };
}

function subscribe(client, input) {
  const seen = { ids: [], data: [], complete: false, errors: [] };
  client.sub.tracked.subscribe(input, {
    onData: ({ id, data }) => (seen.ids.push(id), seen.data.push(data.n)),
    onComplete: () => (seen.complete = true),
    onError: (error) => seen.errors.push(error.message),
  });
  return seen;
}

const settled = (call) => call.then((value) => value, (error) => error.message);
const all = Array.from({ length: 40 }, (_, at) => at + 1);

/// What a client sees: the same of both servers.
async function seen(start) {
  const said = {};
  const port = await freePort();
  let server = await start(port);
  const between = await proxy(port);
  {
    const { socket, client } = connect(between.port);
    const ticks = subscribe(client, { to: 40, ms: 10 });
    await until(() => ticks.data.length >= 10);
    const slow = settled(client.slow.query({ ms: 3000, value: 'late' }));
    const changed = settled(client.counter.increment.mutate({ by: 1 }));
    const quick = settled(client.slow.query({ ms: 0, value: 'quick' }));
    said.quick = await quick;
    await changed;
    const cut = settled(client.slow.query({ ms: 3000, value: 'late' }));
    await wait(50);
    between.cut();
    said.pending = [await slow, await cut];
    said.afterwards = await settled(client.hello.query());
    await until(() => ticks.complete);
    said.cut = [ticks.data, ticks.complete, ticks.errors];
    await socket.close();
  }
  for (const how of ['stop', 'kill']) {
    const { socket, client } = connect(port);
    const ticks = subscribe(client, { to: 40, ms: 20 });
    await until(() => ticks.data.length >= 10);
    await server[how]();
    await wait(200);
    server = await start(port);
    await until(() => ticks.complete);
    said[how] = [ticks.data, ticks.complete, ticks.errors, await settled(client.hello.query())];
    await socket.close();
  }
  {
    const { socket, client, events } = connect(between.port, { lazy: { enabled: true, closeMs: 50 } });
    await wait(100);
    const before = [...events];
    const hello = await settled(client.hello.query());
    await until(() => events.includes('close'));
    said.lazy = [before, hello, [...events], await settled(client.hello.query())];
    await socket.close();
  }
  {
    const { socket, client, events } = connect(between.port, { keepAlive: { enabled: true, intervalMs: 30, pongTimeoutMs: 500 } });
    await settled(client.hello.query());
    await wait(300);
    said.keepAlive = [...events];
    await socket.close();
  }
  said.ten = await ten.seen(between, wait, until);
  between.end();
  await server.kill();
  return said;
}

/// What is sent when the server stops: what has begun is answered first, and subscriptions are left to the next connection.
async function stopped(messages, expected) {
  const port = await freePort();
  const server = await start(port);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/trpc`);
  const heard = [];
  socket.on('message', (text) => heard.push(`${text}`));
  const closed = new Promise((done) => socket.once('close', done));
  await new Promise((done) => socket.once('open', done));
  messages.forEach(([id, method, path, input]) => socket.send(JSON.stringify({ id, method, params: { path, input } })));
  await wait(200);
  await server.stop();
  check('ws: a server that stops', [heard.filter((text) => !/"id":"s"/.test(text)), await closed], [['{"id":null,"method":"reconnect"}', ...expected], 1001]);
}

export async function run() {
  const [own, official] = [await seen(start), await seen(startOfficial)];
  check('ws: a cut connection', own.cut, [all, true, []]);
  check('ws: a server that was stopped and started', own.stop, [all, true, [], 'hello world']);
  check('ws: a server that was killed and started', own.kill, [all, true, [], 'hello world']);
  check('ws: a connection when it is needed', own.lazy, [[], 'hello world', ['open', 'close'], 'hello world']);
  check('ws: pings of the client', own.keepAlive, ['open']);
  for (const what of Object.keys(official)) check(`ws: ${what}, as the official adapter`, own[what], official[what]);
  await stopped([], []);
  await stopped([['s', 'subscription', 'sub.tracked', { to: 1000, ms: 10 }]], []);
  const slow = ['a', 'query', 'slow', { ms: 700, value: 'late' }];
  const answer = '{"id":"a","result":{"type":"data","data":"late"}}';
  await stopped([slow, ['s', 'subscription', 'sub.tracked', { to: 1000, ms: 10 }]], [answer]);
}
