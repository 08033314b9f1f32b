// Walk-forward and cross-validation as an author asks for them.
import { momentsOf } from '#analysis/moments.ts';
import { deflatedSharpe, expectedMaxSharpe, type Overfit, overfit } from '#analysis/overfit.ts';
import type { Metrics } from '#analysis/metrics.ts';
import { spanOf } from '#analysis/span.ts';
import { Fault } from '#domain/fault.ts';
import { outcomeOf } from '#search/curve.ts';
import { barSharpeOf, type FigureName, type TrialFigures } from '#search/figures.ts';
import { combinatorialFolds, type Fold, partsOf, type WalkForward, walkForwardFolds } from '#search/folds.ts';
import type { Point } from '#search/space.ts';
import type { RowSpan } from '#search/span.ts';
import { sweep } from '#search/sweep.ts';
import { bestIn, chained, crossValidate, type CrossValidation, curveIn, efficiencyOf, spanOfRows } from '#search/validate.ts';
import type { StrategyParams } from './params.ts';
import type { Strategy } from './strategy.ts';
import { prepare, type SweepOptions } from './sweep.ts';

export interface WalkForwardWindow {
  /** UTC ms, from … before to. */
  readonly train: { readonly fromMs: number; readonly toMs: number };
  readonly test: { readonly fromMs: number; readonly toMs: number };
  /** The params chosen on the training window. */
  readonly params: Point;
  readonly trainFigures: TrialFigures;
  readonly testFigures: TrialFigures;
}

export interface WalkForwardResult {
  readonly strategy: string;
  readonly objective: FigureName;
  readonly trials: number;
  readonly windows: readonly WalkForwardWindow[];
  /** The test windows as one curve, each window on what the one before left. */
  readonly t: Float64Array;
  readonly equity: Float64Array;
  /** Of that curve; figures of trades are those of none. */
  readonly metrics: Metrics;
  /** Mean CAGR of the test windows over that of the training windows. */
  readonly efficiency: number | null;
  readonly warnings: readonly string[];
}

/** Chooses params on each training window and trades them on the window behind it. Throws what a sweep throws, and PARAM_INVALID for too few bars. */
export async function walkForward<P extends StrategyParams>(strategy: Strategy<P>, options: SweepOptions<P> & WalkForward): Promise<WalkForwardResult> {
  const prepared = await prepare(strategy, options);
  const { points, objective, data, declare, t } = prepared;
  const folds = walkForwardFolds(t.length, options);
  const trains = folds.map(({ train }) => spanOfRows(train[0]!, t));
  const answers = await sweep({ count: points.length, declare, data, spans: trains }, sweepTerms(options));
  const chosen = folds.map((fold, k) => {
    const best = bestIn(answers, k, objective);
    if (best === undefined) throw new Fault('PARAM_INVALID', `no trial has a ${objective} in the training window from ${nameOf(fold, t)}`, { cure: 'take longer windows, or another objective' });
    const curve = curveIn(declare(best), spanOfRows(fold.test[0]!, t), data);
    return { best, curve, trainFigures: told(answers[best]!).outcomes[k]!.figures, testFigures: outcomeOf(curve).figures };
  });
  const whole = chained(chosen.map(({ curve }) => curve));
  return {
    strategy: strategy.name,
    objective,
    trials: points.length,
    windows: chosen.map(({ best, trainFigures, testFigures }, k) => ({ train: trains[k]!, test: spanOfRows(folds[k]!.test[0]!, t), params: points[best]!, trainFigures, testFigures })),
    ...whole,
    efficiency: efficiencyOf(chosen.map(({ trainFigures }) => trainFigures), chosen.map(({ testFigures }) => testFigures)),
    warnings: prepared.warnings,
  };
}

export interface OverfitOptions {
  /** Blocks of time for the probability of overfitting; even. */
  readonly blocks: number;
  /** Groups of the cross-validation, and how many of them each split tests. */
  readonly groups: number;
  readonly tests: number;
  /** Rows taken out before and behind test rows, as shares of all rows. */
  readonly purgeRatio: number;
  readonly embargoRatio: number;
}

