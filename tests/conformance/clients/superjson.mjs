// What clients of both versions do with `transformer: superjson`: random values of a type with everything in it, there and
// back, and what is refused.

import { inspect, isDeepStrictEqual } from 'node:util';
import superjson from 'superjson';

import { check } from './check.mjs';

export function same(name, got, expected) {
  if (isDeepStrictEqual(got, expected)) return check(name, true, true);
  const isObject = got && expected && Object.getPrototypeOf(got) === Object.prototype;
  const differs = (key) => !isDeepStrictEqual(got[key], expected[key]);
  const part = (value) => (isObject ? Object.fromEntries([...new Set([...Object.keys(got), ...Object.keys(expected)])].filter(differs).map((key) => [key, value?.[key]])) : value);
  check(name, inspect(part(got), { depth: 9 }), inspect(part(expected), { depth: 9 }));
}

export const failure = (call) => call.then((value) => ({ value }), (error) => error);

/// Numbers by a seed: mulberry32.
function numbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/// A random value of the type `All` of the server.
export function random(seed) {
  const next = numbers(seed);
  const below = (most) => Math.floor(next() * most);
  const one = (...choices) => choices[below(choices.length)];
  const some = (make, most = 4) => Array.from({ length: below(most) }, make);
  const text = () => some(() => one('a', '.', '\\', '"', 'é', '😀', '\n', '0', '\u2028', '__proto__'), 6).join('');
  const big = (bits) => some(() => BigInt(below(2 ** 16)), bits / 16 + 1).reduce((whole, part) => whole * 65536n + part, 0n);
  const signed = (bits) => (next() < 0.5 ? -big(bits - 16) : big(bits - 16));
  const date = () => new Date(one(0, -1, 1767323045006, 253402300799999, 8.64e15, -8.64e15, below(2 ** 40)));
  const float = () => one(0, -0, NaN, Infinity, -Infinity, 1.5, -1e300, 5e-324, next(), next() * 1e-300, 2 ** 60);
  const map = (key, value) => new Map(some(() => [key(), value()]));
  const integer = (value) => (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER ? value : Number(value));
  const plain = (level) => one(
    () => null,
    () => true,
    text,
    () => below(1000) - 500,
    next,
    () => (level > 2 ? [] : some(() => plain(level + 1)())),
    () => (level > 2 ? {} : Object.fromEntries(some(() => [one('a', 'a.b', 'c\\d', ''), plain(level + 1)()]))),
  );
  return {
    text: text(),
    small: below(2 ** 32) - 2 ** 31,
    float: float(),
    single: Math.fround(one(0.5, -0, NaN, Infinity, -Infinity, 1e30)),
    exact: integer(signed(64)),
    wide: integer(big(64)),
    date: date(),
    maybeDate: one(null, date()),
    big: big(64),
    huge: signed(128),
    set: new Set(some(text)),
    dates: new Set(some(date)),
    map: map(() => below(2 ** 32), () => some(() => big(64))),
    keys: map(text, date),
    byDate: map(date, () => ({ at: date() })),
    url: new URL(one('http://owls.example/', 'https://a.b/c?d=e#f', 'data:,x')),
    pattern: one(/a/, /[/]\.(owl)?/giu, /^$/m),
    bytes: new Uint8Array(some(() => below(256), 9)),
    'odd.name\\with.dots': date(),
    ...(next() < 0.5 ? {} : { absent: text() }),
    any: plain(0)(),
    choice: one('nothing', { one: date() }, { two: [big(64), text()] }, { struct: { set: new Set(some(() => below(256))) } }),
    flatBig: signed(64),
    digits: `${big(64)}`,
  };
}

/// What comes back: a `f32` has fewer digits, and sets and maps have each key once.
function known(value) {
  const { single, byDate, dates, ...rest } = value;
  const times = (entries) => [...entries].map((entry) => superjson.stringify(entry)).sort();
  return { ...rest, single: Math.fround(single), dates: times(dates), byDate: [...new Map([...byDate].map(([at, value]) => [+at, +value.at]))].sort(([a], [b]) => a - b) };
}

export async function calls(name, client, { rounds = 40, seed = Number(process.env.SEED ?? 1) } = {}) {
  for (let round = 0; round < rounds; round += 1) {
    const value = random(seed * 1000 + round);
    same(`${name}: everything, seed ${seed * 1000 + round}`, known(await client.all.query(value)), known(value));
  }
  const value = random(seed);
  same(`${name}: a mutation`, known(await client.change.mutate(value)), known(value));
  same(`${name}: a value with undefined`, known(await client.all.query({ ...value, absent: undefined })), known((({ absent, ...rest }) => rest)(value)));
  const many = await Promise.all([client.nothing.query(), client.optional.query(), client.optional.query(null), client.optional.query('x'), client.any.query(undefined), client.any.query(null)]);
  same(`${name}: undefined and null`, many, [undefined, null, null, 'x', undefined, null]);
  for (const value of [0, '', false, [], {}, { a: { b: null } }, { 'a.b\\c': 1.5 }]) same(`${name}: any`, await client.any.query(value), value);
  same(`${name}: floats`, await client.floats.query([NaN, Infinity, -Infinity, -0, 0, 1.5]), [NaN, Infinity, -Infinity, -0, 0, 1.5]);
  const date = new Date(1767323045006);
  same(`${name}: plain types`, await client.plain.query({ date, big: 2n ** 64n - 1n, text: 12n, missing: undefined, list: new Set(['a']), map: new Map([['k', 1]]) }),
    { date: date.toISOString(), big: 2n ** 64n - 1n, text: '12', missing: null, list: ['a'], map: { k: 1 } });
  const one = { at: date };
  same(`${name}: the same twice`, await client.twice.query([one, one]), [one, one]);
  for (const [what, call] of [
    ['NaN for an integer', () => client.small.query(NaN)],
    ['a large bigint', () => client.small.query(2n ** 40n)],
    ['a date for an integer', () => client.small.query(new Date(0))],
    ['undefined for an integer', () => client.small.query(undefined)],
    ['a set of wrong items', () => client.floats.query(new Set(['a']))],
  ]) {
    const error = await failure(call());
    check(`${name}: ${what}`, error.data?.code, 'BAD_REQUEST');
  }
  const error = await failure(client.fail.query());
  check(`${name}: an error`, [error.message, error.shape?.code, error.data?.code, error.data?.httpStatus, error.data?.path], ['no', -32009, 'CONFLICT', 409, 'fail']);
}
