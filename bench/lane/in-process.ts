// What a row costs inside a process: the plan as shards and backtests run it, one row per call and in chunks, beside the same three
// nodes written by hand; then with ten, a hundred and a thousand times the nodes.
import { BAR_COLUMNS, type BarColumns } from '#domain/bar.ts';
import { Plan } from '#kernels/plan.ts';
import { walk } from '../bars.ts';
import { chains, CLOSE, mergedPlan, threeNodes } from '../dag.ts';
import { ThreeNodesByHand, threeNodesInOneLoop } from './by-hand.ts';
import { clock, type Figure, median, pairedRatio, pairedRounds, type Section, WrongAnswer } from '../measure.ts';

const DAG = threeNodes('IN-PROCESS');
const ROWS = 1 << 20;
const ROUNDS = 9;
const CHUNK_ROWS = 4_096;
/** Node updates per round of the larger DAGs. */
const UPDATES = 6_000_000;
const SCALE_CHUNK_ROWS = 256;
/** 100 million node updates a second. */
const NODE_UPDATE = { requirement: 'K3', atMost: 10 } as const;

export async function inProcess(): Promise<Section> {
  const bars = walk(ROWS);
  const signal = new Float64Array(ROWS);
  const [rowwise, chunked256, chunked, byHandCalls, byHandLoop] = (await pairedRounds(ROUNDS, [
    { name: 'one row per call', run: () => rowByRow(bars) },
    { name: 'chunks of 256', run: () => inChunks(bars, 256) },
    { name: 'chunks of 4096', run: () => inChunks(bars, CHUNK_ROWS) },
    { name: 'by hand, one call per row', run: () => byHand(bars[CLOSE]!, signal) },
    { name: 'by hand, one loop', run: () => threeNodesInOneLoop(bars, signal) },
  ])) as [number[], number[], number[], number[], number[]];
  const rate = (times: readonly number[]): number => ROWS / median(times) / 1e3;
  const figures: Figure[] = [
    { name: 'one row per call', value: rate(rowwise), unit: 'M rows/s', target: { requirement: 'K3', atLeast: 30 }, note: 'whole bars, six columns' },
    { name: 'chunks of 256 rows', value: rate(chunked256), unit: 'M rows/s' },
    { name: `chunks of ${CHUNK_ROWS} rows`, value: rate(chunked), unit: 'M rows/s', target: { requirement: 'K3', atLeast: 100 } },
    { name: 'by hand in JavaScript, one call per row', value: rate(byHandCalls), unit: 'M rows/s' },
    { name: 'by hand in JavaScript, one loop', value: rate(byHandLoop), unit: 'M rows/s' },
    { name: 'one row per call against by hand', value: pairedRatio(byHandCalls, rowwise), unit: '× its rows/s' },
    { name: `chunks of ${CHUNK_ROWS} against by hand, one loop`, value: pairedRatio(byHandLoop, chunked), unit: '× its rows/s' },
  ];
  for (const nodes of [3, 30, 300, 3_000]) figures.push(...(await scaled(nodes, bars)));
  if (!agree(bars, signal)) throw new WrongAnswer('plan and hand-written loop do not give the same signals');
  return { title: 'In process: stream → SMA20 → EMA10 → signal', figures };
}

/** Answers its own time, so that laying out the plan is not in it. */
function timed(work: () => void): number {
  const startedMs = clock.monotonicMs();
  work();
  return clock.monotonicMs() - startedMs;
}

function rowByRow(bars: BarColumns): number {
  const { plan, source } = mergedPlan([DAG.spec], 64);
  return timed(() => appendRows(plan, source, bars, ROWS));
}

function appendRows(plan: Plan, source: string, bars: BarColumns, rows: number): void {
  const intake = plan.intake(source);
  const values = intake.row;
  const [t, open, high, low, close, volume] = bars as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  for (let row = 0; row < rows; row++) {
    values[0] = t[row]!;
    values[1] = open[row]!;
    values[2] = high[row]!;
    values[3] = low[row]!;
    values[4] = close[row]!;
    values[5] = volume[row]!;
    intake.push();
  }
}

function inChunks(bars: BarColumns, chunkRows: number): number {
  const { plan, source } = mergedPlan([DAG.spec], chunkRows);
  return timed(() => appendChunks(plan, source, bars, ROWS, chunkRows));
}

function appendChunks(plan: Plan, source: string, bars: BarColumns, rows: number, chunkRows: number): void {
  for (let row = 0; row < rows; row += chunkRows) plan.append(source, bars, row, Math.min(rows, row + chunkRows));
}

function byHand(close: Float64Array, signal: Float64Array): void {
  const nodes = new ThreeNodesByHand();
  for (let row = 0; row < close.length; row++) signal[row] = nodes.push(close[row]!);
}

async function scaled(count: number, bars: BarColumns): Promise<Figure[]> {
  const nodes = chains(count, 'bars');
  const sources = [{ id: 'bars', columns: BAR_COLUMNS.length }];
  const rows = UPDATES / count;
  const [rowwise, chunked] = (await pairedRounds(5, [
    {
      name: 'rows',
      run: () => {
        const plan = new Plan(sources, nodes, { chunkRowsMax: 64 });
        return timed(() => appendRows(plan, 'bars', bars, Math.min(rows, ROWS)));
      },
    },
    {
      name: 'chunks',
      run: () => {
        const plan = new Plan(sources, nodes, { chunkRowsMax: SCALE_CHUNK_ROWS });
        return timed(() => appendChunks(plan, 'bars', bars, Math.min(rows, ROWS), SCALE_CHUNK_ROWS));
      },
    },
  ])) as [number[], number[]];
  const updates = Math.min(rows, ROWS) * count;
  return [
    { name: `${count} nodes, one row per call`, value: (median(rowwise) * 1e6) / updates, unit: 'ns per node and row', target: NODE_UPDATE },
    { name: `${count} nodes, chunks of ${SCALE_CHUNK_ROWS}`, value: (median(chunked) * 1e6) / updates, unit: 'ns per node and row', target: NODE_UPDATE },
  ];
}

/** Where the averages are a rounding apart the loop's drifting sums may decide otherwise, so a few rows in a million do not count. */
function agree(bars: BarColumns, byHandSignal: Float64Array): boolean {
  const { plan, source } = mergedPlan([DAG.spec], CHUNK_ROWS);
  let differing = 0;
  for (let row = 0; row < ROWS; row += CHUNK_ROWS) {
    plan.append(source, bars, row, row + CHUNK_ROWS);
    const { first, columns } = plan.rowsOf(DAG.signal);
    // The plan's EMA is seeded with an average of its first ten values; the trace of that is gone after some hundred rows.
    columns[0]!.forEach((value, k) => (differing += first + k > 1_000 && value !== byHandSignal[first + k] ? 1 : 0));
  }
  return differing < ROWS / 1e5;
}
