// Row operators against brute-force models written with maps and slices, for any cutting of the rows, any interleaving of the sources, and
// restarts anywhere.
import { describe, expect, test } from 'vitest';
import { seededRandom } from '#clock/random.ts';
import type { Interval } from '#domain/interval.ts';
import { AGGREGATES } from '#kernels/aggregate.ts';
import { FILLED_ROWS_MAX, Gaps, type MissingPolicy } from '#kernels/operator-gaps.ts';
import { KeyedWindows, LATE_POLICIES } from '#kernels/operator-keyed.ts';
import { operatorOf, type OperatorName, planRows } from '#kernels/operator.ts';
import { Plan, type PlanInput, type PlanNode, type RowMaker } from '#kernels/plan.ts';
import { bricks } from './bricks.ts';

const MINUTE = 60_000;
const minutes = (n: number): number => n * MINUTE;

interface Row {
  readonly t: number;
  readonly values: readonly number[];
}

/** Minutes of a day, some of them missing: value in cents, key, and a time of its own that may lie behind. */
function tape(seed: number, count: number, density: number): Row[] {
  const random = seededRandom(seed);
  const rows: Row[] = [];
  for (let minute = 0; minute < count; minute++) {
    // Now and then nothing comes for half an hour.
    if (random.below(200) === 0) minute += 30;
    if (random.next() >= density) continue;
    const t = minutes(minute);
    rows.push({ t, values: [100 + random.below(50) / 100, random.below(4), t - minutes(random.below(8)) * random.below(2)] });
  }
  return rows;
}

const A = tape(1, 1_500, 0.8);
const B = tape(2, 1_500, 0.7).map(({ t, values }) => ({ t: 5 * t, values })).filter(({ t }) => t < minutes(1_500));
const TAPES: Readonly<Record<string, readonly Row[]>> = { a: A, b: B };
const INTERVALS: Readonly<Record<string, string>> = { a: '1m', b: '5m' };
const SOURCES = Object.keys(TAPES).map((id) => ({ id, columns: 4 }));

const of = (source: string, column = 1): PlanInput => ({ source, column });
const out = (node: string, output = 0): PlanInput => ({ node, output });

/** A new node each time: an operator keeps its state. */
function operator(id: string, name: OperatorName, inputs: readonly (readonly [string, PlanInput])[], params: Record<string, number | string>, interval: string, inputInterval = interval): PlanNode {
  const terms = { params, interval: interval as Interval, inputs: inputs.map(([input, from], k) => ({ name: input, interval: (k === 0 && name === 'asof' ? interval : 'source' in from ? INTERVALS[from.source]! : inputInterval) as Interval })) };
  return { id, inputs: inputs.map(([, input]) => input), outputs: operatorOf(name).outputs(params), rows: planRows(name, terms) };
}

const kernel = (id: string, name: string, inputs: readonly PlanInput[], params = {}): PlanNode => ({ id, inputs, outputs: ['value'], kernel: { name, params } });
const bar = (source: string) => ['open', 'high', 'low', 'close', 'volume'].map((field) => [field, of(source)] as const);

