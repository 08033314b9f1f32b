// The plan: order, warm-up, windows for host nodes, rings, snapshots, sizes, refusals.
import { describe, expect, test } from 'vitest';
import { seededRandom } from '#clock/random.ts';
import type { KernelName } from '#kernels/catalog.ts';
import { Plan, type HostNode, type PlanInput, type PlanNode } from '#kernels/plan.ts';
import { columnsOf, firstDifference, outputsOf, walk } from './series.ts';

const ROWS = 700;
const bars = walk(ROWS, 31);
const columns = columnsOf(bars);
const SOURCES = [{ id: 'bars', columns: 6 }];
const CLOSE: PlanInput = { source: 'bars', column: 4 };

function kernel(id: string, name: KernelName, inputs: readonly PlanInput[], params = {}, outputs = ['value']): PlanNode {
  return { id, inputs, outputs, kernel: { name, params } };
}

function output(node: string, index = 0): PlanInput {
  return { node, output: index };
}

/** A host node that sums its first window and keeps what it was shown. */
class WindowSum implements HostNode {
  readonly lookback: number;
  readonly shown: { readonly window: Float64Array; readonly count: number; readonly buffer: ArrayBufferLike }[] = [];
  #calls = 0;
  constructor(lookback: number) {
    this.lookback = lookback;
  }
  run(inputs: readonly Float64Array[], outputs: readonly Float64Array[], count: number): void {
    const [window] = inputs;
    this.shown.push({ window: window!.slice(), count, buffer: window!.buffer });
    for (let row = 0; row < count; row++) {
      outputs[0]![row] = window!.subarray(row, row + this.lookback + 1).reduce((sum, value) => sum + value, 0);
    }
    this.#calls += count;
  }
  snapshot(): Uint8Array {
    return new Uint8Array(Float64Array.of(this.#calls).buffer);
  }
  restore(bytes: Uint8Array): void {
    this.#calls = new Float64Array(bytes.slice().buffer)[0]!;
  }
  get calls(): number {
    return this.#calls;
  }
}

/** All rows a node fired, NaN elsewhere, and the first row it fired. */
function collect(plan: Plan, ids: readonly string[], chunk: number, from = 0, to = ROWS): Map<string, Float64Array> {
  const collected = new Map(ids.map((id) => [id, new Float64Array(to).fill(NaN)]));
  for (let row = from; row < to; row += chunk) {
    plan.append('bars', columns, row, Math.min(to, row + chunk));
    for (const id of ids) {
      const fired = plan.rowsOf(id);
      collected.get(id)!.set(fired.columns[0]!, fired.first);
      fired.t.forEach((t, k) => expect(t).toBe(columns[0]![fired.first + k]));
    }
  }
  return collected;
}

describe('warm-up', () => {
  const nodes = [
    kernel('slow', 'sma', [CLOSE], { period: 20 }),
    kernel('smooth', 'ema', [output('slow')], { period: 10 }),
    kernel('fast', 'sma', [CLOSE], { period: 5 }),
    kernel('apart', 'sub', [output('fast'), output('smooth')]),
    kernel('deep', 'max', [output('apart')], { period: 4 }),
  ];

  test('adds up along the DAG, and a join of branches waits for the later', () => {
    const plan = new Plan(SOURCES, nodes, { chunkRowsMax: 64 });
    expect(nodes.map(({ id }) => plan.warmup(id))).toEqual([19, 28, 4, 28, 31]);
    const rows = collect(plan, nodes.map(({ id }) => id), 64);
    for (const { id } of nodes) expect(rows.get(id)!.findIndex((value) => !Number.isNaN(value)), id).toBe(plan.warmup(id));
  });

  test('is not shown to a kernel: it starts on its upstream as on a source that begins there', () => {
    const plan = new Plan(SOURCES, nodes, { chunkRowsMax: 100 });
    const rows = collect(plan, ['slow', 'smooth'], 100);
    const slow = rows.get('slow')!.subarray(19);
    const [alone] = outputsOf('ema', { period: 10 }, { open: slow, high: slow, low: slow, close: slow, volume: slow });
    expect(firstDifference(rows.get('smooth')!.subarray(19), alone!)).toBe(-1);
  });
});

test('a diamond has both its sides on the same row', () => {
  const plan = new Plan(
    SOURCES,
    [kernel('left', 'add', [CLOSE], { b: 1 }), kernel('right', 'mul', [CLOSE], { b: -1 }), kernel('sum', 'add', [output('left'), output('right')])],
    { chunkRowsMax: 16 },
  );
  const sum = collect(plan, ['sum'], 16).get('sum')!;
  for (let row = 0; row < ROWS; row++) expect(sum[row]).toBe(bars.close[row]! + 1 - bars.close[row]!);
});

test('one row at a time through an intake gives the rows of append', () => {
  const node = kernel('bands', 'bbands', [CLOSE], { period: 14 }, ['upper', 'middle', 'lower']);
  const plan = new Plan(SOURCES, [node], { chunkRowsMax: 1 });
  const [upper, middle, lower] = outputsOf('bbands', { period: 14 }, bars);
  const intake = plan.intake('bars');
  for (let row = 0; row < ROWS; row++) {
    intake.row.set(columns.map((column) => column[row]!));
    intake.push();
    const fired = plan.rowsOf('bands');
    expect(fired.count).toBe(row < 13 ? 0 : 1);
    if (fired.count === 1) expect(fired.columns.map((column) => column[0])).toEqual([upper![row], middle![row], lower![row]]);
  }
  expect(plan.sourceRows('bars')).toBe(ROWS);
});

test('what enters a page is canonical: −0 becomes 0, infinities become gaps', () => {
  const plan = new Plan([{ id: 's', columns: 2 }], [kernel('same', 'add', [{ source: 's', column: 1 }], { b: 0 })], { chunkRowsMax: 4 });
  plan.append('s', [Float64Array.of(1, 2, 3, 4), Float64Array.of(-0, Infinity, NaN, -5)], 0, 4);
  expect(Array.from(plan.rowsOf('same').columns[0]!)).toEqual([0, NaN, NaN, -5]);
});

describe('a host node', () => {
  const lookback = 6;
  const build = (chunkRowsMax: number) => {
    const host = new WindowSum(lookback);
    const nodes: PlanNode[] = [
      kernel('slow', 'sma', [CLOSE], { period: 20 }),
      { id: 'host', inputs: [output('slow'), CLOSE], outputs: ['value'], host },
      kernel('after', 'ema', [output('host')], { period: 3 }),
      { id: 'last', inputs: [output('after')], outputs: ['value'], host: new WindowSum(0) },
    ];
    return { host, plan: new Plan(SOURCES, nodes, { chunkRowsMax }) };
  };

  test.each([1, 7, 64, ROWS])('sees its look-back before every new row, in chunks of %i', (chunk) => {
    const { host, plan } = build(chunk);
    const rows = collect(plan, ['slow', 'host', 'after', 'last'], chunk);
    expect(plan.warmup('host')).toBe(19 + lookback);
    expect(plan.warmup('after')).toBe(19 + lookback + 2);
    expect(host.shown.reduce((sum, { count }) => sum + count, 0)).toBe(ROWS - 19 - lookback);
    let first = 19;
    for (const { window, count } of host.shown) {
      expect(window).toEqual(rows.get('slow')!.subarray(first, first + lookback + count));
      first += count;
    }
    const reference = collect(build(ROWS).plan, ['last'], ROWS).get('last')!;
    expect(firstDifference(rows.get('last')!, reference)).toBe(-1);
  });

  test('reads the pages themselves, not copies of them', () => {
    const { host, plan } = build(64);
    collect(plan, ['host'], 64);
    expect(new Set(host.shown.map(({ buffer }) => buffer)).size).toBe(1);
    expect(host.shown[0]!.buffer).toBe(plan.rowsOf('slow').columns[0]!.buffer);
  });

  test('has what it writes made canonical', () => {
    const host: HostNode = { lookback: 0, run: (_, [out]) => out!.set([-0, Infinity]), snapshot: () => new Uint8Array(), restore: () => undefined };
    const plan = new Plan(SOURCES, [{ id: 'host', inputs: [CLOSE], outputs: ['value'], host }], { chunkRowsMax: 2 });
    plan.append('bars', columns, 0, 2);
    expect(Array.from(plan.rowsOf('host').columns[0]!)).toEqual([0, NaN]);
  });
});

test('windows stay whole however often the ring slides', () => {
  const host = new WindowSum(99);
  const plan = new Plan(SOURCES, [{ id: 'host', inputs: [CLOSE], outputs: ['value'], host }, kernel('widest', 'max', [CLOSE], { period: 150 })], { chunkRowsMax: 1 });
  const rows = collect(plan, ['host', 'widest'], 1);
  host.shown.forEach(({ window }, k) => expect(window).toEqual(bars.close.subarray(k, k + 100)));
  expect(firstDifference(rows.get('widest')!, outputsOf('max', { period: 150 }, bars)[0]!)).toBe(-1);
});

const small = (): PlanNode[] => [kernel('slow', 'sma', [CLOSE], { period: 20 }), { id: 'host', inputs: [output('slow')], outputs: ['value'], host: new WindowSum(4) }];
const other = (): PlanNode[] => [kernel('band', 'bbands', [CLOSE], { period: 30 }, ['upper', 'middle', 'lower']), kernel('up', 'rsi', [output('band')], { period: 5 })];
const run = (nodes: PlanNode[], rows: number, chunk = 32) => {
  const plan = new Plan(SOURCES, nodes, { chunkRowsMax: chunk });
  collect(plan, [], chunk, 0, rows);
  return plan;
};

describe('a snapshot', () => {
  test('goes on alike in a plan of other chunks, at every row', () => {
    const whole = collect(new Plan(SOURCES, small(), { chunkRowsMax: ROWS }), ['host'], ROWS).get('host')!;
    const random = seededRandom(3);
    for (let round = 0; round < 40; round++) {
      const cut = random.below(ROWS);
      const restored = new Plan(SOURCES, small(), { chunkRowsMax: 5 });
      restored.restore(run(small(), cut).snapshot());
      const rest = collect(restored, ['host'], 5, cut);
      expect(firstDifference(whole, rest.get('host')!, Math.max(cut, 23)), `cut at ${cut}`).toBe(-1);
    }
  });

  test('of two plans at the same row restores into one that has the nodes of both', () => {
    const both = [...small(), ...other()];
    const whole = collect(new Plan(SOURCES, both.map((node) => (node.host ? { ...node, host: new WindowSum(4) } : node)), { chunkRowsMax: ROWS }), ['host', 'up'], ROWS);
    const plan = new Plan(SOURCES, both, { chunkRowsMax: 50 });
    plan.restore(new Map([...run(small(), 333).snapshot(), ...run(other(), 333).snapshot(), ['a stranger', new Uint8Array(3)]]));
    expect(plan.sourceRows('bars')).toBe(333);
    const rest = collect(plan, ['host', 'up'], 50, 333);
    for (const id of ['host', 'up']) expect(firstDifference(whole.get(id)!, rest.get(id)!, 333)).toBe(-1);
  });

  test('is a function of the rows: chunks leave no trace in the pages', () => {
    const pages = (chunk: number) => [...run(small(), 500, chunk).snapshot()].map(([id, bytes]) => [id, bytes.length]);
    expect(pages(1)).toEqual(pages(64));
    expect(run(small(), 500, 1).snapshot().get('bars')).toEqual(run(small(), 500, 64).snapshot().get('bars'));
  });

  test('that a plan cannot use is refused by name, and changes nothing', () => {
    const source = run(small(), 200);
    const blocks = new Map(source.snapshot());
    const cut = (id: string, change: (bytes: Uint8Array) => Uint8Array) => new Map(blocks).set(id, change(blocks.get(id)!.slice()));
    const without = new Map(blocks);
    without.delete('slow');
    const bad: [Map<string, Uint8Array>, PlanNode[], string][] = [
      [without, small(), 'slow'],
      [cut('slow', (bytes) => bytes.subarray(0, bytes.length - 8)), small(), 'slow'],
      [cut('host', (bytes) => bytes.fill(0, 0, 4)), small(), 'host'],
      [new Map(blocks).set('slow', run(small(), 201).snapshot().get('slow')!), small(), 'slow'],
      [blocks, [kernel('slow', 'wma', [CLOSE], { period: 20 }), small()[1]!], 'slow'],
      [blocks, [...small(), kernel('wide', 'sma', [CLOSE], { period: 100 })], 'bars.4'],
    ];
    for (const [damaged, nodes, id] of bad) {
      const plan = new Plan(SOURCES, nodes, { chunkRowsMax: 8 });
      const caught = (() => {
        try {
          return plan.restore(damaged);
        } catch (error) {
          return error as Error;
        }
      })();
      expect(caught).toMatchObject({ code: 'CHECKPOINT_DAMAGED', message: expect.stringContaining(`checkpoint of ${id} `) });
      expect(plan.sourceRows('bars')).toBe(0);
    }
  });
});

const sized = (period: number) => new Plan(SOURCES, [kernel('a', 'max', [CLOSE], { period }), kernel('b', 'sma', [output('a')], { period })], { chunkRowsMax: 64 });

test('sizes are those of the memory: nodes add up to less than the whole, and a longer window costs its rows', () => {
  const plan = sized(1_000);
  expect(plan.residentBytes('a') + plan.residentBytes('b')).toBeLessThan(plan.residentBytes());
  expect(plan.residentBytes('a') - sized(500).residentBytes('a')).toBeGreaterThanOrEqual(500 * 8);
  expect(sized(100_000).residentBytes()).toBeGreaterThan(4 * 100_000 * 8);
});

const make = (nodes: PlanNode[]) => () => new Plan(SOURCES, nodes, { chunkRowsMax: 8 });

describe('a plan refuses', () => {
  test.each<[string, PlanNode[], string, RegExp]>([
    ['an unknown source', [kernel('x', 'ema', [{ source: 'tape', column: 1 }])], 'GRAPH_UPSTREAM_UNKNOWN', /node x reads source tape/],
    ['a column the source lacks', [kernel('x', 'ema', [{ source: 'bars', column: 6 }])], 'GRAPH_UPSTREAM_UNKNOWN', /column 6 of source bars/],
    ['an upstream that comes later', [kernel('x', 'ema', [output('y')]), kernel('y', 'ema', [CLOSE])], 'GRAPH_UPSTREAM_UNKNOWN', /node x reads node y/],
    ['an output the upstream lacks', [kernel('y', 'ema', [CLOSE]), kernel('x', 'ema', [output('y', 1)])], 'GRAPH_UPSTREAM_UNKNOWN', /output 1 of node y/],
    ['too few columns for a kernel', [kernel('x', 'crossover', [CLOSE])], 'SPEC_INVALID', /crossover reads 2 columns and was given 1/],
    ['a second column beside a constant', [kernel('x', 'add', [CLOSE, CLOSE], { b: 1 })], 'SPEC_INVALID', /add reads 1 columns and was given 2/],
    ['outputs the kernel does not have', [kernel('x', 'ema', [CLOSE], {}, ['average'])], 'SPEC_INVALID', /outputs of ema are value/],
    ['a node that reads nothing', [{ id: 'x', inputs: [], outputs: ['value'], kernel: { name: 'ema', params: {} } }], 'GRAPH_SOURCE_MISSING', /node x has no inputs/],
    ['a node that is neither kernel nor host', [{ id: 'x', inputs: [CLOSE], outputs: ['value'] }], 'SPEC_INVALID', /neither a kernel nor a host/],
    ['a period of nothing', [kernel('x', 'ema', [CLOSE], { period: 0 })], 'PERIOD_INVALID', /period is 0/],
  ])('%s', (_, nodes, code, message) => {
    expect(make(nodes)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }) as Error);
  });

  test('rows for a source, and questions about a node, it does not have', () => {
    const plan = make([])();
    expect(() => plan.append('tape', columns, 0, 1)).toThrow(expect.objectContaining({ code: 'NODE_UNKNOWN' }) as Error);
    expect(() => plan.rowsOf('x')).toThrow(expect.objectContaining({ code: 'NODE_UNKNOWN' }) as Error);
    expect(() => plan.append('bars', columns, 0, 9)).toThrow(RangeError);
  });
});

