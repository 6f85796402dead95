// Procedures of tRPC on the docs page: what they take and return, and what a person asks of them.

import { tab } from './tab.mjs';

/** The card of a procedure, opened. */
async function card(page, path) {
  const found = page.locator('.op', { has: page.getByRole('heading', { name: `/api/trpc/${path}`, exact: true }) });
  if ((await found.getAttribute('open')) === null) await found.locator('summary').first().click();
  await found.getByRole('button', { name: 'Send' }).waitFor();
  return found;
}

/** Sends the request, and reads the answer once all of it is there: until then the button says `Cancel`. */
async function ask(card) {
  await card.getByRole('button', { name: 'Send' }).click();
  await card.getByRole('button', { name: 'Send' }).waitFor();
  await card.locator('.result pre').waitFor();
  return [await card.locator('.result .status').textContent(), await card.locator('.result pre').textContent()];
}

async function shows(page, check) {
  await page.goto('/docs');
  await page.getByRole('heading', { level: 2, name: 'tRPC procedures at /api/trpc', exact: true }).waitFor();
  check('those of version 10 are a group of their own', await page.getByRole('heading', { level: 2, name: 'tRPC procedures at /api/trpc10', exact: true }).count(), 1);
  const found = await card(page, 'message.byId');
  const said = await found.locator('.body').textContent();
  check('what it is', /The query message\.byId of tRPC/.test(said), true);
  check('what it takes and returns', await found.locator('.body h4').allTextContents().then((all) => all.slice(0, 3)), ['Input', 'Output', 'Parameters']);
  check('its kind', await found.locator('summary .chip').first().textContent(), 'query');
  const events = await card(page, 'sub.tracked');
  check('events', await events.locator('.body h4').allTextContents().then((all) => all.slice(0, 2)), ['Input', 'Output, for each event']);
}

async function asks(page, errors, check) {
  const hello = await card(page, 'hello');
  check('a query without its input', await ask(hello), ['200 OK', JSON.stringify({ result: { data: 'hello world' } }, null, 2)]);
  await hello.locator('.field textarea').fill('"owl"');
  check('a query with its input', await ask(hello), ['200 OK', JSON.stringify({ result: { data: 'hello owl' } }, null, 2)]);
  const add = await card(page, 'add');
  await add.locator('.field textarea').fill('{ "a": 1,\n "b": 2 }');
  check('an input of several fields', JSON.parse((await ask(add))[1]), { result: { data: 3 } });
  const reset = await card(page, 'counter.reset');
  check('a mutation without an input', JSON.parse((await ask(reset))[1]), { result: { data: { count: 0 } } });
  const increment = await card(page, 'counter.increment');
  await increment.getByRole('textbox', { name: 'Request body' }).fill('{ "by": 4 }');
  check('a mutation', JSON.parse((await ask(increment))[1]), { result: { data: { count: 4 } } });
  check('nothing is wrong so far', errors, []);
  const byId = await card(page, 'message.byId');
  await byId.locator('.field textarea').fill('{ "id": 9 }');
  const [status, text] = await ask(byId);
  const { error } = JSON.parse(text);
  check('an error', [status, error.message, error.data.code], ['404 Not Found', 'there are three', 'NOT_FOUND']);
  await byId.locator('.field textarea').fill('owl');
  const [refused, why] = await ask(byId);
  check('an input that is none', [refused, JSON.parse(why).error.data.code], ['400 Bad Request', 'BAD_REQUEST']);
  check('the browser says so and nothing else', errors.splice(0).map((text) => /status of (\d+)/.exec(text)?.[1]), ['404', '400']);
}

/** What comes piece by piece is shown as it comes, until it is stopped. */
async function streams(page, check) {
  const forever = await card(page, 'sub.forever');
  await forever.getByRole('button', { name: 'Send' }).click();
  const shown = forever.locator('.result pre');
  await shown.waitFor();
  const node = await shown.elementHandle();
  await page.waitForFunction((node) => (node.textContent.match(/^data: \d/gm) ?? []).length >= 3, node);
  check('more is received', /receiving/.test(await forever.locator('.result').textContent()), true);
  const active = await card(page, 'sub.active');
  check('it runs', JSON.parse((await ask(active))[1]), { result: { data: 1 } });
  await forever.getByRole('button', { name: 'Cancel' }).click();
  await forever.getByRole('button', { name: 'Send' }).waitFor();
  check('until it is stopped', /cancelled/.test(await forever.locator('.result').textContent()), true);
  for (let attempt = 0; attempt < 50; attempt += 1) {
    if (JSON.parse((await ask(active))[1]).result.data === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  check('and then it does not run', JSON.parse((await ask(active))[1]), { result: { data: 0 } });
  const tracked = await card(page, 'sub.tracked');
  await tracked.locator('.field textarea').first().fill('{ "to": 4 }');
  await tracked.locator('.field input').first().fill('2');
  await ask(tracked);
  await tracked.getByRole('button', { name: 'Send' }).waitFor();
  check('events go on behind an id', (await tracked.locator('.result pre').textContent()).match(/^data: .*$/gm).filter((line) => line.includes('"n"')), ['data: {"n":3}', 'data: {"n":4}']);
  const numbers = await card(page, 'stream.iter');
  await numbers.locator('.field textarea').fill('{ "0": { "n": 3 } }');
  await numbers.getByRole('button', { name: 'Send' }).click();
  await numbers.getByRole('button', { name: 'Send' }).waitFor();
  const lines = (await numbers.locator('.result pre').textContent()).trim().split('\n');
  check('a stream is lines of JSON', [lines[0], lines.length], ['{"0":[[0],[null,0,0]]}', 8]);
}

export async function run(browser, base, check) {
  const { context, page, errors, strays } = await tab(browser, base);
  await shows(page, check);
  await asks(page, errors, check);
  await streams(page, check);
  check('no errors in the console of the procedures', errors, []);
  check('no request for the procedures left the origin', strays, []);
  await context.close();
}
