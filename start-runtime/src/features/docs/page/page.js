// The page: head, groups of operations, schemas, and the list beside them.

const targets = new Map();
const title = str(info.title) || document.title || 'API';
document.title = title;
document.querySelectorAll('.ui-title').forEach((node) => {
  node.textContent = title;
});

function section(id, heading, ...children) {
  const cards = children.flat(3).filter((child) => child?.classList?.contains('card'));
  const others = children.flat(3).filter((child) => !cards.includes(child));
  const list = cards.length > 0 && h('div', { class: 'cards' }, cards);
  return h('section', { class: 'group', id: unique(id) }, h('h2', {}, heading), others, list);
}

const hashOf = (id) => '#' + encodeURIComponent(id);

function operationCard(record) {
  const gone = record.op.deprecated === true;
  const summary = h(
    'summary',
    {},
    h('span', { class: `tag badge ${methodClass(record.method)}` }, record.method),
    h('h3', {}, record.pattern || record.path),
    h('span', { class: 'about' }, record.summary),
    gone && h('span', { class: 'chip warn' }, 'deprecated'),
  );
  const card = lazyDetails({ class: gone ? 'card op gone' : 'card op' }, summary, () => operationBody(record));
  // An id of the document must not hide one of the page's own.
  if (!document.getElementById(record.id)) card.id = record.id;
  summary.addEventListener('click', () => {
    if (card.open) return;
    try {
      history.replaceState(null, '', hashOf(record.id));
    } catch {
      /* a sandboxed frame */
    }
    mark(record.link);
  });
  record.card = card;
  record.link = h(
    'a',
    { href: hashOf(record.id), class: gone ? 'gone' : null, title: `${record.method} ${record.path}` },
    h('span', { class: `tag ${methodClass(record.method)}` }, record.method),
    h('span', { class: 'title' }, record.summary || record.path),
    record.summary && h('span', { class: 'where' }, record.path),
  );
  record.row = h('li', {}, record.link);
  targets.set(record.id, { node: card, link: record.link });
  return card;
}

function schemaCard(record) {
  const { name } = record;
  const { s } = normal(schemas[name]);
  const ref = '#/components/schemas/' + name.replace(/~/g, '~0').replace(/\//g, '~1').replace(/%/g, '%25');
  const card = lazyDetails(
    { class: 'card', id: unique(targetOf(name)) },
    h('summary', {}, h('h3', {}, name), h('span', { class: 'about' }, label(s))),
    () => h('div', { class: 'body' }, schemaView({ $ref: ref }, false)),
  );
  record.link = h('a', { class: 'plain', href: hashOf(targetOf(name)) }, h('span', { class: 'title' }, name));
  record.row = h('li', {}, record.link);
  if (!targets.has(targetOf(name))) targets.set(targetOf(name), { node: card, link: record.link });
  return card;
}

function serverNode() {
  const use = (url) => {
    base = url.trim().replace(/\/+$/, '');
    refreshers.forEach((refresh) => refresh());
  };
  // From disk nobody knows where the program listens.
  if (fromDisk)
    return h(
      'label',
      { class: 'server' },
      'Server ',
      h('input', { type: 'url', class: 'mono', value: base, ...PLAIN, oninput: (event) => use(event.target.value) }),
    );
  if (servers.length === 1) return h('code', { class: 'muted' }, base);
  const named = servers.map((url) => [url, url === here ? `${url} (this server)` : url]);
  return select(named, { 'aria-label': 'Server', onchange: (event) => use(event.target.value) });
}

function head() {
  const contact = obj(info.contact);
  const license = obj(info.license);
  const openapi = safeHref(str(root.dataset.openapi));
  const licenseUrl = license.url && safeHref(str(license.url));
  const email = contact.email && safeHref('mailto:' + str(contact.email));
  return h(
    'header',
    {},
    h('h1', {}, title),
    h(
      'div',
      { class: 'meta' },
      info.version !== undefined && h('span', { class: 'chip' }, `Version ${str(info.version)}`),
      serverNode(),
      openapi && h('a', { href: openapi }, 'openapi.json'),
      email && h('a', { href: email }, str(contact.name) || str(contact.email)),
      license.name &&
        (licenseUrl ? link(licenseUrl, str(license.name)) : h('span', { class: 'muted' }, str(license.name))),
    ),
    broken && h('p', { class: 'bad block', role: 'alert' }, broken),
    markdown(info.description, 'prose intro'),
  );
}

// The groups of the list: what is in them, and whether they were open before a search.
const navGroups = [];
function navGroup(name, records, open) {
  const details = h(
    'details',
    { open },
    h('summary', {}, name),
    h(
      'ul',
      {},
      records.map((record) => record.row),
    ),
  );
  navGroups.push({ details, records, wasOpen: open });
}

const content = [head()];
const auth = authSection();
if (auth) content.push(auth);
const tagInfo = new Map(arr(doc.tags).map((tag) => [str(obj(tag).name), obj(tag)]));
const groups = new Map([...tagInfo.keys()].map((name) => [name, []]));
for (const record of operations) {
  if (!groups.has(record.tag)) groups.set(record.tag, []);
  groups.get(record.tag).push(record);
}
for (const [name, records] of groups) {
  if (!records.length) continue;
  const about = markdown(obj(tagInfo.get(name)).description);
  content.push(section(`tag-${name.replace(/\s+/g, '-')}`, name, about, records.map(operationCard)));
  navGroup(name, records, true);
}
if (!operations.length && !broken)
  content.push(h('p', { class: 'muted group' }, 'This API has no documented operations.'));

const schemaRecords = Object.keys(schemas).map((name) => ({ name, text: name.toLowerCase(), more: '' }));
if (schemaRecords.length) {
  content.push(section('ui-schemas', 'Schemas', schemaRecords.map(schemaCard)));
  navGroup('Schemas', schemaRecords, false);
}

page.replaceChildren(...content.filter(Boolean));
nav.replaceChildren(...navGroups.map(({ details }) => details));
if (auth) {
  const anchor = h('a', { class: 'plain', href: hashOf(auth.id) }, 'Authentication');
  targets.set(auth.id, { node: auth, link: anchor });
  nav.prepend(h('ul', { class: 'first' }, h('li', {}, anchor)));
}

function mark(anchor) {
  for (const old of nav.querySelectorAll('[aria-current]')) old.removeAttribute('aria-current');
  if (!anchor) return;
  anchor.setAttribute('aria-current', 'true');
  const group = anchor.closest('details');
  if (group) group.open = true;
  anchor.scrollIntoView({ block: 'nearest' });
}

function go(id) {
  const target = targets.get(id);
  if (!target) return false;
  openDrawer(false);
  if (target.node.ensure) {
    target.node.ensure();
    target.node.open = true;
  }
  mark(target.link);
  target.node.scrollIntoView({ block: 'start' });
  (target.node.querySelector('summary') || main).focus({ preventScroll: true });
  return true;
}

const hashId = () => decode(location.hash.slice(1));
addEventListener('hashchange', () => go(hashId()));
// A second click on the same link changes no hash and would do nothing otherwise.
document.addEventListener('click', (event) => {
  const anchor = event.target.closest?.('a[href^="#"]');
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (anchor && anchor.hash === location.hash && plain && go(hashId())) event.preventDefault();
});
