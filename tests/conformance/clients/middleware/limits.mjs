// Rate limits: RFC 6585, section 4.

import { check } from '../check.mjs';
import { ask, pause, shown } from './exact.mjs';

export async function run(base) {
  const burst = async (count, options) => {
    const answers = await Promise.all(Array.from({ length: count }, (_, n) => ask(base, `/mw/limited?n=${n}`, options)));
    return answers.sort((a, b) => a.status - b.status);
  };
  const statuses = (answers) => answers.map(({ status }) => status).join();

  await pause(3000);
  const answers = await burst(8);
  check('eight at once', statuses(answers), '200,200,200,200,200,429,429,429');
  const refused = answers.at(-1);
  check('refused', shown(refused), 'problem 429');
  const wait = Number(refused.headers['retry-after']);
  check('Retry-After', wait === 1 || wait === 2, true);
  check('HEAD counts', (await ask(base, '/mw/limited', { method: 'HEAD' })).status, 429);
  check('another client', statuses(await burst(6, { local: '127.0.0.2' })), '200,200,200,200,200,429');
  check('another route', (await ask(base, '/mw/small')).status, 200);
  await pause(wait * 1000);
  check('after Retry-After', (await ask(base, '/mw/limited')).status, 200);
  await pause(2000);
  for (const path of ['/mw/limited/', '/mw/%6cimited', '/mw/limited?x']) {
    await pause(2000);
    await burst(5);
    const again = await ask(base, path);
    check(`the same route: ${path}`, [again.status, [1, 2].includes(Number(again.headers['retry-after']))], [429, true]);
  }
  await pause(2000);
  const mixed = await Promise.all(Array.from({ length: 8 }, (_, n) => ask(base, `/mw/limited?m=${n}`, { method: n % 2 ? 'HEAD' : 'GET' })));
  check('GET and HEAD together', mixed.map(({ status }) => status).sort().join(), '200,200,200,200,200,429,429,429');
  for (const { status, headers, body } of mixed.filter(({ status }) => status === 429)) {
    check('429: fields', [headers['content-type'], [1, 2].includes(Number(headers['retry-after']))], ['application/problem+json', true]);
  }
  check('other methods', [(await ask(base, '/mw/limited', { method: 'POST' })).status, (await ask(base, '/mw/limited', { method: 'OPTIONS' })).status], [405, 204]);
  // Refused ones do not count: asking on and on does not keep the door shut.
  const began = Date.now();
  let passed = 0;
  while (Date.now() - began < 4500) {
    passed += (await ask(base, '/mw/limited')).status === 200;
    await pause(50);
  }
  check('while it is asked on and on', passed >= 10 && passed <= 15, true);
  // What a client says of itself does not make it another one, unless a proxy says so.
  await pause(2000);
  const named = (n) => ({ headers: { 'x-forwarded-for': `192.0.2.${n}` } });
  const claims = await Promise.all(Array.from({ length: 8 }, (_, n) => ask(base, '/mw/limited', named(n))));
  const trusts = Boolean(process.env.PROXIES);
  check('claimed addresses', claims.filter(({ status }) => status === 200).length, trusts ? 8 : 5);
  if (trusts) {
    check('a client behind the proxy', statuses(await burst(7, named(99))), '200,200,200,200,200,429,429');
    const same = await ask(base, '/mw/limited', { headers: { forwarded: 'for="192.0.2.99:80"' } });
    check('by the other field', same.status, 429);
    const other = await burst(6, { ...named(98), local: '127.0.0.2' });
    check('another peer is no proxy', statuses(other), '200,200,200,200,200,429');
  }
  await pause(2000);
  check('after the period', statuses(await burst(6)), '200,200,200,200,200,429');
  await pause(2000);
}
