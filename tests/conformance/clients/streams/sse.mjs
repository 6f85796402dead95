// Server-Sent Events (WHATWG HTML, section 9.2), by npm `eventsource`, by fetch, and byte by byte.

import { createConnection } from 'node:net';
import { EventSource } from 'eventsource';
import { check } from '../check.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// The events of a stream as a client interprets them (section 9.2.6).
function interpreted(text) {
  const events = [];
  let [id, name, data, retry] = ['', '', null, undefined];
  for (const line of text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)) {
    if (line === '') {
      if (data !== null) events.push({ id, event: name, data });
      [name, data] = ['', null];
      continue;
    }
    const [, field, value = ''] = line.match(/^([^:]*)(?:: ?(.*))?$/s);
    if (field === 'data') data = data === null ? value : `${data}\n${value}`;
    if (field === 'event') name = value;
    if (field === 'id' && !value.includes('\0')) id = value;
    if (field === 'retry' && /^\d+$/.test(value)) retry = Number(value);
  }
  return { events, retry };
}

// A raw request; resolves with all bytes up to the end, or to what `until` says.
function raw(base, text, { until, half = false } = {}) {
  const { hostname, port } = new URL(base);
  return new Promise((resolve) => {
    const chunks = [];
    const socket = createConnection({ host: hostname, port, allowHalfOpen: true }, () => (half ? socket.end(text) : socket.write(text)));
    const times = [];
    const start = performance.now();
    const done = () => {
      socket.destroy();
      const bytes = Buffer.concat(chunks).toString('latin1');
      const [head, ...rest] = bytes.split('\r\n\r\n');
      resolve({ head: head.toLowerCase(), body: rest.join('\r\n\r\n'), times });
    };
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      times.push([performance.now() - start, chunk.toString('latin1')]);
      if (until && until(Buffer.concat(chunks).toString('latin1'))) done();
    });
    socket.on('end', done);
    socket.on('error', done);
  });
}

const get = (path, headers = '', version = '1.1', method = 'GET') => `${method} ${path} HTTP/${version}\r\nHost: x\r\n${headers}\r\n`;

const dechunked = (body) => {
  let [rest, text] = [body, ''];
  for (;;) {
    const [, size] = rest.match(/^([0-9a-f]+)\r\n/i) ?? [];
    if (size === undefined) return { text, complete: false };
    const length = parseInt(size, 16);
    const start = size.length + 2;
    if (length === 0) return { text, complete: rest.slice(start) === '\r\n' };
    text += rest.slice(start, start + length);
    rest = rest.slice(start + length + 2);
  }
};

const numbers = (events) => events.map(({ data }) => JSON.parse(data).n).join();

async function fields(base) {
  const close = 'Connection: close\r\n';
  for (const accept of ['', 'Accept: */*\r\n', 'Accept: text/event-stream\r\n', 'Accept: text/html\r\n']) {
    for (const coding of ['', 'Accept-Encoding: gzip, br, zstd\r\n', 'Accept-Encoding: gzip, identity;q=0\r\n']) {
      const { head, body } = await raw(base, get('/sse/count?to=2&every=0', accept + coding + close));
      const name = `fields, ${accept.trim()} ${coding.trim()}`;
      check(`${name}: status`, head.split('\r\n')[0], 'http/1.1 200 ok');
      check(`${name}: type`, /content-type: text\/event-stream(;|\r|$)/.test(head), true);
      check(`${name}: cache`, /cache-control: [^\r]*no-(store|cache)/.test(head), true);
      check(`${name}: proxies`, head.includes('x-accel-buffering: no'), true);
      check(`${name}: no length, no coding`, /content-(length|encoding):/.test(head), false);
      check(`${name}: chunked`, head.includes('transfer-encoding: chunked'), true);
      const { text, complete } = dechunked(body);
      check(`${name}: ends well`, complete, true);
      check(`${name}: events`, [numbers(interpreted(text).events), interpreted(text).retry], ['1,2', 200]);
    }
  }
  const old = await raw(base, get('/sse/count?to=3&every=10', '', '1.0'));
  check('HTTP/1.0: not chunked', /transfer-encoding|content-length/.test(old.head), false);
  check('HTTP/1.0: closes', old.head.includes('connection: close'), true);
  check('HTTP/1.0: events', numbers(interpreted(old.body).events), '1,2,3');
  for (const path of ['/sse/count?to=3', '/sse/forever', '/sse/texts', '/sse/custom?data=x']) {
    const head = await raw(base, get(path, close, '1.1', 'HEAD'));
    check(`HEAD ${path}`, [head.head.split('\r\n')[0], head.head.includes('text/event-stream'), head.body], ['http/1.1 200 ok', true, '']);
    check(`HEAD ${path}: no length`, head.head.includes('content-length'), false);
  }
  check('HEAD starts no stream', (await (await fetch(`${base}/sse/open`)).json()).open, 0);
  // The connection goes on behind a stream.
  const two = await raw(base, get('/sse/count?to=2&every=20') + get('/sse/open', close));
  check('a request behind a stream', two.body.includes('{"open":0}'), true);
  const half = await raw(base, get('/sse/count?to=3&every=50', close), { half: true });
  check('a short stream reaches a client that has ended its side', dechunked(half.body).complete, true);
}

