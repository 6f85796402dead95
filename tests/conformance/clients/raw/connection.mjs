// Connections: how long they last, several requests on one, HTTP/1.0, HEAD (RFC 9112, section 9).

import { END } from '../wire.mjs';
import { GET, HELLO, POST, chunked, header, length, refusal } from './messages.mjs';

const HEAD = HELLO.replace('GET', 'HEAD');
const OLD = 'GET /api/hello HTTP/1.0\r\n';
const MISSING = HELLO.replace('hello', 'nothing');
const DATE = /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const times = (count) => Array(count).fill('200').join(' ');
const byByte = (text) => [...text].flatMap((byte) => [byte, 1]);
const closes = { end: 'closed', headers: { connection: /^close$/i } };

export const cases = [
  ['stays', HELLO, '200', { end: 'open' }],
  ['the date', HELLO, '200', { headers: { date: DATE } }],
  ['the date of a 404', MISSING, '404', { headers: { date: DATE } }],
  ['keep-alive', header('Connection: keep-alive') + HELLO, '200 200', { end: 'open' }],
  ['close', header('Connection: close'), '200', closes],
  ['close, in upper case', header('Connection: CLOSE'), '200', closes],
  ['close in a list', header('Connection: a, close'), '200', closes],
  ['close in the second of two', header('Connection: a\r\nConnection: close'), '200', closes],
  ['close and keep-alive', header('Connection: keep-alive, close'), '200', closes],
  ['a request behind close', header('Connection: close') + HELLO, '200', closes],
  ['a body, and a request behind close', `${POST}Connection: close\r\nContent-Length: 5\r\n\r\nhello${HELLO}`, '200', { ...closes, body: 'hello' }],
  ['close, and something that is no token', header('Connection: close, \xff') + HELLO, '400', refusal],
  ['keep-alive, and something that is no token', header('Connection: keep-alive, \xff') + HELLO, '400', refusal],
  ['close in quotes', header('Connection: "close"') + HELLO, '400', refusal],
  ['two options without a comma', header('Connection: close a') + HELLO, '400', refusal],
  ['closed behind a 400', `G@T / HTTP/1.1\r\n\r\n${HELLO}`, '400', closes],

  ['HTTP/1.0 closes', `${OLD}\r\n`, '200', { end: 'closed', headers: { 'transfer-encoding': null } }],
  ['HTTP/1.0 keep-alive', `${OLD}Connection: keep-alive\r\n\r\n`, '200', { end: 'open', headers: { connection: /^keep-alive$/i } }],
  ['HTTP/1.0 Keep-Alive, twice', `${OLD}Connection: Keep-Alive\r\n\r\n`.repeat(2), '200 200', { end: 'open' }],
  ['a request behind HTTP/1.0', `${OLD}\r\n${HELLO}`, '200', { end: 'closed' }],
  ['HTTP/1.0 HEAD', `${OLD.replace('GET', 'HEAD')}\r\n`, '200', { end: 'closed', heads: [0] }],
  ['HTTP/1.0, an answer without a length', 'GET /docs HTTP/1.0\r\n\r\n', '200 | 404', { end: 'closed', headers: { 'transfer-encoding': null } }],

  ['HEAD', HEAD, '200', { heads: [0], headers: { 'content-length': /^25$/ }, body: '' }],
  ['HEAD and close', HEAD.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'), '200', { heads: [0], end: 'closed' }],
  ['HEAD, then GET', HEAD + HELLO, '200 200', { heads: [0] }],
  ['GET, then HEAD', HELLO + HEAD, '200 200', { heads: [1] }],
  ['HEAD and GET by turns', (HEAD + HELLO).repeat(20), times(40), { heads: Array.from({ length: 20 }, (_, index) => 2 * index) }],
  ['HEAD of nothing, then GET', MISSING.replace('GET', 'HEAD') + HELLO, '404 200', { heads: [0] }],

  ['three in a row', HELLO.repeat(3), times(3)],
  ['100 in a row', HELLO.repeat(100), times(100)],
  ['40 in a row, then the end', [HELLO.repeat(40), END], times(40), { end: 'closed' }],
  ['30 bodies in a row', length('5').repeat(30), times(30)],
  ['30 chunked bodies in a row', chunked('5\r\nhello\r\n0\r\n\r\n').repeat(30), times(30)],
  ['all kinds in a row', HELLO + length('5') + chunked('3\r\nabc\r\n0\r\n\r\n') + HELLO, times(4)],
  ['a body behind a request, later', [`${HELLO}${POST}Content-Length: 5\r\n\r\n`, 50, 'hello', 50, HELLO], times(3)],
  ['nothing there in between', HELLO + MISSING + HELLO, '200 404 200'],
  ['no request in between', `${HELLO}G@T / HTTP/1.1\r\n\r\n${HELLO}`, '200 400', { end: 'closed' }],
  ['a broken body in between', `${HELLO}${chunked('x\r\n')}${HELLO}`, '200 400', { end: 'closed' }],
  ['a body that nobody wants', `${POST.replace('echo', 'nothing')}Content-Length: 5\r\n\r\nhello${HELLO}`, '404 200 | 404'],
  ['chunks that nobody wants', `${POST.replace('echo', 'nothing')}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n${HELLO}`, '404 200 | 404'],
  ['answered before the body is there', [`${POST.replace('echo', 'nothing')}Content-Length: 1000000\r\n\r\n`, 50, 'a'.repeat(1000)], '404'],
  ['another request after a while', [HELLO, 100, HELLO], times(2)],

  ['byte by byte', byByte(HELLO), '200'],
  ['a body, byte by byte', byByte(length('5')), '200', { body: 'hello' }],
  ['chunks, byte by byte', byByte(chunked('5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n')), '200', { body: 'hello' }],
  ['line ends in pieces', ['GET /api/hello HTTP/1.1\r', 20, '\nHost: x\r', 20, '\n\r', 20, '\n'], '200'],
  ['a body in pieces', [`${POST}Content-Length: 10\r\n\r\n`, 50, 'hello', 50, 'world'], '200', { body: 'helloworld' }],
  ['half closed', [HELLO, END], '200', { end: 'closed' }],
  ['half closed behind a body', [length('5'), END], '200', { end: 'closed', body: 'hello' }],
  ['half closed behind chunks', [chunked('5\r\nhello\r\n0\r\n\r\n'), END], '200', { end: 'closed', body: 'hello' }],

  ['an upgrade that is not known', `${GET}Connection: Upgrade\r\nUpgrade: a\r\n\r\n`, '200'],
  ['an upgrade to HTTP/2', `${GET}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n`, '200'],
  ['an upgrade to a WebSocket that is not there', `${GET}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`, '200 | 400 | 426'],
  ['an upgrade with a body', `${POST}Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\n\r\nhello${HELLO}`, '200 200'],
];
