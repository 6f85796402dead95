// uses: PLAIN, arr, decode, fixedElements, h, lazyDetails, link, obj, safeHref, section, select, str, ui, unique (elements.js); markdown (markdown.js); api, methodClass, readApi (document.js); label, normal, schemaView, targetOf (schema.js); operations, procedureOf, readOperations (operations.js); authSection, refreshers (auth.js); operationBody (operation.js); openDrawer, startDrawer, startTheme (chrome.js); filter, navGroups, startSearch (search.js); gives: nothing
// The page: head, groups of operations, schemas, and the list beside them.

/** @type {Map<string, { node: HTMLElement | LazyDetails, link: HTMLElement }>} */
const targets = new Map();

/** @type {(id: string) => string} */
const hashOf = (id) => '#' + encodeURIComponent(id);

/** @param {OperationRecord} record @returns {HTMLElement} */
function operationCard(record) {
  const gone = record.op.deprecated === true;
  const summary = h(
    'summary',
    {},
    h('span', { class: `tag badge ${methodClass(record.method)}` }, record.method),
    h('h3', {}, record.pattern || record.path),
    h('span', { class: 'about' }, record.summary),
    procedureOf(record) && h('span', { class: 'chip' }, str(procedureOf(record)?.type)),
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
    record.summary && h('span', { class: 'where' }, str(procedureOf(record)?.path) || record.path),
  );
  record.row = h('li', {}, record.link);
  targets.set(record.id, { node: card, link: record.link });
  return card;
}

/** @param {Listed & { name: string }} record @returns {HTMLElement} */
function schemaCard(record) {
  const { name } = record;
  const { s } = normal(api.schemas[name]);
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

/** @returns {HTMLElement} */
function serverNode() {
  const use = (/** @type {string} */ url) => {
    api.base = url.trim().replace(/\/+$/, '');
    refreshers.forEach((refresh) => refresh());
  };
  // From disk nobody knows where the program listens.
  if (api.fromDisk)
    return h(
      'label',
      { class: 'server' },
      'Server ',
      h('input', {
        type: 'url',
        class: 'mono',
        value: api.base,
        ...PLAIN,
        oninput: (event) => use(event.currentTarget.value),
      }),
    );
  if (api.servers.length === 1) return h('code', { class: 'muted' }, api.base);
  const named = api.servers.map((url) => [url, url === api.here ? `${url} (this server)` : url]);
  return select(named, { 'aria-label': 'Server', onchange: (event) => use(event.currentTarget.value) });
}

/** @returns {HTMLElement} */
function head() {
  const contact = obj(api.info.contact);
  const license = obj(api.info.license);
  const openapi = safeHref(str(ui.root.dataset.openapi));
  const licenseUrl = license.url && safeHref(str(license.url));
  const email = contact.email && safeHref('mailto:' + str(contact.email));
  return h(
    'header',
    {},
    h('h1', {}, api.title),
    h(
      'div',
      { class: 'meta' },
      api.info.version !== undefined && h('span', { class: 'chip' }, `Version ${str(api.info.version)}`),
      serverNode(),
      openapi && h('a', { href: openapi }, 'openapi.json'),
      email && h('a', { href: email }, str(contact.name) || str(contact.email)),
      license.name &&
        (licenseUrl ? link(licenseUrl, str(license.name)) : h('span', { class: 'muted' }, str(license.name))),
    ),
    api.broken && h('p', { class: 'bad block', role: 'alert' }, api.broken),
    markdown(api.info.description, 'prose intro'),
  );
}

/**
 * @param {string} name
 * @param {Listed[]} records
 * @param {boolean} open
 * @returns {void}
 */
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

/** @param {HTMLElement | undefined} anchor @returns {void} */
function mark(anchor) {
  for (const old of ui.nav.querySelectorAll('[aria-current]')) old.removeAttribute('aria-current');
  if (!anchor) return;
  anchor.setAttribute('aria-current', 'true');
  const group = anchor.closest('details');
  if (group) group.open = true;
  anchor.scrollIntoView({ block: 'nearest' });
}

/**
 * @param {string} id
 * @returns {boolean} whether there is such a place
 */
function go(id) {
  const target = targets.get(id);
  if (!target) return false;
  openDrawer(false);
  if ('ensure' in target.node) {
    target.node.ensure();
    target.node.open = true;
  }
  mark(target.link);
  target.node.scrollIntoView({ block: 'start' });
  (target.node.querySelector('summary') || ui.main).focus({ preventScroll: true });
  return true;
}

/** @type {() => string} */
const hashId = () => decode(location.hash.slice(1));

/**
 * What is on the page, and the list beside it.
 * @returns {void}
 */
function fill() {
  const content = [head()];
  const auth = authSection();
  if (auth) content.push(auth);
  const tagInfo = new Map(arr(api.doc.tags).map((tag) => [str(obj(tag).name), obj(tag)]));
  /** @type {Map<string, OperationRecord[]>} */
  const groups = new Map([...tagInfo.keys()].map((name) => [name, []]));
  for (const record of operations) {
    const group = groups.get(record.tag);
    if (group) group.push(record);
    else groups.set(record.tag, [record]);
  }
  for (const [name, records] of groups) {
    if (!records.length) continue;
    const about = markdown(obj(tagInfo.get(name)).description);
    content.push(section(`tag-${name.replace(/\s+/g, '-')}`, name, about, records.map(operationCard)));
    navGroup(name, records, true);
  }
  if (!operations.length && !api.broken)
    content.push(h('p', { class: 'muted group' }, 'This API has no documented operations.'));

  const schemaRecords = Object.keys(api.schemas).map((name) => ({ name, text: name.toLowerCase(), more: '' }));
  if (schemaRecords.length) {
    content.push(section('ui-schemas', 'Schemas', schemaRecords.map(schemaCard)));
    navGroup('Schemas', schemaRecords, false);
  }

  ui.page.replaceChildren(...content.filter(Boolean));
  ui.nav.replaceChildren(...navGroups.map(({ details }) => details));
  if (auth) {
    const anchor = h('a', { class: 'plain', href: hashOf(auth.id) }, 'Authentication');
    targets.set(auth.id, { node: auth, link: anchor });
    ui.nav.prepend(h('ul', { class: 'first' }, h('li', {}, anchor)));
  }
}

/** @returns {void} */
function startLinks() {
  addEventListener('hashchange', () => go(hashId()));
  // A second click on the same link changes no hash and would do nothing otherwise.
  document.addEventListener('click', (event) => {
    const anchor =
      event.target instanceof Element && /** @type {HTMLAnchorElement | null} */ (event.target.closest('a[href^="#"]'));
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (anchor && anchor.hash === location.hash && plain && go(hashId())) event.preventDefault();
  });
}

/** @returns {Promise<void>} */
async function start() {
  ui = fixedElements();
  ui.page.append(h('p', { class: 'muted' }, 'Reading the document …'));
  api = await readApi(ui.root.dataset.root);
  readOperations();
  startDrawer();
  startTheme();
  document.title = api.title;
  document.querySelectorAll('.ui-title').forEach((node) => {
    node.textContent = api.title;
  });
  fill();
  startLinks();
  startSearch();
  filter();
  if (location.hash && go(hashId())) {
    // What was open before a reload is closed now, so the old scroll position means nothing.
    history.scrollRestoration = 'manual';
  }
  if (operations.length === 1 && operations[0].card) operations[0].card.open = true;
}

start();
