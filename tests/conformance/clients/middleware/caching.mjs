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
    [{ 'if-none-match': ['"x"', '*'] }, 304],
    [{ 'if-none-match': `"a,b",W/${etag}` }, 304],
    [{ 'if-none-match': `, ,${etag}` }, 304],
    [{ 'if-none-match': etag.slice(1, -1) }, 200],
    [{ 'if-none-match': `w/${etag}` }, 200],
    [{ 'if-none-match': '' }, 200],
    [{ 'if-none-match': '"*"' }, 200],
    [{ 'if-none-match': '', 'if-modified-since': after }, 200],
    [{ 'if-none-match': etag, 'if-modified-since': before }, 304],
    [{ 'if-none-match': '"x"' }, 200],
    [{ 'if-none-match': '"x"', 'if-modified-since': after }, 200],
    [{ 'if-modified-since': after }, 304],
    [{ 'if-modified-since': modified }, 304],
    [{ 'if-modified-since': rfc850 }, 304],
    [{ 'if-modified-since': asctime }, 304],
    [{ 'if-modified-since': before }, 200],
    [{ 'if-modified-since': 'soon' }, 200],
    [{ 'if-modified-since': '' }, 200],
    [{ 'if-modified-since': after.replace('GMT', '+0000') }, 200],
    [{ 'if-modified-since': after.replace('GMT', 'EST') }, 200],
    [{ 'if-modified-since': new Date(after).toISOString() }, 200],
    [{ 'if-modified-since': String(Date.parse(after) / 1000) }, 200],
    [{ 'if-unmodified-since': rfc850.replace(weekday, 'Noday') }, 200],
    [{ 'if-unmodified-since': before.replace('GMT', 'UT') }, 200],
    [{ 'if-match': `W/${etag}, ${etag}` }, 200],
    [{ 'if-match': ['"x"', etag] }, 200],
    [{ 'if-match': ['"x"', '*'] }, 200],
    [{ 'if-match': `"a,b" , ${etag}` }, 200],
    [{ 'if-match': '' }, 'problem 412'],
    [{ 'if-match': etag.slice(1, -1) }, 'problem 412'],
    [{ 'if-match': '"x"', 'if-none-match': etag }, 'problem 412'],
    [{ 'if-match': '*', 'if-modified-since': after }, 304],
    [{ 'if-unmodified-since': before, 'if-none-match': etag }, 'problem 412'],
    [{ 'if-unmodified-since': after, 'if-none-match': etag }, 304],
    [{ range: 'bytes=0-3' }, 200],
    [{ range: 'bytes=0-3', 'if-range': etag }, 200],
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
    const fields = ({ headers }) => ['etag', 'last-modified', 'cache-control', 'content-type', 'content-length', 'vary'].map((name) => headers[name]);
    check(`HEAD ${JSON.stringify(headers)}: fields`, fields(head), fields(answer));
    check(`${JSON.stringify(headers)}: Vary`, varies(answer, 'accept-encoding'), true);
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
    [{ 'if-match': ['"x"', '"y"'] }, 'problem 412'],
    [{ 'if-match': etag, 'if-none-match': etag }, 'problem 412'],
    [{ 'if-match': etag, 'if-none-match': '*' }, 'problem 412'],
    [{ 'if-none-match': ['"x"', `W/${etag}`] }, 'problem 412'],
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

  check('more than 64 KiB', [413, 422].includes((await put(text('x'.repeat(64 * 1024 + 1)))).status), true);
  for (const [condition, value] of [
    ['if-match', (etag) => `"x", W/"y", ${etag}`],
    ['if-match', (etag) => ['"x"', etag]],
    ['if-match', () => '*'],
    ['if-none-match', () => '"x"'],
    ['if-none-match', () => '"x", "y"'],
    ['if-modified-since', () => after],
    ['if-unmodified-since', () => new Date(Date.now() + 60_000).toUTCString()],
    ['if-unmodified-since', () => 'never'],
    ['range', () => 'bytes=0-3'],
  ]) {
    const now = await get('/mw/doc');
    const changed = await put(text('x'.repeat(64 * 1024)), { [condition]: value(now.headers.etag) });
    check(`PUT ${condition} ${value('E')}`, [changed.status, changed.headers.etag === now.headers.etag], [200, false]);
    check('PUT: Last-Modified', Number.isNaN(Date.parse(changed.headers['last-modified'])), false);
    check('the ETag of the answer', (await get('/mw/doc')).headers.etag, changed.headers.etag);
  }
  for (const method of ['POST', 'DELETE', 'PATCH']) {
    const answer = await get('/mw/doc', {}, method);
    check(`${method}`, [shown(answer), answer.headers.allow], ['problem 405', 'GET, HEAD, PUT, OPTIONS']);
  }
  large.headers.etag = (await get('/mw/doc')).headers.etag;

  for (const accept of ['gzip', 'br', 'zstd']) {
    const packed = await get('/mw/doc', { 'accept-encoding': accept });
    const tag = packed.headers.etag;
    check(`${accept}: weak`, [packed.headers['content-encoding'], tag], [accept, `W/${large.headers.etag}`]);
    const again = await get('/mw/doc', { 'accept-encoding': accept, 'if-none-match': tag });
    check(`${accept}: known`, [again.status, again.headers.etag, again.body.length], [304, tag, 0]);
    check(`${accept}: the fields of the 304`, [again.headers['cache-control'], varies(again, 'accept-encoding')], ['no-cache', true]);
    const unknown = await get('/mw/doc', { 'accept-encoding': accept, 'if-none-match': '"x"' });
    check(`${accept}: unknown`, [unknown.status, unknown.headers.etag], [200, tag]);
    const strict = await get('/mw/doc', { 'accept-encoding': accept, 'if-match': tag });
    check(`${accept}: GET with If-Match`, shown(strict), 'problem 412');
    const head = await get('/mw/doc', { 'accept-encoding': accept }, 'HEAD');
    check(`${accept}: HEAD`, [head.headers.etag, head.headers['content-encoding'], head.body.length], [tag, accept, 0]);
    check(`${accept}: If-None-Match of the plain one`, (await get('/mw/doc', { 'accept-encoding': accept, 'if-none-match': large.headers.etag })).status, 304);
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
  check('automatic: none', [JSON.parse((await get('/mw/etag-auto')).body).v, (await get('/mw/etag-auto')).headers.etag === (await get('/mw/etag-auto?v=0')).headers.etag], [0, true]);
  for (const [value, expected] of [[tag, 304], [`W/${tag}`, 304], ['*', 304], [['"x"', tag], 304], [`"a,b", ${tag}`, 304], ['"x"', 200], ['', 200], ['x', 200]]) {
    for (const method of ['GET', 'HEAD']) {
      const answer = await get('/mw/etag-auto?v=1', { 'if-none-match': value }, method);
      const { etag, 'cache-control': cache } = answer.headers;
      check(`automatic: ${method} ${value}`, [answer.status, etag, cache], [expected, tag, 'public, max-age=60']);
      check(`automatic: ${method} ${value}: Vary`, varies(answer, 'accept-encoding'), true);
      if (expected === 304 || method === 'HEAD') check(`automatic: ${method} ${value}: no body`, answer.body.length, 0);
    }
  }
  for (const wrong of ['a', '1.5', '', '1e3', '0x1', '9'.repeat(40), '-', '%00']) {
    for (const method of ['GET', 'HEAD']) {
      const refused = await get(`/mw/etag-auto?v=${wrong}`, { 'if-none-match': '*' }, method);
      check(`automatic: ${method} ${wrong}`, [refused.status, refused.headers['content-type'], refused.headers.etag], [400, 'application/problem+json', undefined]);
    }
  }
}