const nodes = (): PlanNode[] => [
  operator('bars5', 'resample', bar('a'), { offsetMs: 0 }, '5m'),
  operator('bars60', 'resample', ['open', 'high', 'low', 'close', 'volume'].map((field, k) => [field, out('bars5', k)] as const), { offsetMs: 0 }, '1h', '5m'),
  operator('shifted', 'resample', bar('a'), { offsetMs: minutes(7) }, '15m'),
  operator('bricks', 'renko', [['close', of('a')], ['volume', of('a')]], { size: 0.1 }, '1m'),
  kernel('trend', 'sma', [out('bars5', 3)], { period: 3 }),
  operator('known', 'asof', [['rows', of('a')], ['value', out('trend')]], {}, '1m', '5m'),
  operator('foreign', 'asof', [['rows', of('a')], ['value', of('b')]], {}, '1m'),
  kernel('spread', 'sub', [out('known'), of('a')]),
  operator('tumbling', 'window', [['value', of('a')]], { widthMs: minutes(10) }, '10m'),
  operator('sliding', 'window', [['value', of('a')]], { widthMs: minutes(15) }, '5m'),
  operator('sessions', 'session', [['value', of('a')]], { gapMs: minutes(4) }, '1m'),
  operator('buffered', 'buffer', [['value', of('a')]], { rows: 7 }, '1m'),
  kernel('high', 'gt', [of('a')], { b: 100.3 }),
  operator('some', 'filter', [['value', of('a')], ['condition', out('high')]], {}, '1m'),
  kernel('some3', 'sma', [out('some')], { period: 3 }),
  kernel('back', 'sub', [out('some3'), of('a')]),
  operator('quiet', 'window', [['value', out('some')]], { widthMs: minutes(10) }, '10m', '1m'),
  operator('changes', 'dedupe', [['value', of('a', 2)]], {}, '1m'),
  operator('rare', 'throttle', [['value', of('a')]], { everyMs: minutes(7) }, '1m'),
  operator('skip', 'gaps', [['value', of('a')]], { missing: 'skip' }, '1m'),
  operator('fail', 'gaps', [['value', of('a')]], { missing: 'fail' }, '1m'),
  operator('filled', 'gaps', [['value', of('a')]], { missing: 'interpolate' }, '1m'),
  operator('even', 'asof', [['rows', out('filled')], ['value', of('b')]], {}, '1m', '1m'),
  operator('late ignored', 'keyed', [['value', of('a')], ['key', of('a', 2)], ['time', of('a', 3)]], { widthMs: minutes(5), delayMs: minutes(3), late: 'ignore', gives: 'windows' }, '1m'),
  operator('late aside', 'keyed', [['value', of('a')], ['key', of('a', 2)], ['time', of('a', 3)]], { widthMs: minutes(5), delayMs: minutes(3), late: 'side-output', gives: 'late' }, '1m'),
  operator('late recomputed', 'keyed', [['value', of('a')], ['key', of('a', 2)], ['time', of('a', 3)]], { widthMs: minutes(5), delayMs: minutes(3), late: 'recompute', gives: 'windows' }, '1m'),
];

// ---- the same by maps and slices

const mean = (values: readonly number[]): number => decimalSum(values) / values.length;
/** Prices and quantities here have two places. */
const decimalSum = (values: readonly number[]): number => values.reduce((sum, value) => sum + Math.round(value * 100), 0) / 100;
const aggregates = (values: readonly number[]): number[] => [values.length, decimalSum(values), mean(values), Math.min(...values), Math.max(...values), values[0]!, values.at(-1)!];
const only = (rows: readonly Row[], column = 0): Row[] => rows.map(({ t, values }) => ({ t, values: [values[column]!] }));

function bucketed(rows: readonly Row[], widthMs: number, offsetMs = 0): Map<number, Row[]> {
  return Map.groupBy(rows, ({ t }) => Math.floor((t - offsetMs) / widthMs) * widthMs + offsetMs);
}

/** The last bucket is known to be over only when its last row, or one behind it, has come. */
function isOver(rows: readonly Row[], end: number, intervalMs: number): boolean {
  return rows.at(-1)!.t + intervalMs >= end;
}

function bars(rows: readonly Row[], widthMs: number, intervalMs: number, fields: (row: Row) => readonly number[], offsetMs = 0): Row[] {
  return [...bucketed(rows, widthMs, offsetMs)].filter(([start]) => isOver(rows, start + widthMs, intervalMs)).map(([t, members]) => {
    const all = members.map(fields);
    return { t, values: [all[0]![0]!, Math.max(...all.map((each) => each[1]!)), Math.min(...all.map((each) => each[2]!)), all.at(-1)![3]!, decimalSum(all.map((each) => each[4]!))] };
  });
}

function windows(rows: readonly Row[], widthMs: number, everyMs: number, watermark: number): Row[] {
  const made: Row[] = [];
  const first = Math.floor(rows[0]!.t / everyMs) * everyMs;
  for (let end = first + everyMs; end <= watermark + minutes(1); end += everyMs) {
    const within = rows.filter(({ t }) => t >= end - widthMs && t < end);
    if (within.length > 0) made.push({ t: end - everyMs, values: aggregates(within.map(({ values }) => values[0]!)) });
  }
  return made;
}

