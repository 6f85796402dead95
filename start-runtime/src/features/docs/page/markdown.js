// uses: arr, codeBlock, h, has, link, obj, safeHref, str (elements.js); gives: markdown
// Prose is CommonMark. The program has read it: for each text that is more than plain paragraphs, there is a tree.

/** @type {Record<string, unknown[]> | undefined} Read for the first text. */
let trees;

/** @type {(keyof HTMLElementTagNameMap)[]} */
const BARE = ['p', 'em', 'strong', 'del', 'code', 'br', 'hr', 'ul', 'li', 'blockquote', 'tr', 'th', 'td'];

/** @returns {Record<string, unknown[]>} */
const readTrees = () => obj(JSON.parse(document.getElementById('ui-prose')?.textContent || '{}'));

/** @param {unknown} node @returns {Leaf} */
function grow(node) {
  if (!Array.isArray(node)) return str(node);
  const [tag, first] = node;
  const all = node.slice(1).map(grow);
  const href = tag === 'a' ? safeHref(str(first)) : null;
  if (href !== null) return link(href, all.slice(1));
  if (tag === 'pre') return codeBlock(str(first));
  if (tag === 'h') return h('strong', { class: 'heading' }, all);
  if (tag === 'ol') return h('ol', first === 1 ? {} : { start: first }, all.slice(1));
  if (tag === 'table') return h('div', { class: 'table' }, h('table', {}, all));
  const bare = BARE.find((name) => name === tag);
  return bare ? h(bare, {}, all) : null;
}

/**
 * @param {string | undefined} source
 * @param {string} [className]
 * @returns {HTMLElement | null} null if there is nothing to show
 */
function markdown(source, className = 'prose') {
  const text = str(source);
  trees ??= readTrees();
  const paragraphs = () => text.trim().split('\n\n').filter(Boolean);
  const nodes = has(trees, text) ? arr(trees[text]).map(grow) : paragraphs().map((part) => h('p', {}, part));
  return nodes.length ? h('div', { class: className }, nodes) : null;
}
