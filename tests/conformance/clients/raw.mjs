// HTTP/1.1 by hand: what a message parser has to refuse, and what it has to take (RFC 9110, 9112).

import net from 'node:net';
import { check } from './check.mjs';

const HELLO = 'GET /api/hello HTTP/1.1\r\n';
const ECHO = 'POST /api/echo HTTP/1.1\r\nHost: x\r\n';
const CHUNKED = `${ECHO}Transfer-Encoding: chunked\r\n\r\n`;

// name, what is sent, the statuses that come back
const cases = [
  ['a request', `${HELLO}Host: x\r\n\r\n`, ['200']],
  ['a host with a port', `${HELLO}Host: x:80\r\n\r\n`, ['200']],
  ['an IPv6 host', `${HELLO}Host: [::1]:80\r\n\r\n`, ['200']],
  ['no Host', `${HELLO}\r\n`, ['400']],
  ['two Hosts', `${HELLO}Host: a\r\nHost: b\r\n\r\n`, ['400']],
  ['a Host with a space', `${HELLO}Host: a b\r\n\r\n`, ['400']],
  ['a Host with a user', `${HELLO}Host: a@b\r\n\r\n`, ['400']],
  ['a Host with a path', `${HELLO}Host: a/b\r\n\r\n`, ['400']],
  ['HTTP/1.0 without Host', 'GET /api/hello HTTP/1.0\r\n\r\n', ['200']],
  ['absolute form', 'GET http://x/api/hello HTTP/1.1\r\nHost: x\r\n\r\n', ['200']],
  ['an empty line first', `\r\n${HELLO}Host: x\r\n\r\n`, ['200']],
  ['length and chunked', `${ECHO}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, ['400']],
  ['two lengths', `${ECHO}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`, ['400']],
  ['a length with a sign', `${ECHO}Content-Length: +5\r\n\r\nhello`, ['400']],
  ['a negative length', `${ECHO}Content-Length: -1\r\n\r\n`, ['400']],
  ['a length that overflows', `${ECHO}Content-Length: 99999999999999999999\r\n\r\n`, ['400']],
  ['chunked twice', `${ECHO}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`, ['400']],
  ['chunked not last', `${ECHO}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`, ['400']],
  ['a coding like chunked', `${ECHO}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, ['400']],
  ['space before the colon', `${ECHO}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`, ['400']],
  ['chunked in HTTP/1.0', 'POST /api/echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', ['400']],
  ['chunks', `${CHUNKED}5\r\nhello\r\n0\r\n\r\n`, ['200']],
  ['chunks with an extension', `${CHUNKED}5;a=b\r\nhello\r\n0\r\n\r\n`, ['200']],
  ['chunks with a trailer', `${CHUNKED}5\r\nhello\r\n0\r\nX: y\r\n\r\n`, ['200']],
  ['a chunk size that is no number', `${CHUNKED}xyz\r\nhello\r\n0\r\n\r\n`, ['400']],
  ['a negative chunk size', `${CHUNKED}-5\r\nhello\r\n0\r\n\r\n`, ['400']],
  ['a chunk size with 0x', `${CHUNKED}0x5\r\nhello\r\n0\r\n\r\n`, ['400']],
  ['a chunk size that overflows', `${CHUNKED}FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n`, ['400']],
  ['a chunk that is too long', `${CHUNKED}5\r\nhelloX\r\n0\r\n\r\n`, ['400']],
  ['a chunk size ended by LF', `${CHUNKED}5\nhello\r\n0\r\n\r\n`, ['400']],
  ['a folded header', `${HELLO}Host: x\r\nX: a\r\n b\r\n\r\n`, ['400']],
  ['a header without a name', `${HELLO}Host: x\r\n: a\r\n\r\n`, ['400']],
  ['NUL in a header', `${HELLO}Host: x\r\nX: a\0b\r\n\r\n`, ['400']],
  ['CR in a header', `${HELLO}Host: x\r\nX: a\rb\r\n\r\n`, ['400']],
  ['a method that is no token', 'G@T /api/hello HTTP/1.1\r\nHost: x\r\n\r\n', ['400']],
  ['another protocol', 'GET /api/hello HTPP/1.1\r\nHost: x\r\n\r\n', ['400']],
  ['a space in the target', 'GET /api/he llo HTTP/1.1\r\nHost: x\r\n\r\n', ['400']],
  ['a large header', `${HELLO}Host: x\r\nX: ${'a'.repeat(200_000)}\r\n\r\n`, ['431']],
  ['three pipelined requests', `${HELLO}Host: x\r\n\r\n`.repeat(3), ['200', '200', '200']],
  ['pipelined bodies', `${ECHO}Content-Length: 5\r\n\r\nhello${ECHO}Content-Length: 3\r\n\r\nabc`, ['200', '200']],
  ['a body that nobody reads', `${HELLO}Host: x\r\nContent-Length: 5\r\n\r\nhello${HELLO}Host: x\r\n\r\n`, ['200', '200']],
  ['HEAD, then GET', `HEAD /api/hello HTTP/1.1\r\nHost: x\r\n\r\n${HELLO}Host: x\r\n\r\n`, ['200', '200']],
  ['100-continue', `${ECHO}Content-Length: 5\r\nExpect: 100-continue\r\n\r\n`, ['100']],
  ['100-continue and a body', `${ECHO}Content-Length: 5\r\nExpect: 100-continue\r\n\r\nhello`, ['100', '200']],
  ['OPTIONS of the server', 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n', ['204']],
  ['TRACE', 'TRACE /api/hello HTTP/1.1\r\nHost: x\r\n\r\n', ['405']],
];

function send(port, text) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(text, 'latin1'));
    let answer = '';
    socket.setTimeout(400, () => socket.destroy());
    socket.on('data', (data) => (answer += data.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => resolve([...answer.matchAll(/HTTP\/1\.[01] (\d\d\d)/g)].map((match) => match[1])));
  });
}

export async function run(base) {
  const port = Number(new URL(base).port);
  const answers = await Promise.all(cases.map(([, text]) => send(port, text)));
  cases.forEach(([name, , expected], index) => check(name, answers[index], expected));
}