function sessions(rows: readonly Row[], gapMs: number): Row[] {
  const runs: Row[][] = [];
  for (const row of rows) {
    if (row.t - (runs.at(-1)?.at(-1)?.t ?? -Infinity) < gapMs) runs.at(-1)!.push(row);
    else runs.push([row]);
  }
  const over = runs.filter((run) => run.at(-1)!.t + gapMs <= rows.at(-1)!.t);
  return over.map((run) => ({ t: run.at(-1)!.t + gapMs, values: [run[0]!.t, run.at(-1)!.t, ...aggregates(run.map(({ values }) => values[0]!))] }));
}

/** `right` speaks of [t, t + rightMs), `left` of [t, t + leftMs). Left rows wait until the right side has come as far. */
function asOf(left: readonly Row[], right: readonly Row[], leftMs: number, rightMs: number, rightWatermark: number): Row[] {
  return left.flatMap(({ t }) => {
    if (t + leftMs > rightWatermark) return [];
    const known = right.filter((row) => row.t + rightMs <= t + leftMs).at(-1);
    return known ? [{ t, values: known.values }] : [];
  });
}

function averages(rows: readonly Row[], period: number): Row[] {
  return rows.slice(period - 1).map(({ t }, k) => ({ t, values: [mean(rows.slice(k, k + period).map(({ values }) => values[0]!))] }));
}

function minus(left: readonly Row[], right: readonly Row[]): Row[] {
  const byTime = new Map(right.map(({ t, values }) => [t, values[0]!]));
  return left.flatMap(({ t, values }) => (byTime.has(t) ? [{ t, values: [values[0]! - byTime.get(t)!] }] : []));
}

function filled(rows: readonly Row[]): Row[] {
  return rows.flatMap((row, k): Row[] => {
    const last = rows[k - 1];
    if (last === undefined) return [row];
    const missing = (row.t - last.t) / MINUTE - 1;
    const line = Array.from({ length: missing }, (_, m) => ({ t: last.t + minutes(m + 1), values: [last.values[0]! + (row.values[0]! - last.values[0]!) * ((m + 1) / (missing + 1))] }));
    return [...line, row];
  });
}

interface KeyedModel {
  readonly given: Row[];
  readonly late: Row[];
  /** Rows that came for a complete window. */
  count: number;
}

/** Every window is made anew from all rows its key has brought in time; nothing is kept but those rows. */
function keyed(rows: readonly Row[], widthMs: number, delayMs: number, policy: 'ignore' | 'recompute'): KeyedModel {
  const model: KeyedModel = { given: [], late: [], count: 0 };
  const wait = policy === 'recompute' ? 0 : delayMs;
  const held = new Map<number, { time: number; value: number }[]>();
  const times = new Map<string, number>();
  for (const { t, values: [value, key, time] } of rows as readonly { t: number; values: [number, number, number] }[]) {
    const mine = held.get(key) ?? [];
    held.set(key, mine);
    const newest = Math.max(-Infinity, ...mine.map((row) => row.time));
    const start = Math.floor(time / widthMs) * widthMs;
    const give = (from: number): void => {
      const within = mine.filter((row) => row.time >= from && row.time < from + widthMs).map((row) => row.value);
      const revision = times.get(`${key} ${from}`) ?? 0;
      times.set(`${key} ${from}`, revision + 1);
      model.given.push({ t, values: [key, from, revision, ...aggregates(within)] });
    };
    const isLate = start + widthMs <= newest - wait;
    if (isLate) model.count++;
    if (start + widthMs <= newest - delayMs) {
      model.late.push({ t, values: [key, time, value] });
      continue;
    }
    mine.push({ time, value });
    if (isLate) give(start);
    const due = [...new Set(mine.map((row) => Math.floor(row.time / widthMs) * widthMs))].toSorted((a, b) => a - b);
    for (const from of due) if (from + widthMs <= Math.max(newest, time) - wait && !times.has(`${key} ${from}`)) give(from);
  }
  return model;
}

