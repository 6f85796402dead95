// tRPC: the client of version 11 with `transformer: superjson` in each of its links, against /api/trpc-superjson.

import { createTRPCClient, createWSClient, httpBatchLink, httpBatchStreamLink, httpLink, httpSubscriptionLink, wsLink } from '@trpc/client';
import { EventSource } from 'eventsource';
import superjson, { SuperJSON } from 'superjson';
import { WebSocket } from 'ws';

import { check } from './check.mjs';
import { calls, failure, same } from './superjson.mjs';

const AT = new Date('2026-01-02T03:04:05.006Z');

function collect(subscribe, input) {
  return new Promise((done) => {
    const seen = { data: [], error: null };
    subscribe(input, {
      onData: (data) => seen.data.push(data),
      onError: (error) => done(Object.assign(seen, { error })),
      onComplete: () => done(seen),
    });
  });
}

async function subscriptions(name, client) {
  const ticks = await collect((...all) => client.ticks.subscribe(...all), { since: AT });
  same(`${name}: tracked`, ticks.data.map(({ id, data }) => [id, data]), [1, 2, 3].map((n) => [`${n}`, { n: BigInt(n), since: AT }]));
  const rest = await collect((...all) => client.ticks.subscribe(...all), { since: AT, lastEventId: '2' });
  same(`${name}: lastEventId`, rest.data.map(({ id }) => id), ['3']);
  const bare = await collect((...all) => client.bare.subscribe(...all), undefined);
  same(`${name}: dates, then an error`, [bare.data, bare.error?.data?.code], [[AT], 'FORBIDDEN']);
  const whoami = await collect((...all) => client.whoami.subscribe(...all), undefined);
  same(`${name}: connectionParams`, whoami.data, ['tk']);
}

async function streams(client) {
  const later = await client.later.query();
  same('stream: what is there', later.now, 7n);
  same('stream: a promise', await later.later, { at: AT });
  const each = [];
  for await (const big of later.each) each.push(big);
  same('stream: an iterable in a value', each, [1n, 2n ** 64n - 1n]);
  const dates = [];
  for await (const { at } of await client.iter.query(AT)) dates.push(at);
  same('stream: an iterable', dates, [AT, AT]);
}

async function raw(url) {
  const input = (text) => `${url}/any?input=${encodeURIComponent(text)}`;
  const cases = [
    ['null', input('{"json":null}'), 200, '{"result":{"data":{"json":null}}}'],
    ['undefined', `${url}/nothing`, 200, '{"result":{"data":{"json":null,"meta":{"values":["undefined"],"v":1}}}}'],
    ['a date in a list', `${url}/twice?input=${encodeURIComponent('{"json":[{"at":"2026-01-02T03:04:05Z"}]}')}`, 200, '{"result":{"data":{"json":[{"at":"2026-01-02T03:04:05Z"}],"meta":{"values":{"0.at":["Date"]},"v":1}}}}'],
    ['no procedure', `${url}/nope`, 404, '{"error":{"json":{"message":"No procedure found on path \\"nope\\"","code":-32004,"data":{"code":"NOT_FOUND","httpStatus":404,"path":"nope"}}}}'],
    ['a batch', `${url}/any,any?batch=1&input=${encodeURIComponent('{"0":{"json":1}}')}`, 200, '[{"result":{"data":{"json":1}}},{"result":{"data":{"json":null,"meta":{"values":["undefined"],"v":1}}}}]'],
  ];
  for (const [what, url, status, text] of cases) {
    const answer = await fetch(url);
    check(`raw superjson: ${what}`, [answer.status, await answer.text()], [status, text]);
  }
  const wrong = [
    ['no JSON', '{'], ['no superjson', '{"a":1}'], ['a number', '1'], ['null', 'null'], ['meta', '{"json":1,"meta":1}'],
    ['values', '{"json":1,"meta":{"values":1}}'], ['a kind', '{"json":1,"meta":{"values":["owl"]}}'], ['a class', '{"json":{},"meta":{"values":[["class","Owl"]]}}'],
    ['a number as a date', '{"json":1,"meta":{"values":["Date"]}}'], ['no digits', '{"json":"1e9","meta":{"values":["bigint"]}}'],
    ['a set that is none', '{"json":{},"meta":{"values":["set"]}}'], ['a map without pairs', '{"json":[1],"meta":{"values":["map"]}}'],
    ['a path that leads nowhere', '{"json":{"a":1},"meta":{"values":{"b":["Date"]}}}'], ['a path behind a text', '{"json":"x","meta":{"values":{"0":["Date"]}}}'],
    ['an index', '{"json":["x"],"meta":{"values":{"00":["Date"]}}}'], ['a prototype', '{"json":{"__proto__":{"a":"x"}},"meta":{"values":{"__proto__.a":["Date"]}}}'],
    ['a constructor', '{"json":{"constructor":"x"},"meta":{"values":{"constructor":["Date"]}}}'], ['an escape', '{"json":{"a":"x"},"meta":{"values":{"\\\\a":["Date"]},"v":1}}'],
    ['a version', '{"json":1,"meta":{"v":"x"}}'], ['two kinds', '{"json":{"a.b":"x"},"meta":{"v":1,"values":{"a\\\\.b":["Date"],"":["Date"]}}}'],
    ['what contains itself', '{"json":{"a":null},"meta":{"v":1,"referentialEqualities":[["a"]]}}'], ['what contains each other', '{"json":{"a":{"b":null},"c":{"d":null}},"meta":{"v":1,"referentialEqualities":{"a":["c.d"],"c":["a.b"]}}}'],
    ['equalities', '{"json":1,"meta":{"referentialEqualities":1}}'], ['equalities of nothing', '{"json":{"a":null},"meta":{"referentialEqualities":{"x":["a"]}}}'],
    ['a deep path', JSON.stringify({ json: 1, meta: { values: { [Array(100_000).fill('a').join('.')]: ['Date'] }, v: 1 } })],
    // Each is the one before it twice: 2^40 values, if all of them were there.
    ['a bomb', JSON.stringify({
      json: Object.fromEntries(Array.from({ length: 41 }, (_, at) => [`k${at}`, at === 0 ? 'boom' : [null, null]])),
      meta: { v: 1, referentialEqualities: Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`k${at}`, [`k${at + 1}.0`, `k${at + 1}.1`]])) },
    })],
  ];
  for (const [what, text] of wrong) {
    const answer = await fetch(`${url}/any`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: text });
    const { error } = await answer.json();
    check(`raw superjson: ${what} is refused`, [answer.status, error?.json?.data?.code, typeof error?.json?.message], [400, 'BAD_REQUEST', 'string']);
  }
}

