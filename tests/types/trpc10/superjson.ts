// A router with superjson, as the client of version 10 infers it. `@ts-expect-error` has to be an error.
import { createTRPCProxyClient, createWSClient, httpBatchLink, wsLink } from '@trpc/client';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import superjson from 'superjson';
import type { All, Named, TrpcSuperjsonRouter as AppRouter } from '../generated/app-router-10.js';

type Eq<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <T extends true>(): T => true as T;
const links = [httpBatchLink({ url: 'http://localhost:3000/api/trpc10-superjson' })];
const client = createTRPCProxyClient<AppRouter>({ transformer: superjson, links });

export async function positive(value: All) {
  const all = await client.all.query(value);
  is<Eq<typeof all.date, Date>>();
  is<Eq<typeof all.big, bigint>>();
  is<Eq<typeof all.wide, number | bigint>>();
  is<Eq<typeof all.set, Set<string>>>();
  is<Eq<typeof all.map, Map<number, bigint[]>>>();
  is<Eq<typeof all.byDate, Map<Date, Named>>>();
  is<Eq<inferRouterInputs<AppRouter>['iter'], Date>>();
  is<Eq<inferRouterOutputs<AppRouter>['form'], bigint>>();
  client.ticks.subscribe({ since: new Date() }, { onData: ({ data }) => is<Eq<typeof data.since, Date>>() });
  client.bare.subscribe(undefined, { onData: (date) => is<Eq<typeof date, Date>>() });
  createTRPCProxyClient<AppRouter>({ transformer: superjson, links: [wsLink({ client: createWSClient({ url: '' }) })] });
}

export async function negative(value: All) {
  // @ts-expect-error a date is no text
  await client.iter.query('2026-01-01T00:00:00Z');
  // @ts-expect-error a bigint is no number
  await client.change.mutate({ ...value, big: 1 });
  // @ts-expect-error the transformer is missing
  createTRPCProxyClient<AppRouter>({ links });
}