const fields = ({ values: [value] }: Row): number[] => Array.from({ length: 5 }, () => value!);
const endOf = (rows: readonly Row[], intervalMs: number): number => rows.at(-1)!.t + intervalMs;
const bars5 = bars(A, minutes(5), MINUTE, fields);
const some = A.filter(({ values }) => values[0]! > 100.3);
const trend = averages(only(bars5, 3), 3);
const known = asOf(A, trend, MINUTE, minutes(5), endOf(A, MINUTE));
const firstGap = A.findIndex(({ t }, k) => k > 0 && t - A[k - 1]!.t > MINUTE);
const ignoring = keyed(A, minutes(5), minutes(3), 'ignore');
const recomputing = keyed(A, minutes(5), minutes(3), 'recompute');
const EXPECTED: Readonly<Record<string, readonly Row[]>> = {
  bars5,
  bars60: bars(bars5, minutes(60), minutes(5), ({ values }) => values).filter(({ t }) => t + minutes(60) <= endOf(A, MINUTE)),
  shifted: bars(A, minutes(15), MINUTE, fields, minutes(7)),
  bricks: bricks(A, 10),
  trend,
  known,
  foreign: asOf(A, only(B), MINUTE, minutes(5), endOf(B, minutes(5))),
  spread: minus(known, only(A)),
  tumbling: windows(A, minutes(10), minutes(10), A.at(-1)!.t),
  sliding: windows(A, minutes(15), minutes(5), A.at(-1)!.t),
  sessions: sessions(A, minutes(4)),
  buffered: A.flatMap(({ t }, k) => ((k + 1) % 7 === 0 ? [{ t, values: aggregates(A.slice(k - 6, k + 1).map(({ values }) => values[0]!)) }] : [])),
  some: only(some),
  some3: averages(only(some), 3),
  back: minus(averages(only(some), 3), only(A)),
  quiet: windows(some, minutes(10), minutes(10), A.at(-1)!.t),
  changes: only(A, 1).filter(({ values }, k, all) => values[0] !== all[k - 1]?.values[0]),
  rare: A.reduce<Row[]>((kept, row) => (row.t - (kept.at(-1)?.t ?? -Infinity) >= minutes(7) ? [...kept, ...only([row])] : kept), []),
  skip: only(A),
  fail: only(A).map(({ t, values }, k) => ({ t, values: k < firstGap ? values : [Number.NaN] })),
  filled: filled(only(A)),
  even: asOf(filled(only(A)), only(B), MINUTE, minutes(5), endOf(B, minutes(5))),
  'late ignored': ignoring.given,
  'late aside': ignoring.late,
  'late recomputed': recomputing.given,
};

// ---- the plan

const COLUMNS = Object.fromEntries(Object.entries(TAPES).map(([id, rows]) => [id, [Float64Array.from(rows, (row) => row.t), ...[0, 1, 2].map((k) => Float64Array.from(rows, (row) => row.values[k]!))]]));

/** Appends both tapes in a random order of chunks; now and then the plan is replaced by a restored one. */
function play(seed: number, chunkRowsMax: number, restarts: boolean): { fired: Record<string, Row[]>; counts: Record<string, unknown> } {
  const random = seededRandom(seed);
  let present = nodes();
  let plan = new Plan(SOURCES, present, { chunkRowsMax });
  const fired: Record<string, Row[]> = Object.fromEntries(present.map(({ id }) => [id, []]));
  const at: Record<string, number> = { a: 0, b: 0 };
  const see = (): void => {
    for (const { id } of present) {
      const rows = plan.rowsOf(id);
      expect(rows.count === 0 || rows.first === plan.warmup(id) + fired[id]!.length, id).toBe(true);
      for (let k = 0; k < rows.count; k++) fired[id]!.push({ t: rows.t[k]!, values: rows.columns.map((column) => column[k]!) });
    }
  };
  for (;;) {
    const left = Object.keys(at).filter((id) => at[id]! < TAPES[id]!.length);
    if (left.length === 0) break;
    const id = left[random.below(left.length)]!;
    const to = Math.min(TAPES[id]!.length, at[id]! + 1 + random.below(chunkRowsMax));
    plan.append(id, COLUMNS[id]!, at[id]!, to, see);
    at[id] = to;
    if (restarts && random.below(5) === 0) {
      const blocks = plan.snapshot();
      present = nodes();
      plan = new Plan(SOURCES, present, { chunkRowsMax });
      plan.restore(blocks);
    }
  }
  const counting = present.map(({ id, rows }) => [id, (rows?.maker as { counts?: () => unknown } | undefined)?.counts?.()] as const);
  return { fired, counts: Object.fromEntries(counting.filter(([, counts]) => counts !== undefined)) };
}

