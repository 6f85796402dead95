// Values that the Zod schemas take are sent to the routes that echo them, and values that they refuse: serde has to agree.
// What serde sends goes into fixtures, which TypeScript compiles. Ends with `N passed, N failed`.
//   node values.mjs BASE FIXTURES.ts [SEED]
import { writeFileSync } from 'node:fs';
import { inputs } from './generated/js/generated/schemas.js';

const [base, fixtures, seed = '1'] = process.argv.slice(2);
const TAKEN = Number(process.env.VALUES ?? 60);
let state = Number(seed) >>> 0 || 1;
// xorshift32: the same values for the same seed.
const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
};
const below = (count) => Math.floor(random() * count);
const pick = (list) => list[below(list.length)];

const TEXTS = [
    '', 'a', 'ab', 'abc', 'abcd', 'abcde', '\u{1f989}', '\u{1f989}\u{1f989}', '\u{1f989}\u{1f989}\u{1f989}\u{1f989}', 'é', '\ud800', 'a\udc00b', '\0', '"\\', '1', '0', '-1', '007',
    '9223372036854775807', '18446744073709551616', 'x y', '__proto__', 'null', 'true',
    '2026-11-26', '2024-02-29', '2023-02-29', '2026-13-01', '2026-04-31', '2026-11-26T14:00:00Z', '2026-11-26T14:00:00+02:00', '2026-11-26T24:00:00Z',
    '2026-11-26T14:00:00.123456789Z', '2026-11-26T14:00:00', '2026-02-30T14:00:00', '14:00:00', '14:00:00.5', '24:00:00', '14:60:00',
    '67e55044-10b1-426f-9247-bb680e5fe0c8', '67E5504410B1426F9247BB680E5FE0C8', '{67e55044-10b1-426f-9247-bb680e5fe0c8}',
    'urn:uuid:67e55044-10b1-426f-9247-bb680e5fe0c8', '67e55044-10b1-426f-9247-bb680e5fe0c', 'low', 'high',
    '127.0.0.1', '255.255.255.255', '256.0.0.1', '01.2.3.4', '1.2.3', '::', '::1', '2001:DB8::8:800:200C:417A', '::ffff:1.2.3.4', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7::', '1::2::3', 'fe80::1%eth0', ':::', '::1.2.3.4', '00001::', '::1/64', ' ::1',
    'ab', 'a1b', 'ä1b', 'East', 'the west', 'west', '+1', '1.0', '1e3', '256', '-32769', 'a b',
];
const NUMBERS = [0, -0, 1, -1, 2, 12, 13, 127, 128, -128, -129, 255, 256, 32767, 32768, 65535, 65536, 2147483647, 2147483648, -2147483648, -2147483649, 4294967295, 4294967296,
    Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 0.5, -1.5, 2.5, 2.6, 1e-7, 1e20, 1e300];
// Members that nobody knows may hold what serde passes over or not, as it comes.
const whole = TEXTS.filter((text) => text.isWellFormed());
const anything = (depth = 0) => {
    const kind = below(depth > 2 ? 4 : 6);
    if (kind === 0) return pick(whole);
    if (kind === 1) return pick(NUMBERS);
    if (kind === 2) return random() < 0.5;
    if (kind === 3) return null;
    if (kind === 4) return Array.from({ length: below(4) }, () => anything(depth + 1));
    return Object.fromEntries(Array.from({ length: below(4) }, () => [pick(whole.slice(0, 6)), anything(depth + 1)]));
};

/** A value that probably fits. */
function value(schema, depth = 0) {
    const def = schema._zod.def;
    const inner = (other) => value(other, depth + 1);
    switch (def.type) {
        case 'string': {
            const fitting = TEXTS.filter((text) => schema.safeParse(text).success);
            return fitting.length > 0 ? pick(fitting) : pick(TEXTS);
        }
        case 'number': {
            const fitting = NUMBERS.filter((number) => schema.safeParse(number).success);
            return fitting.length > 0 ? pick(fitting) : 0;
        }
        case 'boolean': return random() < 0.5;
        case 'null': return null;
        case 'literal': return pick(def.values);
        case 'enum': return pick(Object.values(def.entries));
        case 'nullable': return random() < 0.3 || depth > 6 ? null : inner(def.innerType);
        case 'optional': return random() < 0.4 || depth > 6 ? undefined : inner(def.innerType);
        case 'array': {
            const { minimum = 0, maximum = Infinity } = Object.assign({}, ...(def.checks ?? []).map((check) => check._zod.def));
            const length = Math.max(minimum, Math.min(maximum, depth > 6 ? 0 : pick([0, 1, 2, 3])));
            return Array.from({ length }, () => inner(def.element));
        }
        case 'tuple': return def.items.map(inner);
        case 'record': {
            // How large the integers of keys may be is not in the schema.
            const names = TEXTS.filter((text) => !/^-?\d{3,}$|^__proto__$/.test(text) && def.keyType.safeParse(text).success);
            return Object.fromEntries(Array.from({ length: depth > 6 ? 0 : below(3) }, () => [pick(names), inner(def.valueType)]));
        }
        case 'object': {
            const entries = Object.entries(def.shape).map(([name, member]) => [name, inner(member)]);
            if (def.catchall && def.catchall._zod.def.type !== 'never') {
                for (let more = below(3); more > 0; more -= 1) entries.unshift([pick(['more', 'other', 'x y']), inner(def.catchall)]);
            }
            return Object.fromEntries(entries.filter(([, member]) => member !== undefined));
        }
        case 'union': return inner(depth > 6 ? def.options[0] : pick(def.options));
        case 'lazy': return z_json.has(schema) || isJson(schema) ? anything(depth) : inner(def.getter());
        case 'intersection': return inner(pick([def.left, def.right]));
        default: throw new Error(`no values for ${def.type}`);
    }
}
const z_json = new Set();
/** `z.json()` takes anything. */
function isJson(schema) {
    const fits = [null, 'text', 1.5, [true, {}], { a: [] }].every((any) => schema.safeParse(any).success);
    if (fits) z_json.add(schema);
    return fits;
}

