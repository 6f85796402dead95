// Frames byte for byte (RFC 6455, sections 5 to 8): good ones are echoed, others close the socket as the contract says.

import { check } from '../check.mjs';
import { Raw, binary, close, frame, pause, text } from './frames.mjs';

const utf8 = (...bytes) => Buffer.from(bytes);
const long = (length) => 'x'.repeat(length);

export async function frames(port) {
  await tables(port);
  await everyCode(port);
  await cuts(port);
  await limits(port);
  await endings(port);
  await flows(port);
}

/** What comes back for these frames, in one segment, and to the end of the connection. */
async function answer(port, pieces, { behind = false, path = '/ws/echo' } = {}) {
  const raw = new Raw(port);
  await raw.open(path, {}, behind ? pieces : []);
  if (!behind) raw.send(...pieces);
  const from = Date.now();
  const all = await raw.rest(600);
  const time = (raw.ended ?? Infinity) - from;
  raw.destroy();
  return { all, time };
}

async function tables(port) {
  const good = [
    ['text', [text('hi')], 'text hi'],
    ['empty text', [text('')], 'text '],
    ['empty bytes', [binary('')], 'binary '],
    ['bytes', [binary(utf8(0, 255))], 'binary 00ff'],
    ['two at once', [text('a'), text('b')], 'text a, text b'],
    ['text and bytes', [text('a'), binary('b'), text('c')], 'text a, binary 62, text c'],
    ['fragments', [frame(0x01, 'a'), frame(0x00, 'b'), frame(0x80, 'c')], 'text abc'],
    ['fragments of bytes', [frame(0x02, 'a'), frame(0x80, 'c')], 'binary 6163'],
    ['empty fragments', [frame(0x01, ''), frame(0x00, ''), frame(0x80, '')], 'text '],
    ['a character in two fragments', [frame(0x01, utf8(0xc3)), frame(0x80, utf8(0xa9))], 'text é'],
    ['a character in four', [frame(0x01, utf8(0xf0)), frame(0, utf8(0x9f)), frame(0, utf8(0xa6)), frame(0x80, utf8(0x80))], 'text 🦀'],
    ['ping', [frame(0x89, 'p')], 'pong p'],
    ['empty ping', [frame(0x89, '')], 'pong '],
    ['ping of 125', [frame(0x89, long(125))], `pong ${long(125)}`],
    ['ping within a message', [frame(0x01, 'a'), frame(0x89, 'p'), frame(0x80, 'b')], 'pong p, text ab'],
    ['pong within a message', [frame(0x01, 'a'), frame(0x8a, 'p'), frame(0x80, 'b')], 'text ab'],
    ['pong of nobody', [frame(0x8a, 'x'), text('a')], 'text a'],
    ['125', [text(long(125))], `text ${long(125)}`],
    ['126', [text(long(126))], `text ${long(126)}`],
    ['65535', [text(long(65535))], 'text of 65535'],
    ['65536', [text(long(65536))], 'text of 65536'],
    ['65536 in fragments', [frame(0x01, long(65000)), frame(0x80, long(536))], 'text of 65536'],
    ['non-characters', [text('\uffff\ufdd0\u{10ffff}')], 'text \uffff\ufdd0\u{10ffff}'],
    ['NUL', [text('\0')], 'text \0'],
    ['BOM', [text('\ufeffa')], 'text \ufeffa'],
  ];
  for (const [name, pieces, expected] of good) {
    const normal = { all: `${expected}, close 1000, closed` };
    for (const behind of [false, true]) {
      const { all } = await answer(port, [...pieces, close(1000)], { behind });
      check(`${name}${behind ? ', with the request' : ''}`, all, normal.all);
    }
  }
  const bad = [
    ['RSV1', [frame(0xc1, 'x')], 1002],
    ['RSV2', [frame(0xa1, 'x')], 1002],
    ['RSV3', [frame(0x91, 'x')], 1002],
    ['RSV1 on a ping', [frame(0xc9, 'x')], 1002],
    ['RSV1 on a close', [frame(0xc8, '')], 1002],
    ['RSV on a continuation', [frame(0x01, 'a'), frame(0xc0, 'b')], 1002],
    ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => [`opcode ${opcode}`, [frame(0x80 | opcode, 'x')], 1002]),
    ...[3, 7, 11, 15].map((opcode) => [`opcode ${opcode} within a message`, [frame(0x01, 'a'), frame(0x80 | opcode, '')], 1002]),
    ['no mask', [frame(0x81, 'x', { mask: false })], 1002],
    ['no mask, empty', [frame(0x81, '', { mask: false })], 1002],
    ['no mask on a ping', [frame(0x89, '', { mask: false })], 1002],
    ['no mask on a close', [frame(0x88, '', { mask: false })], 1002],
    ['a split ping', [frame(0x09, 'x')], 1002],
    ['a split pong', [frame(0x0a, 'x')], 1002],
    ['a split close', [frame(0x08, '')], 1002],
    ['a ping of 126', [frame(0x89, long(126))], 1002],
    ['a pong of 126', [frame(0x8a, long(126))], 1002],
    ['a close of 126', [frame(0x88, Buffer.concat([utf8(3, 232), Buffer.from(long(124))]))], 1002],
    ['a ping of 2^16', [frame(0x89, long(65536))], 1002],
    ['nothing to continue', [frame(0x80, 'x')], 1002],
    ['nothing to continue, not final', [frame(0x00, 'x')], 1002],
    ['a continuation behind a whole message', [text('a'), frame(0x80, 'x')], 1002, 'text a, '],
    ['text within text', [frame(0x01, 'a'), text('b')], 1002],
    ['bytes within text', [frame(0x01, 'a'), binary('b')], 1002],
    ['text within bytes', [frame(0x02, 'a'), frame(0x01, 'b')], 1002],
    ['a close of one byte', [frame(0x88, 'x')], 1002],
    ['a length of 2^63', [frame(0x81, '', { length: 0 }), Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0])], 1002, 'text , '],
    ['a continuation byte alone', [text(utf8(0x80))], 1007],
    ['0xff', [text(utf8(0x61, 0xff))], 1007],
    ['an overlong slash', [text(utf8(0xc0, 0xaf))], 1007],
    ['overlong of three', [text(utf8(0xe0, 0x80, 0xaf))], 1007],
    ['a surrogate', [text(utf8(0xed, 0xa0, 0x80))], 1007],
    ['beyond Unicode', [text(utf8(0xf4, 0x90, 0x80, 0x80))], 1007],
    ['five bytes', [text(utf8(0xf8, 0x88, 0x80, 0x80, 0x80))], 1007],
    ['half a character', [text(utf8(0xc3))], 1007],
    ['half a character in fragments', [frame(0x01, 'a'), frame(0x80, utf8(0xf0, 0x9f))], 1007],
    ['bad in the second fragment', [frame(0x01, utf8(0xce)), frame(0x80, utf8(0x41))], 1007],
    ['bad UTF-8 in the reason', [frame(0x88, utf8(3, 232, 0xff))], 1007],
    ['half a character in the reason', [frame(0x88, utf8(3, 232, 0xc3))], 1007],
    ['a message before', [text('a'), frame(0x83, '')], 1002, 'text a, '],
    ['65537', [text(long(65537))], 1009],
    ['65537 of bytes', [binary(long(65537))], 1009],
    ['65536 and one more', [frame(0x01, long(65536)), frame(0x80, 'x')], 1009],
    ['65537 in three', [frame(0x01, long(40000)), frame(0x00, long(20000)), frame(0x80, long(5537))], 1009],
    ['a terabyte, told', [frame(0x82, '', { length: 2 ** 40, width: 8 })], 1009],
  ];
  for (const [name, pieces, code, before = ''] of bad) {
    for (const behind of [false, true]) {
      // What comes behind the fault is not handled.
      const { all, time } = await answer(port, [...pieces, text('never'), frame(0x89, 'never')], { behind });
      check(`${name}${behind ? ', with the request' : ''}`, all, `${before}close ${code}, closed`);
      check(`${name}: ends in ${time}`, time < 2000, true);
    }
  }
}

