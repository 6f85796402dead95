// The docs page, used as people use it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { many, serve } from './kinds.mjs';
import { tab } from './tab.mjs';

const STUDENTS = '#get_api_by_house_students_yearByYear';
const NAMES = ['Harry Potter', 'Hermione Granger', 'Ron Weasley'];

const names = (json) => JSON.parse(json).map(({ name }) => name);
const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.tagName);
const links = (page) =>
  page
    .locator('nav a')
    .evaluateAll((all) => all.filter((link) => link.checkVisibility()).map((link) => link.title || link.innerText));
const width = (page) => page.evaluate(() => document.documentElement.scrollWidth);
const color = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

async function renders(page, check) {
  const answer = await page.goto('/docs');
  check('the page is HTML', [answer.status(), answer.headers()['content-type']], [200, 'text/html; charset=utf-8']);
  await page.getByRole('heading', { level: 1, name: 'hogwarts' }).waitFor();
  check('the title', await page.title(), 'hogwarts');
  check('the language', await page.evaluate(() => document.documentElement.lang), 'en');
  check('all operations are counted', await page.getByRole('status').textContent(), '17 operations');
  const shown = await page.locator('.op h3').allTextContents();
  check('and shown', [shown.length, shown.includes('/api/{house}/students/year-{year}')], [17, true]);
}

async function searches(page, check) {
  await page.keyboard.press('/');
  check('a slash opens search', await focused(page), 'ui-search');
  await page.keyboard.type('house one year');
  check('an operation is found', await links(page), ['GET /api/{house}/students/year-{year}']);
  await page.keyboard.press('Enter');
  await page.locator(STUDENTS).getByRole('button', { name: 'Send' }).waitFor();
  check('Enter opens it, and its address', new URL(page.url()).hash, STUDENTS);
  await page.keyboard.press('Control+k');
  check('so does Ctrl+K', await focused(page), 'ui-search');
  await page.keyboard.type('no such thing');
  check('nothing is found', await links(page), []);
  await page.keyboard.press('Escape');
  // The operations, and the link to how to sign in before them.
  check('Escape ends the search', (await links(page)).length, 18);
  for (let link = 0; link < 5; link += 1) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('#get_api_by_house_admin[open]').waitFor();
  check('arrows and Enter open an operation', new URL(page.url()).hash, '#get_api_by_house_admin');
  await page.goBack();
  await page.waitForFunction((hash) => location.hash === hash, STUDENTS);
}

async function tries(page, check) {
  const card = page.locator(STUDENTS);
  await card.getByRole('button', { name: 'Send' }).click();
  check(
    'what is missing is told',
    await card.getByRole('alert').locator('p').first().textContent(),
    'The path parameter “house” needs a value.',
  );
  check(
    'and gets the focus',
    await page.evaluate(() => document.activeElement.labels[0].innerText.split(/\s/)[0]),
    'house',
  );
  await page.keyboard.type('gryffindor');
  await page.keyboard.press('Tab');
  await page.keyboard.type('1991');
  await page.keyboard.press('Control+Enter');
  await card.locator('.result .status').waitFor();
  check('the answer comes', await card.locator('.result .status').textContent(), '200 OK');
  check('it is the three students', names(await card.locator('.result pre').textContent()), NAMES);
}

async function samples(page, base, check) {
  const card = page.locator(STUDENTS);
  const url = `${base}/api/gryffindor/students/year-1991`;
  const sample = async (language) => {
    await card.getByRole('tab', { name: language }).click();
    return card.locator('.samples pre').textContent();
  };
  check(
    'curl does what the sample says',
    names(execFileSync('bash', ['-c', `${await sample('curl')} --silent`]).toString()),
    NAMES,
  );
  const log = [];
  const script = new Function('console', `return (async () => { ${await sample('fetch')} })();`);
  await script({ log: (...values) => log.push(...values) });
  check('so does JavaScript', [log[0], names(log[1])], [200, NAMES]);
  const rust = await sample('Rust');
  check('and Rust', [rust.includes(`.get("${url}")`), rust.includes('.send()\n    .await?;')], [true, true]);
}

async function fails(browser, base, check) {
  const { context, page, errors } = await tab(browser, base);
  await page.goto(`/docs${STUDENTS}`);
  const card = page.locator(STUDENTS);
  await card.locator('.field input').nth(0).fill('gryffindor');
  await card.locator('.field input').nth(1).fill('soon');
  await card.getByRole('button', { name: 'Send' }).click();
  await card.locator('.result .status').waitFor();
  const problem = JSON.parse(await card.locator('.result pre').textContent());
  check(
    'a problem is shown',
    [await card.locator('.result .status').textContent(), problem.status],
    ['400 Bad Request', 400],
  );
  check('the browser says so and nothing else', errors, [
    'Failed to load resource: the server responded with a status of 400 (Bad Request)',
  ]);
  await context.close();
}

