(() => {
  const { dataset } = document.documentElement;
  // The theme is there before the first paint, so that the page does not flash in the wrong one.
  let stored = null;
  try {
    stored = localStorage.getItem('start-docs-theme');
  } catch {
    /* storage may be blocked */
  }
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  dataset.theme = stored === 'dark' || stored === 'light' ? stored : dark ? 'dark' : 'light';
  // The document is on its way while the page is read; from disk it is in the page.
  if (!dataset.root || !dataset.openapi) return;
  window.startDocument = fetch(dataset.openapi);
  window.startDocument.catch(() => {
    /* told by the module */
  });
})();
