// The front end in a browser, against the program: a query, a mutation, and letters that arrive each once and in order,
// whatever becomes of the program meanwhile: by Server-Sent Events, by a WebSocket, and through Vite.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { tab } from '../browser/tab.mjs';
import { check, finish } from '../conformance/clients/check.mjs';

const [executablePath, program, web] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'start-'));
const children = new Set();
process.on('exit', () => {
  children.forEach((child) => child.kill('SIGKILL'));
  rmSync(folder, { recursive: true, force: true });
});

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(happened, ms = 20000) {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    if (await happened()) return true;
    await pause(20);
  }
  return false;
}

/** Starts a program, which does not outlive this one. */
function launch(command, args, options) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], ...options });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** Starts the program with the letters of a file. */
async function start(letters, port = 0) {
  const env = { ...process.env, RUST_LOG: 'off', LETTERS: letters, WEB: join(web, 'dist') };
  const child = launch(program, ['--port', String(port), '--workers', '2'], { env });
  const [text] = await once(child.stdout, 'data');
  return { child, port: Number(new URL(String(text).match(/http\S+/)[0]).port) };
}

async function stop({ child }, signal) {
  child.kill(signal);
  await once(child, 'exit');
}

async function freePort() {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/** The development server of Vite, which passes `/api` on. */
async function startVite(target) {
  const port = await freePort();
  const args = ['node_modules/vite/bin/vite.js', '--host', '127.0.0.1', '--port', String(port), '--strictPort', '--logLevel', 'silent'];
  const child = launch(process.execPath, args, { cwd: web, env: { ...process.env, PROGRAM: `http://127.0.0.1:${target}` } });
  const base = `http://127.0.0.1:${port}`;
  await until(() => fetch(base).then(({ ok }) => ok, () => false));
  return { child, base };
}

/** What a letter is on the page. */
const line = ({ id, sender, house, text }) => `${id}. ${sender} to ${house}: ${text}`;
const lines = (page) => page.locator('#letters li').allTextContents();
const state = (page) => page.locator('#state').textContent();
const kept = (file) => readFileSync(file, 'utf8').split('\n').filter(Boolean).map(JSON.parse);

/** Sends a letter beside the page. */
async function send(port, text) {
  const answer = await fetch(`http://127.0.0.1:${port}/api/trpc/letter.send`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ sender: 'Errol', house: 'hufflepuff', text }),
  }).catch(() => undefined);
  return answer?.ok ?? false;
}

/** Sends letters one after the other, whether the program is there or not, until it is told to end. */
function sending(port) {
  let ends = false;
  let sent = 0;
  const done = (async () => {
    for (let turn = 0; !ends; turn += 1) {
      if (await send(port, `turn ${turn}`)) sent += 1;
      await pause(10);
    }
    return sent;
  })();
  return { end: () => ((ends = true), done) };
}

// Connections broke, which `loggerLink` says as well, and Vite answered for a program that was down.
const isLoss = (text) => /net::ERR_|^Failed to load resource|^WebSocket connection to|^%c << subscription /.test(text);

