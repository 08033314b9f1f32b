// What a row costs in windows by key, from one key to ten thousand: the rows are the same, only whose they are differs.
import { planRows } from '#kernels/operator.ts';
import { Plan, type PlanNode } from '#kernels/plan.ts';
import { interval } from '#domain/interval.ts';
import { type Figure, clock, median, pairedRatio, pairedRounds, type Section } from '../measure.ts';

const ROWS = 1 << 18;
const ROUNDS = 7;
const CHUNK_ROWS = 4_096;
const KEYS = [1, 10, 100, 1_000, 10_000] as const;
const ROW_MS = 1_000;
/** Rows of a key in one of its windows. */
const WINDOW_ROWS = 8;

export async function keyedWindows(): Promise<Section> {
  const times = await pairedRounds(ROUNDS, KEYS.map((keys) => ({ name: `${keys} keys`, run: () => drive(keys) })));
  const figures = KEYS.flatMap((keys, k): Figure[] => {
    const name = keys === 1 ? 'one key' : `${keys.toLocaleString('en')} keys`;
    const cost: Figure = { name, value: (median(times[k]!) * 1e6) / ROWS, unit: 'ns per row' };
    return keys === 1 ? [cost] : [cost, { name: `${name}: cost`, value: pairedRatio(times[k]!, times[0]!), unit: '× one key', ...(keys === KEYS.at(-1) && { target: { requirement: 'K7', atMost: 1.5 } }) }];
  });
  return { title: 'Tumbling windows by key, each key with a watermark of its own', figures };
}

/** Keys take turns; each window holds as many rows whatever the number of keys, so that as many windows are given out. */
function drive(keys: number): number {
  const columns = [
    Float64Array.from({ length: ROWS }, (_, row) => row * ROW_MS),
    Float64Array.from({ length: ROWS }, (_, row) => (row * 7_919) % 1_000 / 100),
    Float64Array.from({ length: ROWS }, (_, row) => row % keys),
  ];
  const params = { widthMs: WINDOW_ROWS * ROW_MS * keys, delayMs: 0, late: 'ignore', gives: 'windows' };
  const every = interval('1s');
  const rows = planRows('keyed', { params, interval: every, inputs: [{ name: 'value', interval: every }, { name: 'key', interval: every }] });
  const node: PlanNode = { id: 'windows', inputs: [{ source: 'rows', column: 1 }, { source: 'rows', column: 2 }], outputs: ['key', 'start', 'revision', 'count', 'sum', 'mean', 'min', 'max', 'first', 'last'], rows };
  const plan = new Plan([{ id: 'rows', columns: 3 }], [node], { chunkRowsMax: CHUNK_ROWS });
  const startedMs = clock.monotonicMs();
  for (let row = 0; row < ROWS; row += CHUNK_ROWS) plan.append('rows', columns, row, row + CHUNK_ROWS);
  return clock.monotonicMs() - startedMs;
}
