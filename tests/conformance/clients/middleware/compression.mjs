// Compression: RFC 9110, sections 8.4 and 12.5.3.

import * as zlib from 'node:zlib';

import { check } from '../check.mjs';
import { ask, shown, varies } from './exact.mjs';

const unpack = { gzip: zlib.gunzipSync, br: zlib.brotliDecompressSync, zstd: zlib.zstdDecompressSync };
const coding = ({ headers }) => headers['content-encoding'] ?? null;

export async function run(base) {
  const get = (path, accept, more) =>
    ask(base, path, { headers: { ...(accept !== undefined && { 'accept-encoding': accept }), ...more } });

  const plain = await get('/mw/big');
  check('the big one', [plain.status, plain.body.length >= 100_000, JSON.parse(plain.body).items.length], [200, true, 1000]);
  for (const [accept, expected] of [
    [undefined, null],
    ['', null],
    ['gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['br', 'br'],
    ['zstd', 'zstd'],
    ['deflate', null],
    ['identity', null],
    ['gzip;q=0', null],
    ['gzip;q=0, br', 'br'],
    ['gzip;q=0.1, br;q=0.2', 'br'],
    ['br;q=0.5, gzip;q=0.9, zstd;q=0.1', 'gzip'],
    ['gzip;q=0.001', 'gzip'],
    ['identity;q=0.5, gzip;q=0.4', null],
    ['identity;q=0.4, gzip;q=0.5', 'gzip'],
    ['identity;q=0, gzip', 'gzip'],
    ['br;q=0, zstd;q=0, *', 'gzip'],
    ['*;q=0, br', 'br'],
    ['*;q=0', null],
    ['identity;q=0, *;q=0', null],
    ['gzip;q=0.3, *;q=0', 'gzip'],
    ['identity, gzip;q=0.5', null],
    ['gzip;Q=0.2, bR;q=0.1', 'gzip'],
    ['  gzip  ;  q=0.5  ,  br ; q=0.25', 'gzip'],
    ['deflate, gzip;q=0.001', 'gzip'],
    ['compress, deflate, x-own', null],
    ['zstd;q=0.999, br;q=1.000', 'br'],
    ['gzip;q=1, br;q=0.9, zstd;q=0.8', 'gzip'],
    ['gzip, br;q=0, zstd;q=0', 'gzip'],
    [', ,gzip, ,', 'gzip'],
    [['br;q=0.2', 'gzip;q=0.4'], 'gzip'],
    [['gzip;q=0', 'br'], 'br'],
  ]) {
    const answer = await get('/mw/big', accept);
    check(`big, ${accept}`, [answer.status, coding(answer), varies(answer, 'Accept-Encoding')], [200, expected, true]);
    if (expected === null) check(`big, ${accept}: the body`, answer.body.equals(plain.body), true);
    if (expected === null || !unpack[expected]) continue;
    check(`big, ${accept}: unpacked`, unpack[expected](answer.body).equals(plain.body), true);
    check(`big, ${accept}: smaller`, answer.body.length * 2 < plain.body.length, true);
    const length = answer.headers['content-length'];
    check(`big, ${accept}: length`, length === undefined || Number(length) === answer.body.length, true);
    const head = await ask(base, '/mw/big', { method: 'HEAD', headers: { 'accept-encoding': accept } });
    const fields = (answer) => ['content-encoding', 'content-length', 'etag', 'vary'].map((name) => answer.headers[name]);
    check(`big, ${accept}: HEAD`, [head.body.length, fields(head)], [0, fields(answer)]);
  }
  check('any of three', ['gzip', 'br', 'zstd'].includes(coding(await get('/mw/big', '*'))), true);
  for (const broken of [';', 'gzip;q=', 'gzip;q=2', 'gzip;;q=1', ',,,', 'q=1', '*/*', 'gzip;q=0.5;q=0', '\u00e9']) {
    const { status } = await get('/mw/big', broken);
    check(`malformed: ${broken}`, status, 200);
  }
  const kept = await get('/mw/big?notransform=1', 'gzip, br');
  check('no-transform', [coding(kept), kept.body.equals(plain.body)], [null, true]);
  for (const path of ['/mw/small', '/mw/image', '/mw/big?notransform=1', '/mw/big?notransform=0', '/mw/doc', '/mw/etag-auto', '/mw/file', '/mw/pre', '/mw/big/nothing']) {
    for (const accept of [undefined, 'gzip', 'identity']) {
      for (const method of ['GET', 'HEAD', 'POST']) {
        const answer = await ask(base, path, { method, headers: accept === undefined ? {} : { 'accept-encoding': accept } });
        check(`${method} ${path} ${accept}: Vary`, varies(answer, 'accept-encoding'), true);
        if (method === 'POST') check(`${method} ${path}`, [shown(answer), answer.headers.allow], path.endsWith('nothing') ? ['problem 404', undefined] : path === '/mw/doc' ? ['problem 405', 'GET, HEAD, PUT, OPTIONS'] : ['problem 405', 'GET, HEAD, OPTIONS']);
      }
    }
  }
  for (const path of ['/mw/small', '/mw/image', '/mw/big?notransform=1']) {
    for (const accept of ['gzip, br, zstd', '*', 'identity;q=0, gzip']) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await ask(base, path, { method, headers: { 'accept-encoding': accept } });
        check(`${method} ${path} ${accept}`, [answer.status, coding(answer)], [200, null]);
      }
    }
  }
  const image = await get('/mw/image', 'gzip');
  check('an image', [image.headers['content-type'], image.body.length], ['image/png', 20_000]);

  const file = await get('/mw/file');
  check('the file', [file.status, file.body.length, file.headers['accept-ranges']], [200, 60_000, 'bytes']);
  for (const accept of [undefined, '', 'identity', 'gzip', 'br', 'gzip;q=0', '*;q=0']) {
    const packed = await get('/mw/pre', accept);
    check(`packed by the handler, ${accept}: length`, Number(packed.headers['content-length']), packed.body.length);
    check(`packed by the handler, ${accept}`, [coding(packed), zlib.gunzipSync(packed.body).equals(file.body)], ['gzip', true]);
  }
  const whole = await get('/mw/file', 'gzip');
  check('the whole file', [coding(whole), zlib.gunzipSync(whole.body).equals(file.body)], ['gzip', true]);
  const [first, last] = [file.body.subarray(0, 100), file.body.subarray(-100)];
  for (const [range, content, body] of [
    ['bytes=0-99', 'bytes 0-99/60000', first],
    ['bytes=0-', 'bytes 0-59999/60000', file.body],
    ['bytes=0-59999', 'bytes 0-59999/60000', file.body],
    ['bytes=0-99999999', 'bytes 0-59999/60000', file.body],
    ['bytes=-60000', 'bytes 0-59999/60000', file.body],
    ['bytes=-99999', 'bytes 0-59999/60000', file.body],
    ['bytes=-100', 'bytes 59900-59999/60000', last],
    ['bytes=59900-', 'bytes 59900-59999/60000', last],
    ['bytes=59999-', 'bytes 59999-59999/60000', file.body.subarray(-1)],
    ['bytes=0-0', 'bytes 0-0/60000', file.body.subarray(0, 1)],
  ]) {
    for (const accept of [undefined, 'gzip', 'br, zstd, gzip', '*', 'identity;q=0, gzip']) {
      const answer = await get('/mw/file', accept, { range });
      const { 'content-range': found, 'content-length': length, 'accept-ranges': accepts, etag } = answer.headers;
      check(`${range}, ${accept}`, [answer.status, found, coding(answer), accepts, etag], [206, content, null, 'bytes', file.headers.etag]);
      check(`${range}, ${accept}: the bytes`, [answer.body.equals(body), Number(length)], [true, body.length]);
      check(`${range}, ${accept}: Vary`, varies(answer, 'accept-encoding'), true);
    }
  }
  for (const range of ['bytes=60000-', 'bytes=60000-60001', 'bytes=99999-', 'bytes=-0']) {
    const answer = await get('/mw/file', 'gzip', { range });
    check(`beyond: ${range}`, [answer.status, answer.headers['content-range'], coding(answer)], [416, 'bytes */60000', null]);
  }
  for (const range of ['bytes=5-4', 'bytes=a-b', 'lines=0-1', 'bytes', 'bytes=', '0-99']) {
    const answer = await get('/mw/file', undefined, { range });
    check(`no range: ${range}`, [answer.status, answer.body.equals(file.body)], [200, true]);
  }
  const ranged = await ask(base, '/mw/file', { method: 'HEAD', headers: { range: 'bytes=0-9' } });
  check('HEAD with a range', [[200, 206].includes(ranged.status), ranged.body.length], [true, 0]);
  for (const [headers, status] of [
    [{ 'if-none-match': file.headers.etag }, 304],
    [{ 'if-none-match': file.headers.etag, range: 'bytes=0-9' }, 304],
    [{ 'if-none-match': '"x"', range: 'bytes=0-9' }, 206],
    [{ 'if-match': file.headers.etag, range: 'bytes=0-9' }, 206],
    [{ 'if-match': '"x"', range: 'bytes=0-9' }, 412],
    [{ 'if-range': file.headers.etag }, 200],
    [{ range: 'bytes=0-9', 'if-range': new Date().toUTCString() }, 200],
    [{ range: 'bytes=0-9', 'if-range': 'nonsense' }, 200],
    [{ range: 'bytes=60000-', 'if-range': '"x"' }, 200],
    [{ range: 'bytes=60000-', 'if-range': file.headers.etag }, 416],
    [{ range: 'bytes=0-9', 'if-range': `${file.headers.etag}, "x"` }, 200],
  ]) {
    for (const accept of [undefined, 'gzip']) {
      const answer = await get('/mw/file', accept, headers);
      check(`the file, ${accept} ${JSON.stringify(headers)}`, answer.status, status);
    }
  }
  const part = await get('/mw/file', 'gzip', { range: 'bytes=12-23' });
  check('a part', [part.status, part.headers['content-range'], coding(part)], [206, 'bytes 12-23/60000', null]);
  check('a part: its bytes', String(part.body), 'line 000001\n');
  const beyond = await get('/mw/file', 'gzip', { range: 'bytes=60000-' });
  check('beyond', [beyond.status, beyond.headers['content-range']], [416, 'bytes */60000']);
  const same = await get('/mw/file', 'gzip', { range: 'bytes=0-4', 'if-range': file.headers.etag });
  check('If-Range', [same.status, String(same.body)], [206, 'line ']);
  for (const tag of ['"other"', `W/${file.headers.etag}`, whole.headers.etag]) {
    const { status } = await get('/mw/file', undefined, { range: 'bytes=0-4', 'if-range': tag });
    check(`If-Range: ${tag}`, status, 200);
  }

  const events = await get('/mw/events', 'gzip, br, zstd');
  check('events', [coding(events), String(events.body)], [null, 'data: 1\n\ndata: 2\n\ndata: 3\n\n']);
  const gaps = events.times.slice(1).map((time, index) => time - events.times[index]);
  check('events: type', events.headers['content-type'].startsWith('text/event-stream'), true);
  check('events: at once', gaps.length === 2 && gaps.every((gap) => gap > 100), true);
  check('errors', [shown(await get('/mw/big/nothing', 'gzip'))], ['problem 404']);
}
