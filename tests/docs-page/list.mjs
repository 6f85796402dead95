// The parts of the docs page, in the order of the script.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const docs = join(import.meta.dirname, '../../start-runtime/src/features/docs');
const [, list] = /const PARTS[^]*?concat!\(([^]*?)\);/.exec(readFileSync(join(docs, 'page.rs'), 'utf8'));

export const page = join(docs, 'page');
export const order = [...list.matchAll(/"page\/(.*?)"/g)].map(([, file]) => file);
