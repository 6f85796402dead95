// The Cookie header (RFC 6265, section 4.2), as servers read it.

const cookies = (...values) => `GET /api/cookies HTTP/1.1\r\nHost: x\r\n${values.map((value) => `Cookie: ${value}\r\n`).join('')}\r\n`;
const are = (pairs) => ({ body: JSON.stringify(pairs), headers: { 'content-type': /^application\/json/ } });

export const cases = [
  ['none', 'GET /api/cookies HTTP/1.1\r\nHost: x\r\n\r\n', '200', are({})],
  ['an empty header', cookies(''), '200', are({})],
  ['one', cookies('a=1'), '200', are({ a: '1' })],
  ['two', cookies('a=1; b=2'), '200', are({ a: '1', b: '2' })],
  ['two without a space', cookies('a=1;b=2'), '200', are({ a: '1', b: '2' })],
  ['two headers', cookies('a=1', 'b=2'), '200', are({ a: '1', b: '2' })],
  ['spaces around', cookies('  a = 1 ;  b= 2 '), '200', are({ a: '1', b: '2' })],
  ['an empty value', cookies('a=; b=2'), '200', are({ a: '', b: '2' })],
  ['a value with =', cookies('a=b=c; d=e=='), '200', are({ a: 'b=c', d: 'e==' })],
  ['a value in quotes', cookies('a="b c"'), '200', are({ a: 'b c' })],
  ['escapes', cookies('a=%20x%3B'), '200', are({ a: ' x;' })],
  ['names that differ in case', cookies('A=1; a=2'), '200', are({ A: '1', a: '2' })],
  ['one name twice: the first', cookies('a=1; a=2'), '200', are({ a: '1' })],
  ['no name', cookies('=v; b=2'), '200', are({ '': 'v', b: '2' })],
  ['no =', cookies('a; b=2'), '200', are({ b: '2' })],
  ['semicolons alone', cookies('a=1;; ;b=2;'), '200', are({ a: '1', b: '2' })],
  ['commas', cookies('a=1,b=2'), '200', are({ a: '1,b=2' })],
];
