// The front end of posts, used as people use it.

import { tab } from './tab.mjs';

const titles = (page) => page.locator('.posts h2').allTextContents();
const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.tagName);

async function add(page, title, body) {
  const count = await page.locator('.posts li').count();
  await page.getByLabel('Title').fill(title);
  await page.getByLabel('Text').fill(body);
  await page.getByRole('button', { name: 'Add post' }).click();
  await page.locator('.posts li').nth(count).waitFor();
}

async function writes(page, check) {
  await page.goto('/');
  check('the title', await page.title(), 'Posts');
  await page.getByText('Nothing here yet').waitFor();

  await page.evaluate(() => (window.sameDocument = true));
  await page.getByLabel('Title').fill('  ');
  await page.getByRole('button', { name: 'Add post' }).click();
  await page.getByText('Title must not be empty.').waitFor();
  check('an empty title is told at its field', await page.locator('#title-error').textContent(), 'Title must not be empty.');
  check('the field is marked', await page.getByLabel('Title').getAttribute('aria-invalid'), 'true');
  check('and has the focus', await focused(page), 'title');
  check('nothing was added', await titles(page), []);

  await add(page, 'First', 'one\ntwo');
  check('a post is added', await titles(page), ['First']);
  check('the mistake is gone', await page.locator('#title-error').textContent(), '');
  check('the form is empty again', await page.getByLabel('Text').inputValue(), '');
  check('the next one can be typed', await focused(page), 'title');
  check('it is said', await page.getByRole('status').textContent(), 'Added “First”.');

  // By keyboard alone.
  await page.keyboard.type('Second');
  await page.keyboard.press('Tab');
  await page.keyboard.type('typed');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.locator('.posts li').nth(1).waitFor();
  await add(page, '<img src=x onerror=alert(1)>', '<b>bold</b> & co');
  const three = ['<img src=x onerror=alert(1)>', 'Second', 'First'];
  check('the newest is first, and markup is text', await titles(page), three);
  check('line breaks are kept', await page.locator('.posts .text').last().innerText(), 'one\ntwo');
  check('all without a reload', await page.evaluate(() => window.sameDocument), true);

  await page.reload();
  await page.locator('.posts li').nth(2).waitFor();
  check('after a reload', await titles(page), three);
}

async function reads(page, check) {
  await page.getByRole('link', { name: 'Second' }).click();
  await page.getByRole('heading', { level: 1, name: 'Second' }).waitFor();
  check('a post has an address', new URL(page.url()).pathname, '/posts/2');
  check('a title', await page.title(), 'Second · Posts');
  check('and the focus', await focused(page), 'H1');
  await page.goBack();
  await page.locator('.posts li').nth(2).waitFor();
  check('back in the list', new URL(page.url()).pathname, '/');

  const deep = await page.goto('/posts/1');
  check('a deep link is a page', [deep.status(), deep.headers()['content-type']], [200, 'text/html; charset=utf-8']);
  await page.getByRole('heading', { level: 1, name: 'First' }).waitFor();
  check('with the post', await page.locator('article .text').innerText(), 'one\ntwo');
  await page.goto('/posts/99');
  await page.getByRole('heading', { level: 1, name: 'Not found' }).waitFor();
  await page.goto('/elsewhere');
  await page.getByRole('heading', { level: 1, name: 'Not found' }).waitFor();
  await page.getByRole('link', { name: 'All posts' }).click();
  await page.locator('.posts li').nth(2).waitFor();
}

async function deletes(page, check) {
  await page.getByRole('button', { name: 'Delete “Second”' }).click();
  await page.locator('.posts li').nth(2).waitFor({ state: 'detached' });
  check('a deleted post is gone', await titles(page), ['<img src=x onerror=alert(1)>', 'First']);
  check('the focus is on the next one', await page.evaluate(() => document.activeElement.ariaLabel), 'Delete “First”');
  await page.keyboard.press('Enter');
  await page.locator('.posts li').nth(1).waitFor({ state: 'detached' });
  await page.reload();
  await page.locator('.posts li').first().waitFor();
  check('also after a reload', await titles(page), ['<img src=x onerror=alert(1)>']);
  await page.locator('.posts a').click();
  await page.getByRole('button', { name: /^Delete/ }).click();
  await page.getByText('Nothing here yet').waitFor();
  check('the last one, on its own page', new URL(page.url()).pathname, '/');
}

async function endures(context, page, check) {
  await page.getByLabel('Title').fill('Kept');
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Add post' }).click();
  await page.getByText('The server cannot be reached.').waitFor();
  check('what was typed is kept', await page.getByLabel('Title').inputValue(), 'Kept');
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Add post' }).click();
  await page.locator('.posts li').first().waitFor();
  check('and sent the next time', await titles(page), ['Kept']);
}

async function unknown(page, check) {
  for (const path of ['/api/nothing', '/api', '/api/posts/1/comments']) {
    const answer = await page.goto(path);
    check(`${path} is a 404`, answer.status(), 404);
    check(`${path} is JSON`, answer.headers()['content-type'], 'application/problem+json');
    check(`${path} is no page`, JSON.parse(await answer.text()).status, 404);
  }
}

async function looks(browser, base, check) {
  const seen = [];
  for (const colorScheme of ['light', 'dark']) {
    const { context, page } = await tab(browser, base, { colorScheme, viewport: { width: 360, height: 740 } });
    await page.goto('/');
    await page.getByLabel('Title').waitFor();
    await add(page, 'W'.repeat(200), 'w'.repeat(500));
    seen.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    check(`nothing sticks out of a phone, ${colorScheme}`, width, 360);
    await context.close();
  }
  check('dark is not light', seen[0] === seen[1], false);
}

export async function run(browser, base, check) {
  const { context, page, errors, strays } = await tab(browser, base);
  await writes(page, check);
  await reads(page, check);
  await deletes(page, check);
  await endures(context, page, check);
  const failed = (what) => `Failed to load resource: ${what}`;
  const answered = (status, name) => failed(`the server responded with a status of ${status} (${name})`);
  // What the browser itself says of the three requests that had to fail, and nothing else.
  const expected = [answered(422, 'Unprocessable Entity'), answered(404, 'Not Found'), failed('net::ERR_INTERNET_DISCONNECTED')];
  check('no errors in the console', errors, expected);
  await unknown(page, check);
  check('no request left the origin', strays, []);
  await context.close();
  await looks(browser, base, check);
}
