// uses: PLAIN, h, section, str (elements.js); markdown (markdown.js); api, resolve (document.js); securityOf (operations.js); gives: authSection, credentialsFor, refreshers
// Security schemes: what the reader types stays in the tab.

/** @typedef {{ in: string, name: string, value: string }} Secret */

/** @type {Map<string, { first?: string, second?: string }>} */
const secrets = new Map();

/** @type {Set<() => void>} */
const refreshers = new Set();

/**
 * @param {string} name
 * @param {boolean} [blank]
 * @returns {Secret | null}
 */
function credential(name, blank) {
  const scheme = resolve(api.schemes[name]);
  const { first = '', second = '' } = secrets.get(name) || {};
  const type = str(scheme.type).toLowerCase();
  const kind = str(scheme.scheme).toLowerCase();
  if (type === 'http' && kind === 'basic') {
    if (!first && !second)
      return blank ? { in: 'header', name: 'authorization', value: 'Basic YOUR_CREDENTIALS' } : null;
    const bytes = new TextEncoder().encode(`${first}:${second}`);
    return { in: 'header', name: 'authorization', value: 'Basic ' + btoa(String.fromCharCode(...bytes)) };
  }
  const value = first || (blank ? 'YOUR_' + (type === 'apikey' ? 'KEY' : 'TOKEN') : '');
  if (!value || type === 'mutualtls') return null;
  if (type === 'apikey') return { in: str(scheme.in) || 'header', name: str(scheme.name), value };
  return {
    in: 'header',
    name: 'authorization',
    value: (type === 'http' && kind && kind !== 'bearer' ? str(scheme.scheme) : 'Bearer') + ' ' + value,
  };
}

/**
 * The first alternative with all values given; otherwise, for code samples, placeholders.
 * @param {Operation} op
 * @param {boolean} blank
 * @returns {Secret[]}
 */
function credentialsFor(op, blank) {
  const alternatives = securityOf(op).map((requirement) => Object.keys(requirement));
  const ready = alternatives.find((names) => names.length && names.every((name) => credential(name)));
  const names = ready || (blank && !alternatives.some((list) => !list.length) && alternatives[0]) || [];
  return names.map((name) => credential(name, true)).filter((secret) => secret !== null);
}

/** @returns {HTMLElement | null} */
function authSection() {
  const names = Object.keys(api.schemes);
  if (!names.length) return null;
  const cards = names.map((name) => {
    const scheme = resolve(api.schemes[name]);
    const basic = str(scheme.scheme).toLowerCase() === 'basic';
    /** @type {(key: 'first' | 'second', text: string, hide?: boolean) => HTMLElement} */
    const input = (key, text, hide) =>
      h('input', {
        type: hide ? 'password' : 'text',
        placeholder: text,
        'aria-label': `${name}: ${text}`,
        ...PLAIN,
        oninput: (event) => {
          secrets.set(name, { ...secrets.get(name), [key]: event.currentTarget.value });
          refreshers.forEach((refresh) => refresh());
        },
      });
    const about = [
      scheme.type,
      scheme.scheme,
      scheme.bearerFormat,
      scheme.in && `in ${scheme.in}`,
      scheme.name && `“${scheme.name}”`,
    ]
      .filter(Boolean)
      .map(str)
      .join(', ');
    return h(
      'form',
      { class: 'card auth', onsubmit: (event) => event.preventDefault() },
      h('div', {}, h('strong', {}, name), ' ', h('span', { class: 'small muted' }, about)),
      markdown(scheme.description),
      h(
        'div',
        { class: 'row' },
        basic
          ? [input('first', 'User name'), input('second', 'Password', true)]
          : input('first', scheme.type === 'apiKey' ? 'Key' : 'Token', true),
      ),
    );
  });
  return section(
    'ui-auth',
    'Authentication',
    h(
      'p',
      { class: 'prose' },
      'Values stay in this tab until it is closed or reloaded. They are used in “Try it” requests and code samples only.',
    ),
    cards,
  );
}
