// node peers.mjs NAME=http://127.0.0.1:3000 …
//
// The raw cases that need only the routes of `reference.mjs`, sent to several servers: a table of those whose statuses
// or ends differ, by kind. Every case on its own with EACH=1; a case of no kind is always shown.

import { readdirSync } from 'node:fs';
import { kinds } from './kinds.mjs';
import { talk } from './wire.mjs';

/** Connections to each server at a time. */
const AT_ONCE = 24;

/** Tables that are about this server's routes. */
const OWN = ['answers.mjs', 'cookies.mjs', 'messages.mjs'];

const servers = process.argv.slice(2).map((argument) => {
  const [name, base] = argument.split('=');
  return { name, port: Number(new URL(base).port) };
});

const rows = [];
let count = 0;
for (const file of readdirSync(new URL('raw', import.meta.url)).sort().filter((name) => !OWN.includes(name))) {
  const { cases } = await import(`./raw/${file}`);
  for (let start = 0; start < cases.length; start += AT_ONCE) {
    await Promise.all(cases.slice(start, start + AT_ONCE).map(async ([name, send, , also]) => {
      const answers = await Promise.all(servers.map(({ port }) => talk(port, [send].flat(), also)));
      const seen = answers.map(summary);
      if (seen.some((one) => one !== seen[0])) rows.push({ case: `${file.replace('.mjs', '')}: ${name}`, seen });
      count += 1;
    }));
  }
}

const names = servers.map(({ name }) => name).join(' | ');
const groups = new Map();
for (const row of rows) {
  const kind = kinds.find(([pattern]) => pattern.test(row.case));
  groups.set(kind, [...(groups.get(kind) ?? []), row]);
}

/** What a server answers to the cases of a kind: each of its answers once. */
const all = (cases, index) => [...new Set(cases.map(({ seen }) => seen[index]))].join(' / ');

console.log(`| kind (cases) | ${names} | what decides |`);
console.log(`|---|${servers.map(() => '---|').join('')}---|`);
for (const kind of kinds.filter((kind) => groups.has(kind))) {
  const cases = groups.get(kind);
  const [, title, sentence] = kind;
  const cells = [`${title} (${cases.length})`, ...servers.map((_, index) => all(cases, index)), sentence];
  console.log(`| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
}
console.log(`\n${rows.length} of ${count} cases differ.`);

if (groups.has(undefined) || process.env.EACH) {
  console.log(`\n| case | ${names} |`);
  console.log(`|---|${servers.map(() => '---|').join('')}`);
  for (const row of process.env.EACH ? rows : groups.get(undefined)) console.log(`| ${row.case} | ${row.seen.join(' | ')} |`);
}

/** Statuses, and whether the connection goes on: of many in a row, how many. */
function summary({ end, answers }) {
  const runs = [];
  for (const { status } of answers) {
    if (runs.at(-1)?.status === status) runs.at(-1).times += 1;
    else runs.push({ status, times: 1 });
  }
  const statuses = runs.map(({ status, times }) => (times > 1 ? `${times} × ${status}` : status)).join(', ');
  return `${statuses || 'nothing'}${end === 'open' ? '' : `, ${end}`}`;
}