/** Sends each kind of input, and looks at what arrived. */
async function sends(browser, program, check) {
  const { base, stop } = await serve(program);
  const { context, page, errors, strays } = await tab(browser, base);
  await page.goto('/prefix/docs');
  const sent = async (id, fill = () => {}) => {
    await page.evaluate((id) => (location.hash = id), id);
    const card = page.locator(`#${id}`);
    await card.getByRole('button', { name: 'Send' }).waitFor();
    await fill(card);
    await card.getByRole('button', { name: 'Send' }).click();
    await card.locator('.result .status').waitFor();
    return JSON.parse(await card.locator('.result pre').textContent());
  };
  const input = (card, index) => card.locator('.field').nth(index).locator('input, textarea, select');
  const file = { name: 'owl.png', mimeType: 'image/png', buffer: Buffer.from('PNG') };

  const typed = await sent('typed', async (card) => {
    await input(card, 0).fill('7');
    await input(card, 1).fill('1991-09-01');
  });
  check('behind a prefix, typed params', typed.url, '/prefix/echo/typed/7/1991-09-01');
  const rest = await sent('rest', (card) => input(card, 0).fill('a b/ü.txt'));
  check('a catch-all keeps its slashes', rest.url, '/prefix/echo/files/a%20b/%C3%BC.txt');
  const query = await sent('query', async (card) => {
    await input(card, 0).fill('x\ny z');
    await input(card, 2).selectOption('b');
  });
  check(
    'lists, defaults, choices; what is empty is left out',
    query.url,
    '/prefix/echo/query?tag=x&tag=y%20z&limit=10&kind=b',
  );
  const { headers } = await sent('headers', async (card) => {
    await input(card, 0).fill('Hedwig');
    await input(card, 1).fill('s1');
    await card.getByRole('button', { name: 'Add header' }).click();
    await card.getByLabel('Header name').fill('X-More');
    await card.getByLabel('Header value').fill('yes');
  });
  check('headers and cookies', [headers['x-owl'], headers.cookie, headers['x-more']], ['Hedwig', 'sid=s1', 'yes']);
  check('the cookie is gone afterwards', (await context.cookies()).length, 0);
  const json = await sent('json');
  const example = { name: 'root', shape: { kind: 'circle', size: 1 }, age: 1 };
  check(
    'a JSON body is prefilled from its schema',
    [json.headers['content-type'], JSON.parse(json.body)],
    ['application/json', example],
  );
  const form = await sent('form', (card) => input(card, 1).fill('x\ny'));
  check(
    'a form',
    [form.headers['content-type'], form.body],
    ['application/x-www-form-urlencoded', 'name=string&tags=x&tags=y'],
  );
  const multipart = await sent('multipart', (card) => input(card, 1).setInputFiles(file));
  const parts = [
    'name="title"\r\n\r\nstring\r\n',
    'name="photo"; filename="owl.png"\r\nContent-Type: image/png\r\n\r\nPNG\r\n',
  ];
  check(
    'a form with a file',
    parts.map((part) => multipart.body.includes(part)),
    [true, true],
  );
  check('text', (await sent('text', (card) => card.getByLabel('Request body').fill('Hello'))).body, 'Hello');
  check(
    'a file as the body',
    (await sent('bytes', (card) => card.getByLabel('Request body file').setInputFiles(file))).body,
    'PNG',
  );
  await page.getByLabel('token: Token').fill('t1');
  check('a token', (await sent('auth')).headers.authorization, 'Bearer t1');
  const mixed = await sent('mixed', async (card) => {
    await input(card, 0).fill('owl');
    await input(card, 1).fill('png');
  });
  check('a route that OpenAPI has no word for', mixed.url, '/prefix/echo/owl.png');

  const tree = await page
    .locator('#json .schema')
    .first()
    .locator('> .tree > li > .head')
    .evaluateAll((heads) => heads.map((head) => [...head.children].map((child) => child.textContent).join(' ')));
  check('alternatives, null and recursion are readable', tree, [
    'name string required',
    'shape object required',
    'next Tree | null recursive',
    'age uint64 | null',
  ]);
  await page.getByLabel('Server').selectOption('https://kinds.example.com');
  await page.locator('#text').getByRole('button', { name: 'Send' }).click();
  const refusal = await page.locator('#text').getByRole('alert').textContent();
  check('other servers are not asked', refusal.includes(base) && refusal.includes('https://kinds.example.com'), true);
  check('no errors with any kind', errors, []);
  check('no request left that server', strays, []);
  await context.close();
  stop();
}