describe('rings follow those who read them', () => {
  const near = (): PlanNode => kernel('near', 'sma', [CLOSE], { period: 20 });
  const far = (): PlanNode => kernel('far', 'max', [CLOSE], { period: 400 });
  const whole = collect(new Plan(SOURCES, [near(), far()], { chunkRowsMax: ROWS }), ['near', 'far'], ROWS);
  const bytes = (nodes: PlanNode[]): number => new Plan(SOURCES, nodes, { chunkRowsMax: 32 }).residentBytes();

  test('they shrink when the one who looks back furthest is gone, and serve those that stay', () => {
    const smaller = new Plan(SOURCES, [near()], { chunkRowsMax: 32 });
    smaller.restore(run([near(), far()], 500).snapshot());
    expect(smaller.residentBytes()).toBeLessThan(bytes([near(), far()]) - 400 * 8);
    expect(firstDifference(whole.get('near')!, collect(smaller, ['near'], 32, 500).get('near')!, 500)).toBe(-1);
  });

  test('they grow when one comes who looks back further, by the rows it was warmed with', () => {
    const larger = new Plan(SOURCES, [near(), far()], { chunkRowsMax: 32 });
    // The newcomer's own run kept the longer column; it serves both.
    larger.restore(new Map([...run([near()], 500).snapshot(), ...run([far()], 500).snapshot()]));
    const rest = collect(larger, ['near', 'far'], 32, 500);
    for (const id of ['near', 'far']) expect(firstDifference(whole.get(id)!, rest.get(id)!, 500), id).toBe(-1);
  });
});
