// A connection by hand: what is sent byte for byte, and what comes back, answer by answer.

import net from 'node:net';

/** Ends the sending half of the connection, when it stands among the steps. */
export const END = Symbol('end');

/**
 * Takes the steps one after the other: a text is sent as Latin-1, a number waits so many milliseconds.
 * Then reads until the server closes the connection, or says nothing for `quiet` milliseconds.
 * `heads` are the positions of the answers to HEAD, which have no body.
 */
export function talk(port, steps, { quiet = 600, heads = [] } = {}) {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    let bytes = Buffer.alloc(0);
    let end = 'open';
    let timer;
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ end, answers: answers(bytes.toString('latin1'), heads) });
    };
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(finish, quiet);
    };
    socket.on('data', (data) => {
      bytes = Buffer.concat([bytes, data]);
      wait();
    });
    socket.on('end', () => {
      end = 'closed';
      finish();
    });
    socket.on('error', (error) => (end = error.code === 'ECONNRESET' ? 'closed' : error.code));
    socket.on('close', finish);
    socket.on('connect', async () => {
      for (const step of steps) {
        if (typeof step === 'number') await new Promise((done) => setTimeout(done, step));
        else if (step === END) socket.end();
        else if (socket.writable) socket.write(step, 'latin1');
      }
      wait();
    });
  });
}

/** Takes the answers apart; what is cut off or is no answer has the status `broken`. */
function answers(text, heads) {
  const all = [];
  while (text) {
    const end = text.indexOf('\r\n\r\n');
    const line = /^HTTP\/(1\.[01]) (\d{3}) ([^\r\n]*)/.exec(text);
    if (end < 0 || !line) return [...all, { status: 'broken', headers: {}, body: text }];
    const headers = {};
    for (const header of text.slice(0, end).split('\r\n').slice(1)) {
      const [name, ...value] = header.split(':');
      headers[name.toLowerCase()] = value.join(':').trim();
    }
    const answer = { status: line[2], version: line[1], reason: line[3], headers, body: '' };
    const position = all.filter(({ status }) => status !== '100').length;
    all.push(answer);
    text = text.slice(end + 4);
    if (/^1|204|304/.test(answer.status) || heads.includes(position)) continue;
    if (headers['transfer-encoding'] === 'chunked') {
      let size;
      do {
        size = parseInt(text, 16);
        const start = text.indexOf('\r\n') + 2;
        if (!(size >= 0) || text.length < start + size + 2) return [...all, { status: 'broken', headers: {}, body: text }];
        answer.body += text.slice(start, start + size);
        text = text.slice(start + size + 2);
      } while (size > 0);
    } else if ('content-length' in headers) {
      const length = Number(headers['content-length']);
      if (text.length < length) return [...all, { status: 'broken', headers: {}, body: text }];
      answer.body = text.slice(0, length);
      text = text.slice(length);
    } else {
      answer.body = text;
      text = '';
    }
  }
  return all;
}
