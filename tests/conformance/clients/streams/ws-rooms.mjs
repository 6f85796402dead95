// Rooms: who gets what, in which order, and what becomes of those that do not read.

import { check } from '../check.mjs';
import { Raw, binary, close, frame, handshake, pause, text } from './frames.mjs';

export async function rooms(port) {
  const join = (room, name) => new Raw(port).open(`/ws/room/${encodeURIComponent(room)}?name=${encodeURIComponent(name)}`);
  const said = async (raw) => {
    const found = await raw.message();
    return found.startsWith('text ') ? JSON.parse(raw.last.toString()) : found;
  };

  for (const query of ['', '?name=', `?name=${'x'.repeat(65)}`, `?name=${encodeURIComponent('é'.repeat(65))}`, '?nam=x']) {
    const raw = new Raw(port);
    raw.send(handshake(port, `/ws/room/a${query}`));
    const { status, headers } = await raw.head();
    check(`room${query.slice(0, 20)}`, [status, headers?.['content-type']], [400, 'application/problem+json']);
    raw.destroy();
  }

  // Names and rooms are decoded; names need not be unique.
  const luna = await join('große Halle/1', 'Luna é🦀');
  check('joined', await said(luna), { joined: 'Luna é🦀' });
  const twin = await join('große Halle/1', 'Luna é🦀');
  const other = await join('große Halle', 'x'.repeat(64));
  check('the twin', [await said(twin), await said(luna)], [{ joined: 'Luna é🦀' }, { joined: 'Luna é🦀' }]);
  check('another room', await said(other), { joined: 'x'.repeat(64) });
  for (const message of ['hi', '', '{"from":"x"}', 'two\nlines "quoted" \\ 🦀', 'x'.repeat(60000)]) {
    luna.send(text(message));
    const expected = { from: 'Luna é🦀', text: message };
    check(`said ${message.slice(0, 20)}`, [await said(luna), await said(twin)], [expected, expected]);
  }
  twin.send(binary('x'));
  check('bytes', await twin.message(), 'close 1003');
  check('left', await said(luna), { left: 'Luna é🦀' });
  for (const [name, leave] of [
    ['close', (raw) => raw.send(close(1000))],
    ['FIN', (raw) => raw.end()],
    ['RST', (raw) => raw.reset()],
    ['a fault', (raw) => raw.send(frame(0x83, ''))],
  ]) {
    const guest = await join('große Halle/1', name);
    check(`${name} joins`, await said(luna), { joined: name });
    const from = Date.now();
    leave(guest);
    check(`${name} leaves`, await said(luna), { left: name });
    check(`${name} leaves within a second: ${Date.now() - from}`, Date.now() - from < 1000, true);
    guest.destroy();
  }
  check('nothing from the other room', await other.message(300), 'nothing');
  for (const raw of [luna, twin, other]) raw.destroy();

  // All get all in one order, and each sender's messages in the order sent.
  const members = [];
  for (let n = 0; n < 8; n += 1) members.push(await join('order', `m${n}`));
  for (const member of members) while (member.joined !== 8) {
    const news = await said(member);
    member.joined = (member.joined ?? 8 - members.length) + 1;
    if (typeof news === 'string') break;
    if (news.joined === 'm7') member.joined = 8;
  }
  for (let n = 0; n < 30; n += 1) members.forEach((member) => member.send(text(`${n}`)));
  const heard = await Promise.all(
    members.map(async (member) => {
      const all = [];
      while (all.length < 240) {
        const news = await said(member);
        if (typeof news === 'string') break;
        all.push(`${news.from} ${news.text}`);
      }
      return all;
    }),
  );
  check('everybody hears all', heard.map((all) => all.length), members.map(() => 240));
  check('in one order', heard.every((all) => all.join() === heard[0].join()), true);
  const ofOne = heard[0].filter((line) => line.startsWith('m3 ')).map((line) => line.split(' ')[1]);
  check('each in its order', ofOne.join() === Array.from({ length: 30 }, (_, n) => n).join(), true);
  members.forEach((member) => member.destroy());
  await pause(200);

  // One that does not read holds nobody up, and is dropped.
  const reader = await join('slow', 'reader');
  await said(reader);
  const sleeper = await join('slow', 'sleeper');
  await said(sleeper);
  sleeper.socket.pause();
  check('both are there', await said(reader), { joined: 'sleeper' });
  const big = 'x'.repeat(60000);
  let slowest = 0;
  let left = false;
  for (let n = 0; n < 1200 && !left; n += 1) {
    const from = Date.now();
    reader.send(text(big));
    const news = await said(reader);
    slowest = Math.max(slowest, Date.now() - from);
    if (news.left === 'sleeper') left = true;
    else if (news.from !== 'reader') check('the reader goes on', news, {});
  }
  check('the sleeper was dropped', left, true);
  check(`nobody waits for the sleeper: ${slowest}`, slowest < 1000, true);
  sleeper.socket.resume();
  let last;
  for (;;) {
    const found = await sleeper.message(6000);
    if (['closed', 'reset', 'nothing'].includes(found)) {
      check(`the sleeper's end: ${last}, ${found}`, found !== 'nothing' && (/^text/.test(last) || ['close 1013', 'close 1008'].includes(last)), true);
      break;
    }
    last = found;
  }
  for (const raw of [reader, sleeper]) raw.destroy();
}
