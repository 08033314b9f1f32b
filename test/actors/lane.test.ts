// A lane: entries of the log in, frames out. The answer depends on the rows alone, not on how they came.
import { describe, expect, test } from 'vitest';
import type { LogEntry } from '#bus/bus.ts';
import { decodeFrame, encodeFrame } from '#bus/frame.ts';
import { slotOf, subjects } from '#bus/subjects.ts';
import { type Random, seededRandom } from '#clock/random.ts';
import { sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import { type NodeID, readsOf } from '#domain/node-spec.ts';
import { Parts } from '#domain/parts.ts';
import { withDownstream } from '#actors/assemble.ts';
import { Lane, WAITING_ROWS_MAX } from '#actors/lane.ts';
import { type Committed, type NodeFrame, rowsId } from '#actors/lane-output.ts';
import { headOf, publishedIn } from '#actors/lane-head.ts';
import { ema, Strategy, StreamInput } from '#sdk/mod.ts';
import { walk } from '../support/bars.ts';
import { everything } from '../support/strategies.ts';
import { batchRows, expectSameBits, rowsOfFrames } from '../support/truth.ts';

const ROWS = 700;
const names = subjects('t');
const spec = everything.declare();
const source = sourceId({ venue: 'test', instrument: 'ABC', interval: interval('1m') });
const other = sourceId({ venue: 'test', instrument: 'OTHER', interval: interval('1m') });
const columns = walk(ROWS, 11);
const own = new Set(spec.nodes.filter((node) => node.spec.nodeType !== 'stream').map((node) => node.id));
const truth = batchRows(spec, new Map([[source as string, columns]]));

function laneOf(committed: ReadonlyMap<NodeID, Committed> = new Map()): Lane {
  const lane = new Lane(spec.nodes, own);
  lane.resume(committed);
  return lane;
}

function entry(sequence: number, from: number, to: number, id = source): LogEntry {
  const cut = columns.map((column) => column.slice(from, to));
  const frame = encodeFrame({ kind: 'source', id, epoch: 0, first: from, count: to - from, inputSequence: 0, watermark: cut[0]!.at(-1)!, chains: new Uint32Array(6), columns: cut });
  return { subject: names.input(slotOf(id, 4), id), sequence, data: frame };
}

/** The rows as entries of any sizes, with repeats and rows of somebody else between them. */
function entries(random: Random): LogEntry[] {
  const all: LogEntry[] = [];
  for (let from = 0; from < ROWS; ) {
    const to = Math.min(ROWS, from + 1 + random.below(30));
    all.push(entry(all.length + 1, from, to));
    if (random.below(4) === 0) all.push(entry(all.length + 1, Math.max(0, from - random.below(5)), to));
    if (random.below(4) === 0) all.push(entry(all.length + 1, from, to, other));
    from = to;
  }
  return all;
}

const asEntries = (frames: readonly NodeFrame[]): Map<NodeID, LogEntry[]> => {
  const logged = frames.map(({ node, bytes }, k) => ({ node, entry: { subject: node, sequence: k + 1, data: bytes } }));
  return new Map([...own].map((id) => [id, logged.filter(({ node }) => node === id).map((each) => each.entry)]));
};

function expectTruth(frames: readonly NodeFrame[], what: string): void {
  for (const [id, logged] of asEntries(frames)) expectSameBits(rowsOfFrames(logged), truth.get(id)!, `${what}, ${id.slice(0, 8)}`);
}

/** How far outputs are committed once these frames are in the log. */
function committedBy(frames: readonly NodeFrame[]): Map<NodeID, Committed> {
  const committed = new Map<NodeID, Committed>();
  for (const { node, bytes } of frames) {
    const { first, count, chains } = decodeFrame(bytes, node);
    committed.set(node, { next: first + count, chains });
  }
  return committed;
}

test('entries in batches of any size, repeated ones and strangers among them, give the batch run’s rows', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const random = seededRandom(seed);
    const lane = laneOf();
    const frames: NodeFrame[] = [];
    const left = entries(random);
    while (left.length > 0) {
      lane.apply(left.splice(0, 1 + random.below(9)));
      if (random.below(2) === 0) frames.push(...lane.takeFrames(1));
    }
    frames.push(...lane.takeFrames(1));
    expectTruth(frames, `seed ${seed}`);
    expect(lane.rows()).toBe(ROWS);
    expect(lane.gapRows).toBe(0);
  }
});

