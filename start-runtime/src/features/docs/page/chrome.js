// uses: remember, ui (elements.js); gives: openDrawer, startDrawer, startTheme
// The drawer of small screens, and the theme.

const NARROW = '(max-width: 799.98px)';
const DARK = '(prefers-color-scheme: dark)';

/** @param {boolean} open @returns {void} */
function openDrawer(open) {
  const on = open && matchMedia(NARROW).matches;
  ui.root.classList.toggle('drawer', on);
  ui.main.inert = on;
  ui.menu.setAttribute('aria-expanded', String(on));
}

/** @returns {void} */
function startDrawer() {
  ui.menu.addEventListener('click', () => {
    openDrawer(!ui.root.classList.contains('drawer'));
    if (ui.root.classList.contains('drawer')) ui.search.focus();
  });
  ui.shade.addEventListener('click', () => openDrawer(false));
  matchMedia(NARROW).addEventListener('change', () => openDrawer(false));
}

/** @returns {void} */
function startTheme() {
  const prefersDark = matchMedia(DARK);
  const systemTheme = () => (prefersDark.matches ? 'dark' : 'light');
  const buttons = [...document.querySelectorAll('.ui-theme')];
  const setTheme = (/** @type {string | undefined} */ theme) => {
    ui.root.dataset.theme = theme;
    for (const button of buttons)
      button.setAttribute('aria-label', theme === 'dark' ? 'Use the light theme' : 'Use the dark theme');
  };
  for (const button of buttons) {
    button.addEventListener('click', () => {
      const theme = ui.root.dataset.theme === 'dark' ? 'light' : 'dark';
      // The system's own choice is not stored, so that the page follows the system again.
      remember('start-docs-theme', theme === systemTheme() ? null : theme);
      setTheme(theme);
    });
  }
  prefersDark.addEventListener('change', () => remember('start-docs-theme') || setTheme(systemTheme()));
  setTheme(ui.root.dataset.theme);
}
