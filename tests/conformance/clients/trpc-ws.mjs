// tRPC: the client of version 11 with `wsLink` against /api/trpc, and raw messages.

import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import { WebSocket } from 'ws';

import { check } from './check.mjs';

const failure = (call) => call.then((value) => ({ value }), (error) => error);

function collect(subscribe, input, most = Infinity) {
  return new Promise((done) => {
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
}

async function calls(url) {
  const socket = createWSClient({ url, WebSocket, connectionParams: () => ({ token: 'tk' }) });
  const client = createTRPCClient({ links: [wsLink({ client: socket })] });
  check('ws: hello', [await client.hello.query(), await client.hello.query('Å"😀')], ['hello world', 'hello Å"😀']);
  for (const value of [0, '', false, null, [], { a: { b: null } }]) check('ws: echo', await client.echo.query(value), value);
  check('ws: undefined', await client.nothing.query(), undefined);
  await client.counter.reset.mutate();
  check('ws: mutation', await client.counter.increment.mutate({ by: 2 }), { count: 2 });
  const failed = await failure(client.fail.query({ code: 'CONFLICT', message: 'no' }));
  check('ws: an error', [failed.message, failed.data], ['no', { code: 'CONFLICT', httpStatus: 409, path: 'fail' }]);
  check('ws: no such procedure', (await failure(client.nope.query())).message, 'No "query"-procedure on path "nope"');
  check('ws: an invalid input', (await failure(client.add.query({ a: 1 }))).data?.code, 'BAD_REQUEST');
  const order = [];
  await Promise.all([client.slow.query({ ms: 200, value: 'slow' }).then((value) => order.push(value)), client.hello.query('x').then((value) => order.push(value))]);
  check('ws: the first answer comes first', order, ['hello x', 'slow']);
  const to = (name) => (input, handlers) => client.sub[name].subscribe(input, handlers);
  const plain = await collect(to('plain'), { to: 3 });
  check('ws: a subscription', [plain.data, plain.complete], [[1, 2, 3], true]);
  const tracked = await collect(to('tracked'), { to: 3 });
  check('ws: tracked', tracked.data.map(({ id, data }) => [id, data]), [1, 2, 3].map((n) => [`${n}`, { n }]));
  const broken = await collect(to('fail'), { after: 1, code: 'FORBIDDEN' });
  check('ws: a subscription that fails', [broken.data, broken.error?.data?.code], [[1], 'FORBIDDEN']);
  check('ws: connectionParams', (await collect(to('whoami'), undefined)).data, ['tk']);
  check('ws: until the client stops', (await collect(to('forever'), undefined, 3)).data, [0, 1, 2]);
  let active;
  for (let turn = 0; turn < 40 && active !== 0; turn += 1) {
    active = await client.sub.active.query();
    await new Promise((done) => setTimeout(done, 50));
  }
  check('ws: and no longer', active, 0);
  await socket.close();
}

async function raw(url) {
  const socket = new WebSocket(url);
  await new Promise((done) => socket.once('open', done));
  const answer = (message) => new Promise((done) => {
    socket.once('message', (data) => done(`${data}`));
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  });
  check('raw ws: PING', await answer('PING'), 'PONG');
  check('raw ws: a query', await answer({ id: 1, jsonrpc: '2.0', method: 'query', params: { path: 'hello' } }), '{"id":1,"result":{"type":"data","data":"hello world"}}');
  check('raw ws: an id that is text', await answer({ id: 'a', method: 'query', params: { path: 'nothing' } }), '{"id":"a","result":{"type":"data"}}');
  check('raw ws: several at once', await answer([{ id: 2, method: 'query', params: { path: 'nil' } }]), '{"id":2,"result":{"type":"data","data":null}}');
  for (const [what, message, id, code] of [
    ['no JSON', '{', null, 'PARSE_ERROR'],
    ['no object', '1', null, 'PARSE_ERROR'],
    ['no id', { method: 'query', params: { path: 'hello' } }, null, 'PARSE_ERROR'],
    ['no method', { id: 3, params: { path: 'hello' } }, 3, 'BAD_REQUEST'],
    ['no params', { id: 4, method: 'query' }, 4, 'BAD_REQUEST'],
    ['no path', { id: 5, method: 'query', params: {} }, 5, 'NOT_FOUND'],
    ['another kind', { id: 6, method: 'mutation', params: { path: 'hello' } }, 6, 'NOT_FOUND'],
    ['a stream', { id: 7, method: 'query', params: { path: 'stream.iter', input: { n: 1 } } }, 7, 'UNSUPPORTED_MEDIA_TYPE'],
  ]) {
    const got = JSON.parse(await answer(message));
    check(`raw ws: ${what}`, [got.id, got.error?.data?.code], [id, code]);
  }
  socket.close();
}

export async function run(base) {
  const url = `${base.replace('http', 'ws')}/api/trpc`;
  await calls(url);
  await raw(url);
}
