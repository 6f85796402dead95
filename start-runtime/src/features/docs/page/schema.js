// uses: arr, h, has, isObject, lazyDetails, obj, plural, str (elements.js); markdown (markdown.js); api, lookup, refName (document.js); gives: label, limits, mainType, normal, optionsOf, schemaView, targetOf, typeNode, typesOf
// Schemas as people read them: a label, limits, a tree of properties.

/**
 * @typedef {{
 *   $ref?: string, title?: string, description?: string, type?: string | string[], format?: string,
 *   allOf?: Schema[], oneOf?: Schema[], anyOf?: Schema[], not?: Schema, discriminator?: { propertyName?: string },
 *   properties?: Record<string, Schema>, patternProperties?: Record<string, Schema>, additionalProperties?: Schema,
 *   required?: string[], minProperties?: number, maxProperties?: number,
 *   items?: Schema, prefixItems?: Schema[], minItems?: number, maxItems?: number, uniqueItems?: boolean,
 *   minimum?: number, maximum?: number, exclusiveMinimum?: number, exclusiveMaximum?: number, multipleOf?: number,
 *   minLength?: number, maxLength?: number, pattern?: string, contentEncoding?: string, contentMediaType?: string,
 *   enum?: unknown[], const?: unknown, default?: unknown, example?: unknown, examples?: unknown[],
 *   deprecated?: boolean, readOnly?: boolean, writeOnly?: boolean,
 * }} SchemaObject
 * @typedef {SchemaObject | boolean | undefined} Schema
 * @typedef {{ s: SchemaObject, name: string, nullable: boolean, trail: string[] }} Folded
 * @typedef {{ name: string, schema: Schema, required?: boolean }} Row
 */

/**
 * @param {SchemaObject} a
 * @param {SchemaObject} b
 * @returns {SchemaObject}
 */
function mergeSchemas(a, b) {
  const merged = { ...a, ...b };
  if (isObject(a.properties) && isObject(b.properties)) merged.properties = { ...a.properties, ...b.properties };
  if (Array.isArray(a.required) && Array.isArray(b.required))
    merged.required = [...new Set([...a.required, ...b.required])];
  return merged;
}

/** @type {(s: SchemaObject) => string[]} */
const typesOf = (s) => (Array.isArray(s.type) ? s.type.map(str) : s.type ? [str(s.type)] : []);

/** @type {(schema: Schema) => boolean} */
const isNull = (schema) =>
  isObject(schema) && (schema.type === 'null' || (schema.const === null && has(schema, 'const')));

/**
 * Folds $ref, allOf and "X or null" into one plain schema. `trail` has every reference followed
 * on the way, which is what stops recursion in the functions below.
 * @param {Schema} schema
 * @param {string[]} [seen]
 * @returns {Folded}
 */
function normal(schema, seen = []) {
  if (schema === false) return { s: { not: {} }, name: '', nullable: false, trail: [] };
  let s = obj(schema);
  let name = '';
  let nullable = false;
  /** @type {string[]} */
  let trail = [];
  const fold = (/** @type {Folded} */ inner) => {
    trail = [...trail, ...inner.trail];
    nullable = nullable || inner.nullable;
    return inner.s;
  };
  if (typeof s.$ref === 'string') {
    const { $ref, ...siblings } = s;
    if (seen.includes($ref)) return { s: siblings, name: refName($ref), nullable, trail: [$ref] };
    name = refName($ref);
    trail = [$ref];
    s = mergeSchemas(fold(normal(/** @type {Schema} */ (lookup($ref)), [...seen, $ref])), siblings);
  }
  if (Array.isArray(s.allOf)) {
    const { allOf, ...own } = s;
    let single = '';
    s = mergeSchemas(
      allOf.reduce((/** @type {SchemaObject} */ all, part) => {
        const inner = normal(part, [...seen, ...trail]);
        single = inner.name;
        return mergeSchemas(all, fold(inner));
      }, {}),
      own,
    );
    if (allOf.length === 1 && !own.properties) name = name || single;
  }
  for (const key of /** @type {const} */ (['oneOf', 'anyOf'])) {
    const all = s[key];
    if (!Array.isArray(all)) continue;
    const options = all.filter((option) => !isNull(option));
    if (options.length < all.length) nullable = true;
    if (options.length !== 1) {
      s = { ...s, [key]: options };
      continue;
    }
    const { [key]: _, ...own } = s;
    const inner = normal(options[0], [...seen, ...trail]);
    name = name || inner.name;
    s = mergeSchemas(fold(inner), own);
  }
  const types = typesOf(s);
  if (types.length > 1 && types.includes('null')) nullable = true;
  return { s, name, nullable, trail };
}

