// The page is served without the lines that are only a comment: nothing else may be missing. Takes the page.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { order, page } from './list.mjs';

const [, , file] = process.argv;
const html = readFileSync(file, 'utf8');
const compilerOptions = { target: ts.ScriptTarget.ESNext, removeComments: true };
const code = (script) => ts.transpileModule(script, { compilerOptions }).outputText;
const source = (names) => names.map((name) => readFileSync(join(page, name), 'utf8')).join('');

for (const [tag, names] of [
  ['<script>', ['early.js']],
  ['<script type="module">', order],
]) {
  const served = html.split(tag)[1].split('</script>')[0];
  const faults = /^\s*(\/\/|\/\*\*$|\* )/m.test(served) ? ['has lines that are only a comment'] : [];
  if (code(served) !== code(source(names))) faults.push('is not what its source says');
  for (const fault of faults) console.log(`${tag} ${fault}`);
  if (faults.length) process.exitCode = 1;
}
