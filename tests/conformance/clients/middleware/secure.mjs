// Headers that make browsers stricter: `/mw/secure`. PROXIES=1 says that the server trusts 127.0.0.1.

import { check } from '../check.mjs';
import { ask, isProblem } from './ask.mjs';

export async function run(base) {
  const trusts = Boolean(process.env.PROXIES);
  const path = '/mw/secure';
  for (const [method, query, status] of [['HEAD', '?fail=panic', 500], ['OPTIONS', '', 204], ['GET', '/nothing', 404], ['GET', '/', 200], ['GET', '/%FF', 400], ['GET', '?fail=other', 200], ['GET', '', 200], ['HEAD', '', 200], ['GET', '?fail=panic', 500], ['POST', '', 405]]) {
    const answer = await ask(base, method, path + query);
    const name = `${method} ${query}`;
    check(name, answer.status, status);
    if (status >= 400 && method !== 'HEAD') check(`${name}, problem`, isProblem(answer, status), true);
    check(`${name}, types`, answer.get('x-content-type-options'), 'nosniff');
    check(`${name}, referrer`, answer.get('referrer-policy'), 'strict-origin-when-cross-origin');
    check(`${name}, frames`, [answer.get('content-security-policy'), answer.get('x-frame-options')], ["frame-ancestors 'self'", 'SAMEORIGIN']);
    check(`${name}, windows`, answer.get('cross-origin-opener-policy'), 'same-origin');
    check(`${name}, others`, [answer.get('x-powered-by'), answer.get('strict-transport-security')], [undefined, undefined]);
  }
  const cases = [
    [['x-forwarded-proto', 'https'], true],
    [['x-forwarded-proto', 'http, https'], true],
    [['x-forwarded-proto', 'https, http'], false],
    [['forwarded', 'for=192.0.2.1;proto=https'], true],
    [['forwarded', 'proto=https, for=192.0.2.1;proto=http'], false],
    [['x-forwarded-ssl', 'on'], false],
    [['x-forwarded-proto', 'HTTPS'], true],
    [['x-forwarded-proto', 'https '], true],
    [['x-forwarded-proto', 'wss'], false],
    [['x-forwarded-proto', 'httpsx'], false],
    [['x-forwarded-proto', ''], false],
    [['x-forwarded-scheme', 'https'], false],
    [['front-end-https', 'on'], false],
    [['x-forwarded-port', '443'], false],
    [['forwarded', 'proto=https'], true],
    [['forwarded', 'Proto=HTTPS;for=192.0.2.1'], true],
    [['forwarded', 'proto="https"'], true],
    [['forwarded', 'for=192.0.2.1;proto=http, proto=https'], true],
    [['forwarded', 'proto=https, for=192.0.2.1'], false],
    [['forwarded', 'proto=http'], false],
    [['forwarded', 'by="proto=https"'], false],
    [['forwarded', 'for="x;proto=https"'], false],
    [['x-forwarded-for', '192.0.2.1'], false],
  ];
  for (const [field, isHttps] of cases) {
    for (const from of ['127.0.0.1', '127.0.0.2']) {
      const sent = (await ask(base, 'GET', path, [field], { from })).get('strict-transport-security');
      const expected = isHttps && trusts && from === '127.0.0.1';
      check(`${field} from ${from}`, sent, expected ? 'max-age=31536000' : undefined);
    }
  }
}
