// What a search is worth on bars it has not seen.
// V1. A trial is chosen on training spans alone. Indicators have seen all rows before a span; accounts begin flat in each, so no position
//     and no cash crosses a border.
import { ratio } from '#analysis/defined.ts';
import { metrics, type Metrics } from '#analysis/metrics.ts';
import { returnsOf } from '#analysis/return-metrics.ts';
import { NO_FILLS } from '#domain/fills.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { withUpstreams } from '#actors/assemble.ts';
import type { TrialAnswer } from './batch.ts';
import { runCurves, type SpanCurve } from './curve.ts';
import { barSharpeOf, type FigureName, meritOf, type ReturnSums, type TrialFigures } from './figures.ts';
import type { CombinatorialFold } from './folds.ts';
import { type Ground, type RowSpan, type Span } from './span.ts';

/** Rows of a source as a span of time. */
export function spanOfRows({ from, to }: RowSpan, t: Float64Array): Span {
  return { fromMs: t[from]!, toMs: to < t.length ? t[to]! : Number.POSITIVE_INFINITY };
}

/** The trial that is best in span `k` of all; undefined when none has the objective there. */
export function bestIn(answers: readonly TrialAnswer[], k: number, objective: FigureName): number | undefined {
  return bestBy(answers, (answer) => meritOf(answer.outcomes[k]!.figures, objective));
}

type Told = Extract<TrialAnswer, { outcomes: unknown }>;

function bestBy(answers: readonly TrialAnswer[], meritOfTold: (answer: Told) => number): number | undefined {
  let best: number | undefined;
  let merit = Number.NEGATIVE_INFINITY;
  for (const [trial, answer] of answers.entries()) {
    if ('failure' in answer) continue;
    const own = meritOfTold(answer);
    if (own > merit) [best, merit] = [trial, own];
  }
  return best;
}

/** What one trial's account made of one span. */
export function curveIn(spec: StrategySpec, span: Span, data: Ground['data']): SpanCurve {
  const account: NodeID = spec.target!.account;
  return runCurves(spec.name, withUpstreams(new Set([account]), spec.nodes), { data, spans: [span] })[0]!;
}

/** Curves of spans that follow each other as one: what is earned in one is at stake in the next. Trades are left out, since accounts begin anew. */
export function chained(curves: readonly SpanCurve[]): { readonly t: Float64Array; readonly equity: Float64Array; readonly metrics: Metrics } {
  const length = curves.reduce((sum, { t }) => sum + t.length, 0);
  const [t, equity] = [new Float64Array(length), new Float64Array(length)];
  const rowsHeld = curves.reduce((sum, curve) => sum + curve.rowsHeld, 0);
  const cash0 = curves[0]?.cash0 ?? 0;
  let at = 0;
  let value = cash0;
  for (const curve of curves) {
    t.set(curve.t, at);
    const returns = returnsOf(curve.equity);
    for (let row = 0; row < curve.t.length; row++) {
      if (row > 0) value *= 1 + returns[row - 1]!;
      equity[at + row] = value;
    }
    at += curve.t.length;
  }
  return { t, equity, metrics: metrics({ t, equity, rowsHeld, fills: NO_FILLS, cash0 }) };
}

export interface Path {
  /** Sharpe ratio of one bar of the path's returns; null where it is not defined. */
  readonly barSharpe: number | null;
}

export interface CrossValidation {
  readonly splits: readonly {
    readonly tested: readonly number[];
    /** The trial that was best on the training spans, and its Sharpe ratios of one bar there and on the test spans. */
    readonly best: number | undefined;
    readonly trainSharpe: number | null;
    readonly testSharpe: number | null;
  }[];
  /** Each is one history in which every group was tested once by the trial chosen without it. */
  readonly paths: readonly Path[];
}

/**
 * Combinatorial purged cross-validation: López de Prado (2018), 12.4. `answers[n].outcomes[k]` is trial n in span k, and `placeOf` tells which k a span of
 * rows has. Trials are chosen by the Sharpe ratio of the training spans together.
 */
export function crossValidate(answers: readonly TrialAnswer[], folds: readonly CombinatorialFold[], placeOf: (span: RowSpan) => number): CrossValidation {
  const sumsOf = (trial: number, spans: readonly RowSpan[]): ReturnSums[] => spans.map((span) => (answers[trial] as Told).outcomes[placeOf(span)]!.sums);
  const splits = folds.map(({ tested, fold }) => {
    const places = fold.train.map(placeOf);
    const best = bestBy(answers, ({ outcomes }) => barSharpeOf(places.map((place) => outcomes[place]!.sums)) ?? Number.NEGATIVE_INFINITY);
    if (best === undefined) return { tested, best, trainSharpe: null, testSharpe: null };
    return { tested, best, trainSharpe: barSharpeOf(sumsOf(best, fold.train)), testSharpe: barSharpeOf(sumsOf(best, fold.test)) };
  });
  // The p-th split that tests a group gives the group's part of path p.
  const groups = [...new Set(folds.flatMap(({ tested }) => tested))];
  const count = folds.filter(({ tested }) => tested.includes(groups[0]!)).length;
  const paths = Array.from({ length: count }, (_, p): Path => {
    const parts = groups.map((group) => {
      const at = folds.map((each, k) => ({ ...each, k })).filter(({ tested }) => tested.includes(group))[p]!;
      const { best } = splits[at.k]!;
      return best === undefined ? undefined : sumsOf(best, [at.fold.test[at.tested.indexOf(group)]!])[0]!;
    });
    return { barSharpe: barSharpeOf(parts.filter((part) => part !== undefined)) };
  });
  return { splits, paths };
}

/** Test result over training result, per unit of time: Pardo (2008), "The Evaluation and Optimization of Trading Strategies". */
export function efficiencyOf(train: readonly TrialFigures[], test: readonly TrialFigures[]): number | null {
  const mean = (figures: readonly TrialFigures[]): number => figures.reduce((sum, { cagr }) => sum + (cagr ?? 0), 0) / figures.length;
  return ratio(mean(test), mean(train));
}