/** @param {SchemaObject} s @returns {string} */
function mainType(s) {
  const type = typesOf(s).find((t) => t !== 'null');
  if (type) return type;
  if (typesOf(s).length) return 'null';
  if (s.properties || s.additionalProperties !== undefined || s.patternProperties) return 'object';
  if (s.items !== undefined || s.prefixItems) return 'array';
  const value = has(s, 'const') ? s.const : arr(s.enum)[0];
  if (value !== undefined && value !== null) return Array.isArray(value) ? 'array' : typeof value;
  return '';
}

/** @type {(s: SchemaObject) => Schema[]} */
const optionsOf = (s) => (arr(s.oneOf).length ? arr(s.oneOf) : arr(s.anyOf));

/**
 * @param {Schema} schema
 * @param {number} [depth]
 * @returns {string}
 */
function label(schema, depth = 0) {
  if (schema === false) return 'never';
  if (depth > 4) return '…';
  const { s, name, nullable } = normal(schema);
  const tail = nullable ? ' | null' : '';
  if (name) return name + tail;
  const wrap = (/** @type {string} */ text) => (text.includes(' | ') ? `(${text})` : text);
  const one = (/** @type {string} */ type) => {
    if (type === 'array') {
      if (Array.isArray(s.prefixItems)) return `[${s.prefixItems.map((item) => label(item, depth + 1)).join(', ')}]`;
      return wrap(label(s.items, depth + 1)) + '[]';
    }
    if (type === 'object' && isObject(s.additionalProperties) && !s.properties)
      return `map of ${wrap(label(s.additionalProperties, depth + 1))}`;
    if (type === 'string' && s.format) return `string (${str(s.format)})`;
    if (s.format && /^(integer|number)$/.test(type)) return str(s.format);
    return type;
  };
  const options = optionsOf(s);
  if (options.length) {
    return (
      (options.length > 4
        ? `one of ${options.length}`
        : [...new Set(options.map((option) => label(option, depth + 1)))].join(' | ')) + tail
    );
  }
  const types = typesOf(s).filter((type) => type !== 'null');
  if (types.length > 1) return types.map(one).join(' | ') + tail;
  return (one(mainType(s)) || (s.not ? 'never' : 'any')) + tail;
}

/** @param {Schema} schema @returns {HTMLElement} */
function typeNode(schema) {
  const text = label(schema);
  let n = normal(schema);
  for (let i = 0; i < 4 && !n.name && isObject(n.s.items); i++) n = normal(n.s.items);
  return n.name && has(api.schemas, n.name)
    ? h('a', { class: 'type', href: '#' + encodeURIComponent(targetOf(n.name)) }, text)
    : h('span', { class: 'type' }, text);
}

/** @type {(schemaName: string) => string} */
const targetOf = (schemaName) => 'schema-' + schemaName;

/** @type {(low: unknown, high: unknown, unit: string) => string} */
const range = (low, high, unit) =>
  low !== undefined && high !== undefined
    ? low === high
      ? `${str(low)} ${unit}`
      : `${str(low)}–${str(high)} ${unit}`
    : low !== undefined
      ? `≥ ${str(low)} ${unit}`
      : high !== undefined
        ? `≤ ${str(high)} ${unit}`
        : '';

// The bounds that a format has by itself say nothing more.
/** @type {Record<string, number[]>} */
const BOUNDS = {
  int8: [-128, 127],
  int16: [-32768, 32767],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 63), 2 ** 63],
  int: [-(2 ** 63), 2 ** 63],
  uint8: [0, 255],
  uint16: [0, 65535],
  uint32: [0, 2 ** 32 - 1],
  uint64: [0, 2 ** 64],
  uint: [0, 2 ** 64],
};

