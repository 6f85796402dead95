// Transfer-Encoding (RFC 9112, section 6.1 and 6.3): `chunked` once, last, and without Content-Length.

import { GET, HELLO, POST, SMUGGLED, coding } from './messages.mjs';

const value = (text) => coding(`Transfer-Encoding: ${text}`);
const both = (first, second, body) => `${POST}${first}\r\n${second}\r\n\r\n${body}`;
const refused = { end: 'closed' };

export const cases = [
  ['chunked', value('chunked'), '200', { body: 'hello' }],
  ['in upper case', coding('TRANSFER-ENCODING: CHUNKED'), '200'],
  ['no space behind the colon', coding('Transfer-Encoding:chunked'), '200'],
  ['spaces around', value('  chunked  '), '200'],
  ['with GET', `${GET}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n${HELLO}`, '200 200 | 200'],

  ['and Content-Length behind', both('Transfer-Encoding: chunked', 'Content-Length: 3', '0\r\n\r\n'), '400', refused],
  ['and Content-Length before', both('Content-Length: 6', 'Transfer-Encoding: chunked', '0\r\n\r\nX'), '400', refused],
  ['and Content-Length zero', both('Content-Length: 0', 'Transfer-Encoding: chunked', '0\r\n\r\n'), '400', refused],
  ['and a broken Content-Length', both('Content-Length: x', 'Transfer-Encoding: chunked', '0\r\n\r\n'), '400', refused],
  ['and a request that only one of both sees', both('Content-Length: 4', 'Transfer-Encoding: chunked', `0\r\n\r\n${SMUGGLED}`), '400', refused],
  ['that is unknown, and Content-Length', both('Content-Length: 5', 'Transfer-Encoding: xchunked', 'hello'), '400 | 501', refused],
  ['by an underscore, and Content-Length', both('Transfer_Encoding: chunked', 'Content-Length: 5', 'hello'), '200 | 400'],

  ['twice in a list', value('chunked, chunked'), '400', refused],
  ['twice', coding('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked'), '400', refused],
  ['twice, identity behind', coding('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity'), '400 | 501', refused],
  ['twice, unknown behind', coding('Transfer-Encoding: chunked\r\nTransfer-Encoding: x'), '400 | 501', refused],
  ['not last', value('chunked, gzip'), '400 | 501', refused],
  ['before identity', value('chunked, identity'), '400 | 501', refused],
  ['behind gzip', value('gzip, chunked'), '501 | 400 | 200'],
  ['gzip', value('gzip'), '400 | 501', refused],
  ['identity', value('identity'), '400 | 501', refused],
  ['nothing', value(''), '400 | 501 | 200'],
  ['a letter before', value('xchunked'), '400 | 501', refused],
  ['a letter behind', value('chunkedx'), '400 | 501', refused],
  ['a space within', value('chun ked'), '400 | 501', refused],
  ['quotes', value('"chunked"'), '400 | 501', refused],
  ['a semicolon', value('chunked;'), '400 | 501', refused],
  ['a parameter', value('chunked;a=b'), '400 | 501', refused],
  ['a comma behind', value('chunked,'), '400 | 501 | 200'],
  ['a comma before', value(', chunked'), '400 | 501 | 200'],
  ['a vertical tab before', value('\x0bchunked'), '400 | 501', refused],
  ['a form feed before', value('\x0cchunked'), '400 | 501', refused],
  ['a no-break space before', value('\xa0chunked'), '400 | 501', refused],
  ['NUL behind', value('chunked\0'), '400 | 501', refused],
  ['a space before the colon', coding('Transfer-Encoding : chunked'), '400', refused],
  ['a tab before the colon', coding('Transfer-Encoding\t: chunked'), '400', refused],
  ['a space before the name', coding(' Transfer-Encoding: chunked'), '400', refused],
  ['on the next line', coding('Transfer-Encoding:\r\n chunked'), '400', refused],
  ['within another header that is folded', coding('X: y\r\n Transfer-Encoding: chunked'), '400', refused],
  ['behind CR alone', coding('X: y\rTransfer-Encoding: chunked'), '400', refused],
  ['behind LF alone', coding('X: y\nTransfer-Encoding: chunked'), '400 | 200'],
  ['in HTTP/1.0', 'POST /api/echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', '400 | 501 | 200', refused],
  ['in HTTP/1.0, and Content-Length', 'POST /api/echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello', '400 | 501', refused],
];
