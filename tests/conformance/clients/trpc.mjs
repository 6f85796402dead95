// tRPC: the client of version 11 against /api/trpc, with each of its links, and raw frames; that of version 10 is `trpc10/`.

import { createHash } from 'node:crypto';
import { createServer, connect } from 'node:net';

import {
  TRPCClientError, createTRPCClient, createTRPCProxyClient, httpBatchLink, httpBatchStreamLink, httpLink,
  httpSubscriptionLink, isNonJsonSerializable, loggerLink, splitLink,
} from '@trpc/client';
import { EventSource } from 'eventsource';

import { check } from './check.mjs';

const JSON_TYPE = { 'content-type': 'application/json' };
const STREAM = { 'trpc-accept': 'application/jsonl' };
const query = (value) => encodeURIComponent(JSON.stringify(value));
const failure = (call) => call.then((value) => ({ value }), (error) => error);
/** Waits until something is so, for two seconds at most. */
async function until(is) {
  for (let turn = 0; turn < 40; turn += 1) {
    if (await is()) return true;
    await new Promise((done) => setTimeout(done, 50));
  }
  return false;
}

/** The parts of a plain call that all links have. */
async function calls(name, client, streams) {
  check(`${name}: no input`, await client.hello.query(), 'hello world');
  for (const value of [0, '', false, null, [], {}, [1, [2]], { a: { b: null } }, 1.5e300, '\u0000\u2028 😀', 'x'.repeat(1500)]) {
    check(`${name}: echo`, await client.echo.query(value), value);
  }
  check(`${name}: undefined`, [await client.nothing.query(), await client.echo.query()], [undefined, undefined]);
  check(`${name}: null`, await client.nil.query(), null);
  check(`${name}: nested`, await client.nested.deep.ping.query(), 'pong');
  await client.counter.reset.mutate();
  check(`${name}: mutation`, await client.counter.increment.mutate({ by: 3 }), { count: 3 });
  const errors = [
    ['fails', client.fail.query({ code: 'CONFLICT', message: 'no' }), 'no', -32009, { code: 'CONFLICT', httpStatus: 409, path: 'fail' }],
    ['is missing', client.nope.query(), 'No procedure found on path "nope"', -32004, { code: 'NOT_FOUND', httpStatus: 404, path: 'nope' }],
  ];
  for (const [what, call, message, code, data] of errors) {
    const error = await failure(call);
    check(`${name}: ${what}`, [error instanceof TRPCClientError, error.message, error.shape?.code, error.data], [true, message, code, data]);
  }
  const kind = await failure(client.counter.increment.query({ by: 1 }));
  check(`${name}: a mutation that is asked`, [kind.data?.code, kind.message], ['METHOD_NOT_SUPPORTED', 'Unsupported GET-request to mutation procedure at path "counter.increment"']);
  const invalid = await failure(client.add.query({ a: 1 }));
  check(`${name}: an invalid input`, [invalid.data?.code, invalid.data?.issues?.[0]?.path], ['BAD_REQUEST', ['b']]);
  const internal = await failure(client.panic.query());
  check(`${name}: a secret stays inside`, [internal.data?.code, /secret/.test(JSON.stringify(internal.shape))], ['INTERNAL_SERVER_ERROR', false]);
  const stream = await failure(client.stream.iter.query({ n: 1 }));
  if (!streams) check(`${name}: a stream`, stream.data?.code, 'UNSUPPORTED_MEDIA_TYPE');
}

async function batches(url) {
  let log = [];
  const spy = async (input, init) => {
    const answer = await fetch(input, init);
    log.push([init.method, answer.status]);
    return answer;
  };
  const batch = createTRPCProxyClient({ links: [loggerLink({ enabled: () => false }), httpBatchLink({ url, fetch: spy })] });
  const settled = await Promise.allSettled([batch.hello.query('a'), batch.fail.query({ code: 'FORBIDDEN' }), batch.nope.query()]);
  check('batch: mixed', [settled.map(({ value, reason }) => value ?? reason.data.code), log], [['hello a', 'FORBIDDEN', 'NOT_FOUND'], [['GET', 207]]]);
  log = [];
  await Promise.allSettled([1, 2].map(() => batch.fail.query({ code: 'CONFLICT' })));
  check('batch: one status', log, [['GET', 409]]);
  log = [];
  const many = await Promise.all(Array.from({ length: 50 }, (_, index) => batch.hello.query(`${index}`)));
  check('batch: 50 calls', [many.length, many[49], log.length], [50, 'hello 49', 1]);
  const more = await Promise.allSettled(Array.from({ length: 51 }, () => batch.hello.query()));
  check('batch: 51 calls', more.map(({ reason }) => reason?.message).filter((text) => text === 'Batch call exceeds maximum size').length, 51);
  const override = createTRPCClient({ links: [httpBatchLink({ url, fetch: spy, methodOverride: 'POST' })] });
  log = [];
  check('batch: a long input by POST', [(await override.hello.query('z'.repeat(20000))).length, log], [20006, [['POST', 200]]]);
}

