// graphql-request, which has neither uploads nor subscriptions of its own: a middleware makes the form, graphql-sse
// streams.

import { ClientError, GraphQLClient } from 'graphql-request';
import { createClient } from 'graphql-sse';

import { ADD, ARRIVALS, arrives, PAGE, portrait, PORTRAIT, PREFLIGHT, readPages } from './documents.mjs';

export async function run(base, check) {
  const url = `${base}/graphql`;
  const client = new GraphQLClient(url);
  const first = await client.request(PAGE, { first: 2 });
  readPages(check, first, await client.request(PAGE, { first: 2, after: first.students.pageInfo.endCursor }));
  const byGet = new GraphQLClient(url, { method: 'GET' });
  check('a page by GET', await byGet.request(PAGE, { first: 2 }), first);

  const { addStudent } = await client.request(ADD, { name: 'Astoria', house: 'slytherin' });
  check('a mutation', [addStudent.name, addStudent.house.founder], ['Astoria', 'Salazar Slytherin']);

  const error = await client.request(ADD, { name: 'Viktor', house: 'durmstrang' }).catch((caught) => caught);
  check('an error', [error instanceof ClientError, error.response.status, error.response.errors[0].message, error.response.errors[0].path],
    [true, 200, 'there is no house durmstrang', ['addStudent']]);
  const invalid = await client.request('{ nothing }').catch((caught) => caught);
  check('a document that is not valid', [invalid.response.status, invalid.response.errors.length, invalid.response.data ?? null], [400, 1, null]);

  const uploading = new GraphQLClient(url, {
    requestMiddleware: (request) => {
      const { file } = request.variables;
      const form = new FormData();
      form.append('operations', JSON.stringify({ query: PORTRAIT, variables: { file: null } }));
      form.append('map', JSON.stringify({ 0: ['variables.file'] }));
      form.append('0', file);
      const headers = new Headers(request.headers);
      headers.delete('content-type');
      headers.set('apollo-require-preflight', PREFLIGHT['apollo-require-preflight']);
      return { ...request, headers, body: form };
    },
  });
  check('an upload', await uploading.request(PORTRAIT, { file: portrait() }), { portrait: 70_000 });

  for (const singleConnection of [false, true]) {
    const streams = createClient({ url, singleConnection });
    const arrivals = streams.iterate({ query: ARRIVALS });
    const seen = arrivals.next();
    const arrival = await arrives(() => client.request(ADD, { name: 'Neville', house: 'gryffindor' }), seen);
    check(`a subscription, ${singleConnection ? 'one stream' : 'a stream each'}`, arrival?.value,
      { data: { arrivals: { name: 'Neville', house: { name: 'gryffindor' } } } });
    await arrivals.return();
    streams.dispose();
  }
}
