// A login form with a session, its cookie as the browser sees it, and pages of other origins that try to use it.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { tab } from './tab.mjs';

const listening = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const answered = (page) => page.getByRole('alert').textContent();

/** Pages of another origin: an empty one, and one with a form that is sent to `target`. */
function pages(target) {
  return http.createServer((request, answer) => {
    const action = new URL(request.url, 'http://x').searchParams.get('action');
    answer.setHeader('content-type', 'text/html');
    answer.end(`<!doctype html><title>Another</title><link rel="icon" href="data:,">
      <form method="post" action="${target()}${action ?? '/'}"><input name="user" value="luna"><input name="password" value="radish"><button>Win</button></form>`);
  });
}

/** Starts the program. */
function program(binary, variables) {
  const child = spawn(binary, { env: { ...process.env, PORT: '0', RUST_LOG: 'off', ...variables }, stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((done, fail) => {
    let text = '';
    child.on('exit', () => fail(new Error(`the program did not start: ${text}`)));
    child.stdout.on('data', (data) => {
      text += data;
      const base = /Listening on (http\S+)/.exec(text)?.[1];
      if (base) done({ base, stop: () => child.kill() });
    });
  });
}

/** A proxy that speaks https, and says so. */
function proxy(base) {
  const folder = mkdtempSync(join(tmpdir(), 'start-proxy-'));
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1',
    '-subj', '/CN=127.0.0.1', '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const options = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return https.createServer(options, (request, answer) => {
    const headers = { ...request.headers, 'x-forwarded-proto': 'https', 'x-forwarded-for': request.socket.remoteAddress };
    const inner = http.request(base + request.url, { method: request.method, headers }, (response) => {
      answer.writeHead(response.statusCode, response.headers);
      response.pipe(answer);
    });
    request.pipe(inner);
  });
}

