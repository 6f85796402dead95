// Conditional requests: RFC 9110, section 13.

import { check } from '../check.mjs';
import { ask, shown, varies } from './exact.mjs';

export async function run(base) {
  const get = (path, headers, method = 'GET') => ask(base, path, { method, headers });
  const put = (body, headers) =>
    ask(base, '/mw/doc', { method: 'PUT', headers: { 'content-type': 'application/json', ...headers }, body });
  const text = (text) => JSON.stringify({ text });

  const first = await get('/mw/doc');
  const { etag, 'last-modified': modified } = first.headers;
  check('the document', [first.status, first.headers['cache-control'], varies(first, 'accept-encoding')], [200, 'no-cache', true]);
  check('validators', [/^"[^"]*"$/.test(etag), Number.isNaN(Date.parse(modified))], [true, false]);
  const before = new Date(Date.parse(modified) - 60_000).toUTCString();
  const after = new Date(Date.parse(modified) + 60_000).toUTCString();
  const [, day, month, year] = /(\d\d) (\w{3}) (\d{4})/.exec(after);
  const time = after.slice(17, 25);
  const weekday = new Date(after).toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' });
  const rfc850 = `${weekday}, ${day}-${month}-${year.slice(2)} ${time} GMT`;
  const asctime = `${weekday.slice(0, 3)} ${month} ${day.replace(/^0/, ' ')} ${time} ${year}`;
  for (const [headers, expected] of [
    [{ 'if-none-match': etag }, 304],
    [{ 'if-none-match': `W/${etag}` }, 304],
    [{ 'if-none-match': ['"x"', etag] }, 304],
    [{ 'if-none-match': `"x", ${etag} ,` }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"x"' }, 200],
    [{ 'if-none-match': '"x"', 'if-modified-since': after }, 200],
    [{ 'if-modified-since': after }, 304],
    [{ 'if-modified-since': modified }, 304],
    [{ 'if-modified-since': rfc850 }, 304],
    [{ 'if-modified-since': asctime }, 304],
    [{ 'if-modified-since': before }, 200],
    [{ 'if-modified-since': 'soon' }, 200],
    [{ 'if-match': etag }, 200],
    [{ 'if-match': '*' }, 200],
    [{ 'if-match': `W/${etag}` }, 'problem 412'],
    [{ 'if-match': '"x"' }, 'problem 412'],
    [{ 'if-match': '"x"', 'if-unmodified-since': after }, 'problem 412'],
    [{ 'if-match': etag, 'if-unmodified-since': before }, 200],
    [{ 'if-match': etag, 'if-none-match': etag }, 304],
    [{ 'if-unmodified-since': before }, 'problem 412'],
    [{ 'if-unmodified-since': after }, 200],
    [{ 'if-unmodified-since': 'never' }, 200],
  ]) {
    const answer = await get('/mw/doc', headers);
    check(`GET ${JSON.stringify(headers)}`, shown(answer), expected);
    const head = await get('/mw/doc', headers, 'HEAD');
    check(`HEAD ${JSON.stringify(headers)}`, [head.status, head.body.length], [answer.status, 0]);
    if (expected !== 304) continue;
    const { etag: tag, 'cache-control': cache } = answer.headers;
    check(`304 ${JSON.stringify(headers)}`, [answer.body.length, tag, cache], [0, etag, 'no-cache']);
    check('304: Vary', varies(answer, 'accept-encoding'), true);
  }

  for (const [headers, expected] of [
    [{ 'if-match': '"x"' }, 'problem 412'],
    [{ 'if-match': `W/${etag}` }, 'problem 412'],
    [{ 'if-none-match': '*' }, 'problem 412'],
    [{ 'if-none-match': etag }, 'problem 412'],
    [{ 'if-unmodified-since': before }, 'problem 412'],
  ]) {
    check(`PUT ${JSON.stringify(headers)}`, shown(await put(text('no'), headers)), expected);
  }
  check('nothing was changed', (await get('/mw/doc')).headers.etag, etag);
  check('not JSON', shown(await put('{')), 'problem 400');
  for (const wrong of ['{}', '[]', '{"text":1}', '"text"']) check(`shape ${wrong}`, shown(await put(wrong)), 'problem 422');

  const rivals = await Promise.all(Array.from({ length: 12 }, (_, n) => put(text(`rival ${n}`), { 'if-match': etag })));
  check('one of several wins', rivals.filter(({ status }) => status === 200).length, 1);
  check('the others are told', rivals.filter((answer) => shown(answer) === 'problem 412').length, 11);
  const second = await get('/mw/doc');
  check('the next revision', JSON.parse(second.body).rev, JSON.parse(first.body).rev + 1);
  const large = await put(text('x'.repeat(64 * 1024)), { 'if-match': second.headers.etag });
  check('64 KiB', [large.status, large.headers.etag !== second.headers.etag], [200, true]);

  for (const accept of ['gzip', 'br', 'zstd']) {
    const packed = await get('/mw/doc', { 'accept-encoding': accept });
    const tag = packed.headers.etag;
    check(`${accept}: weak`, [packed.headers['content-encoding'], tag], [accept, `W/${large.headers.etag}`]);
    const again = await get('/mw/doc', { 'accept-encoding': accept, 'if-none-match': tag });
    check(`${accept}: known`, [again.status, again.headers.etag, again.body.length], [304, tag, 0]);
    check(`${accept}: no If-Match`, shown(await put(text('no'), { 'if-match': tag })), 'problem 412');
  }
  await put(text('first'));

  const auto = await get('/mw/etag-auto?v=1');
  const tag = auto.headers.etag;
  check('automatic', [auto.status, typeof tag, JSON.parse(auto.body).list.length], [200, 'string', 50]);
  check('the same body', (await get('/mw/etag-auto?v=1')).headers.etag, tag);
  check('another body', (await get('/mw/etag-auto?v=2')).headers.etag === tag, false);
  const known = await get('/mw/etag-auto?v=1', { 'if-none-match': `"x", ${tag}` });
  check('automatic: known', [known.status, known.headers.etag, known.headers['cache-control']], [304, tag, 'public, max-age=60']);
  for (const wrong of ['a', '1.5', '']) {
    const refused = await get(`/mw/etag-auto?v=${wrong}`, { 'if-none-match': '*' });
    check(`automatic: ${wrong}`, [shown(refused), refused.headers.etag], ['problem 400', undefined]);
  }
}
