// uses: h, has, isObject, obj, select, str, tabs, textBlock (elements.js); resolve (document.js); mainType, normal, schemaView, typesOf (schema.js); sample (sample.js); gives: contentView, essence, explicitExamples, isForm, isJson, isMultipart, isText, mediaExamples
// Media types, and the examples of a body.

/** @typedef {{ name: string, value: unknown }} NamedValue */

/** @type {(type: string) => string} */
const essence = (type) => type.split(';')[0].trim().toLowerCase();

/** @type {(type: string) => boolean} */
const isJson = (type) => /[/+]json$/.test(essence(type));

/** @type {(type: string) => boolean} */
const isText = (type) =>
  isJson(type) || /^text\/|[/+](xml|yaml|graphql|javascript|ndjson|x-ndjson|jsonl|toml|csv)$/.test(essence(type));

/** @type {(type: string) => boolean} */
const isForm = (type) => essence(type) === 'application/x-www-form-urlencoded';

/** @type {(type: string) => boolean} */
const isMultipart = (type) => essence(type).startsWith('multipart/');

/**
 * @param {unknown} value
 * @param {string} type
 * @param {Schema} schema
 * @returns {string}
 */
function toText(value, type, schema) {
  if (value === undefined) return '';
  if (isJson(type)) {
    // Some documents give a JSON example as the text of the JSON.
    if (typeof value === 'string' && mainType(normal(schema).s) !== 'string') {
      try {
        if (typeof JSON.parse(value) === 'object') return value;
      } catch {
        /* a plain string */
      }
    }
    return JSON.stringify(value, null, 2);
  }
  if (typeof value === 'string') return value;
  if (value === null) return '';
  if (isForm(type) && isObject(value))
    return new URLSearchParams(
      Object.entries(value).flatMap(([k, v]) => (Array.isArray(v) ? v : [v]).map((one) => [k, str(one)])),
    ).toString();
  return JSON.stringify(value, null, 2);
}

/** @param {WithExamples} holder @returns {NamedValue[]} */
function explicitExamples(holder) {
  const named = Object.entries(obj(holder.examples))
    .map(([name, example]) => ({ name, example: resolve(example) }))
    .filter(({ example }) => has(example, 'value'))
    .map(({ name, example }) => ({ name: str(example.summary) || name, value: example.value }));
  return named.length ? named : holder.example !== undefined ? [{ name: 'Example', value: holder.example }] : [];
}

/**
 * @param {Media} media
 * @param {string} type
 * @param {Mode} mode
 * @returns {(NamedValue & { text: string })[]}
 */
function mediaExamples(media, type, mode) {
  const list = explicitExamples(media);
  if (!list.length && !/xml/.test(type)) {
    const value = sample(media.schema, mode);
    const nothing = value === undefined || (value === null && !typesOf(normal(media.schema).s).length);
    if (!nothing) list.push({ name: 'Example', value });
  }
  return list.map(({ name, value }) => ({ name, value, text: toText(value, type, media.schema) }));
}

/**
 * @param {Content | undefined} content
 * @param {Mode} mode
 * @returns {HTMLElement | null}
 */
function contentView(content, mode) {
  const known = obj(content);
  const types = Object.keys(known);
  if (!types.length) return null;
  const box = h('div');
  const show = (/** @type {string} */ type) => {
    const media = resolve(known[type]);
    const examples = mediaExamples(media, type, mode)
      .filter(({ text }) => text)
      .slice(0, 8);
    /** @type {[string, () => HTMLElement][]} */
    const views = examples.map(({ name, text }) => [name, () => textBlock(text)]);
    if (media.schema !== undefined) views.unshift(['Schema', () => schemaView(media.schema)]);
    box.replaceChildren(
      views.length
        ? tabs(
            views.map(([name]) => name),
            'Body',
            0,
            (i, panel) => panel.replaceChildren(views[i][1]()),
          )
        : '',
    );
  };
  show(types[0]);
  const picker =
    types.length > 1
      ? select(
          types.map((type) => [type, type]),
          { 'aria-label': 'Content type', onchange: (event) => show(event.currentTarget.value) },
        )
      : h('code', {}, types[0]);
  return h('div', {}, h('div', { class: 'media' }, picker), box);
}
