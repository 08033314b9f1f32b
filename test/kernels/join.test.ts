// Nodes over several sources: the inner join by t, against a brute-force model, for any interleaving of the sources.
import { expect, test } from 'vitest';
import { seededRandom } from '#clock/random.ts';
import { Plan, type PlanInput, type PlanNode } from '#kernels/plan.ts';

const MINUTE_MS = 60_000;

interface Tape {
  readonly t: Float64Array;
  readonly price: Float64Array;
}

/** Rows at random minutes, `density` of all. */
function tape(seed: number, minutes: number, density: number): Tape {
  const random = seededRandom(seed);
  const kept = Array.from({ length: minutes }, (_, k) => k).filter(() => random.next() < density);
  return { t: Float64Array.from(kept, (minute) => minute * MINUTE_MS), price: Float64Array.from(kept, () => 100 + random.below(1_000) / 100) };
}

const sma = (id: string, input: PlanInput, period: number): PlanNode => ({ id, inputs: [input], outputs: ['value'], kernel: { name: 'sma', params: { period } } });
const sub = (id: string, a: PlanInput, b: PlanInput): PlanNode => ({ id, inputs: [a, b], outputs: ['value'], kernel: { name: 'sub', params: {} } });
const price = (source: string): PlanInput => ({ source, column: 1 });
const of = (node: string): PlanInput => ({ node, output: 0 });

// a's average against b's price, its own average, that against a's price again (a join of a join and a source), and a three-way sum.
const NODES: PlanNode[] = [
  sma('a3', price('a'), 3),
  sub('spread', of('a3'), price('b')),
  sma('spread4', of('spread'), 4),
  sub('back', of('spread4'), price('a')),
  sub('three', of('back'), price('c')),
  sub('plain', price('a'), price('b')),
];

type Rows = { t: number; value: number }[];

/** The same by maps and slices. */
function model(tapes: Readonly<Record<string, Tape>>): Record<string, Rows> {
  const source = (id: string): Rows => Array.from(tapes[id]!.t, (t, k) => ({ t, value: tapes[id]!.price[k]! }));
  const mean = (rows: Rows, period: number): Rows =>
    rows.slice(period - 1).map(({ t }, k) => ({ t, value: rows.slice(k, k + period).reduce((sum, row) => sum + row.value, 0) / period }));
  const minus = (left: Rows, right: Rows): Rows => {
    const byTime = new Map(right.map(({ t, value }) => [t, value]));
    return left.filter(({ t }) => byTime.has(t)).map(({ t, value }) => ({ t, value: value - byTime.get(t)! }));
  };
  const [a, b, c] = [source('a'), source('b'), source('c')];
  const a3 = mean(a, 3);
  const spread = minus(a3, b);
  const spread4 = mean(spread, 4);
  const back = minus(spread4, a);
  return { a3, spread, spread4, back, three: minus(back, c), plain: minus(a, b) };
}

const tapes: Record<string, Tape> = { a: tape(1, 900, 0.8), b: tape(2, 900, 0.6), c: tape(3, 900, 0.9) };
const SOURCES = Object.keys(tapes).map((id) => ({ id, columns: 2 }));
const expected = model(tapes);

const columns = (id: string) => [tapes[id]!.t, tapes[id]!.price];

/** Appends all tapes in a random order of chunks; now and then the plan is replaced by a restored one. */
function play(seed: number, chunkRowsMax: number, restarts: boolean): Record<string, Rows> {
  const random = seededRandom(seed);
  let plan = new Plan(SOURCES, NODES, { chunkRowsMax });
  const fired: Record<string, Rows> = Object.fromEntries(NODES.map(({ id }) => [id, []]));
  const at: Record<string, number> = { a: 0, b: 0, c: 0 };
  for (;;) {
    const left = Object.keys(at).filter((id) => at[id]! < tapes[id]!.t.length);
    if (left.length === 0) return fired;
    const id = left[random.below(left.length)]!;
    const to = Math.min(tapes[id]!.t.length, at[id]! + 1 + random.below(chunkRowsMax));
    plan.append(id, columns(id), at[id]!, to);
    at[id] = to;
    for (const node of NODES) {
      const rows = plan.rowsOf(node.id);
      expect(rows.count === 0 || rows.first === plan.warmup(node.id) + fired[node.id]!.length, node.id).toBe(true);
      rows.t.forEach((t, k) => fired[node.id]!.push({ t, value: rows.columns[0]![k]! }));
    }
    if (restarts && random.below(5) === 0) {
      const blocks = plan.snapshot();
      plan = new Plan(SOURCES, NODES, { chunkRowsMax });
      plan.restore(blocks);
    }
  }
}

