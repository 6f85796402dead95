// SIGTERM with 1,000 open streams: each event stream ends well, each socket is closed with 1001, and the program ends with
// code 0 within a second of the second for which it still takes connections. It needs the server's pid in SERVER.

import net from 'node:net';
import { check } from '../check.mjs';
import { Raw, close, pause } from './frames.mjs';

const EACH = 500;
const LIMIT = 2000;

export async function run(base) {
  const port = Number(new URL(base).port);
  const pid = Number(process.env.SERVER);
  const streams = await inTens(() => stream(port));
  const sockets = await inTens(() => new Raw(port).open('/ws/echo'));

  const from = Date.now();
  process.kill(pid, 'SIGTERM');
  const all = (list) => Promise.all(list);
  const [ends, told] = await all([all(streams.map((one) => one.ended())), all(sockets.map(closed))]);
  await gone(pid, from);
  const time = Date.now() - from;

  check('event streams at the stop', count(ends), { 'a whole answer': EACH });
  check('sockets at the stop', count(told), { 'close 1001, closed': EACH });
  check(`SIGTERM with ${2 * EACH} open streams is done in ${LIMIT} ms`, time <= LIMIT || time, true);
}

/** Opens them ten at a time, so that no queue of the listener is too short. */
async function inTens(open) {
  const all = [];
  while (all.length < EACH) all.push(...(await Promise.all(Array.from({ length: 10 }, open))));
  return all;
}

/** An event stream whose first event has come. */
function stream(port) {
  return new Promise((done, failed) => {
    const socket = net.connect(port, '127.0.0.1');
    let text = '';
    const over = new Promise((end) => socket.on('close', () => end(text.endsWith('0\r\n\r\n') ? 'a whole answer' : 'cut off')));
    socket.on('error', failed);
    socket.on('data', (data) => {
      text += data;
      if (text.includes('event: tick')) done({ ended: () => over });
    });
    socket.write('GET /sse/forever HTTP/1.1\r\nHost: localhost\r\n\r\n');
  });
}

/** What a socket is told, and that it ends when the client has said goodbye as well. */
async function closed(socket) {
  const told = await socket.message(LIMIT);
  socket.send(close(1001));
  return `${told}, ${await socket.message(LIMIT)}`;
}

/** Waits until the process is over. */
async function gone(pid, from) {
  while (Date.now() - from < 10 * LIMIT) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await pause(20);
  }
}

function count(all) {
  const counts = {};
  for (const one of all) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
}
