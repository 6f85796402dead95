// WebSockets (RFC 6455): the handshake, by hand and with npm `ws`; what the routes do.

import http from 'node:http';
import WebSocket from 'ws';
import { check } from '../check.mjs';
import { KEY, Raw, accept, close, frame, handshake, pause, text } from './frames.mjs';
import { frames } from './ws-frames.mjs';
import { rooms } from './ws-rooms.mjs';

export async function run(base) {
  const port = Number(new URL(base).port);
  const tables = [handshakes, protocols, extensions, closes, json, silent, library];
  for (const table of [...tables, frames, rooms]) await table(port, base);
}

/** Status of a request that is no handshake, with what matters of its headers. */
async function refused(port, path, changes, line) {
  const raw = new Raw(port);
  raw.send(handshake(port, path, changes, line));
  const { status, headers = {} } = await raw.head();
  raw.destroy();
  return { status, headers };
}

async function handshakes(port) {
  const cases = [
    ['as it should be', {}, [101]],
    ['other cases', { Upgrade: 'WebSocket', Connection: 'upgrade' }, [101]],
    ['among others', { Upgrade: 'h2c, websocket', Connection: 'keep-alive, Upgrade' }, [101]],
    ['in two lines', { Upgrade: ['h2c', 'websocket'], Connection: ['keep-alive', 'Upgrade'] }, [101]],
    ['its own origin', { Origin: `http://127.0.0.1:${port}` }, [101]],
    ['the same over TLS', { Origin: `https://127.0.0.1:${port}` }, [101]],
    ['another case of the host', { Host: `LOCALHOST:${port}`, Origin: `http://localhost:${port}` }, [101]],
    ['no Upgrade', { Upgrade: null }, [426]],
    ['no Upgrade and no Connection', { Upgrade: null, Connection: null }, [426]],
    ['nothing of it', { Upgrade: null, Connection: null, 'Sec-WebSocket-Key': null, 'Sec-WebSocket-Version': null }, [426]],
    ['another Upgrade', { Upgrade: 'h2c' }, [426]],
    ['no Connection', { Connection: null }, [426, 400]],
    ['another Connection', { Connection: 'keep-alive' }, [426, 400]],
    ['no version', { 'Sec-WebSocket-Version': null }, [426, 400]],
    ['version 8', { 'Sec-WebSocket-Version': '8' }, [426, 400]],
    ['version 14', { 'Sec-WebSocket-Version': '14' }, [426, 400]],
    ['a version that is none', { 'Sec-WebSocket-Version': 'abc' }, [426, 400]],
    ['no key', { 'Sec-WebSocket-Key': null }, [400]],
    ['an empty key', { 'Sec-WebSocket-Key': '' }, [400]],
    ['a key of 15 bytes', { 'Sec-WebSocket-Key': Buffer.alloc(15).toString('base64') }, [400]],
    ['a key of 17 bytes', { 'Sec-WebSocket-Key': Buffer.alloc(17).toString('base64') }, [400]],
    ['a key that is no base64', { 'Sec-WebSocket-Key': '*'.repeat(22) + '==' }, [400]],
    ['a key without padding', { 'Sec-WebSocket-Key': KEY.slice(0, 22) }, [400]],
    ['two keys', { 'Sec-WebSocket-Key': [KEY, KEY] }, [400]],
    ['another port', { Origin: `http://127.0.0.1:${port + 1}` }, [403]],
    ['another host', { Origin: `http://evil.example:${port}` }, [403]],
    ['a host that begins the same', { Origin: `http://127.0.0.1:${port}.evil.example` }, [403]],
    ['no port', { Origin: 'http://127.0.0.1' }, [403]],
    ['null', { Origin: 'null' }, [403]],
    ['an empty origin', { Origin: '' }, [403]],
    ['no scheme', { Origin: `127.0.0.1:${port}` }, [403]],
    ['two origins', { Origin: [`http://127.0.0.1:${port}`, 'http://evil.example'] }, [403]],
  ];
  for (const path of ['/ws/echo', '/ws/json', '/ws/silent', '/ws/close', '/ws/room/a?name=b']) {
    for (const [name, changes, expected] of cases) {
      const { status, headers } = await refused(port, path, changes);
      check(`${path} ${name}: ${status}`, expected.includes(status), true);
      if (status === 426 && 'Upgrade' in changes) {
        check(`${path} ${name}: fields`, [headers.upgrade?.toLowerCase(), /upgrade/i.test(headers.connection)], ['websocket', true]);
      }
      if ('Sec-WebSocket-Version' in changes && 'Upgrade' in changes === false) {
        check(`${path} ${name}: version`, headers['sec-websocket-version'], '13');
      }
    }
    for (const method of ['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      for (const changes of [{}, { Upgrade: null, Connection: null }]) {
        const { status, headers } = await refused(port, path, changes, `${method} ${path} HTTP/1.1`);
        check(`${method} ${path}`, [status, headers?.allow], [405, 'GET']);
      }
    }
    const { status } = await refused(port, path, {}, `GET ${path} HTTP/1.0`);
    check(`HTTP/1.0 ${path}: ${status}`, (status >= 400 && status < 500) || status === 505, true);
  }
  const good = await refused(port, '/ws/echo', {});
  check('101', [good.headers['sec-websocket-accept'], good.headers.upgrade.toLowerCase(), good.headers.connection.toLowerCase()], [
    accept(KEY),
    'websocket',
    'upgrade',
  ]);
  check('101 without framing', [good.headers['content-length'], good.headers['transfer-encoding']], [undefined, undefined]);
  // What is wrong with the request itself is told before what is wrong with the query.
  check('no upgrade before a bad code', (await refused(port, '/ws/close?code=1', { Upgrade: null })).status, 426);
  check('a bad origin before a bad name', (await refused(port, '/ws/room/a', { Origin: 'null' })).status, 403);
  check('unknown path', (await refused(port, '/ws/nothing', {})).status, 404);
  check('plain GET beside them', (await refused(port, '/ws/open', { Upgrade: null, Connection: null })).status, 200);
}

