// A client of realworld, typed by its document: optional fields, and errors in the program's own shape.

import createClient from 'openapi-fetch';
import type { components, paths } from './generated/realworld/schema';
import './generated/realworld/recorded';
import { is, type Same } from './types';

type Errors = { errors: { [field: string]: string[] } };

export async function main() {
  const client = createClient<paths>({ baseUrl: '' });
  is<Same<components['schemas']['Errors'], Errors>>();

  // Nobody need be signed in.
  const all = await client.GET('/api/articles', { params: { query: { tag: 'birds' } } });
  if (all.data) {
    is<Same<typeof all.data.articlesCount, number>>();
    is<Same<(typeof all.data.articles)[number]['author']['following'], boolean | null>>();
  }
  const one = await client.GET('/api/articles/{slug}', { params: { path: { slug: 'on-owls' } } });
  if (one.error) is<Same<typeof one.error, Errors>>();
  const gone = await client.DELETE('/api/articles/{slug}', { params: { path: { slug: 'on-owls' } } });
  if (gone.error) is<Same<typeof gone.error, Errors>>();
  is<Same<typeof gone.data, undefined>>();
  const added = await client.POST('/api/articles', { body: { article: { title: 'One', body: '', tagList: [] } } });
  if (added.error) is<Same<typeof added.error, Errors>>();

  // @ts-expect-error a field is missing
  await client.POST('/api/articles', { body: { article: { title: 'One' } } });
}
