// A client of posts, typed by its document: what a handler returns is what the client sees.

import createClient from 'openapi-fetch';
import type { components, paths } from './generated/posts/schema';
import { is, type Same } from './types';

type Post = { id: number; title: string; body: string; createdAt: string };

export async function main() {
  const client = createClient<paths>({ baseUrl: '' });

  const all = await client.GET('/api/posts');
  if (all.data) is<Same<typeof all.data, components['schemas']['Post'][]>>();
  is<Same<components['schemas']['Post'], Post>>();

  const added = await client.POST('/api/posts', { body: { title: 'One', body: '1' } });
  if (added.data) is<Same<typeof added.data.createdAt, string>>();
  if (added.error) is<Same<typeof added.error.title, string>>();

  const one = await client.GET('/api/posts/{postId}', { params: { path: { postId: '1' } } });
  if (one.response.status === 404 && one.error && 'error' in one.error) is<Same<typeof one.data, undefined>>();
  await client.PUT('/api/posts/{postId}', { params: { path: { postId: '1' } }, body: { title: 'Uno', body: '' } });
  const gone = await client.DELETE('/api/posts/{postId}', { params: { path: { postId: '1' } } });
  is<Same<typeof gone.data, undefined>>();

  // @ts-expect-error no such path
  await client.GET('/api/nothing');
  // @ts-expect-error a field is missing
  await client.POST('/api/posts', { body: { title: 'One' } });
  // @ts-expect-error a field is of another type
  await client.POST('/api/posts', { body: { title: 1, body: '' } });
  // @ts-expect-error the param is missing
  await client.GET('/api/posts/{postId}');
  // @ts-expect-error the method is not there
  await client.PUT('/api/posts', {});
}
