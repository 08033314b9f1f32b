// One bar for every instance, and five indicators on each: the product's panel, a plan per instance, and other libraries. Then sweeps.
import { BAR_COLUMNS } from '#domain/bar.ts';
import { kernelOf } from '#kernels/catalog.ts';
import { ColumnRun } from '#kernels/column-run.ts';
import { Panel } from '#kernels/panel.ts';
import { Plan, type PlanNode } from '#kernels/plan.ts';
import { clock, median, pairedRatio, pairedRounds, type Times } from '../measure.ts';
import { marketBars, type Bars } from './bars.ts';
import { timesOf } from './batch.ts';
import type { Grid, GridRow } from './grid.ts';
import { type Other, PERIODS, SET, type SetName } from './others.ts';

const WARM_ROWS = 64;
const TIMED_ROWS = 40; // twice the longest block
const ROUNDS = 9;
/** Instances of everything that is called once for each. */
const SINGLE_INSTANCES = 1_000;
const ASKED_NS = 5;

const nodesOf = (source: string): PlanNode[] =>
  SET.map((name) => ({
    id: name,
    inputs: (name === 'atr' ? [2, 3, 4] : [4]).map((column) => ({ source, column })),
    outputs: kernelOf(name).outputs,
    kernel: { name, params: { period: PERIODS[name] } },
  }));

/** Rows of many instances: each is a stretch of one walk. */
function rowsOf(bars: Bars, instances: number): Float64Array[][] {
  const rows = WARM_ROWS + TIMED_ROWS;
  return Array.from({ length: rows }, (_, row) => BAR_COLUMNS.map((field) => Float64Array.from({ length: instances }, (__, k) => (field === 't' ? row : bars[field][((k % 97) * rows) + row]!))));
}

/** Nanoseconds per instance and row of the panel, medians over the rounds. */
function panelNs(bars: Bars, instances: number): number {
  const rows = rowsOf(bars, instances);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const panel = new Panel(nodesOf('rows'), { columns: BAR_COLUMNS.length, instances });
    for (let row = 0; row < WARM_ROWS; row++) panel.append(rows[row]!);
    const startedMs = clock.monotonicMs();
    for (let row = WARM_ROWS; row < rows.length; row++) panel.append(rows[row]!);
    times.push(clock.monotonicMs() - startedMs);
  }
  return (median(times) * 1e6) / (instances * TIMED_ROWS);
}

function planNs(bars: Bars): number {
  const rows = rowsOf(bars, SINGLE_INSTANCES);
  const plans = Array.from({ length: SINGLE_INSTANCES }, () => new Plan([{ id: 'bars', columns: BAR_COLUMNS.length }], nodesOf('bars'), { chunkRowsMax: 64 }));
  const intakes = plans.map((plan) => plan.intake('bars'));
  const advance = (row: number): void => {
    for (let k = 0; k < SINGLE_INSTANCES; k++) {
      const intake = intakes[k]!;
      for (let column = 0; column < intake.row.length; column++) intake.row[column] = rows[row]![column]![k]!;
      intake.push();
    }
  };
  return streamedNs(advance);
}

function otherNs(bars: Bars, stream: NonNullable<Other['stream']>): number {
  const rows = rowsOf(bars, SINGLE_INSTANCES);
  const instances = Array.from({ length: SINGLE_INSTANCES }, stream);
  const [high, low, close] = ['high', 'low', 'close'].map((field) => BAR_COLUMNS.indexOf(field as 'high')) as [number, number, number];
  return streamedNs((row) => instances.forEach((update, k) => update(rows[row]![high]![k]!, rows[row]![low]![k]!, rows[row]![close]![k]!)));
}

function streamedNs(advance: (row: number) => void): number {
  for (let row = 0; row < WARM_ROWS; row++) advance(row);
  const startedMs = clock.monotonicMs();
  for (let row = WARM_ROWS; row < WARM_ROWS + TIMED_ROWS; row++) advance(row);
  return ((clock.monotonicMs() - startedMs) * 1e6) / (SINGLE_INSTANCES * TIMED_ROWS);
}

export function streaming(found: readonly Other[]): Grid {
  const bars = marketBars(97 * (WARM_ROWS + TIMED_ROWS));
  const rough = marketBars(97 * (WARM_ROWS + TIMED_ROWS), true);
  const rows: GridRow[] = [1_000, 10_000, 100_000].map((instances) => {
    const ns = panelNs(bars, instances);
    const judged = instances === 10_000;
    return { name: `panel, ${instances.toLocaleString('en')} instances`, cells: [ns, judged ? ASKED_NS : null, judged && ns > ASKED_NS ? 'missed' : null] };
  });
  rows.push({ name: 'panel, 10,000 instances, prices that are no decimals', cells: [panelNs(rough, 10_000), null, null] });
  rows.push({ name: 'a plan per instance, 1,000 of them', cells: [planNs(bars), null, null] });
  for (const { name, stream } of found) if (stream) rows.push({ name: `${name}, 1,000 instances`, cells: [otherNs(bars, stream), null, null] });
  return { title: 'Streaming: SMA20, EMA20, RSI14, ATR14 and BB20 of every instance', about: 'Nanoseconds per instance and bar, all five together, the bar handed over from JavaScript.', heads: ['', 'ns', 'asked, at most', ''], rows };
}

/** Whole columns in libraries that take them. */
export async function libraries(found: readonly Other[]): Promise<Grid> {
  const bars = marketBars(1 << 17);
  const columns = new ColumnRun(bars);
  const rows: GridRow[] = [];
  for (const name of SET) {
    const ours = columns.jobs(name, [{ period: PERIODS[name] }], kernelOf(name).inputs.map((input) => input.default));
    const times = await pairedRounds(5, [{ name: 'ours', run: () => timesOf(ours, 8) / 8 }, ...found.map((other) => ({ name: other.name, run: () => other.batch[name](bars) }))]);
    rows.push({ name: `${name} ${PERIODS[name satisfies SetName]}`, cells: times.map((each) => (median(each) * 1e6) / bars.close.length) });
  }
  return { title: 'Batch, beside libraries for JavaScript, 131,072 bars', about: 'Nanoseconds per bar.', heads: ['', 'ours', ...found.map(({ name }) => name)], rows };
}

/** Parameter sets together against one after another. */
export async function sweeps(): Promise<Grid> {
  const bars = marketBars(1 << 17);
  const columns = new ColumnRun({ close: bars.close });
  const rows: GridRow[] = [];
  for (const name of ['ema', 'rma'] as const) {
    const sets = Array.from({ length: 16 }, (_, k) => ({ period: 5 + 3 * k }));
    const together = columns.jobs(name, sets, ['close']);
    const apart = sets.map((set) => columns.jobs(name, [set], ['close']));
    const [one, many] = (await pairedRounds(ROUNDS, [
      { name: 'together', run: () => timesOf(together, 1) },
      { name: 'apart', run: () => apart.reduce((sum, job) => sum + timesOf(job, 1), 0) },
    ])) as [Times, Times];
    const perOutput = 1e6 / (sets.length * bars.close.length);
    const ratio = pairedRatio(many, one);
    rows.push({ name: `${name}, 16 periods`, cells: [median(one) * perOutput, median(many) * perOutput, ratio, 1.5, ratio < 1.5 ? 'missed' : null] });
  }
  return { title: 'Sweeps of 16 parameter sets over 131,072 bars', about: 'Nanoseconds per bar and set, in one call and in a call for each.', heads: ['', 'together', 'apart', 'times as fast', 'asked', ''], rows };
}