async function protocols(port) {
  const cases = [
    [null, undefined],
    ['chat.v1', 'chat.v1'],
    ['chat.v2', 'chat.v2'],
    ['chat.v1, chat.v2', 'chat.v2'],
    ['chat.v2,chat.v1', 'chat.v2'],
    [['chat.v1', 'chat.v2'], 'chat.v2'],
    [['other', 'chat.v1'], 'chat.v1'],
    ['other', undefined],
    ['Chat.V2', undefined],
    ['chat.v22, xchat.v1', undefined],
    ['', undefined],
  ];
  for (const [offer, expected] of cases) {
    const { status, headers } = await refused(port, '/ws/echo', { 'Sec-WebSocket-Protocol': offer });
    check(`offers ${offer}`, [status, headers['sec-websocket-protocol']], [101, expected]);
  }
  const elsewhere = await refused(port, '/ws/json', { 'Sec-WebSocket-Protocol': 'chat.v2' });
  check('a route without protocols', [elsewhere.status, elsewhere.headers['sec-websocket-protocol']], [101, undefined]);
}

async function extensions(port) {
  for (const offer of ['permessage-deflate', 'permessage-deflate; client_max_window_bits=99', 'x-unknown; a=b', 'permessage-deflate; server_no_context_takeover, x']) {
    const { status, headers } = await refused(port, '/ws/echo', { 'Sec-WebSocket-Extensions': offer });
    check(`declines ${offer}`, [status, headers['sec-websocket-extensions']], [101, undefined]);
  }
}

