// What the page is made of: elements, links, tabs, blocks of code.

let ui;

// An operationId may equal any id used here, so every fixed element is looked up before the
// operations are added to the page.
function fixedElements() {
  const byId = (name) => document.getElementById('ui-' + name);
  return {
    root: document.documentElement,
    menu: byId('menu'),
    shade: byId('shade'),
    side: byId('side'),
    search: byId('search'),
    count: byId('count'),
    nav: byId('nav'),
    main: byId('main'),
    page: byId('page'),
  };
}

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const obj = (value) => (isObject(value) ? value : {});
const arr = (value) => (Array.isArray(value) ? value : []);
const has = (object, key) => Object.prototype.hasOwnProperty.call(object, key);
const str = (value) =>
  value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
const wellFormed = (text) => text.replace(/\p{Cs}/gu, '\ufffd');
const encode = (text) => encodeURIComponent(wellFormed(text));
const plural = (n, one, many = one + 's') => `${n} ${n === 1 ? one : many}`;
let lastId = 0;
const newId = () => `ui-${++lastId}`;

const taken = new Set();
function unique(id) {
  let name = id;
  for (let i = 2; taken.has(name); i++) name = `${id}-${i}`;
  taken.add(name);
  return name;
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

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

const PLAIN = { autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false' };

// Text reaches the page through this function only, always as text nodes and attributes.
function h(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (key === 'value') node.value = value;
    else node.setAttribute(key, value === true ? '' : value);
  }
  node.append(
    ...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false && child !== ''),
  );
  return node;
}

const select = (options, attributes) =>
  h(
    'select',
    attributes,
    options.map(([value, text]) => h('option', { value }, text)),
  );

function safeHref(href) {
  try {
    return ['http:', 'https:', 'mailto:'].includes(new URL(href, location.href).protocol) ? href : null;
  } catch {
    return null;
  }
}

const link = (href, ...children) =>
  h('a', { href, rel: 'noopener noreferrer', target: href.startsWith('#') ? null : '_blank' }, children);

function lazyDetails(attributes, summary, build, open) {
  const details = h('details', attributes, summary);
  let built = false;
  const ensure = () => {
    if (built) return;
    built = true;
    // One odd part of a document must not take the rest of the page down.
    try {
      details.append(...[build()].flat());
    } catch (error) {
      details.append(h('p', { class: 'bad' }, `This part of the document cannot be shown: ${error.message}`));
    }
  };
  details.addEventListener('toggle', () => details.open && ensure());
  details.ensure = ensure;
  if (open) {
    ensure();
    details.open = true;
  }
  return details;
}

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
    const at = buttons.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    choose((to + buttons.length) % buttons.length, true);
  });
  choose(Math.min(Math.max(first, 0), labels.length - 1));
  return h('div', {}, h('div', { class: 'tabs' }, bar, extra), panel);
}

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

// Indents the text itself: parsing and printing again would change numbers above 2^53.
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

function section(id, heading, ...children) {
  const cards = children.flat(3).filter((child) => child?.classList?.contains('card'));
  const others = children.flat(3).filter((child) => !cards.includes(child));
  const list = cards.length > 0 && h('div', { class: 'cards' }, cards);
  return h('section', { class: 'group', id: unique(id) }, h('h2', {}, heading), others, list);
}
