// tRPC: the client of version 10 with `transformer: superjson`, against /api/trpc10-superjson.

import { createTRPCProxyClient, createWSClient, httpBatchLink, httpLink, unstable_httpBatchStreamLink, wsLink } from '@trpc/client';
import superjson from 'superjson';
import { WebSocket } from 'ws';

import { calls, same } from '../superjson.mjs';

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

export async function run(base) {
  const url = `${base}/api/trpc10-superjson`;
  const transformer = superjson;
  for (const [name, link] of [
    ['superjson httpLink 10', httpLink({ url })],
    ['superjson httpBatchLink 10', httpBatchLink({ url, maxURLLength: 4000 })],
    ['superjson stream 10', unstable_httpBatchStreamLink({ url, maxURLLength: 4000 })],
  ]) {
    await calls(name, createTRPCProxyClient({ transformer, links: [link] }));
  }
  const socket = createWSClient({ url: url.replace('http', 'ws'), WebSocket });
  const client = createTRPCProxyClient({ transformer, links: [wsLink({ client: socket })] });
  await calls('superjson wsLink 10', client);
  const ticks = await collect((...all) => client.ticks.subscribe(...all), { since: AT });
  same('superjson wsLink 10: tracked', ticks.data, [1, 2, 3].map((n) => ({ id: `${n}`, data: { n: BigInt(n), since: AT } })));
  const bare = await collect((...all) => client.bare.subscribe(...all), undefined);
  same('superjson wsLink 10: dates, then an error', [bare.data, bare.error?.data?.code], [[AT], 'FORBIDDEN']);
  socket.close();
}
