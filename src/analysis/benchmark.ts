// A run against something else one could have held. The conventions are those of metrics.ts, and one more:
//   B1. Only rows at times both series have are looked at, and a return goes from one such row to the next.
import { known, mean, ratio } from './defined.ts';
import { compensatedSum } from './moments.ts';
import { returnsOf } from './return-metrics.ts';
import { growthOf, spanOf } from './span.ts';

export interface BenchmarkSeries {
  /** UTC ms, strictly rising. */
  readonly t: Float64Array;
  /** A price, an index, or the equity of another run. */
  readonly value: Float64Array;
}

/** Of R the returns of the run and B those of the benchmark, bar by bar; "annualised" is × bars per year, for a deviation × √(bars per year). */
export interface BenchmarkMetrics {
  /** Last / first value of the benchmark − 1, and its compound annual growth rate. */
  readonly benchmarkReturn: number | null;
  readonly benchmarkCagr: number | null;
  /** CAGR of the run − CAGR of the benchmark, over the rows both have. */
  readonly excessCagr: number | null;
  /** Mean R − beta × mean B, annualised. Jensen (1968), risk-free rate 0. */
  readonly alpha: number | null;
  /** Covariance of R and B / variance of B. Sharpe (1964). */
  readonly beta: number | null;
  /** Pearson's, of R and B. */
  readonly correlation: number | null;
  /** Standard deviation of R − B, annualised. */
  readonly trackingError: number | null;
  /** Mean / standard deviation of R − B, annualised. Goodwin (1998), "The Information Ratio". */
  readonly informationRatio: number | null;
  /** Mean R, annualised, / beta. Treynor (1965), risk-free rate 0. */
  readonly treynor: number | null;
  /** Sum of R / sum of B over the bars in which the benchmark rose, and over those in which it fell. Bacon (2008). */
  readonly upCapture: number | null;
  readonly downCapture: number | null;
  /** Share of bars in which R was above B. */
  readonly battingAverage: number | null;
}

export function benchmarkMetrics(run: BenchmarkSeries, benchmark: BenchmarkSeries): BenchmarkMetrics {
  const { t, ours, theirs } = commonRows(run, benchmark);
  const { years, barsPerYear } = spanOf(t);
  const [r, b] = [returnsOf(ours), returnsOf(theirs)];
  const active = r.map((value, row) => value - b[row]!);
  const [meanR, meanB, meanActive] = [r, b, active].map((values) => compensatedSum(values) / values.length) as [number, number, number];
  const varianceB = covariance(b, meanB, b, meanB);
  const together = covariance(r, meanR, b, meanB);
  const beta = varianceB === 0 ? Number.NaN : together / varianceB;
  const activeDeviation = Math.sqrt(covariance(active, meanActive, active, meanActive));
  const theirGrowth = growthOf(theirs, theirs[0] ?? Number.NaN, years);
  const defined = Number.isFinite(meanActive);
  return {
    benchmarkReturn: known(theirGrowth.total),
    benchmarkCagr: known(theirGrowth.cagr),
    excessCagr: known(growthOf(ours, ours[0] ?? Number.NaN, years).cagr - theirGrowth.cagr),
    alpha: known((meanR - beta * meanB) * barsPerYear),
    beta: known(beta),
    correlation: ratio(together, Math.sqrt(varianceB * covariance(r, meanR, r, meanR))),
    trackingError: known(activeDeviation * Math.sqrt(barsPerYear)),
    informationRatio: ratio(meanActive * Math.sqrt(barsPerYear), activeDeviation),
    treynor: ratio(meanR * barsPerYear, beta),
    upCapture: defined ? capture(r, b, 1) : null,
    downCapture: defined ? capture(r, b, -1) : null,
    battingAverage: defined ? known(mean(active.map((value) => Number(value > 0)))) : null,
  };
}

/** By B1. */
function commonRows(run: BenchmarkSeries, benchmark: BenchmarkSeries): { t: Float64Array; ours: Float64Array; theirs: Float64Array } {
  const rows = Math.min(run.t.length, benchmark.t.length);
  const [t, ours, theirs] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)];
  let count = 0;
  let other = 0;
  for (let row = 0; row < run.t.length; row++) {
    while (other < benchmark.t.length && benchmark.t[other]! < run.t[row]!) other++;
    if (benchmark.t[other] !== run.t[row]) continue;
    t[count] = run.t[row]!;
    ours[count] = run.value[row]!;
    theirs[count++] = benchmark.value[other]!;
  }
  return { t: t.subarray(0, count), ours: ours.subarray(0, count), theirs: theirs.subarray(0, count) };
}

/** C3. */
function covariance(x: Float64Array, meanX: number, y: Float64Array, meanY: number): number {
  let total = 0;
  for (let row = 0; row < x.length; row++) total += (x[row]! - meanX) * (y[row]! - meanY);
  return x.length > 1 ? total / (x.length - 1) : Number.NaN;
}

function capture(r: Float64Array, b: Float64Array, sign: 1 | -1): number | null {
  let [ours, theirs] = [0, 0];
  for (let row = 0; row < r.length; row++) {
    if (b[row]! * sign <= 0) continue;
    ours += r[row]!;
    theirs += b[row]!;
  }
  return ratio(ours, theirs);
}
