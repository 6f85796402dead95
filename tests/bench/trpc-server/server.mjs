// The procedures of bench trpc by @trpc/server, as its guide serves them alone: node server.mjs prints its address.

import { initTRPC } from '@trpc/server';
import { createHTTPServer } from '@trpc/server/adapters/standalone';
import { z } from 'zod';

const t = initTRPC.create();
const router = t.router({
  hello: t.procedure.input(z.string().optional()).query(({ input }) => `hello ${input ?? 'world'}`),
  addPost: t.procedure
    .input(z.object({ title: z.string().min(1), text: z.string(), tags: z.array(z.string()) }))
    .mutation(({ input }) => ({ id: 1, ...input })),
});
const server = createHTTPServer({ router, basePath: '/trpc/' });
server.listen(0, '127.0.0.1', () => console.log(`127.0.0.1:${server.address().port}`));
process.stdin.on('end', () => process.exit(0)).resume();
