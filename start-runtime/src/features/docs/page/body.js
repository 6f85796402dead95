// The editor of a body: text, a form, files.

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
  let reader = () => null;

  function show(type) {
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
          const binary = (x) =>
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
        const parts = fields.flatMap(({ param, read, input }) => {
          const value = read();
          if (value === undefined) return [];
          if (input.type === 'file') return value.map((file) => ({ name: param.name, file }));
          const partType = str(obj(obj(media.encoding)[param.name]).contentType);
          return (Array.isArray(value) ? value : [value]).map((one) => ({
            name: param.name,
            value: str(one),
            type: isMultipart(type) ? partType || (isObject(one) ? 'application/json' : '') : '',
          }));
        });
        parts.push(...rows.read().map(([name, value]) => ({ name, value, type: '' })));
        return isMultipart(type)
          ? { type, parts }
          : { type, text: new URLSearchParams(parts.map(({ name, value }) => [name, value])).toString() };
      };
    } else if (isText(type) || type.includes('*') || examples.some(({ text }) => text)) {
      const editor = h('textarea', { ...PLAIN, 'aria-label': 'Request body', oninput: () => check() });
      const check = () => {
        hint.textContent = '';
        if (!isJson(type) || !editor.value.trim()) return;
        try {
          JSON.parse(editor.value);
        } catch (error) {
          hint.textContent = `Not valid JSON: ${error.message}`;
        }
      };
      const fill = (index) => {
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
                fill(Number(event.target.value));
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
      reader = () => (input.files.length ? { type, file: input.files[0] } : { type, text: '' });
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
              show(event.target.value);
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
