// The page builds elements from the trees that the program has made of its Markdown, and from nothing else. Prints the
// faults, if there are any.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { page } from './list.mjs';

/** As much of a document as the two parts need. */
class Element {
  constructor(tag) {
    Object.assign(this, { tag, attributes: {}, content: [], childNodes: [] });
  }
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
  addEventListener() {}
  append(...nodes) {
    this.content.push(...nodes);
  }
}

const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

function html(node) {
  if (!(node instanceof Element)) return escaped(String(node));
  // The button that copies a block of code is none of the prose.
  if (node.tag === 'button') return '';
  const attributes = Object.entries(node.attributes).map(([name, value]) => ` ${name}="${value}"`);
  return `<${node.tag}${attributes.join('')}>${node.content.map(html).join('')}</${node.tag}>`;
}

const trees = {
  all: [
    ['p', 'a ', ['em', 'b'], ['strong', ['code', '<c>']], ['br'], ['del', 'd']],
    ['h', 'e'],
    ['ul', ['li', 'f', ['ol', 1, ['li', 'g']]], ['li', ['p', 'h']]],
    ['ol', 3, ['li', 'i']],
    ['blockquote', ['p', 'j']],
    ['hr'],
    ['pre', 'k <l>'],
    ['table', ['tr', ['th', 'm']], ['tr', ['td', 'n']]],
    ['p', ['a', '/o', 'p ', ['em', 'q']], ' ', ['a', 'https://r.example/', 's']],
  ],
  hostile: [
    ['script', 'alert(1)'],
    ['p', ['a', 'javascript:alert(1)', 'a'], ['img', 'x'], ['constructor', 'y'], { tag: 'z' }, ['svg', ['p', 'w']]],
    'text <b>',
  ],
};

const shown = {
  all:
    '<p>a <em>b</em><strong><code>&lt;c></code></strong><br></br><del>d</del></p><strong class="heading">e</strong>' +
    '<ul><li>f<ol><li>g</li></ol></li><li><p>h</p></li></ul><ol start="3"><li>i</li></ol>' +
    '<blockquote><p>j</p></blockquote><hr></hr><div class="code"><pre tabindex="0"><code>k &lt;l></code></pre></div>' +
    '<div class="table"><table><tr><th>m</th></tr><tr><td>n</td></tr></table></div>' +
    '<p><a href="/o" rel="noopener noreferrer" target="_blank">p <em>q</em></a> ' +
    '<a href="https://r.example/" rel="noopener noreferrer" target="_blank">s</a></p>',
  hostile: '<p>{"tag":"z"}</p>text &lt;b>',
  // Texts without a tree are plain paragraphs.
  ' one\ntwo\n\nthree *four* ': '<p>one\ntwo</p><p>three *four*</p>',
  constructor: '<p>constructor</p>',
  '': null,
};

const document = {
  createElement: (tag) => new Element(tag),
  getElementById: (id) => (id === 'ui-prose' ? { textContent: JSON.stringify(trees) } : null),
};
const source = ['elements.js', 'markdown.js'].map((file) => readFileSync(join(page, file), 'utf8')).join('');
const location = { href: 'https://here.example/docs' };
const markdown = new Function('document', 'location', `${source}; return markdown;`)(document, location);

for (const [text, expected] of Object.entries(shown)) {
  const node = markdown(text);
  const found = node && node.content.map(html).join('');
  if (found !== expected) {
    console.log(`${JSON.stringify(text)}\n  is shown as   ${found}\n  and has to be ${expected}`);
    process.exitCode = 1;
  }
}