async function looks(browser, base, check) {
  const seen = [];
  for (const colorScheme of ['light', 'dark']) {
    const { context, page } = await tab(browser, base, { colorScheme, viewport: { width: 360, height: 740 } });
    await page.goto(`/docs${STUDENTS}`);
    await page.locator(STUDENTS).getByRole('button', { name: 'Send' }).waitFor();
    seen.push(await color(page));
    check(`nothing sticks out of a phone, ${colorScheme}`, await width(page), 360);
    const faults = await page.evaluate(`${axe.source}; axe.run({ resultTypes: ['violations'] })`);
    check(
      `axe finds nothing, ${colorScheme}`,
      faults.violations.map(({ id, nodes }) => [id, ...nodes.map((node) => node.target)]),
      [],
    );
    await page.getByRole('button', { name: 'Open navigation' }).click();
    check(`the list is a drawer, ${colorScheme}`, await focused(page), 'ui-search');
    await page.keyboard.type('crest');
    await page.keyboard.press('Enter');
    await page.locator('#get_api_students_portrait_png_ddb875[open]').waitFor();
    check(
      `and closes by itself, ${colorScheme}`,
      await page.evaluate(() => document.documentElement.classList.contains('drawer')),
      false,
    );
    check(`with all open, ${colorScheme}`, await openAll(page), 360);
    await context.close();
  }
  check('dark is not light', seen[0] === seen[1], false);
  const { context, page } = await tab(browser, base, { colorScheme: 'dark' });
  await page.goto('/docs');
  await page.getByRole('button', { name: 'Use the light theme' }).click();
  await page.reload();
  check('the theme that was chosen stays', await color(page), seen[0]);
  await context.close();
}

/** Opens every operation, schema and response; gives the width then. */
async function openAll(page) {
  await page.evaluate(async () => {
    for (let round = 0; round < 3; round++) {
      document.querySelectorAll('main details').forEach((details) => (details.open = true));
      await new Promise((done) => setTimeout(done, 200));
    }
  });
  return width(page);
}

async function withoutScript(browser, base, check) {
  const { context, page } = await tab(browser, base, { javaScriptEnabled: false });
  await page.goto('/docs');
  const link = page.locator('noscript a');
  check('without JavaScript there is the document', await link.evaluate((link) => link.href), `${base}/openapi.json`);
  await context.close();
}

async function fromDisk(browser, check) {
  const folder = mkdtempSync(`${tmpdir()}/start-docs-`);
  try {
    execFileSync('cargo', ['run', '--quiet', '-p', 'hogwarts', '--', 'docs', '--out', folder], {
      cwd: import.meta.dirname,
    });
    const { context, page, errors, strays } = await tab(browser, 'null');
    await page.goto(`${pathToFileURL(`${folder}/index.html`)}${STUDENTS}`);
    const card = page.locator(STUDENTS);
    await card.locator('.samples pre').waitFor();
    check(
      'the site opens from disk',
      [await page.title(), await page.getByRole('status').textContent()],
      ['hogwarts', '17 operations'],
    );
    check('it sends nothing', await card.getByRole('button', { name: 'Send' }).count(), 0);
    await page.getByLabel('Server').fill('https://hogwarts.example.com');
    await card.locator('.field input').nth(0).fill('gryffindor');
    await card.locator('.field input').nth(1).fill('1991');
    const sample = await card.locator('.samples pre').textContent();
    check(
      'but it writes code',
      sample.includes('https://hogwarts.example.com/api/gryffindor/students/year-1991'),
      true,
    );
    check('no errors from disk', errors, []);
    check(
      'nothing but its file is read',
      strays.filter((url) => !url.startsWith('file:')),
      [],
    );
    await context.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function thousand(browser, program, check) {
  const { base, stop } = await serve(program, many(1000));
  const { context, page, errors } = await tab(browser, base);
  const started = Date.now();
  await page.goto('/prefix/docs');
  await page.getByText('1000 operations').waitFor();
  const shown = Date.now() - started;
  await page.keyboard.press('/');
  const typed = Date.now();
  await page.keyboard.type('r0777');
  check('one of a thousand is found', await links(page), ['GET /bulk/r0777/{house}/students/year-{year}']);
  const found = Date.now() - typed;
  await page.keyboard.press('Enter');
  await page.locator('#r0777').getByRole('button', { name: 'Send' }).waitFor();
  check('a thousand operations are shown and searched in good time', [shown < 10000, found < 5000], [true, true]);
  check(
    'it is where one looks',
    await page.locator('#r0777 > summary').evaluate((node) => Math.abs(node.getBoundingClientRect().top) < 200),
    true,
  );
  check('no errors with a thousand', errors, []);
  await context.close();
  stop();
}

export async function run(browser, base, check) {
  const { context, page, errors, strays } = await tab(browser, base);
  await renders(page, check);
  await searches(page, check);
  await tries(page, check);
  await samples(page, base, check);
  check('no errors in the console of the docs', errors, []);
  check('no request of the docs left the origin', strays, []);
  await context.close();
  await fails(browser, base, check);
  await sends(browser, base, check);
  await looks(browser, base, check);
  await withoutScript(browser, base, check);
  await fromDisk(browser, check);
  await thousand(browser, base, check);
}
