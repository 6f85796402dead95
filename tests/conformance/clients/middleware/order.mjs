// The order of middleware on the way in and on the way out.

import { check } from '../check.mjs';

export async function run(base) {
  const ask = async (path, method = 'GET') => {
    const answer = await fetch(`${base}/mw/order/${path}`, { method });
    const text = await answer.text();
    return {
      status: answer.status,
      type: answer.headers.get('content-type'),
      after: answer.headers.get('x-after'),
      json: text && JSON.parse(text),
      text,
    };
  };
  const ran = async () => (await ask('ran')).json.ran;

  for (const [path, names, after] of [
    ['a/b', ['app', 'outer', 'inner', 'route', 'handler'], 'route, inner, outer, app'],
    ['a/c', ['app', 'outer', 'inner', 'handler'], 'inner, outer, app'],
    ['d', ['app', 'outer', 'handler'], 'outer, app'],
    ['%61/%62', ['app', 'outer', 'inner', 'route', 'handler'], 'route, inner, outer, app'],
    ['a/b/', ['app', 'outer', 'inner', 'route', 'handler'], 'route, inner, outer, app'],
  ]) {
    const before = await ran();
    const answer = await ask(path);
    check(`${path}: status`, [answer.status, answer.type], [200, 'application/json']);
    check(`${path}: in`, answer.json, names);
    check(`${path}: out`, answer.after, after);
    const head = await ask(path, 'HEAD');
    check(`${path}: HEAD`, [head.status, head.after, head.text], [200, after, '']);
    check(`${path}: ran`, (await ran()) - before, 2);
  }

  for (const [method, path, status, after] of [
    ['GET', 'early', 418, 'app'],
    ['HEAD', 'early', 418, 'app'],
    ['POST', 'early', 418, 'app'],
    ['GET', 'nothing', 404, 'outer, app'],
    ['GET', 'a/nothing', 404, 'inner, outer, app'],
    ['HEAD', 'nothing', 404, 'outer, app'],
    ['GET', 'early/', 418, 'app'],
    ['GET', 'early?x=1', 418, 'app'],
    ['PUT', 'early', 418, 'app'],
    ['GET', 'a/b/nothing', 404, 'inner, outer, app'],
    ['GET', 'b', 404, 'outer, app'],
    ['DELETE', 'd', 405, 'outer, app'],
    ['HEAD', 'a/nothing', 404, 'inner, outer, app'],
    ['POST', 'a/b', 405, 'inner, outer, app'],
    ['GET', 'a/%FF', 400, 'inner, outer, app'],
  ]) {
    const before = await ran();
    const answer = await ask(path, method);
    check(`${method} ${path}: status`, [answer.status, answer.type], [status, 'application/problem+json']);
    check(`${method} ${path}: out`, answer.after, after);
    if (method !== 'HEAD') check(`${method} ${path}: problem`, answer.json.status, status);
    check(`${method} ${path}: no handler ran`, await ran(), before);
  }

  for (const path of ['a/error', 'a/panic']) {
    const before = await ran();
    const answer = await ask(path);
    check(`${path}: status`, [answer.status, answer.type, answer.json.status], [500, 'application/problem+json', 500]);
    check(`${path}: out`, answer.after, 'inner, outer, app');
    check(`${path}: no secret`, answer.text.includes('boom-secret'), false);
    check(`${path}: ran`, (await ran()) - before, 1);
    const head = await ask(path, 'HEAD');
    check(`${path}: HEAD`, [head.status, head.type, head.text, head.after], [500, 'application/problem+json', '', 'inner, outer, app']);
    check(`${path}: HEAD ran`, (await ran()) - before, 2);
  }
  check('ran: out', (await ask('ran')).after, 'outer, app');
  const packed = await fetch(`${base}/mw/order/a/b`, { headers: { 'if-none-match': '*' } });
  check('304', [packed.status, packed.headers.get('x-after')], [304, 'route, inner, outer, app']);
  const options = await ask('a/b', 'OPTIONS');
  check('OPTIONS', [options.status, options.after], [204, 'inner, outer, app']);

  const outside = await fetch(`${base}/api/hello`);
  check('outside: nothing is added', outside.headers.get('x-after'), null);

  // Many at once keep their lists apart.
  const paths = Array.from({ length: 60 }, (_, index) => ['a/b', 'a/c', 'd'][index % 3]);
  const answers = await Promise.all(paths.map((path) => ask(path)));
  check('at once', answers.map((answer) => answer.json.length), paths.map((path) => ({ 'a/b': 5, 'a/c': 4, d: 3 })[path]));
}
