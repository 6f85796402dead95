// Operations: read from the document, shown in parts.

const FIELD = /\{([^{}]+)\}/g;
const fieldName = (text) => text.replace(/^[*+]|(\*|\.\.\.)$/g, '');

function parametersOf(item, op, path) {
  const found = new Map();
  for (const raw of [...arr(item.parameters), ...arr(op.parameters)]) {
    const param = resolve(raw);
    if (param.name === undefined) continue;
    const name = str(param.name);
    found.set(`${param.in} ${name}`, { ...param, name, in: str(param.in) || 'query' });
  }
  for (const [, text] of path.matchAll(FIELD)) {
    const name = fieldName(text);
    if (!found.has('path ' + name))
      found.set('path ' + name, {
        name,
        in: 'path',
        required: true,
        schema: { type: 'string' },
        'x-catch-all': text !== name,
      });
  }
  const order = ['path', 'query', 'header', 'cookie'];
  return [...found.values()].sort((a, b) => order.indexOf(a.in) - order.indexOf(b.in));
}

const paramSchema = (param) =>
  param.schema !== undefined ? param.schema : obj(Object.values(obj(param.content))[0]).schema;

const taken = new Set();
function unique(id) {
  let name = id;
  for (let i = 2; taken.has(name); i++) name = `${id}-${i}`;
  taken.add(name);
  return name;
}

const operations = [];

function addOperation(method, path, item, op, pattern) {
  const tags = arr(op.tags).map(str).filter(Boolean);
  const segment = path.split('/').find(Boolean) || '';
  const tag = tags[0] || (segment && !segment.includes('{') ? decode(segment) : 'default');
  const name = method.toUpperCase();
  const said = str(op.summary) || str(item.summary);
  // A route without a doc comment is called by its method and path, which are shown anyway.
  const summary = said === `${name} ${path}` ? '' : said;
  const id = unique(str(op.operationId) || `${method}-${path.replace(/[^\w.~-]+/g, '-').replace(/^-|-$/g, '')}`);
  operations.push({
    id,
    method: name,
    path,
    pattern,
    item,
    op,
    tag,
    tags,
    summary,
    text: [method, path, pattern, summary, str(op.operationId), tag, ...tags].join('\n').toLowerCase(),
    more: [op.description, ...arr(op.parameters).map((param) => resolve(param).name)].map(str).join('\n').toLowerCase(),
  });
}

for (const [path, rawItem] of Object.entries(obj(doc.paths))) {
  const item = resolve(rawItem);
  for (const method of METHODS) {
    if (isObject(item[method])) addOperation(method, path, item, item[method], '');
  }
}
// Routes whose paths OpenAPI cannot tell apart from others; to people, and in a request, they are like any other.
for (const route of arr(doc['x-start-routes']).map(obj)) {
  if (isObject(route.operation))
    addOperation(str(route.method).toLowerCase(), str(route.path), {}, route.operation, str(route.pattern));
}

function securityOf(op) {
  return (Array.isArray(op.security) ? op.security : arr(doc.security)).map(obj);
}

function securityText(op) {
  return securityOf(op)
    .map(
      (requirement) =>
        Object.entries(requirement)
          .map(([name, scopes]) => name + (arr(scopes).length ? ` (${arr(scopes).map(str).join(', ')})` : ''))
          .join(' and ') || 'none',
    )
    .join(' or ');
}

function parameterTable(params) {
  const about = params.map((param) => markdown(param.description || normal(paramSchema(param)).s.description));
  const described = about.some(Boolean);
  return table(
    ['Name', 'Type', ...(described ? ['Description'] : [])],
    params.map((param, i) =>
      h(
        'tr',
        {},
        h(
          'td',
          {},
          h('code', {}, param.name),
          h(
            'div',
            { class: 'small muted' },
            param.in,
            param['x-catch-all'] === true && ', rest of the path',
            param.required === true && [', ', h('span', { class: 'required' }, 'required')],
          ),
          param.deprecated === true && h('span', { class: 'chip warn' }, 'deprecated'),
        ),
        h('td', {}, typeNode(paramSchema(param)), limits(paramSchema(param))),
        described && h('td', {}, about[i]),
      ),
    ),
  );
}

function responseView(status, raw, open) {
  const response = resolve(raw);
  const headers = Object.entries(obj(response.headers));
  const body = () => {
    const parts = [
      headers.length > 0 &&
        h(
          'dl',
          { class: 'small' },
          headers.map(([name, header]) => {
            const value = resolve(header);
            return [
              h('dt', {}, h('code', {}, name), ' ', typeNode(value.schema)),
              h('dd', { class: 'muted' }, markdown(value.description)),
            ];
          }),
        ),
      contentView(response.content, 'response'),
    ].filter(Boolean);
    return h('div', {}, parts.length ? parts : h('p', { class: 'small muted' }, 'No body'));
  };
  return lazyDetails(
    { class: 'response' },
    h('summary', {}, h('span', { class: 'status s' + status[0] }, status), markdown(response.description)),
    body,
    open,
  );
}

// A description that only repeats the summary.
const says = (summary, description) =>
  summary !== '' &&
  str(description)
    .replace(/\s+/g, ' ')
    .replace(/[.\s]+$/, '') === summary.replace(/[.\s]+$/, '');

function operationBody(record) {
  const { op, item, path } = record;
  const params = parametersOf(item, op, path);
  const request = resolve(op.requestBody);
  const responses = Object.entries(obj(op.responses)).filter(([status]) => !status.startsWith('x-'));
  const security = securityText(op);
  const external = safeHref(str(obj(op.externalDocs).url));
  const text = h(
    'div',
    {},
    h(
      'div',
      { class: 'facts' },
      op.operationId && h('code', {}, str(op.operationId)),
      record.tags.map((tag) => h('span', { class: 'chip' }, tag)),
      security && h('span', {}, 'Authentication: ', security),
      h(
        'button',
        {
          type: 'button',
          onclick: (event) =>
            copy(location.href.split('#')[0] + '#' + encodeURIComponent(record.id), event.currentTarget),
        },
        'Copy link',
      ),
    ),
    op.deprecated === true && h('p', { class: 'warn block' }, 'This operation is deprecated.'),
    record.pattern &&
      h(
        'p',
        { class: 'block' },
        'The route is ',
        h('code', {}, record.pattern),
        '; OpenAPI has no word for it, so clients made of the document do not know it.',
      ),
    !says(record.summary, op.description || item.description) && markdown(op.description || item.description),
    external &&
      obj(op.externalDocs).url &&
      h('p', { class: 'block' }, link(external, str(op.externalDocs.description) || external)),
    params.length > 0 && [h('h4', {}, 'Parameters'), parameterTable(params)],
    op.requestBody && [
      h(
        'h4',
        {},
        'Request body ',
        request.required === true
          ? h('span', { class: 'required' }, 'required')
          : h('span', { class: 'small muted' }, 'optional'),
      ),
      markdown(request.description),
      contentView(request.content, 'request'),
    ],
    responses.length > 0 && [
      h('h4', {}, 'Responses'),
      responses.map(([status, response], i) => responseView(status, response, i === 0)),
    ],
  );
  return h('div', { class: 'body' }, text, h('div', { class: 'side' }, tryIt(record, params, request)));
}