/** The value with one change somewhere. */
function changed(given) {
    if (Array.isArray(given) && given.length > 0 && random() < 0.8) {
        const at = below(given.length);
        const copy = [...given];
        if (random() < 0.2) copy.splice(at, 1);
        else copy[at] = changed(copy[at]);
        return copy;
    }
    if (typeof given === 'object' && given !== null && !Array.isArray(given) && random() < 0.85) {
        const names = Object.keys(given);
        const copy = { ...given };
        const kind = random();
        if (kind < 0.15 || names.length === 0) return { ...copy, unknown: anything() };
        const name = pick(names);
        if (kind < 0.3) delete copy[name];
        else copy[name] = changed(copy[name]);
        return copy;
    }
    return anything();
}

/** Whether a value has an integer of which JavaScript does not know the digits: serde takes it, and Zod does not. */
function hasUnsafeInteger(given) {
    if (typeof given === 'number') return Number.isInteger(given) && !Number.isSafeInteger(given);
    return typeof given === 'object' && given !== null && Object.values(given).some(hasUnsafeInteger);
}

/** Where serde takes more than its schema says: a flattened `Option` is `None`, whatever does not fit; and a flattened
 *  enum knows its variants by their numbers, and takes an empty object for one without content. */
const takesMore = (path, given) => (path === '/shapes/adjacent' && lacksContent(given)) || path === '/flattened/option' || (path === '/flattened/external' && given?.Nothing !== undefined) || (path === '/flattened/internal' && typeof given?.kind === 'number');

/** Content that is an `Option` may be missing. */
const lacksContent = (given) => given?.t === 'Nested' ? lacksContent(given.c) : given?.t === 'Newtype' && given.c === undefined;

let [passed, failed] = [0, 0];
const report = (ok, text) => {
    if (ok) passed += 1;
    else {
        failed += 1;
        if (failed <= 40) console.log(text());
    }
};
const send = (path, given) => fetch(base + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(given) });

const lines = [
    "import type { Routes } from './server.js';",
    'type DataOf<A> = A extends { ok: true; data: infer Data } ? Data : never;',
    'type Sent<P extends keyof Routes> = Routes[P] extends { post: { answer: infer A } } ? DataOf<A> : never;',
    'type Taken<P extends keyof Routes> = Routes[P] extends { post: { input: { body: infer Body } } } ? Body : never;',
    '',
];
const fixture = (kind, path, given) => lines.push(`export const v${lines.length}: ${kind}<${JSON.stringify(path)}> = ${JSON.stringify(given)};`);

for (const [path, { post }] of Object.entries(inputs)) {
    if (!post?.body || !/^\/(values|structs|enums|flattened|shapes)\//.test(path)) continue;
    let [taken, refused] = [0, 0];
    for (let round = 0; round < TAKEN * 20 && taken < TAKEN; round += 1) {
        const given = value(post.body);
        if (given === undefined || !post.body.safeParse(given).success) continue;
        taken += 1;
        const response = await send(path, given);
        const text = await response.text();
        report(response.ok, () => `${path}: Zod takes ${JSON.stringify(given)}, and serde says ${text}`);
        if (!response.ok) continue;
        const sent = JSON.parse(text);
        // What serde has sent, it reads again; and so has Zod to, unless digits were lost on the way.
        report(hasUnsafeInteger(sent) || path === '/values/defaults' || post.body.safeParse(sent).success, () => `${path}: serde sends ${text}, and Zod says ${JSON.stringify(post.body.safeParse(sent).error.issues)}`);
        if (taken <= 12) {
            fixture('Taken', path, given);
            fixture('Sent', path, sent);
        }
        for (let change = 0; change < 6; change += 1) {
            const other = changed(given);
            if (other === undefined || hasUnsafeInteger(other)) continue;
            const parsed = post.body.safeParse(other);
            const answer = await send(path, other);
            await answer.arrayBuffer();
            if (!parsed.success) refused += 1;
            const serdeAlone = answer.ok && !parsed.success;
            report(parsed.success === answer.ok || (serdeAlone && takesMore(path, other)) || isListForStruct(other, parsed, answer), () => `${path}: ${JSON.stringify(other)}: Zod ${parsed.success ? 'takes' : 'refuses'} it, and serde ${answer.ok ? 'takes' : 'refuses'} it${parsed.success ? '' : ` ${JSON.stringify(parsed.error.issues)}`}`);
        }
    }
    report(taken >= TAKEN / 4, () => `${path}: only ${taken} values`);
    if (process.env.VERBOSE) console.log(path, taken, refused);
}

/** serde reads a struct from a list of its fields, too, and a unit from an empty one. */
function isListForStruct(other, parsed, answer) {
    return answer.ok && !parsed.success && parsed.error.issues.every(aboutList);
    function aboutList(issue) {
        if (issue.code === 'invalid_union') return issue.errors.some((issues) => issues.every(aboutList));
        const at = issue.path.reduce((any, step) => any?.[step], other);
        return issue.code === 'invalid_type' && ['object', 'record'].includes(issue.expected) && Array.isArray(at);
    }
}

writeFileSync(fixtures, `${lines.join('\n')}\n`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