async function streamed(url) {
  const client = createTRPCClient({ links: [httpBatchStreamLink({ url })] });
  await calls('httpBatchStreamLink', client, true);
  const order = [];
  await Promise.all([client.slow.query({ ms: 300, value: 'slow' }).then((value) => order.push(value)), client.hello.query('fast').then((value) => order.push(value))]);
  check('stream: the first answer comes first', order, ['hello fast', 'slow']);
  const numbers = [];
  for await (const number of await client.stream.iter.query({ n: 4 })) numbers.push(number);
  check('stream: an iterable', numbers, [1, 2, 3, 4]);
  const parts = await client.stream.deferred.query();
  check('stream: a promise', [parts.now, parts.later instanceof Promise, await parts.later], ['now', true, 'later']);
  const some = [];
  let error;
  try {
    for await (const number of await client.stream.iterFail.query()) some.push(number);
  } catch (thrown) {
    error = thrown;
  }
  check('stream: an error in the middle', [some, error?.data?.code, error?.message], [[1], 'FORBIDDEN', 'mid-stream']);
  const ten = await Promise.all(Array.from({ length: 10 }, async (_, index) => {
    const got = [];
    for await (const number of await client.stream.iter.query({ n: index, ms: 1 })) got.push(number);
    return got.length;
  }));
  check('stream: ten iterables in one batch', ten, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const abort = new AbortController();
  const slow = failure(client.slow.query({ ms: 5000, value: 'x' }, { signal: abort.signal }));
  setTimeout(() => abort.abort(), 50);
  check('stream: abort', (await slow).cause?.name, 'AbortError');
}

function subscriber(url, options = {}) {
  const client = createTRPCClient({
    links: [splitLink({ condition: ({ type }) => type === 'subscription', true: httpSubscriptionLink({ url, EventSource, ...options }), false: httpBatchLink({ url }) })],
  });
  /** Collects what a subscription yields, up to `most` values. */
  const collect = (subscribe, input, most = Infinity) => new Promise((done) => {
    const seen = { data: [], error: null, complete: false };
    const open = subscribe(input, {
      onData: (data) => {
        seen.data.push(data);
        if (seen.data.length >= most) {
          open.unsubscribe();
          done(seen);
        }
      },
      onError: (error) => done(Object.assign(seen, { error })),
      onComplete: () => done(Object.assign(seen, { complete: true })),
    });
  });
  return { client, collect };
}

async function subscriptions(url) {
  const { client, collect } = subscriber(url);
  const to = (name) => (input, handlers) => client.sub[name].subscribe(input, handlers);
  const plain = await collect(to('plain'), { to: 3 });
  check('sse: to the end', [plain.data, plain.complete, plain.error], [[1, 2, 3], true, null]);
  const none = await collect(to('plain'), { to: 0 });
  check('sse: nothing', [none.data, none.complete], [[], true]);
  const tracked = await collect(to('tracked'), { to: 5, lastEventId: '3' });
  check('sse: from an id', tracked.data.map(({ id, data }) => [id, data]), [['4', { n: 4 }], ['5', { n: 5 }]]);
  const failed = await collect(to('fail'), { after: 2, code: 'UNAUTHORIZED' });
  check('sse: an error', [failed.data, failed.error?.data?.code, failed.error?.message], [[1, 2], 'UNAUTHORIZED', 'sub failed']);
  const invalid = await collect(to('plain'), { to: 'x' });
  check('sse: an invalid input', invalid.error?.data?.code, 'BAD_REQUEST');
  const named = subscriber(url, { connectionParams: () => ({ token: 'tk' }) });
  const whoami = await named.collect((input, handlers) => named.client.sub.whoami.subscribe(input, handlers), undefined);
  check('sse: connectionParams', whoami.data, ['tk']);
  const forever = await collect(to('forever'), undefined, 3);
  check('sse: until the client leaves', forever.data, [0, 1, 2]);
  check('sse: and no longer', await until(async () => (await client.sub.active.query()) === 0), true);
  const all = await Promise.all(Array.from({ length: 20 }, () => collect(to('forever'), undefined, 2)));
  check('sse: twenty at a time', all.every(({ data }) => data.length === 2), true);
  check('sse: and none is left', await until(async () => (await client.sub.active.query()) === 0), true);
}

/** A proxy that breaks its first connection off: the client opens another, and goes on where it was. */
async function resumption(base) {
  const target = new URL(base);
  let connections = 0;
  const proxy = createServer((client) => {
    const upstream = connect(Number(target.port || 80), target.hostname);
    connections += 1;
    const own = connections;
    let seen = 0;
    client.on('error', () => {});
    upstream.on('error', () => {});
    client.pipe(upstream);
    upstream.on('data', (data) => {
      client.write(data);
      seen += data.length;
      if (own === 1 && seen > 900) {
        upstream.destroy();
        client.destroy();
      }
    });
    upstream.on('end', () => client.end());
  }).listen(0, '127.0.0.1');
  await new Promise((done) => proxy.once('listening', done));
  const { client, collect } = subscriber(`http://127.0.0.1:${proxy.address().port}/api/trpc`);
  const all = await collect((input, handlers) => client.sub.tracked.subscribe(input, handlers), { to: 60, ms: 10 });
  proxy.close();
  check('sse: goes on after a break', [all.data.map(({ id }) => Number(id)).join(), connections > 1], [Array.from({ length: 60 }, (_, index) => index + 1).join(), true]);
}

async function binary(url) {
  const client = createTRPCClient({
    links: [splitLink({ condition: ({ input }) => isNonJsonSerializable(input), true: httpLink({ url }), false: httpBatchStreamLink({ url }) })],
  });
  const form = new FormData();
  form.set('name', 'Åsa');
  form.append('tag', 'a');
  form.append('tag', 'b');
  form.set('file', new File(['hello\r\n--x'], 'a "b".txt', { type: 'text/plain' }));
  const { fileName, ...rest } = await client.upload.form.mutate(form);
  check('binary: a form', [rest, typeof fileName], [{ name: 'Åsa', tags: ['a', 'b'], type: 'text/plain', size: 10 }, 'string']);
  const bytes = new Uint8Array(300000).map((_, index) => (index * 31) & 255);
  const digest = { size: 300000, sha256: createHash('sha256').update(bytes).digest('hex') };
  for (const value of [bytes, new Blob([bytes]), new File([bytes], 'x.bin')]) {
    check('binary: bytes', await client.upload.octet.mutate(value), digest);
  }
  check('binary: no bytes', (await client.upload.octet.mutate(new Uint8Array(0))).size, 0);
  check('binary: JSON beside it', await client.hello.query(), 'hello world');
}

/** What the official server answers, word for word. */
async function raw(url) {
  const answer = async (path, init) => {
    const response = await fetch(url + path, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text };
  };
  const error = (message, code, key, httpStatus, path) => JSON.stringify({ error: { message, code, data: { code: key, httpStatus, path } } });
  const cases = [
    ['/hello?input=' + query('w'), {}, 200, '{"result":{"data":"hello w"}}'],
    ['/nothing', {}, 200, '{"result":{}}'],
    ['/echo?input=null', {}, 200, '{"result":{"data":null}}'],
    ['/hello%2Chello?batch=1', {}, 200, '[{"result":{"data":"hello world"}},{"result":{"data":"hello world"}}]'],
    ['/fail?input=' + query({ code: 'NOT_FOUND', message: 'gone' }), {}, 404, error('gone', -32004, 'NOT_FOUND', 404, 'fail')],
    ['/nope', {}, 404, error('No procedure found on path "nope"', -32004, 'NOT_FOUND', 404, 'nope')],
    ['/', {}, 404, error('No procedure found on path ""', -32004, 'NOT_FOUND', 404, '')],
    ['/hello,counter.reset?batch=1', {}, 400, error('Cannot mix procedure types in call: query, mutation', -32600, 'BAD_REQUEST', 400)],
    ['/counter.reset', { method: 'POST' }, 415, error('Missing content-type header', -32015, 'UNSUPPORTED_MEDIA_TYPE', 415)],
    ['/counter.reset', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' }, 415, error('Unsupported content-type "text/plain', -32015, 'UNSUPPORTED_MEDIA_TYPE', 415)],
    ['/counter.reset', { method: 'POST', headers: { 'content-type': 'APPLICATION/JSON;charset=x' } }, 200, '{"result":{"data":{"count":0}}}'],
    ['/hello', { method: 'PUT', headers: JSON_TYPE }, 405, error('Unsupported PUT-request to query procedure at path "hello"', -32005, 'METHOD_NOT_SUPPORTED', 405, 'hello')],
    ['/hello', { headers: { 'content-type': 'multipart/form-data' } }, 405, error('Only POST requests are supported for multipart/form-data requests', -32005, 'METHOD_NOT_SUPPORTED', 405)],
    ['/stream.iter?input=' + query({ n: 1 }), {}, 415, error('Cannot use stream-like response in non-streaming request - use httpBatchStreamLink', -32015, 'UNSUPPORTED_MEDIA_TYPE', 415)],
    ['/hello', { headers: STREAM }, 400, error('Streaming requests must be batched (you can do a batch of 1)', -32600, 'BAD_REQUEST', 400)],
    ['/%E0%A4%A', {}, 400, error('Invalid URL-encoding in path "%E0%A4%A"', -32600, 'BAD_REQUEST', 400)],
    ['/sub.whoami?connectionParams=%7B', {}, 400, error('Not JSON-parsable query params', -32700, 'PARSE_ERROR', 400)],
    ['/sub.plain,sub.plain?batch=1', {}, 400, `[${[1, 2].map(() => error('Cannot batch subscription calls', -32600, 'BAD_REQUEST', 400, 'sub.plain')).join()}]`],
    ['/hello', { method: 'HEAD' }, 204, ''],
  ];
  for (const [path, init, status, text] of cases) {
    const got = await answer(path, init);
    check(`raw: ${init.method ?? 'GET'} ${path}`, [got.status, got.text], [status, text]);
    if (status !== 204) check(`raw: the headers of ${path}`, [got.headers.get('content-type'), /trpc-accept, accept/.test(got.headers.get('vary'))], ['application/json', true]);
  }
  for (const [method, path, allow] of [['GET', 'counter.reset', 'POST'], ['PUT', 'hello', 'GET, POST'], ['DELETE', 'counter.reset', 'POST']]) {
    check(`raw: Allow of ${method} ${path}`, (await answer(`/${path}`, { method, headers: JSON_TYPE })).headers.get('allow'), allow);
  }
  const lines = (await answer('/hello,fail,nothing?batch=1&input=' + query({ 0: 'j', 1: { code: 'FORBIDDEN' } }), { headers: STREAM })).text.trim().split('\n').map((line) => JSON.parse(line));
  check('raw: the head of a stream', lines[0], { 0: [[0], [null, 0, 0]], 1: [[0], [null, 0, 1]], 2: [[0], [null, 0, 2]] });
  const line = (id) => lines.slice(1).find(([known]) => known === id);
  check('raw: an error in it', line(1)[2][0][0].error.data, { code: 'FORBIDDEN', httpStatus: 403, path: 'fail' });
  check('raw: a value in it', line(line(line(0)[2][1][2])[2][1][2])[2], [['hello j']]);
  check('raw: undefined in it', line(line(line(2)[2][1][2])[2][1][2])[2], [[]]);
  const events = async (path, headers) => (await answer(path, { headers: { accept: 'text/event-stream', ...headers } })).text.replaceAll('event: ping\ndata: \n\n\n', '');
  const connected = 'event: connected\ndata: {"reconnectAfterInactivityMs":2000}\n\n\n';
  check('raw: events', await events('/sub.tracked?input=' + query({ to: 2 })), `${connected}data: {"n":1}\nid: 1\n\n\ndata: {"n":2}\nid: 2\n\n\nevent: return\ndata: \n\n\n`);
  check('raw: the header wins', await events('/sub.tracked?lastEventId=1&input=' + query({ to: 3 }), { 'last-event-id': '2' }), `${connected}data: {"n":3}\nid: 3\n\n\nevent: return\ndata: \n\n\n`);
  const shape = JSON.stringify({ message: 'sub failed', code: -32003, data: { code: 'FORBIDDEN', httpStatus: 403, path: 'sub.fail' } });
  check('raw: an error of a stream', await events('/sub.fail?input=' + query({ after: 0, code: 'FORBIDDEN' })), `${connected}event: serialized-error\ndata: ${shape}\n\n\n`);
}

export async function run(base) {
  const url = `${base}/api/trpc`;
  for (const [name, link] of [['httpLink', httpLink], ['httpBatchLink', httpBatchLink]]) {
    await calls(name, createTRPCClient({ links: [link({ url })] }), false);
  }
  await batches(url);
  await streamed(url);
  await subscriptions(url);
  await resumption(base);
  await binary(url);
  await raw(url);
}