test('an entry that was applied is applied no more', () => {
  const lane = laneOf();
  const all = entries(seededRandom(1));
  lane.apply(all);
  const frames = lane.takeFrames(1);
  lane.apply(all);
  expect(lane.takeFrames(1)).toEqual([]);
  expectTruth(frames, 'once');
});

test('rows that are missing from the log are named, and nothing behind them is looked at, also not what fills the hole later', () => {
  const topmost = spec.nodes.filter((node) => own.has(node.id) && !readsOf(node).some((read) => own.has(read)));
  const lane = laneOf();
  lane.apply([entry(1, 0, 60), entry(2, 62, 80), entry(3, 60, 80)]);
  const rows = lane.rows();
  lane.apply([entry(4, 60, 90)]);
  expect(lane.holes).toEqual([expect.objectContaining({ code: 'LOG_GAP', data: { source, expected: 60, found: 62 } })]);
  expect([rows, lane.rows(), lane.inputSequence]).toEqual([60, 60, 4]);
  expect(lane.standstills.map(({ node, row, code }) => ({ node, row, code }))).toEqual(topmost.map(({ id }) => ({ node: id, row: null, code: 'LOG_GAP' })));
});

describe('a frame', () => {
  test('is kept under 64 KB, and says up to which input its rows are computed', () => {
    const lane = laneOf();
    const many = walk(20_000, 3);
    const cut = (from: number): LogEntry => {
      const rows = many.map((column) => column.slice(from, from + 1_000));
      return { subject: names.input(slotOf(source, 4), source), sequence: 1 + from / 1_000, data: encodeFrame({ kind: 'source', id: source, epoch: 0, first: from, count: 1_000, inputSequence: 0, watermark: rows[0]!.at(-1)!, chains: new Uint32Array(6), columns: rows }) };
    };
    lane.apply(Array.from({ length: 20 }, (_, k) => cut(k * 1_000)));
    const frames = lane.takeFrames(9);
    expect(frames.length).toBeGreaterThan(own.size * 2);
    for (const { node, bytes, messageId } of frames) {
      expect(bytes.length).toBeLessThan(65_536);
      const { kind, epoch, inputSequence, first, count, watermark, columns: rows } = decodeFrame(bytes, node);
      expect({ kind, epoch, inputSequence }).toEqual({ kind: 'output', epoch: 9, inputSequence: 20 });
      expect(watermark).toBe(rows[0]![count - 1]);
      expect(messageId).toBe(rowsId(node, first, count));
    }
    expect(new Set(frames.map((frame) => frame.messageId)).size).toBe(frames.length);
  });
});

