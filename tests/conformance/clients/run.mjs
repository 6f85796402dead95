// node run.mjs http://127.0.0.1:3000 [client …]

import { finish } from './check.mjs';

const middleware = ['address', 'caching', 'compression', 'cors', 'csrf', 'guards', 'limits', 'order', 'secure'].map((name) => `middleware/${name}`);
const [base, ...chosen] = process.argv.slice(2);
const all = ['fetch', 'graphql', 'raw', 'sessions', 'streams/sse', 'streams/ws', 'trpc', 'trpc-superjson', 'trpc-ws', 'trpc10/client', 'trpc10/superjson', 'webhooks', ...middleware];
for (const client of chosen.length > 0 ? chosen : all) {
  const { run } = await import(`./${client}.mjs`);
  await run(base);
}
finish();
