// The room of the chat, in two tabs: what one says, both read once and in one order, whatever becomes of the connection.

import { spawn } from 'node:child_process';
import { createServer, connect } from 'node:net';
import { once } from 'node:events';
import { tab } from './tab.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const lines = (page) => page.locator('#messages .message').allTextContents();
const state = (page) => page.locator('#state').textContent();

async function start(program, port) {
  const child = spawn(program, ['serve', '--port', String(port), '--workers', '2'], { env: { ...process.env, RUST_LOG: 'off' } });
  const [text] = await once(child.stdout, 'data');
  return { child, port: Number(new URL(String(text).match(/http\S+/)[0]).port) };
}

async function stop({ child }) {
  const began = performance.now();
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  return { code, took: performance.now() - began };
}

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
  return { base: `http://127.0.0.1:${server.address().port}`, cut: () => sockets.forEach((socket) => socket.destroy()), close: () => (server.close(), sockets.forEach((socket) => socket.destroy())) };
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

export async function run(browser, program, check) {
  let server = await start(program, 0);
  const target = { port: server.port };
  const way = await wire(target);
  const [luna, harry] = [await tab(browser, way.base), await tab(browser, way.base)];
  await luna.page.goto('/?name=Luna');
  await until(async () => (await state(luna.page)) === 'connected');
  await harry.page.goto('/?name=Harry');
  const both = [luna.page, harry.page];
  const expected = [];
  const all = async (texts) => {
    const same = async () => (await Promise.all(both.map(lines))).every((seen) => JSON.stringify(seen) === JSON.stringify(texts));
    await until(same);
    return Promise.all(both.map(lines));
  };
  const present = async () => Promise.all(both.map((page) => page.locator('#present').textContent()));
  await until(async () => (await present()).every((text) => text === 'Harry, Luna'));
  check('both see who is there', await present(), ['Harry, Luna', 'Harry, Luna']);

  for (const [page, name, text] of [[luna.page, 'Luna', 'hello'], [harry.page, 'Harry', 'hi <b>there</b>'], [luna.page, 'Luna', 'é 🦉']]) {
    await say(page, text);
    expected.push(`${name}: ${text}`);
    check(`${text} is read by both`, await all(expected), [expected, expected]);
  }

  // The connections break again and again while both write.
  for (let round = 0; round < 5; round += 1) {
    for (const [page, name] of [[luna.page, 'Luna'], [harry.page, 'Harry']]) {
      way.cut();
      await say(page, `${name} in round ${round}`);
      expected.push(`${name}: ${name} in round ${round}`);
      if (!(await until(async () => (await lines(page)).length === expected.length))) break;
    }
  }
  check('nothing is lost or doubled by broken connections', await all(expected), [expected, expected]);
  check('nothing is missing', await luna.page.locator('.note').count(), 0);

  // Somebody who comes later reads what was said.
  const ron = await tab(browser, way.base);
  await ron.page.goto('/?name=Ron');
  await until(async () => (await lines(ron.page)).length === expected.length);
  check('the history', await lines(ron.page), expected);
  await until(async () => (await present()).every((text) => text === 'Harry, Luna, Ron'));
  await ron.context.close();
  check('one who leaves is gone within a second', await until(async () => (await present()).every((text) => text === 'Harry, Luna'), 2000), true);

  // The server is restarted under them, while they write.
  const stopped = await stop(server);
  check('open streams do not hold up the stop', [stopped.code, stopped.took < 2500], [0, true]);
  await say(luna.page, 'while it was down');
  expected.push('Luna: while it was down');
  await until(async () => (await state(luna.page)) !== 'connected');
  server = await start(program, target.port);
  check('written while it was down', await all(expected), [expected, expected]);
  await say(harry.page, 'and after');
  expected.push('Harry: and after');
  check('written after that', await all(expected), [expected, expected]);
  await until(async () => (await present()).every((text) => text === 'Harry, Luna'));
  check('both are there again', await present(), ['Harry, Luna', 'Harry, Luna']);
  for (const { errors, strays } of [luna, harry]) {
    check('nothing is asked of others', strays, []);
    check('no errors but those of broken connections', errors.filter((text) => !/net::ERR_|Failed to load resource/.test(text)), []);
  }
  await stop(server);
  way.close();
  await Promise.all([luna, harry].map(({ context }) => context.close()));
}
