// The client as the documentation of SolidStart and of tRPC 10 has it.

import { createTRPCProxyClient, httpBatchLink, loggerLink } from '@trpc/client';
import type { AppRouter } from './server';

export const client = createTRPCProxyClient<AppRouter>({
  links: [loggerLink(), httpBatchLink({ url: '/api/trpc10' })],
});

document.getElementById('greeting')?.append(await client.hello.query('owl'));
