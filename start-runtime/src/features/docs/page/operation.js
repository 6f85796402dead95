// uses: arr, copy, h, lazyDetails, link, obj, safeHref, str, table (elements.js); markdown (markdown.js); resolve (document.js); limits, normal, schemaView, typeNode (schema.js); contentView (media.js); paramSchema, parametersOf, procedureOf, securityText (operations.js); tryIt (try.js); gives: operationBody
// An operation, shown in parts.

/** @param {Param[]} params @returns {HTMLElement} */
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
            param['x-catch-all'] === true && ', slashes included',
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

/**
 * @param {string} status
 * @param {Answer} raw
 * @param {boolean} open
 * @returns {HTMLElement}
 */
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

/**
 * A description that only repeats the summary.
 * @type {(summary: string, description: string | undefined) => boolean}
 */
const says = (summary, description) =>
  summary !== '' &&
  str(description)
    .replace(/\s+/g, ' ')
    .replace(/[.\s]+$/, '') === summary.replace(/[.\s]+$/, '');

/**
 * What a WebSocket takes and sends, if the document knows it.
 * @param {Operation} op
 * @returns {(HTMLElement | false)[]}
 */
function socketView(op) {
  const protocols = arr(op.protocols).map(str);
  const messages = /** @type {const} */ ([
    ['Messages of the client', op.receives],
    ['Messages of the server', op.sends],
  ]);
  return [
    h('p', { class: 'block' }, 'A WebSocket: ', h('code', {}, 'new WebSocket(url)'), ' opens it.'),
    protocols.length > 0 && h('p', { class: 'block' }, 'Protocols: ', h('code', {}, protocols.join(', '))),
    ...messages.flatMap(([title, schema]) => (schema === undefined ? [] : [h('h4', {}, title), schemaView(schema)])),
  ];
}

/** @type {(schema: Schema | undefined, name: string) => Schema | undefined} */
const property = (schema, name) => obj(resolve(obj(schema)).properties)[name];

/**
 * What a procedure of tRPC takes and returns, without what the protocol puts around it.
 * @param {Procedure} procedure
 * @param {Param[]} params
 * @param {RequestBody} request
 * @param {Answer} answer
 * @returns {HTMLElement[]}
 */
function procedureView(procedure, params, request, answer) {
  const isBatch = params.some(({ name }) => name === 'batch');
  const sent = params.find(({ name }) => name === 'input');
  const taken = sent ? paramSchema(sent) : obj(Object.values(obj(request.content))[0]).schema;
  const input = isBatch ? property(taken, '0') : taken;
  const content = obj(answer.content);
  const events = content['text/event-stream'];
  const result = property(obj(content['application/json']).schema, 'result');
  const output = procedure.output ?? (events ? events.schema : property(result, 'data'));
  const part = (/** @type {string} */ title, /** @type {Schema | undefined} */ schema) => [
    h('h4', {}, title),
    schema === undefined ? h('p', { class: 'small muted' }, 'Nothing') : schemaView(schema),
  ];
  return [
    h(
      'p',
      { class: 'block' },
      `The ${str(procedure.type)} `,
      h('code', {}, str(procedure.path)),
      ' of tRPC. What follows is the request that ',
      h('code', {}, '@trpc/client'),
      ' makes for it.',
    ),
    ...part('Input', input),
    ...part(events ? 'Output, for each event' : 'Output', output),
  ];
}

/** @param {OperationRecord} record @returns {HTMLElement} */
function operationBody(record) {
  const { op, item, path } = record;
  const params = parametersOf(item, op, path);
  const request = resolve(op.requestBody);
  const responses = Object.entries(obj(op.responses)).filter(([status]) => !status.startsWith('x-'));
  const isSocket = record.method === 'WS';
  const procedure = procedureOf(record);
  const security = securityText(op);
  const docs = obj(op.externalDocs);
  const external = safeHref(str(docs.url));
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
    external && docs.url && h('p', { class: 'block' }, link(external, str(docs.description) || external)),
    isSocket && socketView(op),
    procedure && procedureView(procedure, params, request, resolve(obj(op.responses)['200'])),
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
  return h('div', { class: 'body' }, text, h('div', { class: 'side' }, !isSocket && tryIt(record, params, request)));
}
