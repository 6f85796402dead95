// uses: codeBlock, h, link, safeHref, str (elements.js); gives: markdown
// CommonMark, as far as doc comments use it.

/** @param {string} text @returns {Leaf[]} */
function inline(text) {
  const out = [];
  const pattern =
    /(`+)([^`]|[^`].*?[^`])\1(?!`)|\*\*(\S(?:.*?\S)?)\*\*|\[([^\]]*)\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+"[^"]*")?\)|<(https?:[^\s<>]+)>|(https?:\/\/[^\s<>()]*[^\s<>().,;:!?'"])|\*([^\s*](?:[^*]*[^\s*])?)\*|\\([\\`*_[\]()#<>-])/s;
  while (text) {
    const m = pattern.exec(text);
    if (!m) break;
    out.push(text.slice(0, m.index));
    text = text.slice(m.index + m[0].length);
    if (m[1]) {
      out.push(h('code', {}, m[2]));
    } else if (m[3]) {
      out.push(h('strong', {}, inline(m[3])));
    } else if (m[4] !== undefined) {
      const href = safeHref(m[5]);
      out.push(href === null ? m[0] : link(href, inline(m[4])));
    } else if (m[6] || m[7]) {
      out.push(link(m[6] || m[7], m[6] || m[7]));
    } else if (m[8]) {
      out.push(h('em', {}, inline(m[8])));
    } else {
      out.push(m[9]);
    }
  }
  out.push(text);
  return out;
}

const LIST = /^\s*(?:[-*+]|(\d{1,9})[.)])\s+/;
const FENCE = /^\s*(```+|~~~+)/;
const HEADING = /^#{1,6}\s+/;

/**
 * @param {string | undefined} source
 * @param {string} [className]
 * @returns {HTMLElement | null} null if there is nothing to show
 */
function markdown(source, className = 'prose') {
  const box = h('div', { class: className });
  const lines = str(source).replace(/\r\n?/g, '\n').split('\n');
  let i = 0;
  while (i < lines.length) {
    const line = lines[i];
    const fence = FENCE.exec(line);
    if (!line.trim()) {
      i++;
    } else if (fence) {
      const code = [];
      for (i++; i < lines.length && !lines[i].trim().startsWith(fence[1]); i++) code.push(lines[i]);
      i++;
      box.append(codeBlock(code.join('\n')));
    } else if (HEADING.test(line)) {
      box.append(h('strong', { class: 'heading' }, inline(line.replace(HEADING, ''))));
      i++;
    } else if (LIST.test(line)) {
      const number = LIST.exec(line)?.[1];
      const list = h(number ? 'ol' : 'ul', number && number !== '1' ? { start: number } : {});
      const same = (/** @type {string} */ text) => LIST.test(text) && !LIST.exec(text)?.[1] === !number;
      while (i < lines.length && same(lines[i])) {
        const item = [lines[i++].replace(LIST, '')];
        while (i < lines.length && lines[i].trim() && !LIST.test(lines[i]) && !FENCE.test(lines[i]))
          item.push(lines[i++].trim());
        list.append(h('li', {}, inline(item.join('\n'))));
        if (i + 1 < lines.length && !lines[i].trim() && same(lines[i + 1])) i++;
      }
      box.append(list);
    } else if (/^\s*>/.test(line)) {
      const quote = [];
      while (i < lines.length && /^\s*>/.test(lines[i])) quote.push(lines[i++].replace(/^\s*>\s?/, ''));
      box.append(h('blockquote', {}, inline(quote.join('\n'))));
    } else {
      const text = [];
      while (
        i < lines.length &&
        lines[i].trim() &&
        !FENCE.test(lines[i]) &&
        !HEADING.test(lines[i]) &&
        !(text.length && LIST.test(lines[i]))
      )
        text.push(lines[i++].trim());
      box.append(h('p', {}, inline(text.join('\n'))));
    }
  }
  return box.childNodes.length ? box : null;
}
