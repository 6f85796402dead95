// The client: calls in batches, and letters by Server-Sent Events, or by a WebSocket with `?by=ws`.

import {
  createTRPCClient,
  createWSClient,
  httpBatchLink,
  httpSubscriptionLink,
  loggerLink,
  retryLink,
  splitLink,
  wsLink,
} from '@trpc/client';
import type { AppRouter } from './server';

const url = '/api/trpc';

const bySocket = () => wsLink<AppRouter>({ client: createWSClient({ url: location.origin.replace(/^http/, 'ws') + url }) });

export const client = createTRPCClient<AppRouter>({
  links: [
    loggerLink(),
    // A browser connects again by itself where a connection breaks, but not where a proxy answers for a program that is
    // down. What the program itself has refused has data.
    retryLink({
      retry: ({ op, error }) => op.type === 'subscription' && !error.data,
      retryDelayMs: () => 1000,
    }),
    splitLink({
      condition: ({ type }) => type === 'subscription',
      true: new URLSearchParams(location.search).get('by') === 'ws' ? bySocket() : httpSubscriptionLink({ url }),
      false: httpBatchLink({ url }),
    }),
  ],
});
