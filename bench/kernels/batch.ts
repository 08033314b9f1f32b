// Batch: whole columns in one call, beside TA-Lib C called in this process on the very same arrays, and beside what else there is.
import { candles } from '#kernels/catalog-candles.ts';
import { kernelNames, kernelOf, resolveParams, type KernelName, type TaLib } from '#kernels/catalog.ts';
import { ColumnRun, type ColumnJobs } from '#kernels/column-run.ts';
import { clock, median, pairedRatio, pairedRounds, WrongAnswer, type Times } from '../measure.ts';
import { askedRatio } from './asked.ts';
import type { Bars } from './bars.ts';
import type { TaLibModule } from './peers.ts';

/**
 * Relative to the greatest output: what TA-Lib's running sums are off by after a million bars is less (its CORREL 1.4e-6, where ours is
 * within 2e-15 of two passes over each window), another definition is more.
 */
const AGREE = 1e-5;
/** Rows, as a part of all, in which a pattern may be found by one and not by the other: where sizes in cents are equal, what TA-Lib's sums were rounded by decides. */
const TIES = 1e-4;

/** What TA-Lib gives as whole numbers. */
function isWhole(name: KernelName): boolean {
  return name === 'httrendmode' || Object.hasOwn(candles, name);
}

export interface Comparison {
  readonly kernel: string;
  /** Nanoseconds per bar, medians of the rounds. */
  readonly ours: number;
  readonly theirs: number;
  /** Median over the rounds of theirs / ours. */
  readonly ratio: number;
  readonly asked: number;
}

/** Every kernel that says which function of TA-Lib it agrees with. */
export const counterparts: readonly KernelName[] = kernelNames.filter((name) => kernelOf(name).talib !== undefined);

/** Times a kernel and its counterpart over `bars`, `times` calls a round. Throws WrongAnswer when they do not agree. */
export async function beside(taLib: TaLibModule, name: KernelName, bars: Bars, rounds: number, times: number): Promise<Comparison> {
  const kernel = kernelOf(name);
  const columns = new ColumnRun(bars);
  const job = columns.jobs(name, [{}], kernel.inputs.map((input) => input.default));
  const same = Object.fromEntries(Object.keys(bars).map((field) => [field, columns.column(field)]));
  const outputs = kernel.talib!.outputs.map(() => (isWhole(name) ? new Int32Array(columns.rows) : new Float64Array(columns.rows)));
  const call = (): ReturnType<TaLibModule['time']> =>
    taLib.time(kernel.talib!.name, same, kernel.inputs.map((input) => input.default), optionsOf(name, kernel.talib!), outputs, times);
  const [ours, theirs] = (await pairedRounds(rounds, [
    { name: 'ours', run: () => timesOf(job, times) },
    { name: 'theirs', run: () => call().ns / 1e6 },
  ])) as [Times, Times];
  requireAgreement(name, kernel.talib!, job, outputs, call().first);
  const perBar = 1e6 / (columns.rows * times);
  return { kernel: name, ours: median(ours) * perBar, theirs: median(theirs) * perBar, ratio: pairedRatio(theirs, ours), asked: askedRatio(name) };
}

function optionsOf(name: KernelName, { params }: TaLib): number[] {
  const resolved: Readonly<Record<string, number>> = resolveParams(name, {});
  return params.map((param) => (param === null ? NaN : resolved[param]!));
}

/** Milliseconds of `times` calls. */
export function timesOf(job: { run(): void }, times: number): number {
  const startedMs = clock.monotonicMs();
  for (let k = 0; k < times; k++) job.run();
  return clock.monotonicMs() - startedMs;
}

function requireAgreement(name: KernelName, { outputs: named }: TaLib, job: ColumnJobs, theirs: readonly (Float64Array | Int32Array)[], first: number): void {
  const { outputs } = kernelOf(name);
  named.forEach((output, k) => {
    const ours = job.outputs(0)[outputs.indexOf(output)]!;
    let greatest = 0;
    let furthest = 0;
    let other = 0;
    for (let row = first; row < ours.length; row++) {
      const expected = theirs[k]![row - first]!;
      const apart = Math.abs(ours[row]! - expected);
      greatest = Math.max(greatest, Math.abs(expected));
      furthest = Math.max(furthest, Number.isNaN(apart) ? Infinity : apart);
      if (apart > 0) other++;
    }
    if (Object.hasOwn(candles, name) ? other > TIES * ours.length : furthest > AGREE * greatest) throw new WrongAnswer(`${name}: ${output} is ${furthest} off TA-Lib's, whose greatest is ${greatest}`);
  });
}
