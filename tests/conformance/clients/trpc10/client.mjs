// tRPC: the client of version 10 against /api/trpc10, with each of its links, and the raw stream of a batch.

import { TRPCClientError, createTRPCProxyClient, httpBatchLink, httpLink, loggerLink, unstable_httpBatchStreamLink } from '@trpc/client';

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

export async function run(base) {
  const url = `${base}/api/trpc10`;
  for (const [name, link] of [['httpLink 10', httpLink], ['httpBatchLink 10', httpBatchLink], ['stream 10', unstable_httpBatchStreamLink]]) {
    await calls(name, link, url);
  }
  await raw(url);
}
