// uses: PLAIN, arr, encode, h, has, isObject, newId, obj, select, str (elements.js); api, resolve (document.js); label, mainType, normal (schema.js); sample (sample.js); essence, explicitExamples, isJson, isMultipart (media.js); FIELD, fieldName, paramSchema (operations.js); credentialsFor (auth.js); gives: buildRequest, deepPairs, field, pairRows
// The fields of a request, and the request that they make.

/**
 * @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control
 * @typedef {{ param: Param, node: HTMLElement, input: Control, read: () => unknown }} Field
 * @typedef {{ name: string, file: File } | { name: string, file?: undefined, value: string, type: string }} Part
 * @typedef {{ type: string, text: string, file?: undefined, parts?: undefined }
 *   | { type: string, file: File, parts?: undefined }
 *   | { type: string, parts: Part[], file?: undefined }} SentBody
 * @typedef {{ fields: Field[], body: () => SentBody | null, headers: () => string[][] }} RequestForm
 * @typedef {{
 *   method: string, url: string, problems: string[], unfilled: string[], headers: string[][], cookies: string[][],
 *   body: SentBody | null,
 * }} BuiltRequest
 */

/** @type {(text: string) => string[]} */
const lines = (text) => text.split('\n').filter((line) => line.trim());

/** @type {(s: SchemaObject) => unknown} */
const given = (s) => s.example ?? arr(s.examples)[0] ?? s.const ?? s.default ?? undefined;

/**
 * An input for one parameter or form field. `read` gives a string, an array, an object, or
 * undefined if it is to be left out.
 * @param {Param} param
 * @param {unknown} [fill]
 * @param {'one' | 'many' | false | null} [file]
 * @returns {Field}
 */
function field(param, fill, file) {
  const schema = paramSchema(param);
  const { s } = normal(schema);
  const type = mainType(s);
  const id = newId();
  // The text of a parameter with a content is JSON, whatever its type is.
  const isJsonText = Object.keys(obj(param.content)).some(isJson);
  const example = explicitExamples(param)[0]?.value;
  const shown = example ?? sample(schema, 'request');
  // A made-up value is a hint; what the document says is a value.
  const said = example ?? given(s);
  const wanted = fill === undefined ? (param.required === true ? said ?? (isJsonText ? shown : undefined) : undefined) : fill;
  const choices =
    type === 'boolean'
      ? ['true', 'false']
      : has(s, 'const')
        ? [str(s.const)]
        : arr(s.enum)
            .filter((value) => value !== null)
            .map(str);
  const asText = (/** @type {unknown} */ value) =>
    isJsonText && value !== undefined
      ? JSON.stringify(value, null, 2)
      : value === undefined || value === null
      ? ''
      : Array.isArray(value)
        ? value.map(str).join('\n')
        : isObject(value)
          ? JSON.stringify(value, null, 2)
          : str(value);
  const several = type === 'array' && !isJsonText;
  /** @type {Control} */
  let input;
  if (file) input = h('input', { type: 'file', id, multiple: file === 'many' });
  else if (choices.length && !several && !isJsonText)
    input = select(
      [...(param.required === true && said !== undefined ? [] : [['', '–']]), ...choices.map((c) => [c, c])],
      { id, value: undefined },
    );
  else if (several || isJsonText || type === 'object')
    input = h('textarea', {
      id,
      rows: 2,
      ...PLAIN,
      placeholder: several ? 'one value per line' : isJsonText ? asText(shown) : 'JSON object',
    });
  else
    input = h('input', {
      id,
      type: 'text',
      class: 'mono',
      ...PLAIN,
      inputmode: type === 'integer' ? 'numeric' : null,
      placeholder: asText(shown),
    });
  if (!file && (wanted !== undefined || input.tagName !== 'SELECT')) input.value = asText(wanted);
  if (input instanceof HTMLSelectElement && input.selectedIndex < 0) input.selectedIndex = 0;
  if (input instanceof HTMLTextAreaElement) input.rows = Math.min(8, Math.max(2, input.value.split('\n').length));
  const read = () => {
    if (input instanceof HTMLInputElement && input.files) return input.files.length ? [...input.files] : undefined;
    if (several) return lines(input.value).length ? lines(input.value) : undefined;
    if (input.value === '') return undefined;
    if (type === 'object' || isJsonText) {
      try {
        const value = JSON.parse(input.value);
        return isJsonText ? JSON.stringify(value) : value;
      } catch {
        /* sent as it is */
      }
    }
    return input.value;
  };
  const node = h(
    'div',
    { class: 'field' },
    h(
      'label',
      { for: id },
      param.name,
      param.required === true && h('span', { class: 'required', title: 'required' }, ' *'),
      h('span', { class: 'muted' }, param.in || label(schema)),
    ),
    input,
  );
  return { param, node, input, read };
}

/**
 * @param {string} title
 * @param {string} word
 * @param {() => void} onchange
 * @returns {{ node: HTMLElement, read: () => string[][] }}
 */
function pairRows(title, word, onchange) {
  const list = h('div');
  const add = () => {
    const input = (/** @type {string} */ part) =>
      h('input', { class: 'mono', 'aria-label': `${title} ${part}`, placeholder: part, ...PLAIN });
    const name = input('name');
    const row = h(
      'div',
      { class: 'pair' },
      name,
      input('value'),
      h(
        'button',
        {
          type: 'button',
          'aria-label': `Remove ${title}`,
          onclick: () => {
            row.remove();
            button.focus();
            onchange();
          },
        },
        '×',
      ),
    );
    list.append(row);
    name.focus();
  };
  const button = h('button', { type: 'button', onclick: add }, `Add ${word}`);
  return {
    node: h('div', { class: 'block' }, list, button),
    read: () =>
      [...list.children]
        .map((row) => [...row.querySelectorAll('input')].map((input) => input.value.trim()))
        .filter(([name]) => name),
  };
}

