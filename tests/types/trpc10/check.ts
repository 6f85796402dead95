// The `AppRouter` of the program, as the client of version 10 infers it. `@ts-expect-error` has to be an error.
import { createTRPCProxyClient, createWSClient, httpBatchLink, httpLink, loggerLink, splitLink, TRPCClientError, unstable_httpBatchStreamLink, wsLink } from '@trpc/client';
import type { inferProcedureInput, inferProcedureOutput, inferRouterError, inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { Unsubscribable } from '@trpc/server/observable';
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
  const open: Unsubscribable = client.sub.tracked.subscribe({ to: 1 }, {
    onStarted: () => {},
    onData: (event) => [is<Eq<typeof event.id, string>>(), is<Eq<typeof event.data, { n: number }>>()],
    onError: (error) => [is<Eq<typeof error.message, string>>(), error.data?.code === 'FORBIDDEN'],
    onComplete: () => {},
  });
  open.unsubscribe();
  client.sub.forever.subscribe(undefined, { onData: (number) => is<Eq<typeof number, number>>() });
  is<Eq<inferRouterInputs<AppRouter>['sub']['plain'], { to: number }>>();
  is<Eq<inferRouterInputs<AppRouter>['message']['byId'], { id: number }>>();
  const nothing: inferRouterInputs<AppRouter>['nothing'] = undefined;
  void nothing;
  is<Eq<inferRouterOutputs<AppRouter>['message']['list'], Message[]>>();
  is<Eq<inferProcedureInput<AppRouter['add']>, { a: number; b: number }>>();
  is<Eq<inferProcedureOutput<AppRouter['add']>, number>>();
  is<Eq<inferRouterError<AppRouter>['data']['httpStatus'], number>>();
  const { data: sent } = {} as TRPCClientError<AppRouter>;
  is<Eq<NonNullable<typeof sent>['issues'], { path: (string | number)[]; message: string }[] | undefined>>();
  const url = '';
  createTRPCProxyClient<AppRouter>({
    links: [splitLink({ condition: (op) => op.type === 'subscription', true: wsLink({ client: createWSClient({ url }) }), false: [unstable_httpBatchStreamLink({ url })] })],
  });
  const aborted = await client.hello.query('x', { signal: new AbortController().signal, context: { skip: true } });
  is<Eq<typeof aborted, string>>();
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
  // @ts-expect-error a subscription has no query
  await client.sub.plain.query({ to: 1 });
  // @ts-expect-error a query is no subscription
  client.hello.subscribe(undefined, {});
  // @ts-expect-error a wrong input of a subscription
  client.sub.plain.subscribe({ to: '1' }, {});
  // @ts-expect-error no such kind
  const kind: 'c' = (await client.message.byId.query({ id: 1 })).kind;
  // @ts-expect-error no such code
  if (({} as TRPCClientError<AppRouter>).data?.code === 'NOPE') console.log(kind);
  // @ts-expect-error the router has no transformer
  createTRPCProxyClient<AppRouter>({ transformer: { serialize: (value: unknown) => value, deserialize: (value: unknown) => value }, links: [httpLink({ url: '' })] });
}
