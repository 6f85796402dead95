// uses: nothing; gives: PLAIN, arr, codeBlock, copy, decode, encode, fixedElements, h, has, isObject, lazyDetails, link, messageOf, newId, obj, plural, remember, safeHref, section, select, str, table, tabs, textBlock, ui, unique, wellFormed
// What the page is made of: elements, links, tabs, blocks of code.

/**
 * @typedef {{
 *   root: HTMLElement, menu: HTMLElement, shade: HTMLElement, side: HTMLElement, search: HTMLInputElement,
 *   count: HTMLElement, nav: HTMLElement, main: HTMLElement, page: HTMLElement,
 * }} FixedElements
 * @typedef {Node | string | false | null | undefined} Leaf
 * @typedef {Leaf | (Leaf | (Leaf | Leaf[])[])[]} Child
 * @typedef {HTMLDetailsElement & { ensure: () => void }} LazyDetails
 */

/**
 * @template {Event} E
 * @template {Element} T
 * @typedef {E & { currentTarget: T }} EventAt
 */

/**
 * @template {Element} T
 * @typedef {{
 *   onclick?: (event: EventAt<MouseEvent, T>) => void,
 *   oninput?: (event: EventAt<Event, T>) => void,
 *   onchange?: (event: EventAt<Event, T>) => void,
 *   onsubmit?: (event: EventAt<SubmitEvent, T>) => void,
 *   onkeydown?: (event: EventAt<KeyboardEvent, T>) => void,
 *   [name: string]: unknown,
 * }} Attributes
 */

/** @type {FixedElements} Found by start(). */
let ui;

/**
 * An operationId may equal any id used here, so every fixed element is looked up before the
 * operations are added to the page.
 * @returns {FixedElements}
 */
function fixedElements() {
  const byId = (/** @type {string} */ name) => /** @type {HTMLElement} */ (document.getElementById('ui-' + name));
  return {
    root: document.documentElement,
    menu: byId('menu'),
    shade: byId('shade'),
    side: byId('side'),
    search: /** @type {HTMLInputElement} */ (byId('search')),
    count: byId('count'),
    nav: byId('nav'),
    main: byId('main'),
    page: byId('page'),
  };
}

/** @type {(value: unknown) => value is Record<string, unknown>} */
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/**
 * Documents come from anywhere: what should be an object may be something else.
 * @template T
 * @param {T} value
 * @returns {Extract<T, object>}
 */
const obj = (value) => /** @type {Extract<T, object>} */ (isObject(value) ? value : {});

/**
 * @template T
 * @param {T[] | undefined} value
 * @returns {T[]}
 */
const arr = (value) => (Array.isArray(value) ? value : []);

/** @type {(object: object, key: string) => boolean} */
const has = (object, key) => Object.prototype.hasOwnProperty.call(object, key);

/** @type {(value: unknown) => string} */
const str = (value) =>
  value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);

/** @type {(text: string) => string} */
const wellFormed = (text) => text.replace(/\p{Cs}/gu, '\ufffd');

/** @type {(text: string) => string} */
const encode = (text) => encodeURIComponent(wellFormed(text));

/** @type {(n: number, one: string, many?: string) => string} */
const plural = (n, one, many = one + 's') => `${n} ${n === 1 ? one : many}`;
let lastId = 0;

/** @type {() => string} */
const newId = () => `ui-${++lastId}`;

/** @type {Set<string>} */
const taken = new Set();

/** @param {string} id @returns {string} */
function unique(id) {
  let name = id;
  for (let i = 2; taken.has(name); i++) name = `${id}-${i}`;
  taken.add(name);
  return name;
}

/** @param {string} text @returns {string} */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Stores a value, forgets it if it is null, reads it if there is none.
 * @param {string} key
 * @param {string | null} [value]
 * @returns {string | null}
 */
function remember(key, value) {
  try {
    if (value === undefined) return localStorage.getItem(key);
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    /* storage may be blocked */
  }
  return null;
}

/** @type {(children: Child[]) => Leaf[]} */
const leaves = (children) => /** @type {Leaf[]} */ (children.flat(3));

/** @type {(error: unknown) => string} */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));

const PLAIN = { autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false' };

/**
 * Text reaches the page through this function only, always as text nodes and attributes.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes<HTMLElementTagNameMap[K]>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
function h(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) node.addEventListener(key.slice(2), /** @type {EventListener} */ (value));
    else if (key === 'value') /** @type {HTMLInputElement} */ (node).value = String(value);
    else node.setAttribute(key, value === true ? '' : String(value));
  }
  const shown = leaves(children).filter(
    (child) => child !== null && child !== undefined && child !== false && child !== '',
  );
  node.append(.../** @type {(Node | string)[]} */ (shown));
  return node;
}

/**
 * @param {string[][]} options value and text of each
 * @param {Attributes<HTMLSelectElement>} attributes
 * @returns {HTMLSelectElement}
 */
const select = (options, attributes) =>
  h(
    'select',
    attributes,
    options.map(([value, text]) => h('option', { value }, text)),
  );

/** @param {string} href @returns {string | null} */
function safeHref(href) {
  try {
    return ['http:', 'https:', 'mailto:'].includes(new URL(href, location.href).protocol) ? href : null;
  } catch {
    return null;
  }
}

/** @type {(href: string, ...children: (Leaf | Leaf[])[]) => HTMLAnchorElement} */
const link = (href, ...children) =>
  h('a', { href, rel: 'noopener noreferrer', target: href.startsWith('#') ? null : '_blank' }, children);

/**
 * @param {Attributes<HTMLDetailsElement>} attributes
 * @param {HTMLElement} summary
 * @param {() => Node | Node[]} build
 * @param {boolean} [open]
 * @returns {LazyDetails}
 */