async function refusals(base) {
  const cases = [
    '/sse/count', '/sse/count?to=', '/sse/count?to=0', '/sse/count?to=-1', '/sse/count?to=1.5', '/sse/count?to=x', '/sse/count?to=100001',
    '/sse/count?to=%2B5', '/sse/count?to=1e3', '/sse/count?to=0x5', '/sse/count?to=%205', '/sse/count?to=99999999999999999999999',
    '/sse/count?to=3&every=-1', '/sse/count?to=3&every=600001', '/sse/count?to=3&every=x', '/sse/count?to=3&every=', '/sse/count?to=3&every=1.5',
    '/sse/forever?every=x', '/sse/forever?every=600001',
    '/sse/custom?event=a%0Ab', '/sse/custom?event=a%0D', '/sse/custom?event=%00', '/sse/custom?id=%0A', '/sse/custom?id=a%0Db', '/sse/custom?id=a%00&data=x',
  ];
  for (const path of cases) {
    for (const method of ['GET', 'HEAD']) {
      const answer = await fetch(base + path, { method });
      const problem = method === 'GET' ? (await answer.json()).status : 400;
      check(`${method} ${path}`, [answer.status, answer.headers.get('content-type'), problem], [400, 'application/problem+json', 400]);
    }
  }
  for (const [path, allow] of [['/sse/count', 'GET'], ['/sse/open', 'GET'], ['/sse/texts', 'GET'], ['/sse/chat', 'POST']]) {
    const method = allow === 'GET' ? 'POST' : 'GET';
    const answer = await fetch(base + path, { method });
    check(`${method} ${path}`, [answer.status, answer.headers.get('allow').includes(allow)], [405, true]);
  }
  check('unknown', (await fetch(`${base}/sse/nothing`)).status, 404);
}

async function again(base) {
  const ask = async (path, id) => {
    const answer = await fetch(base + path, { headers: { 'Last-Event-ID': id } });
    return [answer.status, await answer.text()];
  };
  const cases = [
    ['0', '1,2,3'], ['1', '2,3'], ['2', '3'], ['002', '3'], ['3', 204], ['4', 204], ['99999999999999999999999', 204],
    ['x', '1,2,3'], ['-1', '1,2,3'], ['+1', '1,2,3'], ['1.5', '1,2,3'], ['1e0', '1,2,3'], ['1 2', '1,2,3'], ['', '1,2,3'], ['1-2', '1,2,3'],
  ];
  for (const [id, expected] of cases) {
    const [status, text] = await ask('/sse/count?to=3&every=0', id);
    const seen = status === 204 ? (text === '' ? 204 : text) : numbers(interpreted(text).events);
    check(`Last-Event-ID ${JSON.stringify(id)}`, seen, expected);
  }
  check('bad params come first', (await ask('/sse/count?to=0', '5'))[0], 400);
  check('texts, all seen', await ask('/sse/texts', '16'), [204, '']);
  check('texts, some seen', (await ask('/sse/texts', '15'))[0], 200);
  const bytes = await raw(base, get('/sse/count?to=2&every=0', 'Last-Event-ID: \xe9\xff\r\nConnection: close\r\n'));
  check('an id that is no UTF-8', numbers(interpreted(dechunked(bytes.body).text).events), '1,2');
}

