// The `AppRouter` of the program, as the client of version 11 infers it. `@ts-expect-error` has to be an error.
import { createTRPCClient, httpBatchLink, httpBatchStreamLink, httpSubscriptionLink, splitLink, TRPCClientError } from '@trpc/client';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { AppRouter, Message } from './generated/app-router.js';

type Eq<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <T extends true>(): T => true as T;
const url = '/api/trpc';
const client = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: (op) => op.type === 'subscription',
      true: httpSubscriptionLink({ url }),
      false: splitLink({ condition: (op) => op.path === 'hello', true: httpBatchLink({ url }), false: httpBatchStreamLink({ url }) }),
    }),
  ],
});

export async function positive() {
  const greeting = await client.hello.query();
  is<Eq<typeof greeting, string>>();
  await client.hello.query('x');
  const message = await client.message.byId.query({ id: 1 });
  is<Eq<typeof message, Message>>();
  is<Eq<typeof message.kind, 'a' | 'b'>>();
  const messages = await client.message.list.query();
  is<Eq<typeof messages, Message[]>>();
  await client.message.list.query({ limit: 1 });
  const count = await client.counter.increment.mutate({ by: 1 });
  is<Eq<typeof count, { count: number }>>();
  const nothing: void = await client.nothing.query();
  void nothing;
  const parts = await client.stream.deferred.query();
  is<Eq<typeof parts.now, string>>();
  is<Eq<Awaited<typeof parts.later>, string>>();
  for await (const number of await client.stream.iter.query({ n: 1 })) is<Eq<typeof number, number>>();
  await client.upload.form.mutate(new FormData());
  await client.upload.octet.mutate(new Uint8Array(1));
  client.sub.plain.subscribe({ to: 1 }, { onData: (number) => is<Eq<typeof number, number>>() }).unsubscribe();
  client.sub.tracked.subscribe({ to: 1 }, { onData: (event) => [is<Eq<typeof event.id, string>>(), is<Eq<typeof event.data.n, number>>()] });
  const inputs: inferRouterInputs<AppRouter>['add'] = { a: 1, b: 2 };
  is<Eq<inferRouterOutputs<AppRouter>['counter']['get'], { count: number }>>();
  try {
    await client.add.query(inputs);
  } catch (error) {
    if (!(error instanceof TRPCClientError)) return;
    const known = error as TRPCClientError<AppRouter>;
    if (known.data?.code === 'BAD_REQUEST') console.log(known.data.issues?.[0]?.message, known.data.httpStatus);
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
  // @ts-expect-error a subscription has no query
  await client.sub.plain.query({ to: 1 });
  // @ts-expect-error no such kind
  const kind: 'c' = (await client.message.byId.query({ id: 1 })).kind;
  // @ts-expect-error no such code
  if ((new Error() as TRPCClientError<AppRouter>).data?.code === 'NOPE') console.log(kind);
  // @ts-expect-error a transformer is not allowed
  createTRPCClient<AppRouter>({ links: [httpBatchLink({ url, transformer: { serialize: (x: unknown) => x, deserialize: (x: unknown) => x } })] });
}
