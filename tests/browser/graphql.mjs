// GraphiQL as examples/graphql serves it: what a person writes is answered, and the page asks nobody else.

import { tab } from './tab.mjs';

const EDITOR = '.graphiql-query-editor .CodeMirror';
const RESULT = '.result-window .CodeMirror';
const text = (page, place) => page.evaluate((place) => document.querySelector(place)?.CodeMirror.getValue() ?? '', place);

/** Writes a document, and runs it with the keyboard. */
async function execute(page, document) {
  await page.locator(EDITOR).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(document);
  await page.waitForFunction(([place, document]) => window.document.querySelector(place).CodeMirror.getValue() === document, [EDITOR, document]);
  await page.keyboard.press('Control+Enter');
}

/** The answer, once it has this text. */
async function answer(page, expected) {
  await page.waitForFunction(([place, expected]) => document.querySelector(place)?.CodeMirror.getValue().includes(expected), [RESULT, expected]);
  return JSON.parse(await text(page, RESULT));
}

async function opens(page, base, check) {
  const head = await page.goto('/graphql');
  check('the page is HTML', [head.status(), head.headers()['content-type']], [200, 'text/html; charset=utf-8']);
  const policy = head.headers()['content-security-policy'];
  check('its policy', [/default-src 'none'/.test(policy), /connect-src 'self'/.test(policy), /unsafe/.test(policy)], [true, true, false]);
  await page.locator('.graphiql-execute-button').waitFor();
  check('the title', await page.title(), 'GraphiQL');
  await page.locator('button[aria-label="Show Documentation Explorer"]').click();
  const types = page.locator('.graphiql-doc-explorer');
  await types.getByRole('link', { name: 'Subscription' }).click();
  await types.getByText('Each student who is added from now on.').waitFor();
  check('the documentation is that of the schema', await types.getByText('arrivals').count() > 0, true);
}

async function asks(page, check) {
  await execute(page, '{ students(first: 1) { edges { node { name house { founder } } } } }');
  check('a query', (await answer(page, 'Harry Potter')).data.students.edges, [{ node: { name: 'Harry Potter', house: { founder: 'Godric Gryffindor' } } }]);
  await execute(page, 'mutation { addStudent(name: "Padma", house: "ravenclaw", year: 1991) { name year } }');
  check('a mutation', (await answer(page, 'Padma')).data, { addStudent: { name: 'Padma', year: 1991 } });
  await execute(page, 'mutation { addStudent(name: "Viktor", house: "durmstrang", year: 1991) { name } }');
  const { errors } = await answer(page, 'durmstrang');
  check('an error', [errors[0].message, errors[0].path], ['there is no house durmstrang', ['addStudent']]);
}

/** Answers come until it is stopped. */
async function streams(page, base, check) {
  await execute(page, 'subscription { arrivals { name } }');
  const stop = page.getByRole('button', { name: /^Stop/ });
  await stop.waitFor();
  const add = async (name) => {
    const query = `mutation { addStudent(name: "${name}", house: "hufflepuff", year: 1992) { id } }`;
    await fetch(`${base}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
  };
  for (const name of ['Justin', 'Ernie']) {
    // The stream may begin later than the first request.
    for (let attempt = 0; attempt < 50 && !(await text(page, RESULT)).includes(name); attempt += 1) {
      await add(name);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    check(`a subscription: ${name}`, (await answer(page, name)).data, { arrivals: { name } });
  }
  await stop.click();
  await stop.waitFor({ state: 'detached' });
  await add('Hannah');
  await new Promise((resolve) => setTimeout(resolve, 300));
  check('a subscription that was stopped', (await text(page, RESULT)).includes('Hannah'), false);
}

/** What another page's script could do is refused by the policy of this one. */
async function isClosed(page, check) {
  const loaded = await page.evaluate(() => new Promise((resolve) => {
    document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), { once: true });
    const script = document.createElement('script');
    script.textContent = 'globalThis.foreign = true';
    document.body.append(script);
    setTimeout(() => resolve('nothing'), 1000);
  }));
  check('a script without a nonce', [loaded, await page.evaluate(() => globalThis.foreign)], ['script-src-elem', undefined]);
}

export async function run(browser, base, check) {
  const { context, page, errors, strays } = await tab(browser, base);
  await opens(page, base, check);
  await asks(page, check);
  await streams(page, base, check);
  check('no errors in the console', errors, []);
  check('nothing from elsewhere', strays, []);
  await isClosed(page, check);
  await context.close();
}