export interface OverfitResult {
  readonly strategy: string;
  readonly trials: number;
  /** The best trial by its Sharpe ratio over all rows. */
  readonly best: Point;
  /** Annualised, of the best trial; and what the luckiest of as many trials without merit is expected to have. */
  readonly sharpe: number | null;
  readonly sharpeByLuck: number;
  /** Probability that the best is better than luck. */
  readonly deflatedSharpe: number | null;
  /** Null with fewer than two trials. */
  readonly overfit: Overfit | null;
  readonly crossValidation: CrossValidation;
  /** Bars of a year, which annualise a Sharpe ratio of one bar by their root. */
  readonly barsPerYear: number;
  readonly warnings: readonly string[];
}

/** Asks in three ways whether the best trial of a search is more than luck. */
export async function assessOverfit<P extends StrategyParams>(strategy: Strategy<P>, options: SweepOptions<P> & OverfitOptions): Promise<OverfitResult> {
  const prepared = await prepare(strategy, { ...options, objective: 'sharpe' });
  const { points, data, declare, t } = prepared;
  const folds = combinatorialFolds(t.length, options.groups, options.tests, { purgeRows: Math.round(options.purgeRatio * t.length), embargoRows: Math.round(options.embargoRatio * t.length) });
  const blocks = partsOf(t.length, options.blocks);
  const whole = { from: 0, to: t.length };
  const spans = new Map<string, RowSpan>([whole, ...blocks, ...folds.flatMap(({ fold }) => [...fold.train, ...fold.test])].map((span) => [keyOf(span), span]));
  const places = [...spans.keys()];
  const answers = await sweep({ count: points.length, declare, data, spans: [...spans.values()].map((span) => spanOfRows(span, t)) }, sweepTerms(options));
  const placeOf = (span: RowSpan): number => places.indexOf(keyOf(span));

  const best = bestIn(answers, 0, 'sharpe');
  if (best === undefined) throw new Fault('PARAM_INVALID', `no trial of strategy ${strategy.name} has a Sharpe ratio`, { cure: 'widen the space, or take more bars' });
  const toldOnes = answers.filter((answer) => 'outcomes' in answer);
  const { barsPerYear } = spanOf(t);
  const sharpes = toldOnes.map(({ outcomes }) => barSharpeOf([outcomes[0]!.sums]) ?? 0);
  const mean = sharpes.reduce((sum, value) => sum + value, 0) / sharpes.length;
  const variance = sharpes.length > 1 ? sharpes.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (sharpes.length - 1) : 0;
  const { equity } = curveIn(declare(best), spanOfRows(whole, t), data);
  const moments = momentsOf(equity);
  const evidence = { barSharpe: moments.mean / moments.deviation, returns: equity.length - 1, skew: moments.skewOfValues, kurtosis: moments.kurtosisOfValues };
  return {
    strategy: strategy.name,
    trials: toldOnes.length,
    best: points[best]!,
    sharpe: told(answers[best]!).outcomes[0]!.figures.sharpe,
    sharpeByLuck: expectedMaxSharpe(toldOnes.length, variance) * Math.sqrt(barsPerYear),
    deflatedSharpe: deflatedSharpe(evidence, toldOnes.length, variance),
    overfit: overfit(toldOnes.map(({ outcomes }) => blocks.map((block) => outcomes[placeOf(block)]!.sums))),
    crossValidation: crossValidate(answers, folds, placeOf),
    barsPerYear,
    warnings: prepared.warnings,
  };
}

function told(answer: Awaited<ReturnType<typeof sweep>>[number]) {
  return answer as Extract<typeof answer, { outcomes: unknown }>;
}

function keyOf({ from, to }: RowSpan): string {
  return `${from}-${to}`;
}

function nameOf({ train }: Fold, t: Float64Array): string {
  return `${new Date(t[train[0]!.from]!).toISOString()} to ${new Date(t[train[0]!.to - 1]!).toISOString()}`;
}

function sweepTerms<P extends StrategyParams>(options: SweepOptions<P>): Parameters<typeof sweep>[1] {
  const { threads, journal, signal, onProgress } = options;
  return { ...(threads !== undefined && { threads }), ...(journal !== undefined && { journal }), ...(signal && { signal }), ...(onProgress && { onProgress: (done: number, total: number) => onProgress('running', done, total) }) };
}
