// CSRF: `/mw/csrf/transfer`.

import { check } from '../check.mjs';
import { ask, isProblem } from './ask.mjs';

export async function run(base) {
  const path = '/mw/csrf/transfer';
  const { host, hostname, port } = new URL(base);
  const moves = async () => (await ask(base, 'GET', path, [['cookie', 'sid=1'], ['sec-fetch-site', 'cross-site']])).json().moves;
  const sid = ['cookie', 'a=b; sid=1'];
  const site = (value) => ['sec-fetch-site', value];
  const origin = (value) => ['origin', value];
  const referer = (value) => ['referer', value];
  const cases = [
    [true],
    [true, site('cross-site'), origin('https://evil.example')],
    [true, ['cookie', 'SID=1; xsid=2']],
    [false, sid],
    [true, sid, site('same-origin')],
    [true, sid, site('none')],
    [false, sid, site('same-site')],
    [false, sid, site('cross-site')],
    [false, sid, site('cross-site'), origin(base)],
    [false, sid, site('nonsense')],
    [true, sid, site('same-origin'), origin('https://evil.example')],
    [true, sid, origin(base)],
    [true, sid, origin(base.replace('http', 'https'))],
    [false, sid, origin('null')],
    [false, sid, origin('null'), referer(`${base}/x`)],
    [false, sid, origin(`http://${hostname}`)],
    [false, sid, origin(`http://${hostname}:${Number(port) + 1}`)],
    [false, sid, origin(`http://${host}.evil.example`)],
    [false, sid, origin(`http://${host}@evil.example`)],
    [false, sid, origin('https://evil.example'), referer(`${base}/x`)],
    [true, sid, referer(`${base}/page?x=1`)],
    [false, sid, referer('https://evil.example/')],
    [false, sid, referer(`https://evil.example/${base}`)],
    [false, sid, origin('https://evil.example'), ['x-forwarded-host', 'evil.example']],
    [false, sid, ['x-http-method-override', 'GET']],
    [false, sid, ['content-type', 'application/json']],
    [false, ['cookie', 'a=b'], ['cookie', 'sid=']],
    [false, ['cookie', 'sid']],
  ];
  for (const [passes, ...fields] of cases) {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const before = await moves();
      const answer = await ask(base, method, path, fields, { body: method === 'POST' ? 'any' : undefined });
      const name = `${method} ${JSON.stringify(fields)}`;
      const moved = (await moves()) - before;
      check(name, [answer.status, moved], passes ? [200, 1] : [403, 0]);
      if (passes) check(`${name}, answer`, answer.json(), { moved: true });
      else check(`${name}, problem`, isProblem(answer, 403), true);
    }
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      const { status } = await ask(base, method, path, fields);
      check(`${method} ${JSON.stringify(fields)}`, status < 300, true);
    }
  }
}
