// The drawer of small screens, and the theme.

const narrow = matchMedia('(max-width: 799.98px)');

function openDrawer(open) {
  const on = open && narrow.matches;
  root.classList.toggle('drawer', on);
  main.inert = on;
  menu.setAttribute('aria-expanded', String(on));
}

menu.addEventListener('click', () => {
  openDrawer(!root.classList.contains('drawer'));
  if (root.classList.contains('drawer')) search.focus();
});
shade.addEventListener('click', () => openDrawer(false));
narrow.addEventListener('change', () => openDrawer(false));

const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const systemTheme = () => (prefersDark.matches ? 'dark' : 'light');
const themeButtons = [...document.querySelectorAll('.ui-theme')];

function setTheme(theme) {
  root.dataset.theme = theme;
  for (const button of themeButtons)
    button.setAttribute('aria-label', theme === 'dark' ? 'Use the light theme' : 'Use the dark theme');
}

for (const button of themeButtons) {
  button.addEventListener('click', () => {
    const theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
    // The system's own choice is not stored, so that the page follows the system again.
    remember('start-docs-theme', theme === systemTheme() ? null : theme);
    setTheme(theme);
  });
}
prefersDark.addEventListener('change', () => remember('start-docs-theme') || setTheme(systemTheme()));
setTheme(root.dataset.theme);
