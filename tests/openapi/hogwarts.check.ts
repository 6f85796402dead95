// A client of hogwarts, typed by its document.

import createClient from 'openapi-fetch';
import type { paths } from './generated/hogwarts/schema';
import { is, type Same } from './types';

type Student = { name: string; house: string; year: number };

export async function main() {
  const client = createClient<paths>({ baseUrl: '' });

  const path = { house: 'gryffindor', year: 1991 };
  const students = await client.GET('/api/{house}/students/year-{year}', { params: { path } });
  if (students.data) is<Same<(typeof students.data)[number]['year'], Student['year']>>();
  if (students.error) is<Same<typeof students.error.status, number>>();

  const summary = await client.GET('/api/{house}/summary', { params: { path: { house: 'slytherin' } } });
  if (summary.data) is<Same<typeof summary.data.greeting, string>>();
  const created = await client.POST('/api/students', { body: { name: 'Luna', house: 'ravenclaw', year: 1992 } });
  if (created.data) is<Same<typeof created.data.name, string>>();

  // @ts-expect-error a year is a number
  await client.GET('/api/{house}/students/year-{year}', { params: { path: { house: 'gryffindor', year: '1991' } } });
}
