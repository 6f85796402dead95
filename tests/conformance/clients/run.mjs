import { finish } from './check.mjs';

const base = process.argv[2];
for (const client of ['fetch', 'raw']) {
  const { run } = await import(`./${client}.mjs`);
  await run(base);
}
finish();
