// Sessions and cookies, by the clients and servers that they are shared with: h3, iron-webcrypto, tough-cookie.

import { parseSetCookie } from 'cookie';
import * as h3 from 'h3';
import * as iron from 'iron-webcrypto';
import { CookieJar } from 'tough-cookie';

import { check } from './check.mjs';

const password = 'interop-password-interop-password-32';
const config = { password, name: 'session' };
const session = (more) => ({ id: 'id-of-h3', createdAt: Date.now(), data: { user: 'luna', 'größe': [1, null] }, ...more });
const sealed = (value, more) => h3.sealSession({ context: { sessions: { session: value } } }, { ...config, ...more });
const rounds = (iterations) => ({
  ...iron.defaults,
  encryption: { ...iron.defaults.encryption, iterations },
  integrity: { ...iron.defaults.integrity, iterations },
});

/** A browser. */
class Browser {
  jar = new CookieJar();

  constructor(base) {
    this.base = base;
  }

  async ask(method, path, body) {
    const cookie = await this.jar.getCookieString(this.base + path);
    const headers = { ...(cookie && { cookie }), ...(body && { 'content-type': 'application/json' }) };
    const answer = await fetch(this.base + path, { method, headers, body: body && JSON.stringify(body) });
    for (const set of answer.headers.getSetCookie()) await this.jar.setCookie(set, this.base + path, { ignoreError: true });
    const text = await answer.text();
    return { status: answer.status, set: answer.headers.getSetCookie(), json: text && JSON.parse(text) };
  }

  async value(name) {
    return (await this.jar.getCookies(this.base)).find((cookie) => cookie.key === name)?.value;
  }
}

export async function run(base) {
  const read = async (cookie) => {
    const answer = await fetch(`${base}/api/session`, { headers: { cookie } });
    return [answer.status, await answer.json()];
  };

  const browser = new Browser(base);
  check('an empty session', (await browser.ask('GET', '/api/session')).json, {});
  const set = await browser.ask('POST', '/api/session', { user: 'luna', n: 1 });
  check('an update', [set.status, set.json, set.set.length], [200, { user: 'luna', n: 1 }, 1]);
  const { httpOnly, sameSite, path, secure } = parseSetCookie(set.set[0]);
  check('attributes', [httpOnly, sameSite, path, secure], [true, 'lax', '/', undefined]);
  check('read back', (await browser.ask('GET', '/api/session')).json, { user: 'luna', n: 1 });
  check('merged', (await browser.ask('POST', '/api/session', { n: 2 })).json, { user: 'luna', n: 2 });
  check('no change, no cookie', (await browser.ask('POST', '/api/session', { n: 2 })).set, []);
  if (process.env.REDIS) {
    check('an id of 256 bits', /^[\w-]{43}$/.test(await browser.value('session')), true);
  } else {
    const ours = await h3.unsealSession({ context: {} }, config, await browser.value('session'));
    check('h3 opens it', [ours.data, typeof ours.id, typeof ours.createdAt], [{ user: 'luna', n: 2 }, 'string', 'number']);
    const opened = await iron.unseal(await browser.value('session'), password, iron.defaults);
    check('iron-webcrypto opens it', opened.data, { user: 'luna', n: 2 });
  }
  check('cleared', [(await browser.ask('DELETE', '/api/session')).status, await browser.value('session')], [204, undefined]);

  const { data } = session();
  const good = {
    h3: await sealed(session()),
    'h3 with an end': await sealed(session(), { maxAge: 3600 }),
    'iron-webcrypto with the id of a password': await iron.seal(session(), { id: 'old', secret: password }, iron.defaults),
    '8192 rounds': await iron.seal(session(), password, rounds(8192)),
  };
  for (const [name, value] of Object.entries(good)) check(name, await read(`session=${value}`), [200, data]);
  const bad = {
    'another password': await sealed(session(), { password: 'y'.repeat(40) }),
    'another number of rounds': await iron.seal(session(), password, rounds(7)),
    'another cipher': await iron.seal(session(), password, {
      ...iron.defaults,
      encryption: { ...iron.defaults.encryption, algorithm: 'aes-128-ctr' },
    }),
    'began too long ago': await sealed(session({ createdAt: Date.now() - 7200e3 })),
    'no session': await iron.seal('luna', password, iron.defaults),
    'a byte more': `${good.h3}A`,
    'a byte less': good.h3.slice(0, -1),
    'moved end': good.h3.replace(/\*\*([0-9a-f]{64}\*[\w-]+)$/, `*${Date.now() + 1e6}*$1`),
    'long garbage': `Fe26.2*${'*'.repeat(6)}${'x'.repeat(8000)}`,
  };
  for (const [name, value] of Object.entries(bad)) check(name, await read(`session=${value}`), [200, {}]);
  const over = await sealed(session(), { maxAge: 3600, seal: { ttl: 1 } });
  check('an end that has passed', await read(`session=${over}`), [200, {}]);

  const cookie = async (body) => {
    const answer = await fetch(`${base}/api/set-cookie`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return [answer.status, answer.headers.getSetCookie()];
  };
  check('an attribute of each kind', (await cookie({
    name: '__Secure-a',
    value: 'ü; =',
    options: { path: '/x', domain: 'example.com', secure: true, httpOnly: true, sameSite: 'none', maxAge: 60, partitioned: true },
  }))[1], ['__Secure-a=%C3%BC%3B%20%3D; HttpOnly; SameSite=None; Secure; Path=/x; Domain=example.com; Max-Age=60; Partitioned']);
  for (const refused of [
    { name: '', value: '1' },
    { name: 'a b', value: '1' },
    { name: 'a\r\nX-Evil: 1', value: '1' },
    { name: 'a', value: '1', options: { path: '/\r\nX-Evil: 1' } },
    { name: 'a', value: '1', options: { domain: 'a;b' } },
    { name: '__Host-a', value: '1', options: { secure: true, domain: 'example.com' } },
    { name: 'a', value: '1', options: { sameSite: 'none', secure: false } },
    { name: 'a', value: '1', options: { expires: 'tomorrow' } },
    { name: 'a', value: 'x'.repeat(5000) },
  ]) {
    check(`refused: ${JSON.stringify(refused).slice(0, 90)}`, await cookie(refused), [422, []]);
  }
}
