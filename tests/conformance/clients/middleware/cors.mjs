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
    ];
    for (const [method, path, more, body, status] of cases) {
      const answer = await ask(base, method, path, [field, ...more], { body });
      const name = `${origin} ${method} ${path} ${body ?? ''}`;
      check(name, [answer.status, granted(answer), varies(answer)], [status, fields, true]);
      if (status >= 400) check(`${name}, problem`, isProblem(answer, status), true);
    }
    const preflight = { 'allow-origin': origin, 'allow-credentials': 'true', 'allow-methods': 'GET, PUT, DELETE', 'allow-headers': 'x-token, content-type', 'max-age': '600' };
    for (const [method, headers] of [['GET'], ['PUT', 'content-type'], ['PATCH', 'x-evil'], ['DELETE', 'x-token,content-type'], ['get', '*']]) {
      const asked = [field, ['access-control-request-method', method], ['access-control-request-private-network', 'true']];
      if (headers) asked.push(['access-control-request-headers', headers]);
      const answer = await ask(base, 'OPTIONS', app, asked);
      check(`preflight of ${origin} for ${method} ${headers}`, [answer.status, answer.text, granted(answer), varies(answer)], [204, '', preflight, true]);
    }
  }
  const bad = ['null', 'https://evil.example', 'http://app.example', 'https://app.example:8443', 'https://trusted.example', 'https://.trusted.example',
    'https://a..trusted.example', 'http://a.trusted.example', 'https://a.trusted.example:8443', 'https://app.example.evil.example', 'https://APP.example', 'https://a_b.trusted.example'];
  for (const origin of [undefined, ...bad]) {
    const field = origin ? [['origin', origin]] : [];
    for (const path of [app, `${app}?fail=panic`, `${app}/nothing`]) {
      const answer = await ask(base, 'GET', path, field);
      check(`${origin} GET ${path}`, [granted(answer), varies(answer)], [{}, true]);
    }
    const answer = await ask(base, 'OPTIONS', app, [...field, ['access-control-request-method', 'PUT']]);
    check(`preflight of ${origin}`, [answer.status, granted(answer), varies(answer)], [204, {}, true]);
  }
  const twice = await ask(base, 'GET', app, [['origin', good[0]], ['origin', good[0]]]);
  check('two origins', granted(twice), {});

  for (const origin of [undefined, 'null', 'https://any.example']) {
    const answer = await ask(base, 'GET', '/mw/cors/any', origin ? [['origin', origin]] : []);
    check(`any: ${origin}`, [answer.json(), granted(answer)], [{ ok: true }, { 'allow-origin': '*' }]);
  }
  const preflight = await ask(base, 'OPTIONS', '/mw/cors/any', [['origin', 'null'], ['access-control-request-method', 'PUT']]);
  check('preflight for any', granted(preflight), { 'allow-origin': '*', 'allow-methods': 'GET, PUT, DELETE', 'allow-headers': 'content-type' });

  for (const [method, more] of [['GET', []], ['OPTIONS', [['access-control-request-method', 'GET']]]]) {
    const answer = await ask(base, method, '/mw/cors/none', [['origin', good[0]], ...more]);
    check(`none: ${method}`, granted(answer), {});
  }
  for (const path of ['/mw/cors/application', '/mw/cors/', '/mw/cors']) {
    const answer = await ask(base, 'GET', path, [['origin', good[0]]]);
    check(`beside: ${path}`, granted(answer), {});
  }
}
