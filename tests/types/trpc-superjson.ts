// A router with superjson, as the client of version 11 infers it. `@ts-expect-error` has to be an error.
import { createTRPCClient, httpBatchLink, httpBatchStreamLink, httpSubscriptionLink, splitLink, wsLink, createWSClient } from '@trpc/client';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import superjson from 'superjson';
import type { All, Choice, ExactInteger, Named, TrpcSuperjsonRouter as AppRouter } from './generated/app-router.js';

type Eq<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <T extends true>(): T => true as T;
const url = '/api/trpc-superjson';
const client = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: (op) => op.type === 'subscription',
      true: httpSubscriptionLink({ url, transformer: superjson }),
      false: httpBatchStreamLink({ url, transformer: superjson }),
    }),
  ],
});

export async function positive(value: All) {
  const all = await client.all.query(value);
  is<Eq<typeof all, All>>();
  is<Eq<typeof all.date, Date>>();
  is<Eq<typeof all.maybeDate, Date | null>>();
  is<Eq<typeof all.big, bigint>>();
  is<Eq<typeof all.wide, number | bigint>>();
  is<Eq<ExactInteger, number | bigint>>();
  is<Eq<typeof all.small, number>>();
  is<Eq<typeof all.set, Set<string>>>();
  is<Eq<typeof all.dates, Set<Date>>>();
  is<Eq<typeof all.map, Map<number, bigint[]>>>();
  is<Eq<typeof all.byDate, Map<Date, Named>>>();
  is<Eq<typeof all.url, URL>>();
  is<Eq<typeof all.pattern, RegExp>>();
  is<Eq<typeof all.bytes, Uint8Array>>();
  is<Eq<typeof all.digits, string>>();
  is<Eq<typeof all.flatBig, bigint>>();
  is<Eq<Choice, 'nothing' | { one: Date } | { two: [bigint, string] } | { struct: { set: Set<number> } }>>();
  const later = await client.later.query();
  is<Eq<typeof later.now, bigint>>();
  is<Eq<Awaited<typeof later.later>, Named>>();
  for await (const big of later.each) is<Eq<typeof big, bigint>>();
  for await (const { at } of await client.iter.query(new Date())) is<Eq<typeof at, Date>>();
  client.ticks.subscribe({ since: new Date() }, { onData: ({ id, data }) => [is<Eq<typeof id, string>>(), is<Eq<typeof data.n, bigint>>(), is<Eq<typeof data.since, Date>>()] });
  client.bare.subscribe(undefined, { onData: (date) => is<Eq<typeof date, Date>>() });
  is<Eq<inferRouterInputs<AppRouter>['iter'], Date>>();
  is<Eq<inferRouterOutputs<AppRouter>['form'], bigint>>();
  createTRPCClient<AppRouter>({ links: [wsLink({ client: createWSClient({ url }), transformer: superjson })] });
}

export async function negative(value: All) {
  // @ts-expect-error a date is no text
  await client.iter.query('2026-01-01T00:00:00Z');
  // @ts-expect-error a bigint is no number
  await client.change.mutate({ ...value, big: 1 });
  // @ts-expect-error a set is no list
  await client.change.mutate({ ...value, set: ['a'] });
  // @ts-expect-error a map is no object
  await client.change.mutate({ ...value, map: {} });
  // @ts-expect-error a date arrives as one
  const text: string = (await client.all.query(value)).date;
  // @ts-expect-error an integer of 64 bits may be a bigint
  const number: number = (await client.all.query(value)).wide;
  // @ts-expect-error the transformer is missing
  createTRPCClient<AppRouter>({ links: [httpBatchLink({ url })] });
  return [text, number];
}