describe('a lane that begins behind what is committed', () => {
  test('gives out only what is not, with any split between the two', () => {
    const all = entries(seededRandom(5));
    for (let cut = 0; cut <= all.length; cut += 3) {
      const before = laneOf();
      before.apply(all.slice(0, cut));
      const head = before.takeFrames(1);
      const after = laneOf(committedBy(head));
      after.apply(all);
      expectTruth([...head, ...after.takeFrames(2)], `cut ${cut}`);
      expect(after.gapRows).toBe(0);
    }
  });

  test('gives out nothing of a node, nor of what reads it, when it computes other bits than the committed ones; the others go on', () => {
    const lane = laneOf();
    lane.apply([entry(1, 0, 300)]);
    for (const [node, { next, chains }] of committedBy(lane.takeFrames(1))) {
      for (let column = 0; column < chains.length; column++) {
        const forged = chains.slice();
        forged[column]! ^= 1;
        const replay = laneOf(new Map([[node, { next, chains: forged }]]));
        replay.apply([entry(1, 0, 300), entry(2, 300, ROWS)]);
        expect(replay.standstills).toEqual([expect.objectContaining({ node, row: null, code: 'REPLAY_DIVERGED' })]);
        const below = withDownstream([node], spec.nodes);
        const frames = asEntries(replay.takeFrames(1));
        for (const [id, rows] of truth) {
          if (below.has(id)) expect(frames.get(id)).toEqual([]);
          else expectSameBits(rowsOfFrames(frames.get(id)!), rows, id.slice(0, 8));
        }
      }
    }
  });

  test('counts the rows that are neither committed nor its own to give', () => {
    const whole = laneOf();
    whole.apply([entry(1, 0, 200)]);
    whole.takeFrames(1);
    const parts = whole.checkpoint('log');
    const node = spec.target!.account;
    const { first } = truth.get(node)!;
    const late = new Lane(spec.nodes, new Set([node]));
    late.resume(new Map([[node, { next: first + 20, chains: new Uint32Array(8) }]]));
    late.restore(parts);
    late.apply([entry(2, 200, 300)]);
    expect(late.gapRows).toBe(200 - (first + 20));
  });
});

describe('a checkpoint', () => {
  test('taken after any entry continues to the batch run’s rows', () => {
    const all = entries(seededRandom(7));
    for (let cut = 0; cut <= all.length; cut += 5) {
      const before = laneOf();
      before.apply(all.slice(0, cut));
      const head = before.takeFrames(1);
      const after = laneOf(committedBy(head));
      after.restore(before.checkpoint('log'));
      expect(after.inputSequence).toBe(cut);
      after.apply(all); // from the beginning: what it has is skipped
      expectTruth([...head, ...after.takeFrames(2)], `cut ${cut}`);
    }
  });

  test('is the same bytes in whatever batches the entries came', () => {
    const all = entries(seededRandom(8));
    const bytes = [1, 2, 7, all.length].map((size) => {
      const lane = laneOf();
      for (let from = 0; from < all.length; from += size) {
        lane.apply(all.slice(from, from + size));
        lane.takeFrames(1);
      }
      return new Map([...lane.checkpoint('log')].map(([part, each]) => [part, Buffer.from(each).toString('hex')]));
    });
    for (const each of bytes) expect(each).toEqual(bytes[0]);
  });

  test('names its log, its input and the nodes whose rows it gave out', () => {
    const lane = laneOf();
    lane.apply([entry(1, 0, 50)]);
    lane.takeFrames(1);
    const parts = lane.checkpoint('this log');
    expect(headOf(parts)).toMatchObject({ log: 'this log', inputSequence: 1 });
    expect(publishedIn(headOf(parts))).toEqual(own);
  });

  test('without a head is damaged', () => {
    expect(() => headOf(Parts.of([]))).toThrow(expect.objectContaining({ code: 'CHECKPOINT_DAMAGED' }));
  });
});

