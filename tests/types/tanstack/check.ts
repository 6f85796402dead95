// The `AppRouter` of the program `procedures`, as `@trpc/tanstack-react-query` infers it. `@ts-expect-error` has to be an
// error.
import { QueryClient, useInfiniteQuery, useMutation, useQuery, type InfiniteData } from '@tanstack/react-query';
import { createTRPCClient, httpBatchStreamLink, type TRPCClientErrorLike } from '@trpc/client';
import type { inferProcedureInput } from '@trpc/server';
import { createTRPCContext, createTRPCOptionsProxy, useSubscription, type inferInput, type inferOutput } from '@trpc/tanstack-react-query';
import type { AppRouter, Letter, Letters, NewLetter, TrpcErrorShape } from '../generated/procedures.js';

type Eq<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <T extends true>(): T => true as T;
type AppError = TRPCClientErrorLike<AppRouter>;

const queryClient = new QueryClient();
const client = createTRPCClient<AppRouter>({ links: [httpBatchStreamLink({ url: '/api/trpc' })] });
const trpc = createTRPCOptionsProxy<AppRouter>({ client, queryClient });
export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

export function queries() {
  const hello = useQuery(trpc.hello.queryOptions('owl'));
  is<Eq<typeof hello.data, string | undefined>>();
  is<Eq<NonNullable<typeof hello.error>['data'], AppError['data']>>();
  is<Eq<NonNullable<AppError['data']>, TrpcErrorShape['data']>>();
  is<Eq<NonNullable<NonNullable<typeof hello.error>['data']>['code'], TrpcErrorShape['data']['code']>>();
  useQuery(trpc.hello.queryOptions());
  const count = useQuery(trpc.letter.count.queryOptions());
  is<Eq<typeof count.data, number | undefined>>();
  const texts = useQuery(trpc.letter.page.queryOptions({ limit: 1 }, { select: ({ letters }) => letters.map(({ text }) => text) }));
  is<Eq<typeof texts.data, string[] | undefined>>();
  // A stream of values is a list that grows.
  const each = useQuery(trpc.letter.each.queryOptions());
  is<Eq<typeof each.data, Letter[] | undefined>>();
  const known = queryClient.getQueryData(trpc.letter.count.queryKey());
  is<Eq<typeof known, number | undefined>>();
  void queryClient.invalidateQueries(trpc.letter.pathFilter());
}

export function pages() {
  const pages = useInfiniteQuery(trpc.letter.page.infiniteQueryOptions({ limit: 10 }, { getNextPageParam: (last) => last.nextCursor }));
  is<Eq<typeof pages.data, InfiniteData<Letters, number | null> | undefined>>();
  useInfiniteQuery(trpc.letter.firstPage.infiniteQueryOptions(undefined, { getNextPageParam: (last) => last.nextCursor }));
}

export function mutations() {
  const send = useMutation(trpc.letter.send.mutationOptions({ onError: (error) => is<Eq<typeof error.data, AppError['data']>>() }));
  is<Eq<typeof send.data, Letter | undefined>>();
  is<Eq<typeof send.variables, NewLetter | undefined>>();
  send.mutate({ text: 'x' });
  // @ts-expect-error missing field
  send.mutate({});
  // @ts-expect-error wrong type
  send.mutate({ text: 1 });
}

export function subscriptions() {
  const arrivals = useSubscription(trpc.letter.arrivals.subscriptionOptions(undefined, { onData: ({ id, data }) => [is<Eq<typeof id, string>>(), is<Eq<typeof data, Letter>>()] }));
  is<Eq<typeof arrivals.data, { id: string; data: Letter } | undefined>>();
  const ticks = useSubscription(trpc.ticks.subscriptionOptions(3, { onError: (error) => is<Eq<typeof error.data, AppError['data']>>() }));
  is<Eq<typeof ticks.data, number | undefined>>();
}

export function types() {
  is<Eq<inferInput<typeof trpc.letter.send>, NewLetter>>();
  is<Eq<inferOutput<typeof trpc.letter.page>, Letters>>();
  is<Eq<inferProcedureInput<AppRouter['_def']['record']['letter']['send']>, NewLetter>>();
}

export function negative() {
  // @ts-expect-error wrong input
  trpc.hello.queryOptions(1);
  // @ts-expect-error missing input
  trpc.letter.page.queryOptions();
  // @ts-expect-error missing field
  trpc.letter.page.queryOptions({ cursor: 1 });
  // @ts-expect-error a query is no mutation
  trpc.hello.mutationOptions();
  // @ts-expect-error a mutation is no query
  trpc.letter.send.queryOptions({ text: 'x' });
  // @ts-expect-error a subscription is no query
  trpc.ticks.queryOptions(1);
  // @ts-expect-error no such procedure
  trpc.nope.queryOptions();
  // @ts-expect-error no such field
  trpc.letter.page.queryOptions({ limit: 1 }, { select: ({ nope }) => nope });
  // @ts-expect-error without a cursor, there are no pages
  trpc.hello.infiniteQueryOptions('x', { getNextPageParam: () => 1 });
}
