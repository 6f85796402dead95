// The room of the chat: what one tab says, all read once and in one order, by an event stream or a WebSocket, whatever
// becomes of their connections, of the server, and of the Redis that several servers share.

import { spawn } from 'node:child_process';
import { createServer, connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { tab } from './tab.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const lines = (page) => page.locator('#messages .message').allTextContents();
const state = (page) => page.locator('#state').textContent();

const children = new Set();

// Starts a program, which does not outlive the run.
function launch(program, args, options) {
  const child = spawn(program, args, options);
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

// A free port for a program that has to be told one.
async function freePort() {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

async function start(program, port, env = {}) {
  const all = { ...process.env, RUST_LOG: 'off', ...env };
  if (!env.REDIS_URL) delete all.REDIS_URL;
  const child = launch(program, ['serve', '--port', String(port), '--workers', '2'], { env: all });
  const [text] = await once(child.stdout, 'data');
  return { child, port: Number(new URL(String(text).match(/http\S+/)[0]).port) };
}

async function startRedis(port) {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--loglevel', 'warning'];
  const child = launch(process.env.REDIS_SERVER ?? 'redis-server', args, { stdio: 'ignore', cwd: tmpdir() });
  const failed = once(child, 'error').then(([error]) => Promise.reject(error));
  const answers = () => new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => (socket.destroy(), resolve(true)));
    socket.on('error', () => resolve(false));
  });
  await Promise.race([failed, until(answers)]);
  return { child, port };
}

async function stop({ child }, signal = 'SIGTERM') {
  const began = performance.now();
  child.kill(signal);
  const [code] = await once(child, 'exit');
  return { code, took: performance.now() - began };
}

const wires = new Set();

