// npm's oidc-provider, in a browser: as people sign in, with keys that change in between.

import Provider from 'oidc-provider';
import { exportJWK, generateKeyPair } from 'jose';
import { chromium } from 'playwright-core';

import { check } from '../conformance/clients/check.mjs';
import { freePort, start } from './auth.mjs';

/** What the provider remembers: outlives it, as a database would. */
function memory() {
  const known = new Map();
  const by = (name, value) => [...known.values()].find((entry) => entry[name] === value);
  return class {
    constructor(model) {
      this.key = (id) => `${model} ${id}`;
    }
    upsert = async (id, payload) => void known.set(this.key(id), payload);
    find = async (id) => known.get(this.key(id));
    findByUid = async (uid) => by('uid', uid);
    findByUserCode = async (code) => by('userCode', code);
    destroy = async (id) => void known.delete(this.key(id));
    consume = async (id) => void (known.get(this.key(id)).consumed = Math.floor(Date.now() / 1000));
    revokeByGrantId = async (grant) => known.forEach((entry, key) => entry.grantId === grant && known.delete(key));
  };
}

async function provider(port, base, kid, adapter) {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const oidc = new Provider(`http://127.0.0.1:${port}`, {
    clients: [{
      client_id: 'interop',
      client_secret: 'interop-secret',
      redirect_uris: [`${base}/api/auth/callback`],
      response_types: ['code'],
      grant_types: ['authorization_code'],
    }],
    adapter,
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' }] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.com`, email_verified: true, name: `${id} <Lovegood>` }),
    }),
    cookies: { keys: ['a key of the tests'] },
    pkce: { required: () => true },
  });
  const server = oidc.listen(port, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return server;
}

const close = (server) => new Promise((resolve) => {
  server.close(resolve);
  server.closeAllConnections();
});

/** Fills the forms that the provider shows. */
async function signIn(page, name) {
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.locator('button[type=submit]').click();
}

export async function run(program, executablePath) {
  const [port, own] = [await freePort(), await freePort()];
  const base = `http://127.0.0.1:${own}`;
  const adapter = memory();
  let server = await provider(port, base, 'first', adapter);
  const auth = await start(program, `http://127.0.0.1:${port}`, own);
  const args = ['--no-sandbox', '--headless', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const context = await browser.newContext({ baseURL: base });
    context.setDefaultTimeout(15000);
    const page = await context.newPage();
    const me = async () => {
      const answer = await context.request.get('/api/auth/me');
      return [answer.status(), answer.status() === 200 ? await answer.json() : null];
    };
    const callbacks = [];
    page.on('request', (request) => request.url().includes('/api/auth/callback') && callbacks.push(request.url()));

    await page.goto('/');
    check('nobody', await me(), [401, null]);
    await signIn(page, 'luna');
    await page.getByText('You are').waitFor();
    check('back at the page', page.url(), `${base}/`);
    check('the name is a text', await page.locator('strong').textContent(), 'luna <Lovegood>');
    check('me', await me(), [200, { sub: 'luna', email: 'luna@example.com', name: 'luna <Lovegood>' }]);
    const cookies = await context.cookies(base);
    const mine = cookies.filter((cookie) => ['signed-in', 'session'].includes(cookie.name));
    check('cookies', mine.map(({ httpOnly, sameSite }) => [httpOnly, sameSite]), [[true, 'Lax'], [true, 'Lax']]);
    check('no attempt is left', cookies.filter((cookie) => cookie.name.startsWith('sign-in-')), []);
    check('no script reads them', await page.evaluate('document.cookie'), '');

    const replayed = await page.goto(callbacks[0]);
    check('the callback once more', [replayed.status(), (await replayed.json()).status], [400, 400]);
    check('still signed in', (await me())[0], 200);

    await page.goto('/');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL((url) => url.port === String(port));
    check('at the provider', new URL(page.url()).pathname.startsWith('/session/end'), true);
    await page.locator('button[value=yes], button[name=logout]').first().click();
    check('nobody again', await me(), [401, null]);

    // Other keys, between the beginning of an attempt and its end.
    await page.goto('/');
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.locator('input[name=login]').waitFor();
    await close(server);
    server = await provider(port, base, 'second', adapter);
    await page.locator('input[name=login]').fill('neville');
    await page.locator('input[name=password]').fill('any');
    await page.locator('button[type=submit]').click();
    await page.locator('button[type=submit]').click();
    await page.getByText('You are').waitFor();
    check('the keys have changed', (await me())[1]?.sub, 'neville');

    // Two tabs of one browser.
    const other = await browser.newContext({ baseURL: base });
    other.setDefaultTimeout(15000);
    const [one, two] = [await other.newPage(), await other.newPage()];
    await Promise.all([one.goto('/'), two.goto('/')]);
    await one.getByRole('link', { name: 'Sign in' }).click();
    await one.locator('input[name=login]').waitFor();
    await signIn(two, 'ginny');
    await two.getByText('You are').waitFor();
    await one.reload();
    await one.getByText('You are').waitFor({ timeout: 8000 }).catch(async () => {
      await one.locator('input[name=login]').fill('ginny');
      await one.locator('input[name=password]').fill('any');
      await one.locator('button[type=submit]').click();
      await one.locator('button[type=submit]').click().catch(() => {});
      await one.getByText('You are').waitFor();
    });
    check('both tabs', await one.locator('strong').textContent(), 'ginny <Lovegood>');

    // Who says no at the provider comes back to a problem.
    const shy = await browser.newContext({ baseURL: base });
    shy.setDefaultTimeout(15000);
    const refusing = await shy.newPage();
    await refusing.goto('/');
    await refusing.getByRole('link', { name: 'Sign in' }).click();
    await refusing.locator('input[name=login]').waitFor();
    await auth.log();
    const [answer] = await Promise.all([
      refusing.waitForResponse((response) => response.url().includes('/api/auth/callback')),
      refusing.getByText('Cancel').click(),
    ]);
    check('cancelled', [answer.status(), /access_denied/.test(await auth.log())], [400, true]);
  } finally {
    await browser.close();
    auth.stop();
    await close(server);
  }
}