async function letters(browser, { by, through }, check) {
  const file = join(folder, `${by}-${through}.jsonl`);
  let server = await start(file);
  const vite = through === 'vite' ? await startVite(server.port) : undefined;
  const base = vite?.base ?? `http://127.0.0.1:${server.port}`;
  const { context, page, errors, strays } = await tab(browser, base);
  // How often the program has asked a socket's client to connect again.
  let sentAway = 0;
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => (sentAway += /"method":"reconnect"/.test(payload))));
  const query = by === 'ws' ? '/?by=ws' : '/';
  await page.goto(query);
  check('connected', await until(async () => (await state(page)) === 'connected'), true);
  check('a query', await page.locator('#greeting').textContent(), 'hello owl');

  const write = async (sender, house, text) => {
    await page.getByLabel('From').fill(sender);
    await page.getByLabel('To the table of').selectOption(house);
    await page.getByLabel('Letter', { exact: true }).fill(text);
    await page.keyboard.press('Enter');
  };
  await write('Luna', 'ravenclaw', 'hello <b>there</b> 🦉');
  await page.locator('#letters li').first().waitFor();
  check('a mutation, and its letter arrives', await lines(page), ['1. Luna to ravenclaw: hello <b>there</b> 🦉']);
  await write('Luna', 'ravenclaw', 'x'.repeat(2001));
  await page.locator('#refused:not(:empty)').waitFor();
  check('what is refused is said', await page.locator('#refused').textContent(), 'text: length is greater than 2000');

  // The program is ended, with a warning and without, and starts again, while letters are sent.
  const senders = sending(server.port);
  for (const signal of ['SIGTERM', 'SIGKILL', 'SIGTERM']) {
    await pause(300);
    await stop(server, signal);
    check(`${signal} is noticed`, await until(async () => (await state(page)) === 'connecting …'), true);
    server = await start(file, server.port);
    check(`connected after ${signal}`, await until(async () => (await state(page)) === 'connected'), true);
  }
  await pause(300);
  const sent = await senders.end();
  // A letter whose answer was lost may be there as well.
  check('letters were sent', sent > 50 && kept(file).length > sent, true);
  await write('Luna', 'slytherin', 'the last one');
  await until(async () => (await lines(page)).length >= kept(file).length && kept(file).at(-1).text === 'the last one');
  await pause(200);
  const expected = kept(file).map(line);
  check('each letter arrives once, and in order', await lines(page), expected);
  check('their numbers have no gap', kept(file).every(({ id }, index) => id === index + 1), true);

  // Who comes later sees the last fifty, and then goes on.
  await page.reload();
  await until(async () => (await state(page)) === 'connected');
  await send(server.port, 'one more');
  await until(async () => (await lines(page)).length > 50);
  check('a tab that comes later', await lines(page), kept(file).slice(-51).map(line));

  // While a program is ending, it lets no socket in, so the client waits for the next one.
  check('once for each SIGTERM', sentAway, by === 'ws' ? 2 : 0);
  check('nothing is asked of others', strays.filter((url) => new URL(url).host !== new URL(base).host), []);
  const others = errors.filter((text) => !isLoss(text));
  check('the refusal is logged', others.map((text) => text.match(/^%c << (mutation) .*(length is greater than 2000)/s)?.slice(1)), [['mutation', 'length is greater than 2000']]);
  await context.close();
  if (vite) await stop(vite, 'SIGTERM');
  await stop(server, 'SIGTERM');
}

/** The client of the documentation, in both versions. */
async function documented(browser) {
  const server = await start(join(folder, 'documented.jsonl'));
  for (const [path, url] of [['/hello/', '/api/trpc/hello'], ['/hello10/', '/api/trpc10/hello']]) {
    const { context, page, errors } = await tab(browser, `http://127.0.0.1:${server.port}`);
    const logged = [];
    const asked = [];
    page.on('console', (message) => logged.push(message.text().replace(/^%c | %c|%O|\{.*/g, '').trim()));
    page.on('request', (request) => asked.push(new URL(request.url())));
    await page.goto(path);
    await page.locator('#greeting:not(:empty)').waitFor();
    check(`${path} says hello`, await page.locator('#greeting').textContent(), 'hello owl');
    const call = asked.find(({ pathname }) => pathname.startsWith('/api/'));
    check(`${path} asks in a batch`, [call.pathname, call.search], [url, `?batch=1&input=${encodeURIComponent('{"0":"owl"}')}`]);
    check(`${path} logs the call`, logged.length, 2);
    check(`${path} has no errors`, errors, []);
    await context.close();
  }
  await stop(server, 'SIGTERM');
}

const args = ['--no-sandbox', '--headless', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const browser = await chromium.launch({ executablePath, args });
try {
  await documented(browser);
  for (const through of ['', 'vite']) {
    for (const by of ['sse', 'ws']) {
      const way = through ? `${by} through ${through}` : by;
      await letters(browser, { by, through }, (name, ...rest) => check(`${way}: ${name}`, ...rest));
    }
  }
} catch (error) {
  check('the run to its end', error.stack, undefined);
} finally {
  await browser.close();
}
finish();
