// A copy of the two crates in a folder of its own, to take capabilities out or put some in.
'use strict';
const { spawnSync } = require('node:child_process');
const { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const root = join(__dirname, '..');
const copy = mkdtempSync(join(tmpdir(), 'start-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));

/** Makes the copy anew: a workspace of the two crates alone. */
function copyCrates() {
    rmSync(copy, { recursive: true, force: true });
    mkdirSync(copy);
    for (const part of ['start-macros', 'start-runtime', 'Cargo.lock', 'rust-toolchain.toml']) {
        cpSync(join(root, part), join(copy, part), { recursive: true });
    }
    const workspace = readFileSync(join(root, 'Cargo.toml'), 'utf8');
    writeFileSync(join(copy, 'Cargo.toml'), workspace.replace(/^ {4}"(examples|tests)\/.*",\n/gm, ''));
}

/** Changes a file of the copied runtime. A change that changes nothing is a mistake. */
function edit(file, change) {
    const path = join(copy, 'start-runtime', file);
    const before = readFileSync(path, 'utf8');
    const after = change(before);
    if (before === after) throw new Error(`${file} is not as expected`);
    writeFileSync(path, after);
}

/** Runs cargo in the copy, with the target folder of the project. Shows what it printed if it fails, or does not say so. */
function cargo(name, args, says = /(?:)/) {
    const env = { ...process.env, CARGO_TARGET_DIR: process.env.CARGO_TARGET_DIR ?? join(root, 'target') };
    const { status, stdout, stderr } = spawnSync('cargo', args, { cwd: copy, env, encoding: 'utf8' });
    const ok = status === 0 && says.test(stdout);
    if (!ok) console.error(`${name}: cargo ${args.join(' ')}\n${stdout}${stderr}`);
    return ok;
}

module.exports = { cargo, copy, copyCrates, edit, root };
