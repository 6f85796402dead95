// Expect: 100-continue (RFC 9110, section 10.1.1).

import { GET, HELLO, POST } from './messages.mjs';

const FIVE = 'Content-Length: 5\r\n';
const CONTINUE = 'Expect: 100-continue\r\n';

export const cases = [
  ['told to go on', `${POST}${FIVE}${CONTINUE}\r\n`, '100'],
  ['told to go on, then the body', [`${POST}${FIVE}${CONTINUE}\r\n`, 50, 'hello'], '100 200', { body: 'hello' }],
  ['told to go on, then chunks', [`${POST}Transfer-Encoding: chunked\r\n${CONTINUE}\r\n`, 50, '5\r\nhello\r\n0\r\n\r\n'], '100 200', { body: 'hello' }],
  ['told to go on, then another request', [`${POST}${FIVE}${CONTINUE}\r\n`, 50, `hello${HELLO}`], '100 200 200'],
  ['in upper case', [`${POST}${FIVE}Expect: 100-CONTINUE\r\n\r\n`, 50, 'hello'], '100 200'],
  ['the body at once', `${POST}${FIVE}${CONTINUE}\r\nhello`, '100 200 | 200', { body: 'hello' }],
  ['among others', `${HELLO}${POST}${FIVE}${CONTINUE}\r\nhello${HELLO}`, '200 100 200 200 | 200 200 200'],
  ['without a body', `${GET}${CONTINUE}\r\n`, '200 | 100 200'],
  ['in HTTP/1.0', `POST /api/echo HTTP/1.0\r\n${FIVE}${CONTINUE}\r\nhello`, '200', { body: 'hello' }],
  ['of nothing', `${POST.replace('echo', 'nothing')}${FIVE}${CONTINUE}\r\n`, '404 | 100 404'],
  ['with a method that is not there', `${POST.replace('echo', 'hello')}${FIVE}${CONTINUE}\r\n`, '405 | 100 405'],
  ['with a body that is too large', `${POST}Content-Length: 1000000000\r\n${CONTINUE}\r\n`, '413 | 100'],
  ['something unknown', `${POST}${FIVE}Expect: something\r\n\r\nhello`, '417'],
  ['something unknown, without a body', `${GET}Expect: 200-ok\r\n\r\n`, '417'],
  ['something unknown besides', `${POST}${FIVE}Expect: 100-continue, something\r\n\r\nhello`, '417 | 100 200'],
  ['something unknown in HTTP/1.0', 'GET /api/hello HTTP/1.0\r\nExpect: something\r\n\r\n', '417 | 200'],
  ['nothing', `${GET}Expect:\r\n\r\n`, '200 | 417'],
];
