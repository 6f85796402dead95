// HTTP/1.1 by hand: what a server has to refuse, and what it has to take (RFC 9110, 9112).
//
// The cases are tables in `raw/`: a name, what is sent, which statuses may come back, and what else has
// to hold. Where the standard leaves a choice, the choices stand beside each other: '200 | 400'. Two
// answers are '200 200', none is ''.

import { readdirSync } from 'node:fs';
import { check } from './check.mjs';
import { talk } from './wire.mjs';

/** Connections at a time. */
const AT_ONCE = 24;

export async function run(base) {
  const port = Number(new URL(base).port);
  const files = readdirSync(new URL('raw', import.meta.url)).filter((name) => name !== 'messages.mjs').sort();
  for (const file of files) {
    const { cases } = await import(`./raw/${file}`);
    const subject = file.replace('.mjs', '');
    for (let start = 0; start < cases.length; start += AT_ONCE) {
      const some = cases.slice(start, start + AT_ONCE);
      const results = await Promise.all(some.map(([, send, , also]) => talk(port, [send].flat(), also)));
      some.forEach(([name, , expected, also], index) => judge(`${subject}: ${name}`, results[index], expected, also ?? {}));
    }
  }
}

function judge(name, { end, answers }, expected, also) {
  const statuses = answers.map(({ status }) => status).join(' ');
  const last = answers.at(-1);
  const wrong = [];
  if (!expected.split('|').some((choice) => choice.trim() === statuses)) wrong.push(`${statuses || 'no answer'}, not ${expected || 'none'}`);
  if (also.end && also.end !== end) wrong.push(`the connection is ${end}, not ${also.end}`);
  if (also.reason !== undefined && last?.reason !== also.reason) wrong.push(`the reason is ${JSON.stringify(last?.reason)}`);
  if (also.body !== undefined && last?.body !== also.body) wrong.push(`the body is ${JSON.stringify(last?.body)}`);
  for (const [header, value] of Object.entries(also.headers ?? {})) {
    if (value === null ? header in (last?.headers ?? {}) : !value.test(last?.headers[header] ?? '')) {
      wrong.push(`${header} is ${last?.headers[header]}`);
    }
  }
  if (answers.slice(0, -1).some(({ headers }) => /\bclose\b/i.test(headers.connection))) wrong.push('something was answered behind Connection: close');
  if (answers.some(({ body }) => body.includes('smuggled'))) wrong.push('a request within a body was answered');
  check(name, wrong, []);
}
