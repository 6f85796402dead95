import { chromium } from 'playwright-core';
import { tab } from './tab.mjs';

const [executablePath, base, folder] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--headless', '--disable-gpu'] });

/** The students of a house, asked for and answered. */
async function students(page) {
  await page.goto('/docs#get_api_by_house_students_yearByYear');
  const card = page.locator('#get_api_by_house_students_yearByYear');
  await card.getByRole('textbox', { name: 'house' }).fill('gryffindor');
  await card.getByRole('textbox', { name: 'year' }).fill('1991');
  await card.getByRole('button', { name: 'Send' }).click();
  await card.locator('.result pre').waitFor();
  return card;
}

async function search(page) {
  await page.goto('/docs#post_api_students');
  const card = page.locator('#post_api_students');
  const luna = { name: 'Luna Lovegood', house: 'ravenclaw', year: 1992 };
  await card.getByLabel('Request body').fill(JSON.stringify(luna, null, 2));
  await card.getByRole('button', { name: 'Send' }).click();
  await card.locator('.result pre').waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('student');
}

async function phone(page) {
  const card = await students(page);
  await card.locator('.try').evaluate((form) => scrollTo(0, form.getBoundingClientRect().top + scrollY - 70));
}

const pictures = [
  ['light', students, { viewport: { width: 1280, height: 840 } }],
  ['dark', search, { viewport: { width: 1280, height: 840 }, colorScheme: 'dark' }],
  ['phone', phone, { viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true }],
];
for (const [name, prepare, options] of pictures) {
  const { context, page, errors } = await tab(browser, base, { deviceScaleFactor: 1.5, ...options });
  await prepare(page);
  if (errors.length) throw new Error(errors.join('\n'));
  await page.screenshot({ path: `${folder}/docs-${name}.png`, animations: 'disabled', caret: 'hide' });
  await context.close();
}
await browser.close();