async function everyCode(port) {
  const isValid = (code) => (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1013) || (code >= 3000 && code <= 4999);
  const codes = Array.from({ length: 5001 }, (_, code) => code).filter((code) => code < 1100 || code % 97 === 0 || code > 4990 || (code > 2990 && code < 3010));
  const wrong = [];
  for (let at = 0; at < codes.length; at += 50) {
    const found = await Promise.all(
      codes.slice(at, at + 50).map(async (code) => {
        const raw = await new Raw(port).open('/ws/echo');
        raw.send(close(code, 'why'), text('never'));
        const said = await raw.rest(1500);
        raw.destroy();
        return [code, said];
      }),
    );
    for (const [code, said] of found) {
      const expected = isValid(code) ? [`close ${code}, closed`] : code === 1014 ? ['close 1014, closed', 'close 1002, closed'] : ['close 1002, closed'];
      if (!expected.includes(said)) wrong.push(`${code}: ${said}`);
    }
  }
  check(`${codes.length} close codes`, wrong, []);
  const { all } = await answer(port, [frame(0x88, ''), text('never')]);
  check('a close frame without a code', ['close, closed', 'close 1000, closed'].includes(all), true);
}

/** The same frames give the same answers, however they are cut. */
async function cuts(port) {
  const all = Buffer.concat([
    frame(0x01, 'a'),
    frame(0x89, 'ping'),
    frame(0x80, 'é'),
    binary(long(300)),
    text('日本'),
    close(4000, 'bye'),
  ]);
  const expected = 'pong ping, text aé, binary of 300, text 日本, close 4000, closed';
  for (const size of [1, 2, 3, 5, 7, 11, 64]) {
    const raw = await new Raw(port).open('/ws/echo');
    for (let at = 0; at < all.length; at += size) {
      raw.send(all.subarray(at, at + size));
      if (at < 40) await pause(1);
    }
    check(`in pieces of ${size}`, await raw.rest(), expected);
    raw.destroy();
  }
}

