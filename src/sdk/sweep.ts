// A search as an author asks for it: a strategy, data, what to vary; answered with a row of figures for every trial.
import { withMembers } from '#actors/members.ts';
import { seededRandom } from '#clock/random.ts';
import { SystemClock } from '#clock/system.ts';
import { type BarColumns, type SourceID, sourceId } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import type { Params } from '#domain/node-spec.ts';
import type { AccountTerms, StrategySpec } from '#domain/strategy-spec.ts';
import { type FigureName, isFigure, meritOf, TRIAL_FIGURES, type TrialFigures } from '#search/figures.ts';
import { drawn, grid, type Point, type Space } from '#search/space.ts';
import { type Span, WHOLE } from '#search/span.ts';
import { answersHash, groundName, sweep } from '#search/sweep.ts';
import { type BacktestOptions, bind } from './backtest.ts';
import { checkSpace, type StrategyParams } from './params.ts';
import type { Strategy } from './strategy.ts';

export type { FigureName, TrialFigures } from '#search/figures.ts';

/** Every point of the grid, or this many drawn at random. */
export type Search = { readonly kind: 'grid' } | { readonly kind: 'random'; readonly trials: number; readonly seed?: number };

export interface SweepOptions<P extends StrategyParams = StrategyParams> extends Pick<BacktestOptions<P>, 'start' | 'end' | 'data' | 'negativePrices' | 'params' | 'account'> {
  /** What to vary, by the names of params; the strategy's own space when left out. */
  readonly space?: Space;
  readonly search?: Search;
  /** What makes one trial better than another; `"sharpe"` when left out. */
  readonly objective?: FigureName;
  /** Threads to use, as many as there are cores when left out. */
  readonly threads?: number;
  /** A file that keeps what was found, so that a search that was cut short goes on where it was. */
  readonly journal?: string;
  readonly onProgress?: (step: 'reading' | 'running', done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface SweepRow {
  readonly params: Point;
  /** Null for a trial that failed. */
  readonly figures: TrialFigures | null;
  readonly failure?: { readonly code: string; readonly message: string };
}

export interface SweepResult {
  readonly strategy: string;
  /** Params that were not varied. */
  readonly fixed: Params;
  readonly space: Space;
  readonly objective: FigureName;
  readonly account: Partial<AccountTerms>;
  /** In the order of the grid, or as they were drawn. */
  readonly rows: readonly SweepRow[];
  /** Place of the best row; undefined when no trial has the objective. */
  readonly best: number | undefined;
  readonly bars: number;
  readonly elapsedMs: number;
  /** SHA-256 that names bars and spans, and one over the bits of all figures. */
  readonly ground: string;
  readonly fingerprint: string;
  readonly warnings: readonly string[];
}

/** What a search needs before anything is run. */
export interface Prepared {
  readonly objective: FigureName;
  readonly space: Space;
  readonly points: readonly Point[];
  readonly declare: (index: number) => StrategySpec;
  readonly first: StrategySpec;
  readonly data: ReadonlyMap<SourceID, BarColumns>;
  /** Times of the source the strategy trades. */
  readonly t: Float64Array;
  readonly warnings: readonly string[];
}

/** Throws PARAM_INVALID for a space that does not fit the strategy, SPEC_INVALID for a strategy without a target, and what a backtest throws for the data. */
export async function prepare<P extends StrategyParams>(strategy: Strategy<P>, options: SweepOptions<P>): Promise<Prepared> {
  const { objective = 'sharpe', account = {} } = options;
  if (!isFigure(objective)) throw new Fault('PARAM_INVALID', `no figure is called ${JSON.stringify(objective)}`, { cure: `search for one of ${TRIAL_FIGURES.join(', ')}` });
  const { space, points } = pointsOf(strategy, options);
  const declare = (index: number): StrategySpec => withMembers(strategy.declare({ ...options.params, ...points[index] }, account));
  const first = declare(0);
  if (!first.target) throw new Fault('SPEC_INVALID', `strategy ${first.name} has no target, so there is nothing to search for`, { cure: 'return { target } from build' });
  const warnings: string[] = [];
  const data = await bind(sourcesOfAll(strategy, space, first, options), options, warnings);
  return { objective, space, points, declare, first, data, t: data.get(sourceId(first.target.source))![0]!, warnings };
}

/** Runs every trial. Throws what preparing it throws, and JOURNAL_FOREIGN. */
export async function sweepStrategy<P extends StrategyParams>(strategy: Strategy<P>, options: SweepOptions<P>): Promise<SweepResult> {
  const { objective, space, points, declare, first, data, t, warnings } = await prepare(strategy, options);
  const spans: readonly Span[] = [WHOLE];
  const clock = new SystemClock();
  const startedMs = clock.monotonicMs();
  const answers = await sweep({ count: points.length, declare, data, spans }, { ...options, onProgress: (done, total) => options.onProgress?.('running', done, total) });
  const elapsedMs = clock.monotonicMs() - startedMs;
  const rows = answers.map((answer, k): SweepRow => ('failure' in answer ? { params: points[k]!, figures: null, failure: answer.failure } : { params: points[k]!, figures: answer.outcomes[0]!.figures }));
  return {
    strategy: strategy.name,
    fixed: Object.fromEntries(Object.entries(first.params).filter(([name]) => !(name in space))),
    space,
    objective,
    account: options.account ?? {},
    rows,
    best: bestOf(rows, objective),
    bars: t.length,
    elapsedMs,
    ground: groundName(data, spans),
    fingerprint: answersHash(answers),
    warnings,
  };
}

/** The first of the rows whose objective is best. */
export function bestOf(rows: readonly Pick<SweepRow, 'figures'>[], objective: FigureName): number | undefined {
  let best: number | undefined;
  let merit = Number.NEGATIVE_INFINITY;
  for (const [k, { figures }] of rows.entries()) {
    const own = figures === null ? Number.NEGATIVE_INFINITY : meritOf(figures, objective);
    if (own > merit) [best, merit] = [k, own];
  }
  return best;
}

/** What is varied, and the points to try. */
export function pointsOf<P extends StrategyParams>(strategy: Strategy<P>, options: Pick<SweepOptions<P>, 'space' | 'search' | 'params'>): { space: Space; points: Point[] } {
  const { search = { kind: 'grid' } } = options;
  const space = options.space === undefined ? strategy.space : checkSpace(options.space, strategy.params, `strategy ${strategy.name}`);
  if (Object.keys(space).length === 0) {
    throw new Fault('PARAM_INVALID', `strategy ${strategy.name} declares no space, and nothing was said to vary`, { cure: 'declare it with the strategy, for example space: { fast: int(5, 50) }, or pass one' });
  }
  const fixed = Object.keys(options.params ?? {}).find((name) => name in space);
  if (fixed !== undefined) throw new Fault('PARAM_INVALID', `param ${fixed} is both set and varied`, { cure: 'do one of the two' });
  const allows = (point: Point): boolean => strategy.allows({ ...options.params, ...point } as Point);
  const points = search.kind === 'grid' ? grid(space).filter(allows) : drawn(space, search.trials, seededRandom(search.seed ?? 1), allows);
  if (points.length === 0) throw new Fault('PARAM_INVALID', `strategy ${strategy.name} allows no point of the space`, { cure: 'widen the space, or mend `allows`' });
  return { space, points };
}

/** Trials may read different sources where one of these is varied: then every one that some trial reads is bound. */
function sourcesOfAll<P extends StrategyParams>(strategy: Strategy<P>, space: Space, first: StrategySpec, options: Pick<SweepOptions<P>, 'params' | 'account'>): Pick<StrategySpec, 'name' | 'nodes'> {
  const words = Object.entries(space).filter(([, dimension]) => 'values' in dimension && dimension.values.some((value) => typeof value === 'string'));
  if (words.length === 0) return first;
  const points = grid(Object.fromEntries(words));
  return { name: first.name, nodes: points.flatMap((point) => withMembers(strategy.declare({ ...options.params, ...point }, options.account ?? {})).nodes) };
}