/** @param {Schema} schema @returns {HTMLElement | null} */
function limits(schema) {
  const { s } = normal(schema);
  const [least, most] = has(BOUNDS, str(s.format)) ? BOUNDS[str(s.format)] : [];
  const item = isObject(s.items) ? normal(s.items).s : {};
  const list = [
    has(s, 'const') && `= ${JSON.stringify(s.const)}`,
    s.minimum !== undefined && s.minimum !== least && `≥ ${str(s.minimum)}`,
    typeof s.exclusiveMinimum === 'number' && `> ${s.exclusiveMinimum}`,
    s.maximum !== undefined && s.maximum !== most && `≤ ${str(s.maximum)}`,
    typeof s.exclusiveMaximum === 'number' && `< ${s.exclusiveMaximum}`,
    s.multipleOf !== undefined && `multiple of ${str(s.multipleOf)}`,
    range(s.minLength, s.maxLength, 'characters'),
    range(s.minItems, s.maxItems, 'items'),
    range(s.minProperties, s.maxProperties, 'properties'),
    s.uniqueItems === true && 'unique items',
    s.pattern && `pattern ${str(s.pattern)}`,
    s.contentEncoding && `encoded as ${str(s.contentEncoding)}`,
    s.contentMediaType && `content ${str(s.contentMediaType)}`,
    s.default !== undefined && s.default !== null && `default ${JSON.stringify(s.default)}`,
    s.readOnly === true && 'read-only',
    s.writeOnly === true && 'write-only',
    isObject(s.discriminator) && `told apart by ${str(s.discriminator.propertyName)}`,
    mainType(s) === 'object' && s.additionalProperties === false && 'no other properties',
  ].filter(Boolean);
  const values = arr(s.enum).length ? arr(s.enum) : arr(item.enum);
  if (values.length) {
    list.push(...values.slice(0, 30).map((value) => JSON.stringify(value)));
    if (values.length > 30) list.push(`… ${values.length - 30} more`);
  }
  return list.length
    ? h(
        'div',
        { class: 'limits' },
        list.map((text) => h('code', {}, text)),
      )
    : null;
}

/**
 * The rows shown below a schema: properties, tuple items or alternatives. Arrays are looked
 * through, as their label already says that they are arrays.
 * @param {Schema} schema
 * @returns {{ rows: Row[], trail: string[], noun: [string, string?] }}
 */
function rowsOf(schema) {
  let { s, trail } = normal(schema);
  for (let i = 0; i < 5 && isObject(s.items) && !s.prefixItems && !optionsOf(s).length; i++) {
    const inner = normal(s.items);
    s = inner.s;
    trail = [...trail, ...inner.trail];
  }
  const required = arr(s.required);
  /** @type {Row[]} */
  const rows = Object.entries(obj(s.properties)).map(([name, value]) => ({
    name,
    schema: value,
    required: required.includes(name),
  }));
  rows.push(...Object.entries(obj(s.patternProperties)).map(([name, value]) => ({ name: `/${name}/`, schema: value })));
  if (isObject(s.additionalProperties)) rows.push({ name: '[key]', schema: s.additionalProperties });
  rows.push(...arr(s.prefixItems).map((value, i) => ({ name: `[${i}]`, schema: value })));
  const options = optionsOf(s).map((value, i) => {
    const inner = normal(value).s;
    const [key, fixed] = Object.entries(obj(inner.properties)).find(([, v]) => has(obj(v), 'const')) || [];
    return {
      option: true,
      name: str(inner.title) || (key ? `${key} = ${JSON.stringify(obj(fixed).const)}` : `option ${i + 1}`),
      schema: value,
    };
  });
  return {
    rows: [...rows, ...options],
    trail,
    noun: !rows.length ? ['option'] : options.length ? ['row'] : s.prefixItems ? ['item'] : ['property', 'properties'],
  };
}

/**
 * @param {Row[]} rows
 * @param {string[]} trail
 * @returns {HTMLElement}
 */
function tree(rows, trail) {
  return h(
    'ul',
    { class: 'tree' },
    rows.map((row) => {
      const { s, trail: own } = normal(row.schema);
      const inner = rowsOf(row.schema);
      const again = inner.rows.length > 0 && [...own, ...inner.trail].some((ref) => trail.includes(ref));
      return h(
        'li',
        {},
        h(
          'div',
          { class: 'head' },
          h('code', {}, row.name),
          typeNode(row.schema),
          row.required && h('span', { class: 'required' }, 'required'),
          s.deprecated === true && h('span', { class: 'chip warn' }, 'deprecated'),
          again && h('span', { class: 'chip' }, 'recursive'),
        ),
        s.description && markdown(s.description),
        limits(row.schema),
        inner.rows.length > 0 &&
          !again &&
          lazyDetails({}, h('summary', {}, plural(inner.rows.length, ...inner.noun)), () =>
            tree(inner.rows, [...trail, ...inner.trail]),
          ),
      );
    }),
  );
}

/**
 * @param {Schema} schema
 * @param {boolean} [heading]
 * @returns {HTMLElement}
 */
function schemaView(schema, heading = true) {
  const { s } = normal(schema);
  const inner = rowsOf(schema);
  return h(
    'div',
    { class: 'schema' },
    heading && h('p', {}, typeNode(schema)),
    s.description && markdown(s.description),
    limits(schema),
    inner.rows.length > 0 && tree(inner.rows, inner.trail),
  );
}
