// The 4-D cache at the size it is made for: ten thousand upstreams at four intervals, the last 512 rows of eight features of each, in the memory
// of one plan; filled, read by windows, grown and shrunk.
import { type HostNode, Plan, type PlanNode } from '#kernels/plan.ts';
import { clock, type Section, WrongAnswer } from '../measure.ts';

const UPSTREAMS = 10_000;
const INTERVALS_MS = [60_000, 300_000, 900_000, 3_600_000] as const;
const SLOTS = 512;
const FEATURES = 8;
const CHUNK_ROWS = 64;
/** Every window is full, and every ring has slid. */
const ROWS = 2 * SLOTS;
const GIB = 2 ** 30;

/** Reads the whole window of every feature at each row, and answers the sum of the corners, so that nothing can be left out. */
class Corners implements HostNode {
  readonly lookback: number;
  buffer: ArrayBufferLike | undefined;
  constructor(slots: number) {
    this.lookback = slots - 1;
  }
  run(inputs: readonly Float64Array[], [out]: readonly Float64Array[], count: number): void {
    this.buffer = inputs[0]!.buffer;
    for (let row = 0; row < count; row++) {
      let sum = 0;
      for (const window of inputs) sum += window[row]! + window[row + this.lookback]!;
      out![row] = sum;
    }
  }
  snapshot(): Uint8Array {
    return new Uint8Array();
  }
  restore(): void {}
}

export async function cache(): Promise<Section> {
  const rows = columns(ROWS);
  const ids = Array.from({ length: UPSTREAMS }, (_, upstream) => INTERVALS_MS.map((ms) => `${upstream}@${ms}`)).flat();
  const readers = ids.map(() => new Corners(SLOTS));
  const startedMs = clock.monotonicMs();
  const plan = planOf(ids, readers);
  const builtMs = clock.monotonicMs() - startedMs;
  const read = fill(plan, ids, rows);
  const filledMs = clock.monotonicMs() - startedMs - builtMs;
  if (readers.some((reader) => reader.buffer !== readers[0]!.buffer)) throw new WrongAnswer('a window is not a view of the one memory');
  const expected = cornerSum(rows);
  if (read.some((value) => value !== expected)) throw new WrongAnswer(`a window’s corners add up to ${read.find((value) => value !== expected)}, not ${expected}`);

  const net = UPSTREAMS * INTERVALS_MS.length * SLOTS * FEATURES * 8;
  const bytes = plan.residentBytes();
  const half = planOf(ids, ids.map(() => new Corners(SLOTS / 2)));
  half.restore(plan.snapshot());
  return {
    title: `The 4-D cache: ${UPSTREAMS.toLocaleString('en')} upstreams × ${INTERVALS_MS.length} intervals × ${SLOTS} slots × ${FEATURES} features in one memory`,
    figures: [
      { name: 'values alone', value: net / GIB, unit: 'GiB' },
      { name: 'resident, everything', value: bytes / GIB, unit: 'GiB', target: { requirement: 'B1', atMost: 4 } },
      { name: 'resident to values', value: bytes / net, unit: '×' },
      { name: 'laid out', value: builtMs / 1e3, unit: 's' },
      { name: 'a value appended, its window read', value: (filledMs * 1e6) / (ids.length * ROWS * FEATURES), unit: 'ns' },
      { name: 'resident when every reader looks back half as far', value: half.residentBytes() / GIB, unit: 'GiB' },
    ],
  };
}

function planOf(ids: readonly string[], readers: readonly Corners[]): Plan {
  const nodes = ids.map((source, k): PlanNode => ({
    id: `window of ${source}`,
    inputs: Array.from({ length: FEATURES }, (_, feature) => ({ source, column: 1 + feature })),
    outputs: ['value'],
    host: readers[k]!,
  }));
  return new Plan(ids.map((id) => ({ id, columns: 1 + FEATURES })), nodes, { chunkRowsMax: CHUNK_ROWS });
}

/** Gives every source the same rows; answers what each reader gave last. */
function fill(plan: Plan, ids: readonly string[], rows: readonly Float64Array[]): number[] {
  return ids.map((id) => {
    for (let row = 0; row < ROWS; row += CHUNK_ROWS) plan.append(id, rows, row, row + CHUNK_ROWS);
    return plan.rowsOf(`window of ${id}`).columns[0]!.at(-1)!;
  });
}

/** t, then the features; each value says where it is. */
function columns(rows: number): Float64Array[] {
  return Array.from({ length: 1 + FEATURES }, (_, column) => Float64Array.from({ length: rows }, (__, row) => (column === 0 ? row * 60_000 : row * FEATURES + column)));
}

function cornerSum(rows: readonly Float64Array[]): number {
  return rows.slice(1).reduce((sum, column) => sum + column[ROWS - SLOTS]! + column[ROWS - 1]!, 0);
}
