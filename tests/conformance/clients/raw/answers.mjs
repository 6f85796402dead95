// What handlers answer: statuses with rules of their own, unread bodies, the end of the connection (RFC 9110,
// section 15; RFC 9112, sections 3.2.2, 6.3 and 9.6). The only cases that need routes beyond those of `reference.mjs`.

import { HELLO } from './messages.mjs';

const get = (path, headers = 'Host: x') => `GET ${path} HTTP/1.1\r\n${headers}\r\n\r\n`;
const unread = (headers, body) => `POST /api/unread HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n${body}`;
const options = (headers, body) => `OPTIONS * HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n${body}`;
const sized = (make, length) => make(`Content-Length: ${length}`, 'a'.repeat(length));
const CHUNKED = 'Transfer-Encoding: chunked';
const TEN = '5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n';
const ENDLESS = '5\r\nhello\r\n';
const LATER = { quiet: 2500 };
const urlIs = (body) => ({ body });

export const cases = [
  ['100 as a final status', get('/api/status/100') + HELLO, '500 200'],
  ['103 as a final status', get('/api/status/103') + HELLO, '500 200'],
  ['101 that nobody asked for', get('/api/status/101') + HELLO, '500 200'],
  ['100 as a problem', get('/api/problem/100') + HELLO, '500 200'],
  ['101 as a problem', get('/api/problem/101') + HELLO, '500 200'],
  ['204', get('/api/status/204') + HELLO, '204 200'],
  ['205', get('/api/status/205'), '205', { end: 'open', headers: { 'content-length': /^0$/, 'transfer-encoding': null } }],
  ['205, and a request behind', get('/api/status/205') + HELLO, '205 200'],
  ['205 as a problem', get('/api/problem/205') + HELLO, '205 200 | 500 200'],
  ['304', get('/api/status/304') + HELLO, '304 200'],
  ['a status that nobody knows', get('/api/status/520'), '520', { end: 'open', reason: '' }],
  ['a problem that nobody knows', get('/api/problem/520') + HELLO, '520 200'],

  ['close, said by the handler', get('/api/last'), '200', { end: 'closed', headers: { connection: /^close$/i } }],
  ['a request behind close, said by the handler', get('/api/last') + HELLO, '200', { end: 'closed' }],

  ['an unread body', sized(unread, 10) + HELLO.repeat(2), '200 200 200'],
  ['an unread body of 66,000 bytes', sized(unread, 66_000) + HELLO.repeat(2), '200 200 200 | 200'],
  ['an unread body of 130,000 bytes', sized(unread, 130_000) + HELLO.repeat(2), '200 200 200 | 200'],
  ['an unread body of 130,000 bytes, and a request later', [sized(unread, 130_000) + HELLO, 1800, HELLO], '200 200 200 | 200', LATER],
  ['an unread body that is broken', unread(CHUNKED, 'x\r\n') + HELLO, '200 | 400', { end: 'closed' }],
  ['unread chunks', unread(CHUNKED, TEN) + HELLO.repeat(2), '200 200 200 | 200'],
  ['unread chunks, and a request later', [unread(CHUNKED, TEN) + HELLO, 1800, HELLO], '200 200 200 | 200', LATER],
  ['unread chunks without an end', [unread(CHUNKED, ENDLESS), 1800, `0\r\n\r\n${HELLO}`], '200 200 | 200', LATER],
  ['unread chunks of 130,000 bytes', unread(CHUNKED, `1fbd0\r\n${'a'.repeat(0x1fbd0)}\r\n0\r\n\r\n`) + HELLO, '200 200 | 200'],
  ['OPTIONS *, and an unread body', sized(options, 66_000) + HELLO, '204 200 | 204 | 200 200 | 200 | 404 200 | 404'],
  ['OPTIONS *, and unread chunks', options(CHUNKED, TEN) + HELLO, '204 200 | 204 | 200 200 | 200 | 404 200 | 404'],
  ['nothing there, and an unread body of 66,000 bytes', sized(unread, 66_000).replace('unread', 'nothing') + HELLO, '404 200 | 404'],
  ['nothing there, and unread chunks', unread(CHUNKED, TEN).replace('unread', 'nothing') + HELLO, '404 200 | 404'],

  ['the URL', get('/api/url?a=b', 'Host: other.example:8080'), '200', urlIs('http://other.example:8080/api/url?a=b')],
  ['the URL of an absolute target', get('http://real.example:81/api/url', 'Host: other.example'), '200', urlIs('http://real.example:81/api/url')],
  ['the URL of an absolute target, an empty Host', get('http://real.example/api/url', 'Host:'), '200 | 400', {}],
];
