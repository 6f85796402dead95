// CORS: `/mw/cors/`.

import { check } from '../check.mjs';
import { ask, isProblem } from './ask.mjs';

const names = ['allow-origin', 'allow-credentials', 'expose-headers', 'allow-methods', 'allow-headers', 'max-age', 'allow-private-network'];
const granted = (answer) => Object.fromEntries(
  names.map((name) => [name, answer.get(`access-control-${name}`)]).filter(([, value]) => value !== undefined));
const varies = (answer) => (answer.get('vary') ?? '').toLowerCase().split(/ *, */).includes('origin');
const json = ['content-type', 'application/json'];

export async function run(base) {
  const app = '/mw/cors/app';
  const good = ['https://app.example', 'https://a.trusted.example', 'https://a.b-1.trusted.example'];
  for (const origin of good) {
    const fields = { 'allow-origin': origin, 'allow-credentials': 'true', 'expose-headers': 'ETag' };
    const field = ['origin', origin];
    const cases = [
      ['GET', app, [], undefined, 200],
      ['HEAD', app, [], undefined, 200],
      ['PUT', app, [json], '{"n":1.5}', 200],
      ['PUT', app, [json], '{"n":', 400],
      ['PUT', app, [json], '{"n":"1"}', 422],
      ['DELETE', app, [], undefined, 204],
      ['GET', `${app}?fail=missing`, [], undefined, 404],
      ['GET', `${app}?fail=panic`, [], undefined, 500],
      ['POST', app, [], 'x', 405],
      ['GET', `${app}/nothing`, [], undefined, 404],
      ['GET', `${app}/nothing/below?x=1`, [], undefined, 404],
      ['OPTIONS', app, [], undefined, 204],
      ['GET', `${app}/`, [], undefined, 200],
      ['GET', '/mw/cors/%61pp', [], undefined, 200],
      ['GET', `${app}?fail=other`, [], undefined, 400],
      ['GET', `${app}/%FF`, [], undefined, 400],
      ['HEAD', `${app}?fail=missing`, [], undefined, 404],
      ['HEAD', `${app}?fail=panic`, [], undefined, 500],
      ['HEAD', `${app}/nothing`, [], undefined, 404],
      ['PATCH', app, [], 'x', 405],
      ['PROPFIND', app, [], undefined, 405],
      ['POST', `${app}/nothing`, [json], '{}', 404],
      ['PUT', app, [json], '{}', 422],
      ['PUT', app, [json], '[]', 422],
      ['PUT', app, [json], '{"n":null}', 422],
      ['PUT', app, [json], 'nonsense', 400],
      ['PUT', app, [json], '', 400],
      ['PUT', app, [['content-type', 'text/plain']], '{"n":1}', 415],
      ['PUT', app, [json], '{"n":-1e3}', 200],
      ['GET', app, [['if-none-match', '*']], undefined, 304],
      ['GET', app, [['access-control-request-method', 'PUT']], undefined, 200],
      ['GET', app, [['cookie', 'session=x']], undefined, 200],
      ['GET', app, [['accept-encoding', 'gzip']], undefined, 200],
      ['OPTIONS', `${app}/nothing`, [], undefined, 404],
    ];
    for (const [method, path, more, body, status] of cases) {
      const answer = await ask(base, method, path, [field, ...more], { body });
      const name = `${origin} ${method} ${path} ${body ?? ''}`;
      check(name, [answer.status, granted(answer), varies(answer)], [status, fields, true]);
      if (status >= 400 && method !== 'HEAD') check(`${name}, problem`, isProblem(answer, status), true);
      if (method === 'HEAD') check(`${name}, no body`, answer.text, '');
      if (status === 405) check(`${name}, Allow`, answer.get('allow'), 'GET, HEAD, PUT, DELETE, OPTIONS');
      check(`${name}, one line`, answer.pairs.filter(([known]) => known === 'access-control-allow-origin').length, 1);
    }
    const preflight = { 'allow-origin': origin, 'allow-credentials': 'true', 'allow-methods': 'GET, PUT, DELETE', 'allow-headers': 'x-token, content-type', 'max-age': '600' };
    for (const [method, headers] of [['GET'], ['PUT', 'content-type'], ['PATCH', 'x-evil'], ['DELETE', 'x-token,content-type'], ['get', '*'], ['*', '*'], ['', ''], ['TRACE'], ['put', 'X-TOKEN'], ['PUT', 'x-token, x-evil, authorization'], ['PUT', 'cookie']]) {
      const asked = [field, ['access-control-request-method', method], ['access-control-request-private-network', 'true']];
      if (headers !== undefined) asked.push(['access-control-request-headers', headers]);
      const answer = await ask(base, 'OPTIONS', app, asked);
      check(`preflight of ${origin} for ${method} ${headers}`, [answer.status, answer.text, granted(answer), varies(answer)], [204, '', preflight, true]);
      const below = await ask(base, 'OPTIONS', `${app}/nothing`, asked);
      check(`preflight below, of ${origin} for ${method}`, [below.status, granted(below)], [204, preflight]);
    }
  }
  const bad = ['null', 'https://evil.example', 'http://app.example', 'https://app.example:8443', 'https://trusted.example', 'https://.trusted.example',
    'https://a..trusted.example', 'http://a.trusted.example', 'https://a.trusted.example:8443', 'https://app.example.evil.example', 'https://APP.example', 'https://a_b.trusted.example', 'https://app.example/', 'https://app.example.', 'https://app.example:443', 'HTTPS://app.example',
    '//app.example', 'app.example', 'https://app.example, https://app.example', 'https://app.examplex', 'https://xapp.example', 'https://*.trusted.example', 'https://trusted.example.', 'https://a.trusted.example.',
    'https://a.trusted.example.evil.example', 'https://atrusted.example', 'https://evil.example/a.trusted.example', 'https://evil.example#a.trusted.example', 'https://evil.example?.trusted.example',
    'https://user@a.trusted.example', 'https://a.trusted.example:443', 'wss://a.trusted.example', 'https://a b.trusted.example', 'https://a%2e.trusted.example', 'https://\u00e9.trusted.example', '*', ''];
  for (const origin of [undefined, ...bad]) {
    const field = origin !== undefined ? [['origin', origin]] : [];
    for (const path of [app, `${app}?fail=panic`, `${app}/nothing`]) {
      const answer = await ask(base, 'GET', path, field);
      const status = path === app ? 200 : path.endsWith('nothing') ? 404 : 500;
      check(`${origin} GET ${path}`, [answer.status, granted(answer), varies(answer)], [status, {}, true]);
    }
    for (const [method, status] of [['HEAD', 200], ['DELETE', 204], ['POST', 405], ['OPTIONS', 204]]) {
      const answer = await ask(base, method, app, field);
      check(`${origin} ${method}`, [answer.status, granted(answer), varies(answer)], [status, {}, true]);
    }
    const answer = await ask(base, 'OPTIONS', app, [...field, ['access-control-request-method', 'PUT'], ['access-control-request-private-network', 'true']]);
    check(`preflight of ${origin}`, [answer.status, granted(answer), varies(answer)], [204, {}, true]);
  }
  const twice = await ask(base, 'GET', app, [['origin', good[0]], ['origin', good[0]]]);
  check('two origins', granted(twice), {});

  for (const [method, path, status] of [['HEAD', '/mw/cors/any', 200], ['POST', '/mw/cors/any', 405], ['PUT', '/mw/cors/any', 405], ['GET', '/mw/cors/any/nothing', 404]]) {
    const answer = await ask(base, method, path, [['origin', 'https://any.example'], ['cookie', 'a=b']]);
    check(`any: ${method} ${path}`, [answer.status, granted(answer)], [status, { 'allow-origin': '*' }]);
  }
  for (const origin of [undefined, 'null', 'https://any.example', 'https://app.example', 'nonsense']) {
    const answer = await ask(base, 'GET', '/mw/cors/any', origin ? [['origin', origin]] : []);
    check(`any: ${origin}`, [answer.json(), granted(answer)], [{ ok: true }, { 'allow-origin': '*' }]);
  }
  const preflight = await ask(base, 'OPTIONS', '/mw/cors/any', [['origin', 'null'], ['access-control-request-method', 'PUT']]);
  check('preflight for any', granted(preflight), { 'allow-origin': '*', 'allow-methods': 'GET, PUT, DELETE', 'allow-headers': 'content-type' });

  for (const [method, more] of [['GET', []], ['HEAD', []], ['POST', []], ['OPTIONS', []], ['OPTIONS', [['access-control-request-method', 'GET']]]]) {
    for (const origin of [...good, 'null']) {
      for (const path of ['/mw/cors/none', '/mw/cors/none/nothing']) {
        const answer = await ask(base, method, path, [['origin', origin], ...more]);
        check(`none: ${method} ${path} ${origin}`, granted(answer), {});
      }
    }
  }
  for (const path of ['/mw/cors/application', '/mw/cors/', '/mw/cors']) {
    const answer = await ask(base, 'GET', path, [['origin', good[0]]]);
    check(`beside: ${path}`, granted(answer), {});
  }
}
