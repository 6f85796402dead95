// tRPC: the client of version 10 with `wsLink`, which loses its connection.

import { createTRPCProxyClient, createWSClient, wsLink } from '@trpc/client';
import { WebSocket } from 'ws';

const settled = (call) => call.then((value) => value, (error) => error.message);

/// What a client sees whose connection is cut: its subscription begins anew, as version 10 knows no ids.
export async function seen(between, wait, until) {
  const socket = createWSClient({ url: `ws://127.0.0.1:${between.port}/api/trpc`, WebSocket, retryDelayMs: () => 50 });
  const client = createTRPCProxyClient({ links: [wsLink({ client: socket })] });
  const ticks = { data: [], complete: false, errors: [] };
  client.sub.tracked.subscribe({ to: 40, ms: 10 }, {
    onData: ({ data }) => ticks.data.push(data.n),
    onComplete: () => (ticks.complete = true),
    onError: (error) => ticks.errors.push(error.message),
  });
  await until(() => ticks.data.length >= 10);
  const slow = settled(client.slow.query({ ms: 3000, value: 'late' }));
  await wait(50);
  between.cut();
  const pending = await slow;
  const afterwards = await settled(client.hello.query());
  await until(() => ticks.complete);
  socket.close();
  return [pending, afterwards, ticks.data.slice(-40), ticks.complete, ticks.errors];
}