async function closes(port) {
  const problem = async (path) => {
    const { status, headers } = await refused(port, path, {});
    return `${status} ${headers['content-type']}`;
  };
  for (const code of [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1099, 2000, 2999, 5000, 65535, 65536, -1, '', 'x', '1000.0', '1e3']) {
    check(`close?code=${code}`, await problem(`/ws/close?code=${code}`), '400 application/problem+json');
  }
  check('a reason alone', await problem('/ws/close?reason=why'), '400 application/problem+json');
  check('124 bytes', await problem(`/ws/close?code=1000&reason=${'x'.repeat(124)}`), '400 application/problem+json');
  check('62 characters of two bytes', await problem(`/ws/close?code=1000&reason=${encodeURIComponent('é'.repeat(62))}`), '400 application/problem+json');
  for (const code of [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 3000, 3999, 4000, 4999]) {
    for (const reason of ['', 'why', 'é日🦀', 'x'.repeat(123), 'a b+c&d']) {
      const raw = await new Raw(port).open(`/ws/close?code=${code}&reason=${encodeURIComponent(reason)}`);
      check(`closes with ${code} ${reason}`, [await raw.frame(), raw.last.subarray(2).toString()], [`close ${code}`, reason]);
      raw.send(close(code));
      check(`then TCP ${code}`, (await raw.timeToEnd(2500)) < 1000, true);
      raw.destroy();
    }
  }
  const raw = await new Raw(port).open('/ws/close');
  check('closes without a code', await raw.frame(), 'close');
  // No answer: the server ends it.
  const time = await raw.timeToEnd(6000);
  check(`a close frame without an answer: ${time}`, time < 5000 && time > 500, true);
  raw.destroy();
  const chatty = await new Raw(port).open('/ws/close?code=1000');
  check('closes', await chatty.frame(), 'close 1000');
  chatty.send(text('late'), frame(0x89, 'p'), close(1000));
  check('nothing behind its close frame', await chatty.rest(), 'closed');
  chatty.destroy();
}

async function json(port) {
  const cases = [
    ['{"add":[1,2]}', 'text {"sum":3}'],
    ['{"add":[0.5,0.25]}', 'text {"sum":0.75}'],
    [' { "add" : [ -1 , 1e2 ] } ', 'text {"sum":99.0}'],
    ['{"add":[1,2', 'close 1007'],
    ['', 'close 1007'],
    ['null', 'close 1007'],
    ['[1,2]', 'close 1007'],
    ['{"add":[1]}', 'close 1007'],
    ['{"add":[1,2,3]}', 'close 1007'],
    ['{"add":["1","2"]}', 'close 1007'],
    ['{"add":[1,null]}', 'close 1007'],
    ['{"sub":[1,2]}', 'close 1007'],
    ['{"add":[1,2]} x', 'close 1007'],
    ['{"add":[NaN,1]}', 'close 1007'],
  ];
  for (const [message, expected] of cases) {
    const raw = await new Raw(port).open('/ws/json');
    raw.send(text(message));
    check(`json ${message}`, await raw.message(), expected);
    if (expected === 'close 1007') check(`json ${message}: a reason`, raw.last.length > 2, true);
    raw.destroy();
  }
  const raw = await new Raw(port).open('/ws/json');
  raw.send(frame(0x82, '{"add":[1,2]}'));
  check('json in bytes', await raw.message(), 'close 1003');
  raw.destroy();
}

const openOnes = (base) => fetch(`${base}/ws/open`).then((answer) => answer.json()).then(({ open }) => open);

