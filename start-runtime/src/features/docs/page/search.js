// Search in the list, by keyboard if you like.

let shown = '';

function filter() {
  const terms = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const active = terms.length > 0;
  const fits = (text) => terms.every((term) => text.includes(term));
  // Descriptions are searched when no path, summary or name fits: they would drown these.
  const deep = active && !navGroups.some(({ records }) => records.some(({ text }) => fits(text)));
  let hits = 0;
  let schemaHits = 0;
  for (const group of navGroups) {
    let any = false;
    for (const record of group.records) {
      const match = fits(record.text) || (deep && fits(record.more));
      record.row.hidden = !match;
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
  nav.classList.toggle('filtering', active);
  const all = plural(operations.length, 'operation');
  count.textContent = !active ? all : `${hits} of ${all}` + (schemaHits ? `, ${plural(schemaHits, 'schema')}` : '');
  if (active) nav.scrollTop = 0;
}

const visibleLinks = () =>
  [...nav.querySelectorAll('a')].filter((anchor) =>
    anchor.checkVisibility ? anchor.checkVisibility() : anchor.offsetParent,
  );

function clearSearch() {
  search.value = '';
  filter();
}

function openSearch() {
  openDrawer(true);
  search.focus();
  search.select();
}

search.addEventListener('input', filter);
side.addEventListener('keydown', (event) => {
  const inSearch = event.target === search;
  const inLinks = event.target.closest('nav') !== null;
  if (event.isComposing || !(inSearch || inLinks)) return;
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const all = visibleLinks();
    const at = inSearch ? -1 : all.indexOf(event.target.closest('a'));
    const to = at + (event.key === 'ArrowDown' ? 1 : -1);
    if (inSearch && to < 0) return;
    event.preventDefault();
    (to < 0 ? search : all[Math.min(to, all.length - 1)] || search).focus();
  } else if (event.key === 'Enter' && inSearch && shown) {
    event.preventDefault();
    visibleLinks()[0]?.click();
  } else if (event.key === 'Escape' && search.value) {
    event.preventDefault();
    event.stopPropagation();
    clearSearch();
    search.focus();
  }
});

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && root.classList.contains('drawer')) {
    openDrawer(false);
    menu.focus();
  }
  const typing = event.target.closest?.('input:not([type="checkbox"], [type="file"]), textarea, select');
  const slash = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !typing;
  const command =
    event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (!slash && !command) return;
  event.preventDefault();
  openSearch();
});

filter();
if (location.hash && go(hashId())) {
  // What was open before a reload is closed now, so the old scroll position means nothing.
  history.scrollRestoration = 'manual';
}
if (operations.length === 1) operations[0].card.open = true;