function lazyDetails(attributes, summary, build, open) {
  let built = false;
  const ensure = () => {
    if (built) return;
    built = true;
    // One odd part of a document must not take the rest of the page down.
    try {
      details.append(...[build()].flat());
    } catch (error) {
      details.append(h('p', { class: 'bad' }, `This part of the document cannot be shown: ${messageOf(error)}`));
    }
  };
  const details = Object.assign(h('details', attributes, summary), { ensure });
  details.addEventListener('toggle', () => details.open && ensure());
  if (open) {
    ensure();
    details.open = true;
  }
  return details;
}

/**
 * @param {string[]} labels
 * @param {string} name
 * @param {number} first
 * @param {(index: number, panel: HTMLElement) => void} show
 * @param {Child} [extra]
 * @returns {HTMLElement}
 */
function tabs(labels, name, first, show, extra) {
  const id = newId();
  const panel = h('div', { role: 'tabpanel', id });
  const buttons = labels.map((label, index) =>
    h(
      'button',
      {
        type: 'button',
        role: 'tab',
        id: `${id}-${index}`,
        'aria-controls': id,
        onclick: () => choose(index),
      },
      label,
    ),
  );
  const bar = h('div', { role: 'tablist', 'aria-label': name }, buttons);
  /** @type {(index: number, focus?: boolean) => void} */
  function choose(index, focus) {
    buttons.forEach((button, i) => {
      button.setAttribute('aria-selected', String(i === index));
      button.tabIndex = i === index ? 0 : -1;
    });
    panel.setAttribute('aria-labelledby', buttons[index].id);
    if (focus) buttons[index].focus();
    show(index, panel);
  }
  bar.addEventListener('keydown', (event) => {
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    /** @type {Record<string, number>} */
    const keys = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 };
    const to = keys[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    choose((to + buttons.length) % buttons.length, true);
  });
  choose(Math.min(Math.max(first, 0), labels.length - 1));
  return h('div', {}, h('div', { class: 'tabs' }, bar, extra), panel);
}

/**
 * @param {string} text
 * @param {HTMLElement} button
 * @returns {Promise<void>}
 */
async function copy(text, button) {
  let done = false;
  try {
    await navigator.clipboard.writeText(text);
    done = true;
  } catch {
    // The clipboard API exists in secure contexts only.
    const area = h('textarea', { value: text, class: 'sr' });
    document.body.append(area);
    area.select();
    try {
      done = document.execCommand('copy');
    } catch {
      /* reported below */
    }
    area.remove();
    button.focus();
  }
  const label = button.dataset.label || (button.dataset.label = button.textContent);
  button.textContent = done ? 'Copied' : 'Failed';
  setTimeout(() => {
    button.textContent = label;
  }, 1500);
}

/**
 * @param {string[]} heads
 * @param {Child} rows
 * @returns {HTMLElement}
 */
function table(heads, rows) {
  return h(
    'div',
    { class: 'table' },
    h(
      'table',
      {},
      heads.length > 0 &&
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            heads.map((text) => h('th', { scope: 'col' }, text)),
          ),
        ),
      h('tbody', {}, rows),
    ),
  );
}

/** @param {Child} content @returns {HTMLElement} */
function codeBlock(content) {
  const pre = h('pre', { tabindex: 0 }, h('code', {}, content));
  return h(
    'div',
    { class: 'code' },
    pre,
    h(
      'button',
      {
        type: 'button',
        class: 'copy',
        onclick: (event) => copy(pre.textContent, event.currentTarget),
      },
      'Copy',
    ),
  );
}

/**
 * Indents the text itself: parsing and printing again would change numbers above 2^53.
 * @param {string} text
 * @returns {DocumentFragment}
 */
function jsonNodes(text) {
  const tokens = text.match(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g) || [];
  const out = document.createDocumentFragment();
  let plain = '';
  let depth = 0;
  const line = () => {
    plain += '\n' + '  '.repeat(depth);
  };
  tokens.forEach((token, i) => {
    if (token === '{' || token === '[') {
      plain += token;
      if (tokens[i + 1] !== '}' && tokens[i + 1] !== ']') {
        depth++;
        line();
      }
    } else if (token === '}' || token === ']') {
      if (tokens[i - 1] !== '{' && tokens[i - 1] !== '[') {
        depth--;
        line();
      }
      plain += token;
    } else if (token === ',') {
      plain += token;
      line();
    } else if (token === ':') {
      plain += ': ';
    } else {
      out.append(plain);
      plain = '';
      const kind =
        token[0] === '"' ? (tokens[i + 1] === ':' ? 'key' : 'string') : /^[-\d]/.test(token) ? 'number' : 'literal';
      out.append(h('span', { class: 'j-' + kind }, token));
    }
  });
  out.append(plain);
  return out;
}

/** @param {string} text @returns {HTMLElement} */
function textBlock(text) {
  if (text.length < 200000 && /^\s*[[{"]/.test(text)) {
    try {
      JSON.parse(text);
      return codeBlock(jsonNodes(text));
    } catch {
      /* shown as plain text */
    }
  }
  return codeBlock(text);
}

/**
 * @param {string} id
 * @param {string} heading
 * @param {...Child} children
 * @returns {HTMLElement}
 */
function section(id, heading, ...children) {
  const cards = leaves(children).filter((child) => child instanceof Element && child.classList.contains('card'));
  const others = leaves(children).filter((child) => !cards.includes(child));
  const list = cards.length > 0 && h('div', { class: 'cards' }, cards);
  return h('section', { class: 'group', id: unique(id) }, h('h2', {}, heading), others, list);
}
