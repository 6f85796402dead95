// @urql/core: its own uploads and event streams, and a WebSocket by graphql-ws.

import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

import { ADD, ARRIVALS, arrives, PAGE, portrait, PORTRAIT, PREFLIGHT, readPages } from './documents.mjs';

export async function run(base, check) {
  const url = `${base}/graphql`;
  const options = { url, fetchOptions: { headers: PREFLIGHT }, preferGetMethod: false };
  const client = new Client({ ...options, exchanges: [fetchExchange], fetchSubscriptions: true });
  const first = (await client.query(PAGE, { first: 2 }).toPromise()).data;
  readPages(check, first, (await client.query(PAGE, { first: 2, after: first.students.pageInfo.endCursor }).toPromise()).data);
  const byGet = new Client({ ...options, preferGetMethod: 'force', exchanges: [fetchExchange] });
  check('a page by GET', (await byGet.query(PAGE, { first: 2 }).toPromise()).data, first);

  const added = await client.mutation(ADD, { name: 'Cho', house: 'ravenclaw' }).toPromise();
  check('a mutation', [added.error?.message, added.data?.addStudent.house.founder], [undefined, 'Rowena Ravenclaw']);

  const failed = await client.mutation(ADD, { name: 'Viktor', house: 'durmstrang' }).toPromise();
  const [error] = failed.error.graphQLErrors;
  check('an error', [failed.error.networkError, error.message, error.path], [undefined, 'there is no house durmstrang', ['addStudent']]);
  const invalid = await client.query('{ nothing }', {}).toPromise();
  check('a document that is not valid', [invalid.data ?? null, invalid.error.graphQLErrors.length, invalid.error.response.status], [null, 1, 400]);

  const uploaded = await client.mutation(PORTRAIT, { file: portrait() }).toPromise();
  check('an upload', [uploaded.error?.message, uploaded.data], [undefined, { portrait: 70_000 }]);

  const sockets = createClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket });
  const forwardSubscription = ({ query, variables }) => ({
    subscribe: (sink) => ({ unsubscribe: sockets.subscribe({ query, variables }, sink) }),
  });
  const socketed = new Client({ ...options, exchanges: [fetchExchange, subscriptionExchange({ forwardSubscription })] });
  for (const [name, subscriber] of [['a stream of events', client], ['a WebSocket', socketed]]) {
    let end;
    const seen = new Promise((resolve) => {
      end = subscriber.subscription(ARRIVALS, {}).subscribe((result) => resolve(result));
    });
    const add = () => client.mutation(ADD, { name: 'Susan', house: 'hufflepuff' }).toPromise();
    const arrival = await arrives(add, seen);
    check(`a subscription by ${name}`, [arrival?.error?.message, arrival?.data], [undefined, { arrivals: { name: 'Susan', house: { name: 'hufflepuff' } } }]);
    end.unsubscribe();
  }
  await sockets.dispose();
}