describe('a node that halts', () => {
  const broken = spec.nodes.find((node) => node.spec.nodeType === 'custom')!;
  const t = columns[0]![57]!;

  function lanes(source2: string): Lane {
    const nodes = spec.nodes.map((node) => (node === broken ? { ...node, spec: { ...node.spec, code: { source: source2 } } as typeof node.spec } : node));
    return new Lane(nodes, own);
  }

  const at57 = `({ close, low }, { weight }) => { if (close[close.length - 1] === ${columns[4]![57]}) throw "no"; return weight; }`;

  test('is named with its row and time, and what it gave before stays', () => {
    const lane = lanes(at57);
    lane.apply([entry(1, 0, 100)]);
    expect(lane.standstills).toEqual([{ node: broken.id, row: 57, t, code: 'COMPUTE_FAILED', reason: 'compute threw no', cure: expect.any(String) as string }]);
    const own57 = asEntries(lane.takeFrames(1)).get(broken.id)!;
    const rows = rowsOfFrames(own57);
    expect(rows.first + rows.columns[0]!.length).toBe(57);
    expect(rows.columns[1]!.every((value) => !Number.isNaN(value))).toBe(true);
  });

  test.each([[100], [1, 99], [57, 43], [58, 42], [30, 27, 1, 42], Array.from({ length: 100 }, () => 1)])('lets nothing through that was computed from its rows after, in pieces of %j %j', (...sizes: number[]) => {
    const lane = lanes(at57);
    let from = 0;
    for (const [k, size] of sizes.entries()) lane.apply([entry(k + 1, from, (from += size))]);
    const logged = asEntries(lane.takeFrames(1));
    const reads = new Set([broken.id]);
    for (const { id, spec: { config } } of spec.nodes) if ('upstreams' in config && config.upstreams.some(({ node }) => reads.has(node))) reads.add(id);
    expect(reads.size).toBeGreaterThan(1);
    for (const id of own) {
      const rows = logged.get(id)!.length === 0 ? undefined : rowsOfFrames(logged.get(id)!);
      const times = rows?.columns[0] ?? [];
      if (reads.has(id)) expect(times.every((time) => time < t), id).toBe(true);
      else expect(times.at(-1), id).toBe(columns[0]![99]);
      if (rows && id !== broken.id && !reads.has(id)) {
        const { first, columns: whole } = truth.get(id)!;
        expectSameBits(rows, { first, columns: whole.map((column) => column.slice(0, 100 - first)) }, id);
      }
    }
  });
});

describe('nodes with an origin', () => {
  /** Each gives what a batch run gives over the rows from its origin on. */
  const truthFrom = (row: number) => batchRows(spec, new Map([[source as string, columns.map((column) => column.subarray(row))]]));
  const origin = (row: number) => ({ sequence: 1, rows: { [source]: row } });
  const rowsOf = (frames: readonly NodeFrame[], id: NodeID) => rowsOfFrames(asEntries(frames).get(id)!);

  test.each([1, 37, 512, 513, 690])('that begin at row %i give the batch run’s rows from there, beside others that have all', (row) => {
    const ids = [...own];
    const late = new Set(ids.filter((_, k) => k % 2 === 0));
    const lane = new Lane(spec.nodes, own, new Map([...late].map((id) => [id, origin(row)])));
    const frames: NodeFrame[] = [];
    for (const each of entries(seededRandom(row))) {
      lane.apply([each]);
      frames.push(...lane.takeFrames(1));
    }
    const from = truthFrom(row);
    for (const id of ids) {
      const expected = late.has(id) ? from.get(id)! : truth.get(id)!;
      if (expected.first >= 0) expectSameBits(rowsOf(frames, id), expected, id.slice(0, 8));
      else expect(asEntries(frames).get(id)).toEqual([]);
    }
    expect(lane.rows()).toBe(ROWS);
  });

  test('begin in the middle of an entry, and need none before it', () => {
    const lane = new Lane(spec.nodes, own, new Map([...own].map((id) => [id, origin(105)])));
    lane.apply([entry(7, 100, 300), entry(8, 40, 60), entry(9, 300, ROWS)]);
    const frames = lane.takeFrames(1);
    for (const [id, expected] of truthFrom(105)) expectSameBits(rowsOf(frames, id), expected, id.slice(0, 8));
    const holed = new Lane(spec.nodes, own, new Map([...own].map((id) => [id, origin(105)])));
    holed.apply([entry(7, 106, 300)]);
    expect(holed.holes[0]!.message).toMatch(/rows 105 to 105 are missing/);
  });

  test('are continued from a checkpoint, and join lanes of other origins', () => {
    const [first, second] = [new Set([...own].slice(0, 3)), new Set([...own].slice(3))];
    const origins = new Map([...second].map((id) => [id, origin(200)]));
    const [all, some] = [new Lane(spec.nodes, first, origins), new Lane(spec.nodes, second, origins)];
    const frames: NodeFrame[] = [];
    for (const lane of [all, some]) {
      lane.apply([entry(1, 0, 250), entry(2, 250, 420)]);
      frames.push(...lane.takeFrames(1));
    }
    const joined = new Lane(spec.nodes, own, origins);
    joined.restore(all.checkpoint('log'), some.checkpoint('log'));
    joined.apply([entry(3, 420, ROWS)]);
    frames.push(...joined.takeFrames(1));
    const from = truthFrom(200);
    for (const id of own) expectSameBits(rowsOf(frames, id), second.has(id) ? from.get(id)! : truth.get(id)!, id.slice(0, 8));
    // A life of a node with another origin is another node, and its checkpoint none of this one.
    const held = publishedIn(headOf(joined.checkpoint('log')));
    expect([...first].every((id) => held.has(id))).toBe(true);
    expect([...second].some((id) => held.has(id))).toBe(false);
  });
});

