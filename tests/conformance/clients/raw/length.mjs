// Content-Length (RFC 9112, section 6.2 and 6.3): one number, or no request.

import { END } from '../wire.mjs';
import { GET, HELLO, POST, SMUGGLED, length } from './messages.mjs';

const twice = (first, second) => `${POST}Content-Length: ${first}\r\ncontent-length: ${second}\r\n\r\nhello`;
const refused = { end: 'closed' };

export const cases = [
  ['five', length('5'), '200', { body: 'hello' }],
  ['zero', length('0', ''), '200', { body: '' }],
  ['none', `${POST}\r\n`, '200 | 411', { body: '' }],
  ['zeros in front', length('005'), '200 | 400'],
  ['spaces around', `${POST}Content-Length:  5 \r\n\r\nhello`, '200'],
  ['a plus', length('+5'), '400', refused],
  ['a minus', length('-5'), '400', refused],
  ['minus zero', length('-0', ''), '400', refused],
  ['hexadecimal', length('0x5'), '400', refused],
  ['a fraction', length('5.0'), '400', refused],
  ['an exponent', length('5e0'), '400', refused],
  ['an underscore', length('0_5'), '400', refused],
  ['quotes', length('"5"'), '400', refused],
  ['a semicolon', length('5;'), '400', refused],
  ['letters', length('five'), '400', refused],
  ['nothing', length('', ''), '400', refused],
  ['a space within', length('5 5'), '400', refused],
  ['a list of the same', length('5, 5'), '400 | 200'],
  ['a list', length('5, 6'), '400', refused],
  ['a comma behind', length('5,'), '400', refused],
  ['a comma before', length(',5'), '400', refused],
  ['NUL behind', length('5\0'), '400', refused],
  ['a vertical tab before', length('\x0b5'), '400', refused],
  ['a form feed behind', length('5\x0c'), '400', refused],
  ['a no-break space before', length('\xa05'), '400', refused],
  ['more than 64 bits', length('18446744073709551616'), '400', refused],
  ['much more than 64 bits', length('9'.repeat(40)), '400', refused],
  ['more than anybody sends', length('9223372036854775808'), '400 | 413'],
  ['twice', twice('5', '6'), '400', refused],
  ['twice the same', twice('5', '5'), '400 | 200'],
  ['twice, zero first', twice('0', '5'), '400', refused],
  ['twice, zero last', twice('5', '0'), '400', refused],
  ['a space before the colon', `${POST}Content-Length : 5\r\n\r\nhello`, '400', refused],
  ['on the next line', `${POST}Content-Length:\r\n 5\r\n\r\nhello`, '400', refused],
  ['a body that is cut off', [length('10'), END], '400 | ', refused],
  ['a request behind the body', length('5') + HELLO, '200 200'],
  ['an empty line behind the body', `${length('5')}\r\n${HELLO}`, '200 200'],
  ['a request within the body', length(SMUGGLED.length, SMUGGLED).replace('/api/echo', '/api/hello'), '405'],
  ['a body with GET', `${GET}Content-Length: 5\r\n\r\nhello${HELLO}`, '200 200'],
  ['a body with HEAD', `${GET.replace('GET', 'HEAD')}Content-Length: 5\r\n\r\nhello${HELLO}`, '200 200', { heads: [0] }],
  ['a body with a method that is not there', `${POST.replace('POST', 'PUT')}Content-Length: 5\r\n\r\nhello${HELLO}`, '405 200 | 405'],
  ['HTTP/1.0', 'POST /api/echo HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello', '200', { body: 'hello' }],
  ['HTTP/1.0 without it', 'POST /api/echo HTTP/1.0\r\n\r\n', '200 | 400 | 411'],
  ['1 MB', length(1_000_000, 'a'.repeat(1_000_000)), '200', { body: 'a'.repeat(1_000_000) }],
];
