// The schema of bench graphql by graphql-yoga, as its guide serves it: node server.mjs prints its address.

import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';

const schema = createSchema({
  typeDefs: `
    type Message { message: String }
    type Query { hello(input: String): Message goodbye: String }
  `,
  resolvers: {
    Query: {
      hello: (_, { input }) => ({ message: `Hello ${input ?? 'World'}` }),
      goodbye: () => 'Goodbye',
    },
  },
});
const server = createServer(createYoga({ schema, logging: false }));
server.listen(0, '127.0.0.1', () => console.log(`127.0.0.1:${server.address().port}`));
process.stdin.on('end', () => process.exit(0)).resume();