async function silent(port, base) {
  const drops = async (name, leave, most = 1000) => {
    const raw = await new Raw(port).open('/ws/silent');
    await pause(100);
    check(`${name}: counted`, await openOnes(base), 1);
    leave(raw);
    const from = Date.now();
    while ((await openOnes(base)) > 0 && Date.now() - from < most) await pause(20);
    check(`${name}: gone`, await openOnes(base), 0);
    raw.destroy();
  };
  await drops('a close frame', (raw) => raw.send(close(1000)));
  await drops('FIN', (raw) => raw.end());
  await drops('RST', (raw) => raw.reset());
  await drops('close and FIN', (raw) => raw.send(close(1000)).end());
  await drops('an error', (raw) => raw.send(frame(0x83, 'x')));
  await drops('messages, then FIN', (raw) => raw.send(text('a'), text('b')).end());
  await drops('messages, then RST', (raw) => (raw.send(text('a')), raw.reset()));

  // One that answers stays; pings come at least every two seconds; nothing else comes.
  const lively = await new Raw(port).open('/ws/silent');
  const pings = [];
  const quiet = await new Raw(port).open('/ws/silent');
  const stubborn = await new Raw(port).open('/ws/silent');
  const late = await new Raw(port).open('/ws/silent');
  const from = Date.now();
  const answering = (async () => {
    while (Date.now() - from < 9000) {
      const next = await lively.frame(2500);
      if (next !== 'ping') return check('silent', next, 'ping');
      pings.push(Date.now());
      lively.send(frame(0x8a, lively.last), text('no notice'));
    }
  })();
  // A peer that answers late, but always within the time.
  const lateAnswers = (async () => {
    const waiting = [];
    while (Date.now() - from < 9000) {
      const next = await late.frame(300);
      if (next === 'ping') waiting.push([Date.now(), Buffer.from(late.last)]);
      while (waiting.length && Date.now() - waiting[0][0] > 3300) late.send(frame(0x8a, waiting.shift()[1]));
      if (['closed', 'reset'].includes(next)) return;
    }
  })();
  // Data and other pongs are no answer.
  const talking = setInterval(() => stubborn.send(text('x'), frame(0x8a, 'other'), frame(0x89, 'p')), 500);
  const [one, two] = await Promise.all([quiet.timeToEnd(8000), stubborn.timeToEnd(8000)]);
  clearInterval(talking);
  check(`a quiet peer: ${one}`, one > 3500 && one <= 6500, true);
  check(`a peer that answers no ping: ${two}`, two > 3500 && two <= 6500, true);
  await Promise.all([answering, lateAnswers]);
  check('a lively peer', lively.state, 'open');
  check('a late one', late.state, 'open');
  const gaps = pings.slice(1).map((time, index) => time - pings[index]);
  check(`pings: ${gaps}`, gaps.length >= 3 && gaps.every((gap) => gap <= 2000), true);
  for (const raw of [lively, late, quiet, stubborn]) raw.destroy();
}

async function library(port) {
  const open = (path, ...rest) => new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, ...rest);
    socket.inbox = [];
    socket.wake = () => {};
    socket.on('message', (data, isBinary) => (socket.inbox.push(isBinary ? data : data.toString()), socket.wake()));
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (_, response) => reject(new Error(`${response.statusCode}`)));
    socket.on('error', reject);
  });
  const next = async (socket) => {
    if (socket.inbox.length === 0) await Promise.race([new Promise((wake) => (socket.wake = wake)), pause(2000)]);
    return socket.inbox.shift();
  };
  const socket = await open('/ws/echo', ['chat.v1', 'chat.v2']);
  check('ws: protocol', socket.protocol, 'chat.v2');
  for (const message of ['', 'hi', 'é日🦀', 'x'.repeat(125), 'x'.repeat(126), 'x'.repeat(65535), 'x'.repeat(65536)]) {
    socket.send(message);
    check(`ws: text of ${message.length}`, (await next(socket)) === message, true);
    const bytes = Buffer.alloc(Math.min(message.length, 65536), 0xff);
    socket.send(bytes);
    check(`ws: bytes of ${bytes.length}`, bytes.equals(await next(socket)), true);
  }
  const many = Array.from({ length: 5000 }, (_, n) => `message ${n}`);
  many.forEach((message) => socket.send(message));
  const got = [];
  while (got.length < many.length) {
    const message = await next(socket);
    if (message === undefined) break;
    got.push(message);
  }
  check('ws: 5,000 in order', got.join() === many.join(), true);
  const pong = new Promise((resolve) => socket.on('pong', (data) => resolve(data.toString())));
  socket.ping('ping');
  check('ws: pong', await Promise.race([pong, pause(1000)]), 'ping');
  const closed = new Promise((resolve) => socket.on('close', (code, reason) => resolve([code, reason.toString()])));
  socket.close(4321, 'bye');
  check('ws: close', await Promise.race([closed, pause(2000)]), [4321, '']);
  const big = await open('/ws/echo');
  const tooBig = new Promise((resolve) => big.on('close', (code) => resolve(code)));
  big.on('error', () => {});
  big.send('x'.repeat(65537));
  check('ws: too large', await Promise.race([tooBig, pause(2000)]), 1009);
  const agent = new http.Agent();
  check('ws: bad origin', await open('/ws/echo', { origin: 'http://evil.example', agent }).then(() => 101, (error) => error.message), '403');
}