const rounded = (rows: readonly Row[]): number[][] => rows.map(({ t, values }) => [t, ...values.map((value) => Number(value.toFixed(9)) + 0)]);

test('the models have rows for every operator', () => {
  expect(Object.keys(EXPECTED)).toEqual(nodes().map(({ id }) => id).filter((id) => id !== 'high'));
  for (const [id, rows] of Object.entries(EXPECTED)) expect(rows.length, id).toBeGreaterThan(8);
});

describe.each([1, 2, 7, 64, 2_000])('in chunks of up to %i', (chunkRowsMax) => {
  const first = play(0, chunkRowsMax, false);

  test.each(Object.keys(EXPECTED))('%s gives the rows of its model', (id) => {
    expect(first.fired[id]!.map(({ t }) => t)).toEqual(EXPECTED[id]!.map(({ t }) => t));
    expect(rounded(first.fired[id]!)).toEqual(rounded(EXPECTED[id]!));
  });

  test('any interleaving of the sources gives the same bits', () => {
    for (let seed = 1; seed < 5; seed++) expect(play(seed, chunkRowsMax, false)).toEqual(first);
  });
});

test('a restart in any state changes no bit', () => {
  const unbroken = play(0, 16, false);
  for (let seed = 1; seed < 5; seed++) expect(play(seed, 16, true)).toEqual(unbroken);
});

test('rows that are late or missing are counted, whatever becomes of them', () => {
  const missing = A.slice(1).reduce((sum, { t }, k) => sum + (t - A[k]!.t) / MINUTE - 1, 0);
  expect(missing).toBeGreaterThan(100);
  expect([ignoring.count, recomputing.count]).toEqual([expect.any(Number), expect.any(Number)]);
  expect(play(3, 50, true).counts).toEqual({
    skip: { missing }, fail: { missing }, filled: { missing },
    'late ignored': { late: ignoring.count }, 'late aside': { late: ignoring.count }, 'late recomputed': { late: recomputing.count },
  });
});

test('what a window says is in the order the SDK names it', () => {
  expect(AGGREGATES).toEqual(['count', 'sum', 'mean', 'min', 'max', 'first', 'last']);
});

// ---- policies, of any width and delay, on rows of any order

/** Rows through an operator alone, a few at a time, which begins anew from its state now and then. */
function through(make: () => RowMaker & { counts(): object }, rows: readonly Row[], seed: number): { given: Row[]; counts: object } {
  const random = seededRandom(seed);
  const given: Row[] = [];
  let maker = make();
  for (let at = 0; at < rows.length; ) {
    const cut = rows.slice(at, (at += 1 + random.below(9)));
    const columns = cut[0]!.values.map((_, k) => Float64Array.from(cut, ({ values }) => values[k]!));
    maker.take(0, Float64Array.from(cut, ({ t }) => t), columns, cut.length, { add: (t, values) => void given.push({ t, values: Array.from(values) }) });
    if (random.below(4) > 0) continue;
    const state = maker.snapshot();
    (maker = make()).restore(state);
  }
  return { given, counts: maker.counts() };
}

test.each(Array.from({ length: 40 }, (_, seed) => seed))('late rows of schedule %i are what their policy makes of them, whatever the width and the delay', (seed) => {
  const random = seededRandom(seed + 1_000);
  const [widthMs, delayMs] = [minutes(1 + random.below(9)), minutes(random.below(14))];
  const rows = tape(seed + 50, 400, 0.8).map(({ t, values }) => ({ t, values: [values[0]!, values[1]!, t - minutes(random.below(25)) * random.below(2)] }));
  for (const policy of LATE_POLICIES) {
    const model = keyed(rows, widthMs, delayMs, policy === 'recompute' ? 'recompute' : 'ignore');
    const whole = through(() => new KeyedWindows({ widthMs, delayMs, late: policy, gives: 'windows' }), rows, seed);
    expect(rounded(whole.given)).toEqual(rounded(model.given));
    expect(whole.counts).toEqual({ late: model.count });
    const aside = through(() => new KeyedWindows({ widthMs, delayMs, late: policy, gives: 'late' }), rows, seed);
    expect(rounded(aside.given)).toEqual(policy === 'side-output' ? rounded(model.late) : []);
    expect(aside.counts).toEqual({ late: model.count });
  }
});

