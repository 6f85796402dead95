// uses: PLAIN, arr, h, has, isObject, messageOf, obj, select, str (elements.js); resolve (document.js); mainType, normal (schema.js); essence, isForm, isJson, isMultipart, isText, mediaExamples (media.js); deepPairs, field, pairRows (request.js); gives: bodyEditor
// The editor of a body: text, a form, files.

/**
 * @param {RequestBody} request
 * @param {() => void} refresh
 * @returns {{ node: HTMLElement | null, read: () => SentBody | null }}
 */
function bodyEditor(request, refresh) {
  const content = obj(request.content);
  const types = Object.keys(content);
  if (!types.length) return { node: null, read: () => null };
  const area = h('div');
  const extra = h('span');
  const hint = h('p', { class: 'small warn', role: 'status' });
  const use = h('input', {
    type: 'checkbox',
    checked: true,
    onchange: () => {
      area.hidden = !use.checked;
      refresh();
    },
  });
  /** @type {() => SentBody | null} */
  let reader = () => null;

  function show(/** @type {string} */ type) {
    const media = resolve(content[type]);
    const examples = mediaExamples(media, type, 'request');
    extra.replaceChildren();
    hint.textContent = '';
    if (isForm(type) || isMultipart(type)) {
      const { s } = normal(media.schema);
      const fill = obj(examples[0]?.value);
      const fields = Object.entries(obj(s.properties))
        .filter(([, schema]) => normal(schema).s.readOnly !== true)
        .map(([name, schema]) => {
          const { s: own } = normal(schema);
          const item = normal(own.items).s;
          const binary = (/** @type {SchemaObject} */ x) =>
            x.format === 'binary' ||
            (x.contentMediaType && x.contentEncoding === undefined && !/^text\/|json/.test(str(x.contentMediaType))) ||
            essence(str(obj(obj(media.encoding)[name]).contentType)) === 'application/octet-stream';
          const file =
            isMultipart(type) && (binary(own) ? 'one' : mainType(own) === 'array' && binary(item) ? 'many' : null);
          return field(
            { name, schema, required: arr(s.required).includes(name) },
            has(fill, name) ? fill[name] : undefined,
            file,
          );
        });
      const rows = pairRows('Form field', 'field', refresh);
      area.replaceChildren(...fields.map(({ node }) => node), rows.node);
      reader = () => {
        const parts = fields.flatMap(
          /** @returns {Part[]} */ ({ param, read, input }) => {
            const value = read();
            if (value === undefined) return [];
            if (input.type === 'file') return /** @type {File[]} */ (value).map((file) => ({ name: param.name, file }));
            const encoding = obj(obj(media.encoding)[param.name]);
            if (encoding.style === 'deepObject' && isObject(value))
              return deepPairs(param.name, value).map(([name, one]) => ({ name, value: str(one), type: '' }));
            const partType = str(encoding.contentType);
            return (Array.isArray(value) ? value : [value]).map((one) => ({
              name: param.name,
              value: str(one),
              type: isMultipart(type) ? partType || (isObject(one) ? 'application/json' : '') : '',
            }));
          },
        );
        parts.push(...rows.read().map(([name, value]) => ({ name, value, type: '' })));
        return isMultipart(type)
          ? { type, parts }
          : {
              type,
              text: new URLSearchParams(
                parts.map((part) => [part.name, part.file ? part.file.name : part.value]),
              ).toString(),
            };
      };
    } else if (isText(type) || type.includes('*') || examples.some(({ text }) => text)) {
      const editor = h('textarea', { ...PLAIN, 'aria-label': 'Request body', oninput: () => check() });
      const check = () => {
        hint.textContent = '';
        if (!isJson(type) || !editor.value.trim()) return;
        try {
          JSON.parse(editor.value);
        } catch (error) {
          hint.textContent = `Not valid JSON: ${messageOf(error)}`;
        }
      };
      const fill = (/** @type {number} */ index) => {
        editor.value = examples[index]?.text || '';
        editor.rows = Math.min(18, Math.max(4, editor.value.split('\n').length + 1));
        check();
      };
      fill(0);
      if (examples.length > 1) {
        extra.append(
          select(
            examples.map(({ name }, i) => [String(i), name]),
            {
              'aria-label': 'Example',
              onchange: (event) => {
                fill(Number(event.currentTarget.value));
                refresh();
              },
            },
          ),
        );
      }
      area.replaceChildren(editor, hint);
      reader = () => ({ type: type.includes('*') ? 'application/octet-stream' : type, text: editor.value });
    } else {
      const input = h('input', { type: 'file', 'aria-label': 'Request body file' });
      area.replaceChildren(input);
      reader = () => (input.files?.length ? { type, file: input.files[0] } : { type, text: '' });
    }
  }
  show(types[0]);
  const picker =
    types.length > 1
      ? select(
          types.map((type) => [type, type]),
          {
            'aria-label': 'Content type',
            onchange: (event) => {
              show(event.currentTarget.value);
              refresh();
            },
          },
        )
      : h('code', {}, types[0]);
  const node = h(
    'div',
    { class: 'block' },
    h('div', { class: 'legend' }, request.required === true ? 'Body' : h('label', {}, use, ' Body'), extra, picker),
    area,
  );
  return { node, read: () => (use.checked ? reader() : null) };
}
