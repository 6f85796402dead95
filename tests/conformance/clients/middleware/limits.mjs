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
  check('after the period', statuses(await burst(6)), '200,200,200,200,200,429');
  await pause(2000);
}