test('a row whose key or time is none belongs to nothing, and closes nothing', () => {
  const strange = [Infinity, -Infinity, NaN].flatMap((time, k) => [{ t: minutes(3 + k), values: [9, 1, time] }, { t: minutes(3 + k), values: [9, NaN, minutes(3)] }]);
  const rows = [0, 1, 2, 6, 7].map((minute) => ({ t: minutes(minute), values: [1, 1, minutes(minute)] }));
  const make = () => new KeyedWindows({ widthMs: minutes(5), delayMs: 0, late: 'ignore', gives: 'windows' });
  expect(through(make, [...rows.slice(0, 3), ...strange, ...rows.slice(3)], 1)).toEqual(through(make, rows, 1));
});

test.each(['skip', 'fail', 'interpolate'] as const)('missing rows are counted by %s, on the grid or off it', (policy: MissingPolicy) => {
  for (let seed = 0; seed < 20; seed++) {
    const random = seededRandom(seed);
    const rows = tape(seed + 200, 300, 0.7).map(({ t, values }) => ({ t: t + random.below(20_000), values: [values[0]!] }));
    const missing = rows.slice(1).map(({ t }, k) => Math.max(0, Math.round((t - rows[k]!.t) / MINUTE) - 1));
    const first = missing.findIndex((count) => count > 0);
    const { given, counts } = through(() => new Gaps(MINUTE, policy), rows, seed);
    expect(counts).toEqual({ missing: missing.reduce((sum, count) => sum + count, 0) });
    if (policy === 'skip') expect(given).toEqual(rows);
    if (policy === 'fail') expect(given).toEqual(rows.map(({ t, values }, k) => ({ t, values: k <= first ? values : [NaN] })));
    if (policy !== 'interpolate') continue;
    // On the line between the rows around it, in order, each an interval behind the one before.
    expect(given).toHaveLength(rows.length + missing.reduce((sum, count) => sum + count, 0));
    expect(given.every(({ t }, k) => k === 0 || t > given[k - 1]!.t)).toBe(true);
    const real = new Map(rows.map(({ t, values }, k) => [t, { value: values[0]!, k }]));
    let [before, from] = [rows[0]!, 0];
    for (const { t, values } of given) {
      const at = real.get(t);
      if (at) [before, from] = [rows[at.k]!, at.k];
      const behind = rows[from + 1] ?? before;
      const expected = at ? at.value : before.values[0]! + ((behind.values[0]! - before.values[0]!) * (t - before.t)) / (behind.t - before.t);
      expect(values[0]).toBeCloseTo(expected, 9);
      if (!at) expect((t - before.t) % MINUTE).toBe(0);
    }
  }
});

test('a gap too long for any line halts, is counted, and fills no memory', () => {
  const far = minutes(FILLED_ROWS_MAX + 2);
  const gaps = new Gaps(MINUTE, 'interpolate');
  const given: Row[] = [];
  const take = (t: number): void => gaps.take(0, Float64Array.of(t), [Float64Array.of(t)], 1, { add: (at, values) => void given.push({ t: at, values: Array.from(values) }) });
  for (const t of [0, minutes(2), minutes(2) + far, minutes(4) + far]) take(t);
  expect(given).toEqual([{ t: 0, values: [0] }, { t: MINUTE, values: [MINUTE] }, { t: minutes(2), values: [minutes(2)] }, { t: minutes(2) + far, values: [NaN] }, { t: minutes(4) + far, values: [NaN] }]);
  expect(gaps.failedAt).toEqual({ row: 3, after: minutes(2) });
  expect(gaps.counts()).toEqual({ missing: 1 + FILLED_ROWS_MAX + 1 + 1 });
  const exact = new Gaps(MINUTE, 'interpolate');
  let rows = 0;
  for (const t of [0, minutes(FILLED_ROWS_MAX + 1)]) exact.take(0, Float64Array.of(t), [Float64Array.of(1)], 1, { add: () => void rows++ });
  expect([rows, exact.failedAt]).toEqual([FILLED_ROWS_MAX + 2, undefined]);
});
