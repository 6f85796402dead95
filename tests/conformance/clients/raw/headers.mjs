// Header lines (RFC 9112, section 5; RFC 9110, section 5).

import { END } from '../wire.mjs';
import { GET, header } from './messages.mjs';

const many = (count) => header(Array.from({ length: count }, (_, index) => `X${index}: y`).join('\r\n'));

export const cases = [
  ['no space behind the colon', header('X:a'), '200'],
  ['white space around the value', header('X: \t a \t '), '200'],
  ['a tab in the value', header('X: a\tb'), '200'],
  ['no value', header('X:'), '200'],
  ['colons in the value', header('X: a: b:c'), '200'],
  ['Latin-1 in the value', header('X: a\xe9b\xff'), '200'],
  ['every character of a token', header("X!#$%&'*+-.^_`|~9: a"), '200'],
  ['90 of them', many(90), '200'],
  ['3,000 of them', many(3000), '431 | 400', { end: 'closed' }],
  ['a value of 8,000 bytes', header(`X: ${'a'.repeat(8000)}`), '200'],
  ['a value of 100,000 bytes', header(`X: ${'a'.repeat(100_000)}`), '431 | 200'],
  ['a value of 1,000,000 bytes', header(`X: ${'a'.repeat(1_000_000)}`), '431', { end: 'closed' }],
  ['a name of 70,000 bytes', header(`${'a'.repeat(70_000)}: x`), '431 | 400', { end: 'closed' }],
  ['a name without end', `${GET}${'a'.repeat(200_000)}`, '431 | 400', { end: 'closed' }],

  ['white space before the first', 'GET /api/hello HTTP/1.1\r\n Host: x\r\n\r\n', '400', { end: 'closed' }],
  ['white space before the first, and Host', 'GET /api/hello HTTP/1.1\r\n X: y\r\nHost: x\r\n\r\n', '400 | 200'],
  ['a value on two lines', header('X: a\r\n b'), '400 | 200'],
  ['a value on two lines, by a tab', header('X: a\r\n\tb'), '400 | 200'],
  ['a space before the colon', header('X : a'), '400', { end: 'closed' }],
  ['a tab before the colon', header('X\t: a'), '400', { end: 'closed' }],
  ['a space in the name', header('X Y: a'), '400', { end: 'closed' }],
  ['parentheses in the name', header('X(Y): a'), '400', { end: 'closed' }],
  ['a slash in the name', header('X/Y: a'), '400', { end: 'closed' }],
  ['Latin-1 in the name', header('X\xe9: a'), '400', { end: 'closed' }],
  ['NUL in the name', header('X\0: a'), '400', { end: 'closed' }],
  ['no name', header(': a'), '400', { end: 'closed' }],
  ['no colon', header('X'), '400', { end: 'closed' }],
  ['NUL in the value', header('X: a\0b'), '400', { end: 'closed' }],
  ['CR in the value', header('X: a\rb'), '400', { end: 'closed' }],
  ['CR behind the value', header('X: a\r'), '400', { end: 'closed' }],
  ['LF in the value', header('X: a\nb'), '400', { end: 'closed' }],
  ['LF alone behind the value', header('X: a\nY: b'), '400 | 200'],
  ['an escape character in the value', header('X: a\x1bb'), '400 | 200'],
  ['DEL in the value', header('X: a\x7fb'), '400 | 200'],
  ['cut off', [`${GET}X: a`, END], '400 | '],
];
