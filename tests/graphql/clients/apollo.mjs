// @apollo/client without React: its cache, persisted queries, apollo-upload-client, and a WebSocket by graphql-ws.

import { createHash } from 'node:crypto';

import { ApolloClient, ApolloLink, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache, ServerError } from '@apollo/client/core';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import UploadHttpLink from 'apollo-upload-client/UploadHttpLink.mjs';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

import { ADD, ARRIVALS, arrives, PAGE, portrait, PORTRAIT, PREFLIGHT, readPages } from './documents.mjs';

/** What Apollo's cache has added. */
const plain = (data) => JSON.parse(JSON.stringify(data, (name, value) => (name === '__typename' ? undefined : value)));

export async function run(base, check) {
  const uri = `${base}/graphql`;
  const sockets = createClient({ url: uri.replace(/^http/, 'ws'), webSocketImpl: WebSocket });
  const link = ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(sockets),
    new UploadHttpLink({ uri, headers: PREFLIGHT }),
  );
  const client = new ApolloClient({ cache: new InMemoryCache(), link });
  const [page, add, arrivals] = [PAGE, ADD, ARRIVALS].map((document) => gql(document));
  const { data: first } = await client.query({ query: page, variables: { first: 2 } });
  const next = { first: 2, after: first.students.pageInfo.endCursor };
  readPages(check, plain(first), plain((await client.query({ query: page, variables: next })).data));

  const added = await client.mutate({ mutation: add, variables: { name: 'Blaise', house: 'slytherin' } });
  check('a mutation', added.data.addStudent.house.founder, 'Salazar Slytherin');

  const failed = await client.mutate({ mutation: add, variables: { name: 'Viktor', house: 'durmstrang' } }).catch((error) => error);
  check('an error', [CombinedGraphQLErrors.is(failed), failed.errors?.[0].message], [true, 'there is no house durmstrang']);
  const invalid = await client.query({ query: gql('{ nothing }') }).catch((error) => error);
  check('a document that is not valid', [CombinedGraphQLErrors.is(invalid) || ServerError.is(invalid), /nothing/.test(invalid.message)], [true, true]);

  const { data: uploaded } = await client.mutate({ mutation: gql(PORTRAIT), variables: { file: portrait() } });
  check('an upload', plain(uploaded), { portrait: 70_000 });

  let end;
  const seen = new Promise((resolve) => {
    end = client.subscribe({ query: arrivals }).subscribe({ next: resolve, error: resolve });
  });
  const arrival = await arrives(() => client.mutate({ mutation: add, variables: { name: 'Ginny', house: 'gryffindor' } }), seen);
  check('a subscription', plain(arrival?.data ?? arrival), { arrivals: { name: 'Ginny', house: { name: 'gryffindor' } } });
  end.unsubscribe();
  await sockets.dispose();

  // The hash alone by GET, so that caches may keep the answer; the document with it; from then on the hash alone.
  const sent = [];
  const watched = (url, options) => {
    sent.push(`${options.method} ${/query=|"query"/.test(url + (options.body ?? '')) ? 'document' : 'hash'}`);
    return fetch(url, options);
  };
  const sha256 = (text) => createHash('sha256').update(text).digest('hex');
  const persisted = new PersistedQueryLink({ sha256, useGETForHashedQueries: true }).concat(new HttpLink({ uri, fetch: watched }));
  for (let round = 0; round < 2; round += 1) {
    const fresh = new ApolloClient({ cache: new InMemoryCache(), link: persisted });
    const { data } = await fresh.query({ query: gql('query House { house(name: "ravenclaw") { founder } }') });
    check(`a persisted query, round ${round}`, plain(data), { house: { founder: 'Rowena Ravenclaw' } });
  }
  check('what was sent', sent, ['GET hash', 'POST document', 'GET hash']);
}
