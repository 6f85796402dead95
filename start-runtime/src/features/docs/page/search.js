// uses: plural, ui (elements.js); operations (operations.js); openDrawer (chrome.js); gives: filter, navGroups, startSearch
// Search in the list, by keyboard if you like.

/**
 * The groups of the list: what is in them, and whether they were open before a search.
 * @type {{ details: HTMLDetailsElement, records: Listed[], wasOpen: boolean }[]}
 */
const navGroups = [];
let shown = '';

/** @returns {void} */
function filter() {
  const terms = ui.search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const active = terms.length > 0;
  const fits = (/** @type {string} */ text) => terms.every((term) => text.includes(term));
  // Descriptions are searched when no path, summary or name fits: they would drown these.
  const deep = active && !navGroups.some(({ records }) => records.some(({ text }) => fits(text)));
  let hits = 0;
  let schemaHits = 0;
  for (const group of navGroups) {
    let any = false;
    for (const record of group.records) {
      const match = fits(record.text) || (deep && fits(record.more));
      if (record.row) record.row.hidden = !match;
      any = any || match;
      if (match && record.op) hits++;
      else if (match) schemaHits++;
    }
    group.details.hidden = !any;
    if (active && !shown) group.wasOpen = group.details.open;
    if (active) group.details.open = true;
    else if (shown) group.details.open = group.wasOpen;
  }
  shown = terms.join(' ');
  ui.nav.classList.toggle('filtering', active);
  const all = plural(operations.length, 'operation');
  ui.count.textContent = !active ? all : `${hits} of ${all}` + (schemaHits ? `, ${plural(schemaHits, 'schema')}` : '');
  if (active) ui.nav.scrollTop = 0;
}

/** @type {() => HTMLAnchorElement[]} */
const visibleLinks = () =>
  [...ui.nav.querySelectorAll('a')].filter((anchor) =>
    anchor.checkVisibility ? anchor.checkVisibility() : anchor.offsetParent,
  );

/** @returns {void} */
function clearSearch() {
  ui.search.value = '';
  filter();
}

/** @returns {void} */
function openSearch() {
  openDrawer(true);
  ui.search.focus();
  ui.search.select();
}

/** @returns {void} */
function startSearch() {
  ui.search.addEventListener('input', filter);
  ui.side.addEventListener('keydown', (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const inSearch = target === ui.search;
    const inLinks = target.closest('nav') !== null;
    if (event.isComposing || !(inSearch || inLinks)) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const all = visibleLinks();
      const at = inSearch ? -1 : all.indexOf(/** @type {HTMLAnchorElement} */ (target.closest('a')));
      const to = at + (event.key === 'ArrowDown' ? 1 : -1);
      if (inSearch && to < 0) return;
      event.preventDefault();
      (to < 0 ? ui.search : all[Math.min(to, all.length - 1)] || ui.search).focus();
    } else if (event.key === 'Enter' && inSearch && shown) {
      event.preventDefault();
      visibleLinks()[0]?.click();
    } else if (event.key === 'Escape' && ui.search.value) {
      event.preventDefault();
      event.stopPropagation();
      clearSearch();
      ui.search.focus();
    }
  });

  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && ui.root.classList.contains('drawer')) {
      openDrawer(false);
      ui.menu.focus();
    }
    const typing =
      event.target instanceof Element &&
      event.target.closest('input:not([type="checkbox"], [type="file"]), textarea, select');
    const slash = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !typing;
    const command =
      event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (!slash && !command) return;
    event.preventDefault();
    openSearch();
  });
}
