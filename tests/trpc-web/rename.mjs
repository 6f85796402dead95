// In a copy of examples/trpc, renames a field in Rust and starts the program, which writes its types again: the front end
// does not compile, and the errors name the field, until it follows.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, finish } from '../conformance/clients/check.mjs';

const root = join(import.meta.dirname, '../..');
const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
const copy = mkdtempSync(join(tmpdir(), 'start-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
const example = join(copy, 'examples/trpc');
const web = join(example, 'web');
const committed = join(copy, 'committed.d.ts');

const run = (program, args, options = {}) => spawnSync(program, args, { encoding: 'utf8', ...options });

/** Changes a file. A change that changes nothing is a mistake. */
function edit(file, from, to) {
  const before = readFileSync(file, 'utf8');
  const after = before.replaceAll(from, to);
  if (before === after) throw new Error(`${file} is not as expected`);
  writeFileSync(file, after);
}

/** What the compiler of TypeScript says of the front end: a line for each error. */
function compiled() {
  const { stdout } = run(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit'], { cwd: web });
  return stdout.split('\n').filter(Boolean);
}

/** Starts the program until it listens, and ends it. */
async function started(program) {
  const env = { ...process.env, RUST_LOG: 'off', LETTERS: join(copy, 'letters.jsonl') };
  const child = spawn(program, ['--port', '0'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill();
  await once(child, 'exit');
}

// The times of the files stay: what is built of them already is not built again.
const kept = (path) => !/\/(node_modules|dist)$/.test(path);
for (const part of ['start-macros', 'start-runtime', 'examples/trpc', 'Cargo.lock', 'rust-toolchain.toml']) {
  cpSync(join(root, part), join(copy, part), { recursive: true, preserveTimestamps: true, filter: kept });
}
symlinkSync(join(root, 'examples/trpc/web/node_modules'), join(web, 'node_modules'));
const workspace = readFileSync(join(root, 'Cargo.toml'), 'utf8');
writeFileSync(join(copy, 'Cargo.toml'), workspace.replace(/^ {4}"(examples|tests)\/(?!trpc",).*",\n|^ {4}"tests\/.*",\n/gm, ''));
// Another name, so that the program of the project stays where it is built.
edit(join(example, 'Cargo.toml'), 'name = "trpc-example"', 'name = "trpc-renamed"');
cpSync(join(web, 'src/server.d.ts'), committed);
check('before', compiled(), []);

for (const file of readdirSync(join(example, 'src'))) {
  if (/^(letters|tests)\.rs$/.test(file)) edit(join(example, 'src', file), /\bsender\b/g, 'author');
}
const built = run('cargo', ['build', '--quiet', '-p', 'trpc-renamed'], { cwd: copy, env: { ...process.env, CARGO_TARGET_DIR: target } });
check('the program is built', built.stderr, '');
const program = join(target, 'debug/trpc-renamed');

const stale = run(program, ['types', '--check', committed]);
check('the committed types are stale', stale.status, 1);
const lines = stale.stderr.split('\n').filter((line) => /^[-+] /.test(line));
check('and the field is named', lines, ['-  sender: string;', '+  author: string;', '-  sender: string;', '+  author: string;']);

await started(program);
check('the program has written its types', run(program, ['types', '--check', join(web, 'src/server.d.ts')]).status, 0);
check('the front end does not compile', compiled(), [
  "src/main.ts(13,21): error TS2339: Property 'sender' does not exist on type 'Letter'.",
  "src/main.ts(49,11): error TS2339: Property 'sender' does not exist on type 'NewLetter'.",
  "src/main.ts(51,39): error TS2353: Object literal may only specify known properties, and 'sender' does not exist in type 'NewLetter'.",
]);

edit(join(web, 'src/main.ts'), /\bsender\b/g, 'author');
check('the front end follows', compiled(), []);
finish();