async function limits(port) {
  // A length is refused at its head, before any of its bytes.
  for (const [name, bytes] of [
    ['2^16 + 1', frame(0x82, '', { length: 65537, width: 8 })],
    ['2^62', Buffer.from([0x82, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4])],
  ]) {
    const raw = await new Raw(port).open('/ws/echo');
    raw.send(bytes.subarray(0, 14));
    check(`${name} by its head`, await raw.message(1000), 'close 1009');
    raw.destroy();
  }
  // Bad UTF-8 is refused at its byte, or at the end.
  const raw = await new Raw(port).open('/ws/echo');
  raw.send(frame(0x01, utf8(0x61, 0xff)));
  await pause(100);
  raw.send(frame(0x80, 'x'));
  check('bad UTF-8 in a fragment', await raw.message(1000), 'close 1007');
  raw.destroy();
  // 10,000 fragments are a message.
  const many = await new Raw(port).open('/ws/echo');
  many.send(frame(0x01, 'x'), ...Array.from({ length: 9998 }, () => frame(0x00, 'y')), frame(0x80, 'z'));
  check('10,000 fragments', await many.message(), 'text of 10000');
  many.destroy();
}

async function endings(port) {
  const within = async (name, act, most, expected) => {
    const raw = await new Raw(port).open('/ws/echo');
    await act(raw);
    const from = Date.now();
    const said = await raw.rest(most + 500);
    check(`${name}: ${said}`, expected.includes(said), true);
    check(`${name}: in ${raw.ended - from}`, raw.ended - from < most, true);
    raw.destroy();
  };
  await within('FIN without a close frame', (raw) => raw.end(), 2000, ['closed', 'reset']);
  await within('a message, then FIN', (raw) => raw.send(text('a')).end(), 2000, ['text a, closed']);
  await within('half a message, then FIN', (raw) => raw.send(frame(0x01, 'a')).end(), 2000, ['closed', 'reset']);
  await within('half a head, then FIN', (raw) => raw.send([0x81]).end(), 2000, ['closed', 'reset']);
  await within('close, then FIN', (raw) => raw.send(close(1000)).end(), 2000, ['close 1000, closed']);
  await within('a fault, and no end', (raw) => raw.send(frame(0x83, '')), 2000, ['close 1002, closed']);
  // It goes on sending: the connection ends all the same.
  const stubborn = await new Raw(port).open('/ws/echo');
  stubborn.send(frame(0x83, ''));
  const from = Date.now();
  const sending = setInterval(() => stubborn.send(text(long(1000))), 20);
  await new Promise((resolve) => {
    stubborn.socket.on('close', resolve);
    stubborn.socket.on('error', resolve);
    setTimeout(resolve, 4000);
  });
  clearInterval(sending);
  check(`a peer that goes on after a fault: ${Date.now() - from}`, Date.now() - from < 2100, true);
  stubborn.destroy();
  // It closes TCP first, and only then does the server let go.
  const polite = await new Raw(port).open('/ws/echo');
  polite.send(close(1000));
  check('closing handshake', await polite.frame(), 'close 1000');
  check('TCP', (await polite.timeToEnd(1500)) < 500, true);
  polite.destroy();
}

async function flows(port) {
  // A peer that does not read is held back, and gets all once it reads.
  const raw = await new Raw(port).open('/ws/echo');
  raw.socket.pause();
  let sent = 0;
  const piece = Buffer.concat(Array.from({ length: 16 }, (_, n) => binary(Buffer.alloc(4096, n))));
  for (let tries = 0; tries < 4000 && !raw.socket.writableNeedDrain; tries += 1) {
    raw.socket.write(piece);
    sent += 16;
    if (tries % 50 === 0) await pause(1);
  }
  await pause(300);
  raw.socket.resume();
  let got = 0;
  while (got < sent && (await raw.message(5000)) === 'binary of 4096') got += 1;
  check('all messages come back', got, sent);
  raw.destroy();
  // Pings are answered while the handler is busy with others; of many, the last at least.
  const pings = await new Raw(port).open('/ws/echo');
  for (let n = 0; n < 1000; n += 1) pings.send(frame(0x89, `${n}`));
  pings.send(close(1000));
  const said = await pings.rest();
  check('the last of 1,000 pings', said.includes('pong 999, close 1000'), true);
  pings.destroy();
}