/**
 * The names and values of an object as `name[member]`, with a pair for each value of a list.
 * @param {string} name
 * @param {unknown} value
 * @returns {[string, unknown][]}
 */
function deepPairs(name, value) {
  if (Array.isArray(value)) return value.flatMap((one) => deepPairs(name, one));
  if (!isObject(value)) return value === null || value === undefined ? [] : [[name, value]];
  return Object.entries(value).flatMap(([key, part]) => deepPairs(`${name}[${key}]`, part));
}

/**
 * @param {Param} param
 * @param {unknown} value
 * @returns {string[]}
 */
function queryPairs(param, value) {
  const style = str(param.style) || 'form';
  const explode = typeof param.explode === 'boolean' ? param.explode : style === 'form';
  const join = style === 'spaceDelimited' ? '%20' : style === 'pipeDelimited' ? '%7C' : ',';
  const name = encode(param.name);
  const one = (/** @type {unknown} */ part) => encode(str(part));
  if (Object.keys(obj(param.content)).length)
    return [`${name}=${encode(typeof value === 'string' ? value : JSON.stringify(value))}`];
  if (Array.isArray(value))
    return explode ? value.map((part) => `${name}=${one(part)}`) : [`${name}=${value.map(one).join(join)}`];
  if (!isObject(value)) return [`${name}=${one(value)}`];
  const entries = Object.entries(value);
  if (style === 'deepObject') return deepPairs(param.name, value).map(([key, part]) => `${encode(key)}=${one(part)}`);
  if (explode) return entries.map(([key, part]) => `${encode(key)}=${one(part)}`);
  return [`${name}=${entries.flat().map(one).join(join)}`];
}

/**
 * @param {Param} param
 * @param {unknown} value
 * @param {(text: string) => string} escape
 * @returns {string}
 */
function simple(param, value, escape) {
  if (Array.isArray(value)) return value.map((part) => escape(str(part))).join(',');
  if (isObject(value))
    return Object.entries(value)
      .map(([key, part]) => escape(key) + (param.explode === true ? '=' : ',') + escape(str(part)))
      .join(',');
  return escape(str(value));
}

/**
 * @param {OperationRecord} record
 * @param {RequestForm} form
 * @param {boolean} blank whether placeholders stand for secrets that are not given
 * @returns {BuiltRequest}
 */
function buildRequest(record, form, blank) {
  const problems = [];
  const unfilled = [];
  const headers = [];
  const query = [];
  const cookies = [];
  const values = new Map();
  const produced = Object.entries(obj(record.op.responses))
    .filter(([status]) => /^2/.test(status))
    .flatMap(([, response]) => Object.keys(obj(resolve(response).content)));
  if (produced.length) headers.push(['accept', [...new Set(produced.map(essence))].join(', ')]);
  const body = form.body();
  if (body && !isMultipart(body.type)) headers.push(['content-type', body.type]);
  const cookieSafe = (/** @type {string} */ text) => text.replace(/[^!#-+\--:<-[\]-~]/gu, encode);
  for (const { in: where, name, value } of credentialsFor(record.op, blank)) {
    if (where === 'query') query.push(`${encode(name)}=${encode(value)}`);
    else if (where === 'cookie') cookies.push([name, cookieSafe(value)]);
    else headers.push([name, value]);
  }
  // A catch-all with something behind it is not empty here: the path without it is an operation of its own.
  const last = record.path.slice(record.path.lastIndexOf('/') + 1);
  for (const { param, read } of form.fields) {
    const value = read();
    if (param.in === 'path') {
      if (value !== undefined)
        values.set(
          param.name,
          simple(
            param,
            value,
            param['x-catch-all'] === true ? (text) => text.split('/').map(encode).join('/') : encode,
          ),
        );
      else if (param['x-catch-all'] === true && fieldName(last.slice(1, -1)) === param.name)
        values.set(param.name, '');
      else {
        unfilled.push(param.name);
        problems.push(`The path parameter “${param.name}” needs a value.`);
      }
    } else if (value === undefined) {
      continue;
    } else if (param.in === 'header') {
      headers.push([param.name, simple(param, value, (text) => text)]);
    } else if (param.in === 'cookie') {
      cookies.push([param.name, simple(param, value, cookieSafe)]);
    } else {
      query.push(...queryPairs(param, value));
    }
  }
  // Own headers replace those which the page would send.
  const own = form.headers();
  const kept = headers.filter(([name]) => !own.some(([other]) => other.toLowerCase() === name.toLowerCase()));
  const path = record.path.replace(FIELD, (all, text) => values.get(fieldName(text)) ?? all);
  if (path.split('/').some((part) => part === '.' || part === '..'))
    problems.push('A path segment “.” or “..” cannot be sent: browsers resolve it before the request.');
  return {
    method: record.method,
    problems,
    unfilled,
    cookies,
    body,
    headers: [...kept, ...own],
    url:
      api.base +
      (path.startsWith('/') ? '' : '/') +
      path +
      (query.length ? (path.includes('?') ? '&' : '?') + query.join('&') : ''),
  };
}