async function timing(base) {
  const { times } = await raw(base, get('/sse/count?to=6&every=100', 'Connection: close\r\n'));
  const seen = [];
  for (const [at, text] of times) for (const [, id] of text.matchAll(/id: (\d+)/g)) seen[Number(id) - 1] ??= at;
  check('the first event at once', seen[0] < 60, true);
  const gaps = seen.slice(1).map((at, index) => at - seen[index]);
  check(`each event by itself: ${gaps.map(Math.round)}`, gaps.every((gap) => gap > 60 && gap < 180), true);
  const start = performance.now();
  const many = await (await fetch(`${base}/sse/count?to=100000&every=0`)).text();
  check('100,000 events', [interpreted(many).events.length, performance.now() - start < 20000], [100000, true]);
  // Comments while nothing is due.
  const quiet = await raw(base, get('/sse/forever?every=600000'), { until: (text) => (text.match(/\n:/g) ?? []).length >= 4 });
  const comments = quiet.times.filter(([, text]) => /(^|\n):/.test(text)).map(([at]) => at);
  check('comments at least every second', comments.every((at, index) => at - (comments[index - 1] ?? 0) < 1000), true);
}

const TEXTS = [
  ['1', '', 'one\ntwo'], ['2', '', 'one\r\ntwo\r\n\r\nthree'], ['3', '', 'one\rtwo'], ['4', '', '  two spaces before'], ['5', '', ':colon before'],
  ['6', 'empty', ''], ['7', '', 'crab \ud83e\udd80, é, 日本'], ['7', 'noid', 'no id of its own'], ['9', 'retry', 'retry'], ['10', '', '\n'],
  ['11', '', 'newline at the end\n'], ['12', '', 'data: not a field\nid: 99\nevent: nor this\n\nnor: that'], ['13', '', '\ufeffBOM inside'],
  ['14', '', 'tab\t, line separator \u2028, next line \u0085'], ['15', '', 'x'.repeat(70000)], ['16', 'end', 'end'],
].map(([id, event, data]) => ({ id, event, data: data.replace(/\r\n|\r/g, '\n') }));

async function texts(base) {
  const text = await (await fetch(`${base}/sse/texts`)).text();
  const { events, retry } = interpreted(text);
  check('texts by fetch', events, TEXTS);
  check('texts: retry and comment', [retry, /^: a comment$/m.test(text)], [1500, true]);
  const source = new EventSource(`${base}/sse/texts`);
  const seen = [];
  await new Promise((resolve) => {
    for (const name of ['message', 'empty', 'noid', 'retry', 'end']) {
      source.addEventListener(name, ({ type, data, lastEventId }) => {
        seen.push({ id: lastEventId, event: type === 'message' ? '' : type, data });
        if (name === 'end') resolve();
      });
    }
    setTimeout(resolve, 5000).unref();
  });
  source.close();
  // This client gives an event the id that it carries, and not the last one.
  const own = (text) => (text.event === 'noid' ? { ...text, id: '' } : text);
  TEXTS.forEach((text, index) => check(`text ${index + 1} by EventSource`, seen[index], own(text)));
}

async function custom(base) {
  const names = [undefined, '', 'a', 'a b', ' a', 'é: 🦀', 'data'];
  for (const event of names) {
    for (const id of names) {
      for (const data of [undefined, '', 'x\ny', 'nul\0', ' x', ':', '\r', 'a&b=c+d%']) {
        const query = Object.entries({ event, id, data }).filter(([, value]) => value !== undefined);
        const path = `/sse/custom?${query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`;
        const text = await (await fetch(base + path)).text();
        const expected = { id: id ?? '', event: event ?? '', data: (data ?? '').replace(/\r\n|\r/g, '\n') };
        const { events } = interpreted(text);
        if (JSON.stringify(events) !== JSON.stringify([expected])) check(path, events, [expected]);
      }
    }
  }
  check('custom: fields that are not sent', (await (await fetch(`${base}/sse/custom?data=x`)).text()).match(/^(id|event|retry)/m), null);
}