test('the model has rows for every node', () => {
  for (const [id, rows] of Object.entries(expected)) expect(rows.length, id).toBeGreaterThan(100);
});

test.each([1, 2, 7, 64, 900])('in chunks of up to %i, rows are those of the model, in order, for any interleaving', (chunkRowsMax) => {
  const first = play(0, chunkRowsMax, false);
  for (const { id } of NODES) {
    expect(first[id]!.map(({ t }) => t)).toEqual(expected[id]!.map(({ t }) => t));
    first[id]!.forEach(({ value }, k) => expect(value).toBeCloseTo(expected[id]![k]!.value, 9));
  }
  for (let seed = 1; seed < 12; seed++) expect(play(seed, chunkRowsMax, false)).toEqual(first);
});

test('a restart in any state of waiting changes nothing', () => {
  const unbroken = play(0, 16, false);
  for (let seed = 1; seed < 8; seed++) expect(play(seed, 16, true)).toEqual(unbroken);
});

test('one side may run ahead by far more than a page holds', () => {
  const plan = new Plan(SOURCES, NODES, { chunkRowsMax: 8 });
  for (const id of ['c', 'a', 'b']) {
    const got: Rows = [];
    for (let row = 0; row < tapes[id]!.t.length; row += 8) {
      plan.append(id, columns(id), row, Math.min(row + 8, tapes[id]!.t.length));
      const rows = plan.rowsOf('three');
      rows.t.forEach((t, k) => got.push({ t, value: rows.columns[0]![k]! }));
    }
    expect(got.map(({ t }) => t)).toEqual(id === 'b' ? expected.three!.map(({ t }) => t) : []);
  }
});

test('a node has the same rows whatever else joins the same sources', () => {
  const alone = new Plan(SOURCES, [NODES[5]!], { chunkRowsMax: 900 });
  const among = new Plan(SOURCES, NODES, { chunkRowsMax: 900 });
  for (const plan of [alone, among]) for (const id of ['a', 'b']) plan.append(id, columns(id), 0, tapes[id]!.t.length);
  expect(alone.rowsOf('plain')).toEqual(among.rowsOf('plain'));
});

test('a join whose side is silent ends at the bound: its rows so far are those of an unbounded run, the others go on, and it grows no more', () => {
  const [silentFrom, rowsMax, chunk] = [200, 100, 7];
  const run = (bounded: boolean) => {
    const plan = new Plan(SOURCES, NODES, { chunkRowsMax: chunk });
    if (bounded) plan.boundWaiting(rowsMax);
    const rows = new Map(NODES.map(({ id }) => [id, [] as number[]]));
    const starvedAfter: number[] = [];
    const append = (id: string, from: number, to: number): void =>
      plan.append(id, columns(id), from, to, () => {
        for (const [node, values] of rows) values.push(...plan.rowsOf(node).columns[0]!);
      });
    const lengths = tapes['a']!.t.length;
    let residentBytes = 0;
    for (let from = 0; from < lengths; from += chunk) {
      const until = tapes['a']!.t[Math.min(lengths, from + chunk) - 1]!;
      append('a', from, Math.min(lengths, from + chunk));
      for (const id of ['b', 'c']) {
        const t = tapes[id]!.t;
        const [first, last] = [plan.sourceRows(id), t.findLastIndex((each) => each <= until && (id !== 'b' || each < t[silentFrom]!)) + 1];
        for (let at = first; at < last; at += chunk) append(id, at, Math.min(last, at + chunk));
      }
      if (plan.starved().length > 0 && starvedAfter.length === 0) {
        starvedAfter.push(from);
        residentBytes = plan.residentBytes();
      }
    }
    return { plan, rows, starvedAfter, grown: plan.residentBytes() - residentBytes };
  };
  const [bounded, open] = [run(true), run(false)];
  expect(open.plan.starved()).toEqual([]);
  expect(bounded.starvedAfter).toHaveLength(1);
  const starved = new Map(bounded.plan.starved().map((each) => [each.node, each]));
  for (const id of ['spread', 'spread4', 'plain', 'back', 'three']) {
    expect(bounded.rows.get(id)).toEqual(open.rows.get(id)!.slice(0, bounded.rows.get(id)!.length));
    expect(bounded.rows.get(id)!.length).toBeGreaterThan(0);
  }
  for (const id of ['spread', 'plain']) expect(starved.get(id)!.t).toBeGreaterThanOrEqual(tapes['b']!.t[silentFrom - 1]!);
  expect(starved.has('a3')).toBe(false);
  expect(bounded.rows.get('a3')).toEqual(open.rows.get('a3'));
  expect(bounded.grown).toBe(0);
});