test('a join stands still when a side of it has been silent for too long, and its neighbours run on', () => {
  const [live, silent] = ['LIVE', 'SILENT'].map((instrument) => ({ venue: 'test', instrument, interval: '1m' }));
  const strategy = new Strategy({
    name: 'pair',
    build() {
      const [a, b] = [ema(new StreamInput(live!), { period: 3 }), ema(new StreamInput(silent!), { period: 3 })];
      return { outputs: { spread: a.gt(b), alone: a } };
    },
  }).declare();
  const given = new Set(strategy.nodes.filter(({ spec: { nodeType } }) => nodeType !== 'stream').map(({ id }) => id));
  const lane = new Lane(strategy.nodes, given);
  const [liveId, silentId] = [live, silent].map((each) => sourceId({ ...each!, interval: interval('1m') }));
  const FRAME_ROWS = 2 ** 16;
  const frame = (id: string, first: number, count: number, sequence: number): LogEntry => {
    const t = Float64Array.from({ length: count }, (_, row) => (first + row) * 60_000);
    const bars = [t, ...Array.from({ length: 5 }, () => t)];
    return { subject: `q1.t.in.000.${id}`, sequence, data: encodeFrame({ kind: 'source', id, epoch: 0, first, count, inputSequence: 0, watermark: t[count - 1]!, chains: new Uint32Array(6), columns: bars }) };
  };
  const [spread, alone] = [strategy.outputs['spread']!.node, strategy.outputs['alone']!.node];
  const rows = new Map<string, number>();
  const take = (): void => {
    for (const { node, bytes } of lane.takeFrames(1)) rows.set(node, (rows.get(node) ?? 0) + decodeFrame(bytes, node).count);
  };
  let sequence = 0;
  lane.apply([frame(silentId!, 0, 10, ++sequence)]);
  for (let first = 0; first <= WAITING_ROWS_MAX; first += FRAME_ROWS) {
    lane.apply([frame(liveId!, first, FRAME_ROWS, ++sequence)]);
    take();
  }
  expect(lane.standstills).toEqual([{ node: spread, row: 8, t: 10 * 60_000, code: 'DATA_MISSING', reason: expect.stringContaining('wait for a side') as string, cure: expect.any(String) as string }]);
  // Its first rows are those of minutes 2 to 9; what comes on the silent side from now on changes nothing.
  lane.apply([frame(silentId!, 10, 10, ++sequence)]);
  take();
  expect(rows.get(spread)).toBe(8);
  expect(rows.get(alone)).toBe(WAITING_ROWS_MAX + FRAME_ROWS - 2);
});