async function logIn(page, password = 'radish') {
  await page.goto('/');
  await page.getByLabel('Name').fill('luna');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

const greeting = (page) => page.getByText('You are logged in as luna.').waitFor();
const cookie = async (context) => (await context.cookies()).find(({ name }) => name === 'session');

async function logsIn(page, context, check) {
  await page.goto('/');
  check('a visitor has no cookie', await context.cookies(), []);
  await logIn(page, 'turnip');
  check('a wrong password', await answered(page), 'This is not the right name and password.');
  check('and no session', await cookie(context), undefined);
  await logIn(page);
  await greeting(page);
  check('the form leads back to the page', new URL(page.url()).pathname, '/');
  const { value, domain, path, httpOnly, secure, sameSite, expires } = await cookie(context);
  check('the cookie', { domain, path, httpOnly, secure, sameSite }, { domain: '127.0.0.1', path: '/', httpOnly: true, secure: false, sameSite: 'Lax' });
  const days = (expires - Date.now() / 1000) / 86_400;
  check('it lasts for the idle time', days > 6.9 && days <= 7, true);
  check('it is sealed', [/luna/.test(value), /luna/.test(Buffer.from(value, 'base64url').toString('latin1'))], [false, false]);
  check('no script sees it', await page.evaluate(() => document.cookie), '');
  await page.reload();
  await greeting(page);
  const other = await context.newPage();
  await other.goto('/');
  await greeting(other);
  await other.close();
  check('scripts of the page use it', await page.evaluate(async () => (await fetch('/api/me')).json()), { name: 'luna', motto: '' });
  const put = await page.evaluate(async () => (await fetch('/api/me', { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '"hoot"' })).status);
  check('and change it', [put, (await cookie(context)).value === value], [204, false]);
  // Whoever plants a cookie knows none that lasts: each login has a new one.
  const before = (await cookie(context)).value;
  await page.evaluate(async () => fetch('/login', { method: 'POST', body: new URLSearchParams({ user: 'luna', password: 'radish' }) }));
  check('each login is another session', (await cookie(context)).value === before, false);
}

/** A forged request, from a page of another port: a form, and scripts. */
async function isForged(page, context, base, evil, check) {
  const before = (await cookie(context)).value;
  for (const action of ['/logout', '/login']) {
    await page.goto(`${evil}/?action=${action}`);
    const [answer] = await Promise.all([page.waitForResponse(`${base}${action}`), page.getByRole('button', { name: 'Win' }).click()]);
    const headers = await answer.request().allHeaders();
    check(`${action}: the browser has sent the cookie`, /session=/.test(headers.cookie), true);
    check(`${action}: refused`, [answer.status(), answer.headers()['content-type']], [403, 'application/problem+json']);
  }
  await page.goto(evil);
  for (const [name, url, options] of [
    ['a simple POST', '/logout', { method: 'POST', mode: 'no-cors', credentials: 'include' }],
    ['one that is a form', '/login', { method: 'POST', mode: 'no-cors', credentials: 'include', body: 'x' }],
  ]) {
    const seen = page.waitForResponse(`${base}${url}`);
    await page.evaluate(([url, options]) => fetch(url, options), [base + url, options]);
    check(`${name}: refused`, (await seen).status(), 403);
  }
  check('nothing has changed', (await cookie(context)).value, before);
  await page.goto(base);
  await greeting(page);
}

/** What a script of another origin gets. */
const ask = (page, url, options) =>
  page.evaluate(async ([url, options]) => {
    try {
      const answer = await fetch(url, options);
      return [answer.status, await answer.text(), answer.headers.get('x-mood'), answer.headers.get('x-other')];
    } catch (error) {
      return error.name;
    }
  }, [url, options]);

async function isShared(page, base, front, evil, check) {
  const me = `${base}/api/me`;
  const json = { 'content-type': 'application/json' };
  const include = { credentials: 'include' };
  await page.goto(front);
  const luna = JSON.stringify({ name: 'luna', motto: 'fly' });
  check('allowed: a change, behind a preflight', await ask(page, me, { ...include, method: 'PUT', headers: json, body: '"fly"' }), [204, '', null, null]);
  check('allowed: an answer with the cookie', await ask(page, me, include), [200, luna, 'dreamy', null]);
  check('allowed: an error is read, too', (await ask(page, me, {}))[0], 401);
  check('allowed: what an argument refuses', (await ask(page, me, { ...include, method: 'PUT', headers: json, body: '{' }))[0], 400);
  check('allowed: a path of nothing', (await ask(page, `${base}/api/nothing`, include))[0], 404);
  check('a method that is not granted', await ask(page, me, { ...include, method: 'DELETE' }), 'TypeError');
  check('a header that is not granted', await ask(page, me, { ...include, headers: { 'x-own': '1' } }), 'TypeError');
  check('a path without CORS', await ask(page, `${base}/`, include), 'TypeError');
  await page.goto(evil);
  for (const [name, options] of [
    ['with the cookie', include],
    ['without it', { credentials: 'omit' }],
    ['a change', { ...include, method: 'PUT', headers: json, body: '"evil"' }],
    ['a change without a preflight', { ...include, method: 'POST', body: 'x' }],
  ]) {
    check(`another origin, ${name}`, await ask(page, me, options), 'TypeError');
  }
  await page.goto(front);
  check('nothing was changed', (await ask(page, me, include))[1], luna);
}

async function isSecure(browser, base, check) {
  const server = proxy(base);
  const origin = `https://127.0.0.1:${await listening(server)}`;
  const { context, page } = await tab(browser, origin, { ignoreHTTPSErrors: true });
  await logIn(page);
  await greeting(page);
  const { secure, httpOnly, sameSite } = await cookie(context);
  check('over https the cookie is Secure', { secure, httpOnly, sameSite }, { secure: true, httpOnly: true, sameSite: 'Lax' });
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByLabel('Password').waitFor();
  check('and deleted as such', await cookie(context), undefined);
  await context.close();
  server.close();
  server.closeAllConnections();
}

async function logsOut(page, context, check) {
  await page.goto('/');
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByLabel('Password').waitFor();
  check('the cookie is gone', await context.cookies(), []);
  check('and the session', await page.evaluate(async () => (await fetch('/api/me')).status), 401);
}

export async function run(browser, binary, check) {
  let base;
  const servers = [pages(() => base), pages(() => base)];
  const [front, evil] = (await Promise.all(servers.map(listening))).map((port) => `http://127.0.0.1:${port}`);
  const started = await program(binary, { FRONT_END: front, TRUSTED_PROXIES: '127.0.0.1' });
  base = started.base;
  try {
    const { context, page, errors } = await tab(browser, base);
    await logsIn(page, context, check);
    check('no errors in the console but the 401', errors.filter((text) => !/401/.test(text)), []);
    await isForged(page, context, base, evil, check);
    await isShared(page, base, front, evil, check);
    await isSecure(browser, base, check);
    await logsOut(page, context, check);
    await context.close();
  } finally {
    started.stop();
    for (const server of servers) server.close();
    for (const server of servers) server.closeAllConnections();
  }
}
