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
    [false, ['cookie', ' sid = 1 ']],
    [false, ['cookie', 'a=b;sid=1;c=d']],
    [false, ['cookie', 'sid=1; sid=2']],
    [false, ['cookie', ';;sid=1']],
    [true, ['cookie', 'sid2=1; sidx; asid=1; s=sid; Sid=1']],
    [true, ['cookie', '']],
    [true, ['x-cookie', 'sid=1']],
    [false, sid, site('')],
    [false, sid, site('Same-Origin')],
    [false, sid, site('same-origin, none')],
    [false, sid, site('same-site'), referer(`${base}/x`)],
    [true, sid, site('same-origin'), origin('null')],
    [true, sid, site('none'), referer('https://evil.example/')],
    [false, sid, origin('')],
    [false, sid, origin('', ), referer(`${base}/x`)],
    [true, sid, origin(base.replace('http', 'HTTP'))],
    [false, sid, origin(`${base}.`)],
    [false, sid, origin(host)],
    [false, sid, origin(`//${host}`)],
    [false, sid, origin(`ftp://${host}`)],
    [false, sid, origin(`http://evil.example#${host}`)],
    [false, sid, origin(`http://evil.example?${host}`)],
    [false, sid, origin(`http://evil.example, ${base}`)],
    [false, sid, origin(`${base}, http://evil.example`)],
    [false, sid, origin(base), origin('https://evil.example')],
    [false, sid, origin(`http://localhost:${port}`)],
    [true, sid, origin(base), referer('https://evil.example/')],
    [true, sid, referer(base)],
    [true, sid, referer(`${base}?next=https://evil.example/`)],
    [true, sid, referer(`${base}#x`)],
    [true, sid, referer(`https://${host}/`)],
    [false, sid, referer('')],
    [false, sid, referer('/x')],
    [false, sid, referer(host)],
    [false, sid, referer('about:blank')],
    [false, sid, referer(`http://${hostname}/`)],
    [false, sid, referer(`http://${hostname}:${Number(port) + 1}/`)],
    [false, sid, referer(`http://${host}.evil.example/`)],
    [false, sid, referer(`http://${host}@evil.example/`)],
    [false, sid, referer(`http://evil.example/?${base}`)],
    [false, sid, ['x-requested-with', 'XMLHttpRequest']],
    [false, sid, ['x-csrf-token', '1']],
    [false, sid, ['content-type', 'text/plain']],
    [false, sid, ['authorization', 'Bearer x']],
    [false, sid, ['x-forwarded-proto', 'https'], ['forwarded', `host=evil.example`], origin('https://evil.example')],
    [false, sid, ['x-http-method', 'GET'], ['x-method-override', 'OPTIONS'], ['x-http-method-override', 'HEAD']],
    [true, sid, ['host', 'a.example'], origin('https://a.example')],
    [true, sid, ['host', 'A.Example'], origin('https://a.example')],
    [true, sid, ['host', 'a.example'], origin('http://a.example:80')],
    [true, sid, ['host', 'a.example:443'], origin('https://a.example')],
    [false, sid, ['host', 'a.example'], origin('https://a.example:8443')],
    [false, sid, ['host', 'a.example:8443'], origin('https://a.example')],
    [false, sid, ['host', 'a.example'], origin(base)],
    [true, sid, ['host', '[::1]:3000'], origin('http://[::1]:3000')],
    [false, sid, ['host', '[::1]:3000'], origin('http://[::2]:3000')],
    [false, ['cookie', 'sid']],
  ];
  for (const [passes, ...fields] of cases) {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const before = await moves();
      const answer = await ask(base, method, path, fields, { body: method === 'POST' ? 'any' : method === 'PUT' ? '{"a":' : undefined });
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
  // A body, whatever it is and whether it is read, changes nothing.
  const large = 'x'.repeat(3_000_000);
  for (const [passes, ...fields] of [[true], [true, sid, site('same-origin')], [false, sid, site('cross-site')]]) {
    for (const type of ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', 'application/octet-stream']) {
      for (const body of ['', 'x', large]) {
        const before = await moves();
        const answer = await ask(base, 'POST', path, [...fields, ['content-type', type]], { body });
        check(`${type}, ${body.length} bytes, ${JSON.stringify(fields)}`, [answer.status, (await moves()) - before], passes ? [200, 1] : [403, 0]);
      }
    }
  }
  // Neither does the form of the path.
  for (const form of [`${path}/`, `${path}?x=1`, '/mw/csrf/%74ransfer']) {
    const before = await moves();
    const answer = await ask(base, 'POST', form, [sid, site('cross-site')]);
    check(form, [answer.status, (await moves()) - before], [403, 0]);
  }
  const many = await Promise.all(Array.from({ length: 40 }, (_, n) => ask(base, 'POST', path, n % 2 ? [sid, site('cross-site')] : [sid, site('same-origin')])));
  check('at once', many.map(({ status }) => status), many.map((_, n) => (n % 2 ? 403 : 200)));
}
