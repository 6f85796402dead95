/** A tab with what went wrong in it, and what it asked of others. */
export async function tab(browser, base, options = {}) {
  const context = await browser.newContext({ baseURL: base, locale: 'en-GB', timezoneId: 'UTC', ...options });
  context.setDefaultTimeout(15000);
  const page = await context.newPage();
  const errors = [];
  const strays = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'data:' && url.origin !== base) strays.push(request.url());
  });
  return { context, page, errors, strays };
}