async function chat(base) {
  const post = (body, type = 'application/json') => fetch(`${base}/sse/chat`, { method: 'POST', body, headers: type ? { 'Content-Type': type } : {} });
  for (const [prompt, words] of [['a b c', ['a', 'b', 'c']], ['  a   b ', ['a', 'b']], ['', []], ['   ', []], ['one\ttwo\nthree', ['one\ttwo\nthree']], ['🦀 é', ['🦀', 'é']]]) {
    const start = performance.now();
    const answer = await post(JSON.stringify({ prompt }));
    const { events } = interpreted(await answer.text());
    const took = performance.now() - start;
    const expected = [...words.map((text) => ['token', { text }]), ['done', { tokens: words.length }]];
    check(`chat ${JSON.stringify(prompt)}`, events.map(({ event, data }) => [event, JSON.parse(data)]), expected);
    check(`chat ${JSON.stringify(prompt)}: type`, answer.headers.get('content-type').startsWith('text/event-stream'), true);
    check(`chat ${JSON.stringify(prompt)}: 50 ms apart, ${took}`, took > 50 * (words.length - 1) - 5 && took < 50 * words.length + 300, true);
  }
  for (const [body, type, statuses] of [
    ['{', 'application/json', [400]], ['', 'application/json', [400]], ['[]', 'application/json', [422, 400]], ['{}', 'application/json', [422, 400]],
    ['{"prompt":5}', 'application/json', [422, 400]], ['{"prompt":null}', 'application/json', [422, 400]], ['{"prompt":"a"}', 'text/plain', [415]],
    ['prompt=a', 'application/x-www-form-urlencoded', [415]], ['{"prompt":"a"}', 'application/jsonx', [415]],
  ]) {
    const answer = await post(body, type);
    check(`chat ${body} as ${type}`, statuses.includes(answer.status) && (await answer.json()).status === answer.status, true);
  }
  check('chat with a charset', (await post('{"prompt":"a"}', 'application/json; charset=utf-8')).status, 200);
}

async function leaving(base) {
  const open = async () => (await (await fetch(`${base}/sse/open`)).json()).open;
  const { hostname, port } = new URL(base);
  const leave = {
    'FIN by close': (socket) => socket.destroy(),
    'FIN of its side': (socket) => socket.end(),
    RST: (socket) => socket.resetAndDestroy(),
    'unread and closed': (socket) => (socket.pause(), socket.destroy()),
  };
  // Clients of the checks before may be leaving yet.
  for (let tries = 0; (await open()) > 0 && tries < 50; tries += 1) await pause(20);
  for (const every of [10, 100, 1000, 600000]) {
    for (const [how, end] of Object.entries(leave)) {
      const sockets = await Promise.all(
        Array.from({ length: 5 }, () => new Promise((resolve) => {
          const socket = createConnection({ host: hostname, port, allowHalfOpen: true }, () => socket.write(get(`/sse/forever?every=${every}`)));
          socket.once('data', () => resolve(socket));
          socket.on('error', () => {});
        })),
      );
      await pause(50);
      check(`open, every ${every}`, await open(), 5);
      sockets.forEach(end);
      const start = performance.now();
      while ((await open()) > 0 && performance.now() - start < 3000) await pause(20);
      const took = performance.now() - start;
      check(`${how}, every ${every}: ${Math.round(took)} ms`, took < 1000, true);
      sockets.forEach((socket) => socket.destroy());
    }
  }
  const abort = new AbortController();
  await fetch(`${base}/sse/forever`, { signal: abort.signal });
  await pause(50);
  check('open by fetch', await open(), 1);
  abort.abort();
  await pause(900);
  check('aborted fetch', await open(), 0);
}

// EventSource connects again where it left off.
async function reconnecting(base) {
  const source = new EventSource(`${base}/sse/count?to=5&every=20`);
  const seen = [];
  let errors = 0;
  source.addEventListener('tick', ({ data, lastEventId }) => seen.push([lastEventId, JSON.parse(data).n]));
  source.addEventListener('error', () => (errors += 1));
  await pause(1200);
  check('EventSource: counts, ends, and is told that there is no more', [seen, source.readyState], [[1, 2, 3, 4, 5].map((n) => [String(n), n]), EventSource.CLOSED]);
  check('EventSource: one break, one end', errors, 2);
  source.close();
}

export async function run(base) {
  for (const part of [fields, refusals, again, timing, texts, custom, chat, leaving, reconnecting]) await part(base);
}
