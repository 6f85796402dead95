import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { check, finish } from '../conformance/clients/check.mjs';

const [executablePath, posts, hogwarts, login, chat, graphql, conformance] = process.argv.slice(2);
// A profile of its own is made for each launch. Nothing of the browser's own goes to the network.
const args = [
  '--no-sandbox',
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const browser = await chromium.launch({ executablePath, args });
try {
  for (const [file, base] of [['posts', posts], ['docs', hogwarts], ['login', login], ['chat', chat], ['graphql', graphql], ['procedures', conformance]]) {
    // `-` leaves a part out.
    if (base === '-' || !existsSync(new URL(`${file}.mjs`, import.meta.url))) continue;
    const { run } = await import(`./${file}.mjs`);
    await run(browser, base, check);
  }
} catch (error) {
  check('the run to its end', error.stack, undefined);
} finally {
  await browser.close();
}
finish();
