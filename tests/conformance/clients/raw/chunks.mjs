// Chunked bodies (RFC 9112, section 7.1).

import { END } from '../wire.mjs';
import { HELLO, SMUGGLED, chunked } from './messages.mjs';

const LAST = '0\r\n\r\n';
const first = (text) => chunked(`${text}\r\nhello\r\n${LAST}`);
const trailers = (text) => chunked(`5\r\nhello\r\n0\r\n${text}\r\n\r\n`);
const refused = { end: 'closed' };

export const cases = [
  ['one', first('5'), '200', { body: 'hello' }],
  ['none', chunked(LAST), '200', { body: '' }],
  ['two', chunked(`3\r\nabc\r\n2\r\nde\r\n${LAST}`), '200', { body: 'abcde' }],
  ['line breaks in the data', chunked(`6\r\na\r\n\r\nb\r\n${LAST}`), '200', { body: 'a\r\n\r\nb' }],
  ['5,000 of one byte', chunked(`1\r\na\r\n`.repeat(5000) + LAST), '200', { body: 'a'.repeat(5000) }],
  ['hexadecimal in upper case', chunked(`A\r\n0123456789\r\n${LAST}`), '200'],
  ['hexadecimal in lower case', chunked(`a\r\n0123456789\r\n${LAST}`), '200'],
  ['zeros in front of the size', first('0005'), '200'],
  ['a last size of several zeros', chunked('5\r\nhello\r\n000\r\n\r\n'), '200'],
  ['a request behind', first('5') + HELLO, '200 200'],

  ['an extension', first('5;a=b'), '200', { body: 'hello' }],
  ['an extension without a value', first('5;a'), '200'],
  ['an extension in quotes', first('5;a="b c;d"'), '200', { body: 'hello' }],
  ['an extension of the last', chunked('5\r\nhello\r\n0;a=b\r\n\r\n'), '200'],
  ['an extension behind a space', first('5 ;a=b'), '200 | 400'],
  ['an extension with LF', first('5;a\nb'), '400', refused],
  ['an extension with CR', first('5;a\rb'), '400', refused],
  ['an extension with NUL', first('5;a\0b'), '400', refused],
  ['an extension that hides a line', chunked(`2;\nxx\r\n${LAST}`), '400', refused],
  ['an extension of 100,000 bytes', first(`5;${'a'.repeat(100_000)}`), '400 | 413 | 431 | 200'],

  ['no size', first(''), '400', refused],
  ['an extension alone', first(';a=b'), '400', refused],
  ['a space before the size', first(' 5'), '400', refused],
  ['a space behind the size', first('5 '), '400 | 200'],
  ['a tab behind the size', first('5\t'), '400 | 200'],
  ['a size with a plus', first('+5'), '400', refused],
  ['a size with a minus', first('-5'), '400', refused],
  ['a size with 0x', first('0x5'), '400', refused],
  ['a size with an underscore', first('0_5'), '400', refused],
  ['a size with a comma', first('5,'), '400', refused],
  ['a size that is no number', first('xyz'), '400', refused],
  ['a size with a letter behind', first('5g'), '400', refused],
  ['a size of more than 64 bits', first('10000000000000005'), '400', refused],
  ['a size of many more', first('F'.repeat(40)), '400', refused],
  ['a size that is never sent', [first('FFFFFFFFFFFFFFFF'), END], '400 | 413 | '],
  ['LF alone behind the size', chunked(`5\nhello\r\n${LAST}`), '400', refused],
  ['CR alone behind the size', chunked(`5\rhello\r\n${LAST}`), '400', refused],
  ['LF alone behind the data', chunked(`5\r\nhello\n${LAST}`), '400', refused],
  ['nothing behind the data', chunked(`5\r\nhello${LAST}`), '400', refused],
  ['more data than the size', chunked(`5\r\nhelloX\r\n${LAST}`), '400', refused],
  ['less data than the size', chunked(`6\r\nhello\r\n${LAST}`), '400', refused],
  ['an empty line between', chunked(`5\r\nhello\r\n\r\n${LAST}`), '400', refused],
  ['LF alone behind the last', chunked('5\r\nhello\r\n0\n\n'), '400', refused],
  ['LF alone at the end', chunked('5\r\nhello\r\n0\r\n\n'), '400', refused],
  ['CR alone at the end', chunked('5\r\nhello\r\n0\r\n\rX'), '400', refused],
  ['cut off in the data', [chunked('5\r\nhel'), END], '400 | ', refused],
  ['cut off before the last', [chunked('5\r\nhello\r\n'), END], '400 | ', refused],

  ['a trailer', trailers('X: y'), '200', { body: 'hello' }],
  ['two trailers, and a request', trailers('X: y\r\nZ: w') + HELLO, '200 200'],
  ['Content-Length as a trailer', trailers('Content-Length: 50') + HELLO, '400 | 200 200'],
  ['Transfer-Encoding as a trailer', trailers('Transfer-Encoding: chunked') + HELLO, '400 | 200 200'],
  ['Host as a trailer', trailers('Host: other'), '400 | 200'],
  ['a trailer without a colon', trailers('X'), '400 | 200'],
  ['a trailer with a space before the colon', trailers('X : y'), '400 | 200'],
  ['a trailer with NUL', trailers('X: a\0b'), '400 | 200'],
  ['LF alone behind a trailer', chunked('5\r\nhello\r\n0\r\nX: y\n\r\n'), '400', refused],
  ['a trailer of 100,000 bytes', trailers(`X: ${'a'.repeat(100_000)}`), '400 | 413 | 431 | 200'],
  ['a request in place of trailers', chunked(`0\r\n${SMUGGLED}`), '400 | 200'],
];
