// tRPC: the client of version 10 against /api/trpc10, with each of its links, and the raw stream of a batch.

import { TRPCClientError, createTRPCProxyClient, createWSClient, experimental_formDataLink, httpBatchLink, httpLink, loggerLink, splitLink, unstable_httpBatchStreamLink, wsLink } from '@trpc/client';
import { WebSocket } from 'ws';

import { check } from '../check.mjs';

const failure = (call) => call.then((value) => ({ value }), (error) => error);
const code = async (call) => (await failure(call)).data?.code;

async function calls(name, link, url) {
  const log = [];
  const spy = async (input, init) => {
    const answer = await fetch(input, init);
    log.push([answer.status, answer.headers.get('vary')?.includes('trpc-batch-mode') ?? false]);
    return answer;
  };
  const client = createTRPCProxyClient({ links: [loggerLink({ enabled: () => false }), link({ url, fetch: spy, headers: { 'x-user': 'ann' } })] });
  check(`${name}: hello`, [await client.hello.query(), await client.hello.query('Å"😀')], ['hello world', 'hello Å"😀']);
  for (const value of [0, '', false, null, [], {}, { a: { b: null } }]) check(`${name}: echo`, await client.echo.query(value), value);
  check(`${name}: undefined and null`, [await client.nothing.query(), await client.nil.query()], [undefined, null]);
  check(`${name}: a header`, await client.whoami.query(), 'ann');
  check(`${name}: nested`, await client.nested.deep.ping.query(), 'pong');
  await client.counter.reset.mutate();
  check(`${name}: mutation`, await client.counter.increment.mutate({ by: 2 }), { count: 2 });
  const failed = await failure(client.fail.query({ code: 'FORBIDDEN', message: 'x' }));
  check(`${name}: an error`, [failed instanceof TRPCClientError, failed.message, failed.shape?.code, failed.data], [true, 'x', -32003, { code: 'FORBIDDEN', httpStatus: 403, path: 'fail' }]);
  check(`${name}: an invalid input`, await code(client.add.query({ a: 1 })), 'BAD_REQUEST');
  for (const path of ['nope', 'counter.reset', 'sub.plain']) {
    const error = await failure(path.split('.').reduce((client, part) => client[part], client).query());
    check(`${name}: no query ${path}`, [error.data?.code, error.message], ['NOT_FOUND', `No "query"-procedure on path "${path}"`]);
  }
  check(`${name}: a secret stays inside`, await code(client.panic.query()), 'INTERNAL_SERVER_ERROR');
  if (link === httpLink) return;
  log.length = 0;
  const order = [];
  const noted = (text) => (value) => (order.push(text), value);
  const all = await Promise.allSettled([
    client.slow.query({ ms: 200, value: 's' }).then(noted('slow')),
    client.hello.query('q').then(noted('fast')),
    client.fail.query({ code: 'CONFLICT' }),
  ]);
  const streams = link === unstable_httpBatchStreamLink;
  check(`${name}: a batch`, [all.map(({ value, reason }) => value ?? reason.data.code), log], [['s', 'hello q', 'CONFLICT'], [[streams ? 200 : 207, streams]]]);
  if (streams) check(`${name}: the first answer comes first`, order, ['fast', 'slow']);
}

async function raw(url) {
  const answer = async (path, init) => {
    const response = await fetch(url + path, init);
    return [response.status, await response.text()];
  };
  const error = (message, number, key, httpStatus, path) => JSON.stringify({ error: { message, code: number, data: { code: key, httpStatus, path } } });
  const cases = [
    ['/hello?batch=1', {}, 400, error('"input" needs to be an object when doing a batch call', -32600, 'BAD_REQUEST', 400)],
    ['/hello', { method: 'PUT' }, 405, error('Unexpected request method PUT', -32005, 'METHOD_NOT_SUPPORTED', 405)],
    ['/hello,hello?batch=yes&input=%7B%7D', {}, 200, '[{"result":{"data":"hello world"}},{"result":{"data":"hello world"}}]'],
    ['/counter.reset', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '' }, 200, '{"result":{"data":{"count":0}}}'],
    ['/slow,hello?batch=1&input=' + encodeURIComponent('{"0":{"ms":100,"value":"v"}}'), { headers: { 'trpc-batch-mode': 'stream' } }, 200, '{"1":{"result":{"data":"hello world"}}\n,"0":{"result":{"data":"v"}}\n}'],
  ];
  for (const [path, init, status, text] of cases) check(`raw 10: ${init.method ?? 'GET'} ${path}`, await answer(path, init), [status, text]);
  const [status, text] = await answer('/hello?input=%7B', {});
  check('raw 10: no JSON', [status, JSON.parse(text).error.code], [400, -32700]);
}

const collect = (call) => new Promise((done) => {
  const seen = { data: [], started: false, error: null };
  const open = call({
    onStarted: () => (seen.started = true),
    onData: (data) => {
      seen.data.push(data);
      if (seen.data.length === 5) done((open.unsubscribe(), seen));
    },
    onError: (error) => done(Object.assign(seen, { error })),
    onComplete: () => done(seen),
  });
});

