// What a search says about a trial: the metrics that can be worked out without keeping the equity of every bar.
import { ratio } from '#analysis/defined.ts';
import type { DrawdownMetrics } from '#analysis/drawdown-metrics.ts';
import type { Metrics } from '#analysis/metrics.ts';
import type { ReturnRatios } from '#analysis/return-metrics.ts';
import type { TripRatios } from '#analysis/trip-tally.ts';

/** Each has the meaning and the bits of the metric of the same name. */
export interface TrialFigures
  extends ReturnRatios, TripRatios, Pick<DrawdownMetrics, 'maxDrawdownRatio' | 'maxDrawdown' | 'drawdowns' | 'calmar'>, Pick<Metrics, 'totalReturn' | 'cagr' | 'exposureRatio' | 'fees' | 'trades'> {
  /** Equity after the last bar. */
  readonly equityFinal: number;
}

/** In the order of files and of hashes. */
export const TRIAL_FIGURES = [
  'equityFinal', 'totalReturn', 'cagr', 'sharpe', 'sortino', 'omega', 'calmar', 'volatility', 'downsideDeviation', 'maxDrawdownRatio', 'maxDrawdown', 'drawdowns',
  'roundTrips', 'hitRatio', 'profitFactor', 'payoffRatio', 'expectancy', 'exposureRatio', 'fees', 'trades',
] as const satisfies readonly (keyof TrialFigures)[];

export type FigureName = (typeof TRIAL_FIGURES)[number];

/** What is better less of. */
const SMALLER_IS_BETTER: ReadonlySet<FigureName> = new Set(['volatility', 'downsideDeviation', 'maxDrawdownRatio', 'maxDrawdown', 'drawdowns', 'fees']);

export function isFigure(name: string): name is FigureName {
  return (TRIAL_FIGURES as readonly string[]).includes(name);
}

export function isLessBetter(name: FigureName): boolean {
  return SMALLER_IS_BETTER.has(name);
}

/** A figure as a number that is larger where it is better; minus infinity where it is not defined. */
export function meritOf(figures: TrialFigures, name: FigureName): number {
  const value = figures[name];
  if (value === null) return Number.NEGATIVE_INFINITY;
  return isLessBetter(name) ? -value : value;
}

export function pickFigures(metrics: Metrics, equityFinal: number): TrialFigures {
  const all = { ...metrics, equityFinal };
  return Object.fromEntries(TRIAL_FIGURES.map((name) => [name, all[name]])) as unknown as TrialFigures;
}

/** Sums of bar returns from which those of several spans together can be told. */
export interface ReturnSums {
  readonly count: number;
  readonly sum: number;
  readonly squares: number;
}

/** The Sharpe ratio of one bar, of the returns of several spans together; null where it is not defined. */
export function barSharpeOf(spans: readonly ReturnSums[]): number | null {
  const [count, sum, squares] = (['count', 'sum', 'squares'] as const).map((name) => spans.reduce((total, span) => total + span[name], 0)) as [number, number, number];
  const second = squares - (sum * sum) / count;
  return count > 1 && second > 0 ? ratio(sum / count, Math.sqrt(second / (count - 1))) : null;
}
