// Random specs and random changes of them, from a seed.
import type { NodeID } from '#domain/node-spec.ts';

export type Random = () => number;
type Data = Record<string, unknown>;

/** Numbers in [0, 1) from a seed (mulberry32, T. Ettinger). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] as T;
}

const whole = (random: Random, below: number) => Math.floor(random() * below);
const hex = (random: Random) => Array.from({ length: 64 }, () => whole(random, 16).toString(16)).join('') as NodeID;
const version = (random: Random) => `${whole(random, 3)}.${whole(random, 10)}.${whole(random, 10)}`;
const intervals = ['1s', '5s', '1m', '5m', '15m', '1h', '4h', '1d'];
const words = ['value', 'upper', 'middle', 'lower', 'a', 'b', 'close', 'fast', 'slow', 'Ünïcode', '€', 'x y'];

function some<T>(random: Random, least: number, most: number, make: () => T): T[] {
  return Array.from({ length: least + whole(random, most - least + 1) }, make);
}

function param(random: Random): unknown {
  const kind = whole(random, 6);
  if (kind === 0) return pick(random, words);
  if (kind === 1) return random() < 0.5;
  if (kind === 2) return null;
  if (kind === 3) return some(random, 0, 4, () => whole(random, 100) / 8);
  return random() < 0.5 ? whole(random, 1_000) : (random() - 0.5) * 10 ** (whole(random, 60) - 30);
}

function computed(random: Random, upstreams: number, named: boolean): Data {
  return {
    interval: pick(random, intervals),
    period: 1 + whole(random, 525_600),
    params: Object.fromEntries(some(random, 0, 5, () => [`p${whole(random, 20)}`, param(random)])),
    upstreams: Array.from({ length: upstreams }, (_, at) => ({ node: hex(random), output: pick(random, ['value', 'upper', 'lower']), ...(named && { name: `in${at}` }) })),
  };
}

/** A spec of a random type as plain data, identity-relevant in every leaf. */
export function randomSpec(random: Random): Data {
  const schema = { outputs: [...new Set(some(random, 1, 3, () => pick(random, ['value', 'upper', 'middle', 'lower'])))] };
  const nodeType = pick(random, ['stream', 'kernel', 'custom', 'account', 'tag-query']);
  if (nodeType === 'stream') {
    const config = { venue: pick(random, words), instrument: `I${whole(random, 1_000)}`, interval: pick(random, intervals), field: pick(random, ['open', 'high', 'low', 'close', 'volume']) };
    return { nodeType, code: { stream: 'bars', version: version(random) }, config, schema };
  }
  if (nodeType === 'kernel') return { nodeType, code: { kernel: pick(random, ['sma', 'ema', 'rsi', 'add']), version: version(random) }, config: computed(random, 1 + whole(random, 3), false), schema };
  if (nodeType === 'custom') {
    const code = { source: `(window, params) => {\n  return window.in0[${whole(random, 50)}] * ${whole(random, 50)};\n}` };
    return { nodeType, code, config: computed(random, 1 + whole(random, 3), true), schema };
  }
  if (nodeType === 'account') return { nodeType, code: { account: 'paper', version: version(random) }, config: computed(random, 3, true), schema };
  const config = { interval: pick(random, intervals), period: 1 + whole(random, 500), tags: some(random, 1, 3, () => pick(random, words)), match: pick(random, ['any', 'all']) };
  return { nodeType, code: { query: 'tags', version: version(random) }, config, schema };
}

/** The same data built anew, with the names of every record in another order. */
export function shuffled<T>(random: Random, value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => shuffled(random, item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, item]: [string, unknown]) => [random(), name, shuffled(random, item)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => a - b).map(([, name, item]) => [name, item])) as T;
}

/** Every place in plain data: the records and lists that hold something, with the key. */
export function places(value: unknown): { holder: Data; key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => [{ holder: value as Data, key }, ...places(item)]);
}

/** A copy with exactly one leaf changed, entry dropped, or entry added, so that its canonical JSON differs. */
export function mutated(random: Random, spec: Data): Data {
  const copy = structuredClone(spec);
  const leaves = places(copy).filter(({ holder, key }) => typeof holder[key] !== 'object' || holder[key] === null);
  const { holder, key } = pick(random, leaves);
  const value = holder[key];
  // The type of the node can only be another one; every other leaf may also go, or get a neighbour.
  const turn = holder === copy ? 3 : whole(random, 4);
  if (turn === 0 && Array.isArray(holder)) holder.splice(Number(key), 1);
  else if (turn === 0) delete holder[key];
  else if (turn === 1 && Array.isArray(holder)) holder.push(value);
  else if (turn === 1) holder[`${key}x`] = value;
  else holder[key] = changed(random, value);
  return copy;
}

/** Another value of the same type, as near as possible: the next double, one character, the other boolean. */
function changed(random: Random, value: unknown): unknown {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return random() < 0.5 ? value + 1 + Math.abs(value) : nextDouble(value);
  if (typeof value !== 'string') return 0;
  const at = whole(random, value.length);
  return `${value.slice(0, at)}${value[at] === 'e' ? 'f' : 'e'}${value.slice(at + 1)}`;
}

function nextDouble(value: number): number {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value === 0 ? 0 : value);
  bits.setBigUint64(0, bits.getBigUint64(0) + 1n);
  return bits.getFloat64(0);
}