// A way to the server that can be cut.
async function wire(target) {
  const sockets = new Set();
  const server = createServer((socket) => {
    const other = connect(target.port, '127.0.0.1');
    for (const [one, two] of [[socket, other], [other, socket]]) {
      sockets.add(one);
      one.on('error', () => two.destroy());
      one.on('close', () => (sockets.delete(one), two.destroy()));
      one.pipe(two);
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const cut = () => sockets.forEach((socket) => socket.destroy());
  const way = { base: `http://127.0.0.1:${server.address().port}`, cut, close: () => (wires.delete(way), server.close(), cut()) };
  wires.add(way);
  return way;
}

async function say(page, text) {
  await page.getByLabel('Message').fill(text);
  await page.keyboard.press('Enter');
}

async function until(happened, ms = 10000) {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    if (await happened()) return true;
    await pause(20);
  }
  return false;
}

// Tabs, each with a name, a way to the room, and a wire to its server.
async function open(browser, people) {
  const tabs = [];
  for (const { name, by, way } of people) {
    const one = await tab(browser, way.base);
    await one.page.goto(`/?name=${name}&by=${by}`);
    await until(async () => (await state(one.page)) === 'connected');
    tabs.push({ ...one, name });
  }
  return tabs;
}

// What all of them should have read so far, and whether they have.
function conversation(tabs) {
  const expected = [];
  const each = (read) => Promise.all(tabs.map(({ page }) => read(page)));
  return {
    each,
    expected,
    say: async (one, text) => (expected.push(`${one.name}: ${text}`), say(one.page, text)),
    read: async () => {
      const same = async () => (await each(lines)).every((seen) => JSON.stringify(seen) === JSON.stringify(expected));
      const has = await until(same);
      return has ? 'what was said' : await each(lines);
    },
    present: async (names) => {
      const there = () => each((page) => page.locator('#present').textContent());
      const has = await until(async () => (await there()).every((text) => text === names));
      return has ? names : await there();
    },
  };
}

function checkErrors(tabs, check) {
  for (const { errors, strays } of tabs) {
    check('nothing is asked of others', strays, []);
    // Connections broke, and answers were 503.
    const ours = errors.filter((text) => !/net::ERR_|Failed to load resource|^WebSocket connection to/.test(text));
    check('no errors but those of broken connections', ours, []);
  }
}

export async function run(browser, program, check) {
  try {
    for (const ways of [['sse', 'sse'], ['sse', 'ws'], ['ws', 'ws']]) {
      await oneServer(browser, program, ways, (name, ...rest) => check(`${ways.join(' and ')}: ${name}`, ...rest));
    }
    await twoServers(browser, program, (name, ...rest) => check(`over Redis: ${name}`, ...rest));
  } finally {
    // Where a check has thrown, they are still there, and would keep this program from ending.
    children.forEach((child) => child.kill('SIGKILL'));
    wires.forEach((way) => way.close());
  }
}

async function oneServer(browser, program, [one, two], check) {
  let server = await start(program, 0);
  const way = await wire(server);
  const tabs = await open(browser, [{ name: 'Luna', by: one, way }, { name: 'Harry', by: two, way }]);
  const [luna, harry] = tabs;
  const { each, expected, say, read, present } = conversation(tabs);
  check('both see who is there', await present('Harry, Luna'), 'Harry, Luna');

  for (const [who, text] of [[luna, 'hello'], [harry, 'hi <b>there</b>'], [luna, 'é 🦉']]) {
    await say(who, text);
    check(`${text} is read by both`, await read(), 'what was said');
  }

  // The connections break again and again while both write.
  for (let round = 0; round < 5; round += 1) {
    for (const who of tabs) {
      way.cut();
      await say(who, `round ${round}`);
      if (!(await until(async () => (await lines(luna.page)).length === expected.length))) break;
    }
  }
  check('nothing is lost or doubled by broken connections', await read(), 'what was said');
  check('nothing is missing', await each((page) => page.locator('.note').count()), [0, 0]);
  check('both are still there, once', await present('Harry, Luna'), 'Harry, Luna');

  // What cannot be sent is said to be refused, and does not hold up the rest.
  await each((page) => page.evaluate(() => document.getElementById('text').removeAttribute('maxlength')));
  for (const { page } of tabs) {
    await page.getByLabel('Message').fill('x'.repeat(2001));
    await page.keyboard.press('Enter');
  }
  const notes = () => each((page) => page.locator('.note').allTextContents());
  await until(async () => (await notes()).every((all) => all.length > 0));
  const refused = ['Not sent: a text of 2001 characters, where 1 to 2000 may be'];
  check('a message that is too long is refused', await notes(), [refused, refused]);

  // Somebody who comes later reads what was said.
  for (const by of new Set([one, two])) {
    const [ron] = await open(browser, [{ name: 'Ron', by, way }]);
    await until(async () => (await lines(ron.page)).length === expected.length);
    check('the history', await lines(ron.page), expected);
    check('one who comes is seen', await present('Harry, Luna, Ron'), 'Harry, Luna, Ron');
    await ron.context.close();
    const began = performance.now();
    await present('Harry, Luna');
    check('one who leaves is gone within two seconds', performance.now() - began < 2000, true);
  }

  // The server is restarted under them, while they write.
  const stopped = await stop(server);
  check('open connections do not hold up the stop', [stopped.code, stopped.took < 2500], [0, true]);
  await say(luna, 'while it was down');
  await until(async () => (await state(luna.page)) !== 'connected');
  server = await start(program, server.port);
  check('written while it was down', await read(), 'what was said');
  await say(harry, 'and after');
  check('written after that', await read(), 'what was said');
  check('both are there again', await present('Harry, Luna'), 'Harry, Luna');

  checkErrors(tabs, check);
  await stop(server);
  way.close();
  await Promise.all(tabs.map(({ context }) => context.close()));
}

// Two servers, and in each a tab by an event stream and one by a WebSocket.
async function twoServers(browser, program, check) {
  let redis = await startRedis(await freePort());
  const env = { REDIS_URL: `redis://127.0.0.1:${redis.port}` };
  const servers = [await start(program, 0, env), await start(program, 0, env)];
  const ways = [await wire(servers[0]), await wire(servers[1])];
  const tabs = await open(browser, [
    { name: 'Luna', by: 'sse', way: ways[0] },
    { name: 'Harry', by: 'ws', way: ways[1] },
    { name: 'Ron', by: 'ws', way: ways[0] },
    { name: 'Ginny', by: 'sse', way: ways[1] },
  ]);
  const { each, expected, say, read, present } = conversation(tabs);
  const everybody = 'Ginny, Harry, Luna, Ron';
  check('all see who is there', await present(everybody), everybody);
  for (const one of tabs) {
    await say(one, 'hello');
    check(`${one.name} is read by all`, await read(), 'what was said');
  }

  for (let round = 0; round < 3; round += 1) {
    for (const one of tabs) {
      ways[round % 2].cut();
      await say(one, `round ${round}`);
      await read();
    }
  }
  check('nothing is lost or doubled by broken connections', await read(), 'what was said');

  // Each server in turn is restarted, the second one without a warning, while those of the other go on.
  for (const [at, signal] of [[0, 'SIGTERM'], [1, 'SIGKILL']]) {
    const { port } = servers[at];
    await stop(servers[at], signal);
    // Luna and Ron are at the first server, Harry and Ginny at the second one.
    for (const one of at === 0 ? [tabs[1], tabs[3], tabs[1]] : [tabs[0], tabs[2], tabs[0]]) {
      await say(one, `while a server was down by ${signal}`);
      await until(async () => (await lines(one.page)).length === expected.length);
    }
    servers[at] = await start(program, port, env);
    check(`a server ended by ${signal} loses nothing`, await read(), 'what was said');
    for (const one of tabs) {
      await say(one, `after ${signal}`);
      await read();
    }
    check(`all write on after ${signal}`, await read(), 'what was said');
  }
  check('nothing is missing', await each((page) => page.locator('.note').count()), [0, 0, 0, 0]);
  check('all are there again', await present(everybody), everybody);

  // Redis is restarted, and has lost its memory. The connections to the pages stay.
  await stop(redis, 'SIGKILL');
  await say(tabs[0], 'while Redis was away');
  await pause(1000);
  check('all stay connected', await each(state), Array(4).fill('connected'));
  redis = await startRedis(redis.port);
  check('written while Redis was away', await read(), 'what was said');
  await say(tabs[1], 'and after');
  check('written after that', await read(), 'what was said');
  const notes = await each((page) => page.locator('.note').allTextContents());
  check('all learn that something may be missing', notes, Array(4).fill(['Something may be missing here.']));

  checkErrors(tabs, check);
  await Promise.all(tabs.map(({ context }) => context.close()));
  await Promise.all(servers.map((server) => stop(server)));
  ways.forEach((way) => way.close());
  await stop(redis);
}