export async function run(base) {
  const url = `${base}/api/trpc-superjson`;
  const transformer = superjson;
  for (const [name, link] of [
    ['superjson httpLink', httpLink({ url, transformer, methodOverride: 'POST' })],
    ['superjson httpBatchLink', httpBatchLink({ url, transformer, maxURLLength: 4000 })],
    ['superjson httpBatchLink by POST', httpBatchLink({ url, transformer, methodOverride: 'POST' })],
    ['superjson httpBatchStreamLink', httpBatchStreamLink({ url, transformer, methodOverride: 'POST' })],
  ]) {
    await calls(name, createTRPCClient({ links: [link] }));
  }
  const dedupe = new SuperJSON({ dedupe: true });
  const once = createTRPCClient({ links: [httpLink({ url, transformer: dedupe, methodOverride: 'POST' })] });
  await calls('superjson with dedupe', once);
  const [a, b] = [{ at: AT }, { at: new Date(0) }];
  same('dedupe: the same in each other', await once.any.query({ x: { p: [1], q: null, a: 'x' }, list: [1] }), { x: { p: [1], q: null, a: 'x' }, list: [1] });
  same('dedupe: the same many times', await once.twice.query([a, b, a, a, b]), [a, b, a, a, b]);
  const inner = [1, { deep: true }];
  const outer = { first: inner, second: inner };
  same('dedupe: the same inside of the same', await once.any.query({ outer, again: outer, inner }), { outer, again: outer, inner });
  const circle = {};
  circle.self = circle;
  check('dedupe: a circle', (await failure(once.any.query(circle))).data?.code, 'BAD_REQUEST');
  await streams(createTRPCClient({ links: [httpBatchStreamLink({ url, transformer, methodOverride: 'POST' })] }));
  const params = () => ({ token: 'tk' });
  await subscriptions('superjson sse', createTRPCClient({ links: [httpSubscriptionLink({ url, transformer, EventSource, connectionParams: params })] }));
  const socket = createWSClient({ url: url.replace('http', 'ws'), WebSocket, connectionParams: params });
  const ws = createTRPCClient({ links: [wsLink({ client: socket, transformer })] });
  await calls('superjson wsLink', ws);
  await subscriptions('superjson ws', ws);
  await socket.close();
  const form = new FormData();
  form.set('size', '7');
  const [forms, splits] = [superjson, { serialize: (value) => value, deserialize: superjson.deserialize }].map((transformer) => createTRPCClient({ links: [httpLink({ url, transformer })] }));
  same('superjson: a form is not transformed', [await forms.form.mutate(form), await splits.form.mutate(form)], [7n, 7n]);
  check('superjson: a client without it', (await failure(createTRPCClient({ links: [httpLink({ url })] }).optional.query('x'))).message.length > 0, true);
  await raw(url);
}
