// uses: arr, has, isObject, obj, str (elements.js); mainType, normal, optionsOf (schema.js); gives: sample
// Values that fit a schema, to begin with.

/** @type {Record<string, string>} */
const FORMATS = {
  'date-time': '2025-09-01T09:00:00Z',
  date: '2025-09-01',
  time: '09:00:00Z',
  duration: 'PT1H',
  email: 'name@example.com',
  'idn-email': 'name@example.com',
  uuid: '3fa85f64-5717-4562-b3fc-2c963f66afa6',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  'uri-reference': '/path',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  ip: '192.0.2.1',
  byte: 'c3RhcnQ=',
  password: 'secret',
  char: 'a',
};

/** @typedef {'request' | 'response'} Mode */

/**
 * @param {SchemaObject} s
 * @param {boolean} whole
 * @returns {number}
 */
function sampleNumber(s, whole) {
  const step = typeof s.multipleOf === 'number' && s.multipleOf > 0 ? s.multipleOf : whole ? 1 : 0;
  const low = typeof s.exclusiveMinimum === 'number' ? s.exclusiveMinimum + (step || 0.5) : s.minimum;
  const high = typeof s.exclusiveMaximum === 'number' ? s.exclusiveMaximum - (step || 0.5) : s.maximum;
  let value = step || 1;
  if (typeof high === 'number' && value > high) value = high;
  if (typeof low === 'number' && value < low) value = low;
  if (step)
    value =
      Math.round(
        (typeof low === 'number' ? Math.ceil(value / step - 1e-9) : Math.floor(value / step + 1e-9)) * step * 1e9,
      ) / 1e9;
  return value;
}

/** @param {SchemaObject} s @returns {string} */
function sampleString(s) {
  const { format = '', minLength = 0, maxLength = Infinity } = s;
  let text = has(FORMATS, str(format)) ? FORMATS[format] : 'string';
  if (maxLength < text.length) text = text.slice(0, Math.max(0, maxLength));
  if (minLength > text.length) text = text.padEnd(Math.min(minLength, 200), 'a');
  return text;
}

/**
 * `undefined` means "leave this out": it is the answer for a recursive part.
 * @param {Schema} schema
 * @param {Mode} mode
 * @param {string[]} [trail]
 * @param {{ left: number }} [budget]
 * @returns {unknown}
 */
function sample(schema, mode, trail = [], budget = { left: 2000 }) {
  if (schema === false || budget.left-- <= 0 || trail.length > 40) return undefined;
  const { s, trail: own } = normal(schema);
  if (s.example !== undefined) return s.example;
  if (arr(s.examples).length) return arr(s.examples)[0];
  if (has(s, 'const')) return s.const;
  if (s.default !== undefined && s.default !== null) return s.default;
  if (arr(s.enum).length) return arr(s.enum).find((value) => value !== null) ?? null;
  if (own.some((ref) => trail.includes(ref))) return undefined;
  const next = [...trail, ...own];
  const go = (/** @type {Schema} */ inner) => sample(inner, mode, next, budget);
  const options = optionsOf(s);
  let chosen;
  for (const option of options) {
    chosen = go(option);
    if (chosen !== undefined) break;
  }
  if (options.length && !isObject(s.properties)) return chosen;
  switch (mainType(s)) {
    case 'object': {
      const entries = Object.entries(isObject(chosen) ? chosen : {});
      for (const [name, value] of Object.entries(obj(s.properties))) {
        const flags = normal(value).s;
        if (mode === 'request' ? flags.readOnly === true : flags.writeOnly === true) continue;
        const made = go(value);
        if (made !== undefined) entries.push([name, made]);
        else if (arr(s.required).includes(name) && normal(value).nullable) entries.push([name, null]);
      }
      if (!isObject(s.properties) && isObject(s.additionalProperties)) {
        const made = go(s.additionalProperties);
        if (made !== undefined) entries.push(['key', made]);
      }
      // fromEntries defines a property called "__proto__" instead of setting the prototype.
      return Object.fromEntries(entries);
    }
    case 'array': {
      const items = arr(s.prefixItems)
        .map(go)
        .map((value) => (value === undefined ? null : value));
      if (s.items !== undefined && s.items !== false && s.maxItems !== 0) {
        const made = go(s.items);
        const wanted = Math.max(1, Math.min(Number(s.minItems) || 1, 5));
        while (made !== undefined && items.length < wanted) items.push(made);
      }
      return items;
    }
    case 'string':
      return s.format === 'binary' ? '' : sampleString(s);
    case 'integer':
      return sampleNumber(s, true);
    case 'number':
      return sampleNumber(s, false);
    case 'boolean':
      return true;
    default:
      return s.not ? undefined : null;
  }
}