async function sockets(base) {
  const socket = createWSClient({ url: `${base.replace('http', 'ws')}/api/trpc10`, WebSocket });
  const lines = [];
  const client = createTRPCProxyClient({
    links: [
      loggerLink({ enabled: () => true, console: { log: (...all) => lines.push(all), error: (...all) => lines.push(all) } }),
      splitLink({ condition: (op) => op.context.http === true, true: httpBatchLink({ url: `${base}/api/trpc10` }), false: wsLink({ client: socket }) }),
    ],
  });
  check('ws 10: hello', [await client.hello.query(), await client.hello.query('Å"😀'), await client.hello.query('http', { context: { http: true } })], ['hello world', 'hello Å"😀', 'hello http']);
  check('ws 10: a line for each call and its answer', lines.map(([line]) => /(>>|<<) query /.test(line)), Array(6).fill(true));
  for (const value of [0, '', false, null, [], {}]) check('ws 10: echo', await client.echo.query(value), value);
  check('ws 10: undefined and null', [await client.nothing.query(), await client.nil.query()], [undefined, null]);
  await client.counter.reset.mutate();
  check('ws 10: mutation', await client.counter.increment.mutate({ by: 3 }), { count: 3 });
  const failed = await failure(client.fail.query({ code: 'CONFLICT', message: 'no' }));
  check('ws 10: an error', [failed instanceof TRPCClientError, failed.message, failed.data], [true, 'no', { code: 'CONFLICT', httpStatus: 409, path: 'fail' }]);
  check('ws 10: no such procedure', (await failure(client.nope.query())).message, 'No "query"-procedure on path "nope"');
  check('ws 10: an invalid input', await code(client.add.query({ a: 1 })), 'BAD_REQUEST');
  const plain = await collect((handlers) => client.sub.plain.subscribe({ to: 3 }, handlers));
  check('ws 10: a subscription', [plain.started, plain.data, plain.error], [true, [1, 2, 3], null]);
  const tracked = await collect((handlers) => client.sub.tracked.subscribe({ to: 2 }, handlers));
  check('ws 10: ids', tracked.data, [{ id: '1', data: { n: 1 } }, { id: '2', data: { n: 2 } }]);
  const broken = await collect((handlers) => client.sub.fail.subscribe({ after: 1, code: 'FORBIDDEN' }, handlers));
  check('ws 10: a subscription that fails', [broken.data, broken.error?.data?.code], [[1], 'FORBIDDEN']);
  const forever = await collect((handlers) => client.sub.forever.subscribe(undefined, handlers));
  check('ws 10: until the client stops', forever.data, [0, 1, 2, 3, 4]);
  for (let turn = 0; turn < 40 && (await client.sub.active.query()) > 0; turn += 1) await new Promise((done) => setTimeout(done, 50));
  check('ws 10: and no longer', await client.sub.active.query(), 0);
  const unknown = await collect((handlers) => client.sub.nope.subscribe(undefined, handlers));
  check('ws 10: no such subscription', [unknown.error?.data?.code, unknown.error?.message], ['NOT_FOUND', 'No "subscription"-procedure on path "sub.nope"']);
  socket.close();
}

async function links(base) {
  const url = `${base}/api/trpc10`;
  const seen = [];
  const spy = (input, init) => (seen.push([init.method, `${input}`.slice(url.length)]), fetch(input, init));
  const short = createTRPCProxyClient({ links: [httpBatchLink({ url, fetch: spy, maxURLLength: url.length + 60 })] });
  check('10: batches of short URLs', await Promise.all(['a', 'b', 'c'].map((name) => short.hello.query(name))), ['hello a', 'hello b', 'hello c']);
  check('10: more than one request', seen.length > 1, true);
  const controller = new AbortController();
  const aborted = failure(createTRPCProxyClient({ links: [httpLink({ url })] }).slow.query({ ms: 2000, value: 'x' }, { signal: controller.signal }));
  setTimeout(() => controller.abort(), 50);
  check('10: a call that is aborted', (await aborted) instanceof TRPCClientError, true);
  const headers = createTRPCProxyClient({ links: [httpBatchLink({ url, headers: ({ opList }) => ({ 'x-user': opList.map((op) => op.path).join('+') }) })] });
  check('10: headers of a batch', await Promise.all([headers.whoami.query(), headers.whoami.query()]), ['whoami+whoami', 'whoami+whoami']);
  const form = new FormData();
  form.set('name', 'owl');
  form.append('tag', 'a');
  form.append('tag', 'b');
  form.set('file', new Blob(['hoot'], { type: 'text/plain' }), 'hoot.txt');
  const forms = createTRPCProxyClient({ links: [experimental_formDataLink({ url })] });
  check('10: a form', await forms.upload.form.mutate(form), { name: 'owl', tags: ['a', 'b'], fileName: 'hoot.txt', type: 'text/plain', size: 4 });
  const error = await failure(createTRPCProxyClient({ links: [httpLink({ url: 'http://127.0.0.1:9/api/trpc10' })] }).hello.query());
  check('10: no server', [error instanceof TRPCClientError, error.data], [true, undefined]);
}

export async function run(base) {
  const url = `${base}/api/trpc10`;
  for (const [name, link] of [['httpLink 10', httpLink], ['httpBatchLink 10', httpBatchLink], ['stream 10', unstable_httpBatchStreamLink]]) {
    await calls(name, link, url);
  }
  await raw(url);
  await sockets(base);
  await links(base);
}
