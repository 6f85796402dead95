// The `AppRouter` of the program, as the client of version 10 infers it. `@ts-expect-error` has to be an error.
import { createTRPCProxyClient, httpBatchLink, loggerLink, TRPCClientError } from '@trpc/client';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { AppRouter, Message } from '../generated/app-router-10.js';

type Eq<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <T extends true>(): T => true as T;
const client = createTRPCProxyClient<AppRouter>({ links: [loggerLink(), httpBatchLink({ url: 'http://localhost:3000/api/trpc10' })] });

export async function positive() {
  const greeting = await client.hello.query();
  is<Eq<typeof greeting, string>>();
  await client.hello.query('x');
  const sum = await client.add.query({ a: 1, b: 2 });
  is<Eq<typeof sum, number>>();
  const message: Message = await client.message.byId.query({ id: 1 });
  is<Eq<typeof message.kind, 'a' | 'b'>>();
  const count = await client.counter.increment.mutate({ by: 1 });
  is<Eq<typeof count, { count: number }>>();
  const pong = await client.nested.deep.ping.query();
  is<Eq<typeof pong, string>>();
  client.sub.plain.subscribe({ to: 1 }, { onData: (number) => is<Eq<typeof number, number>>() }).unsubscribe();
  const inputs: inferRouterInputs<AppRouter>['add'] = { a: 1, b: 2 };
  is<Eq<inferRouterOutputs<AppRouter>['counter']['get'], { count: number }>>();
  try {
    await client.add.query(inputs);
  } catch (error) {
    if (error instanceof TRPCClientError) console.log((error as TRPCClientError<AppRouter>).data?.code);
  }
}

export async function negative() {
  // @ts-expect-error wrong input
  await client.hello.query(1);
  // @ts-expect-error missing input
  await client.add.query();
  // @ts-expect-error missing field
  await client.add.query({ a: 1 });
  // @ts-expect-error a query has no mutate
  await client.hello.mutate();
  // @ts-expect-error a mutation has no query
  await client.counter.increment.query({ by: 1 });
  // @ts-expect-error no such procedure
  await client.nope.query();
  // @ts-expect-error no such procedure inside
  await client.nested.deep.pong.query();
  // @ts-expect-error no input is taken
  await client.nested.deep.ping.query('x');
  // @ts-expect-error a number is no text
  const text: string = await client.add.query({ a: 1, b: 2 });
  void text;
}
