// What a search runs over: bars, and the stretches of time in which accounts trade them.
import { firstRowAtOrAfter } from '#analysis/row-search.ts';
import type { BarColumns, SourceID } from '#domain/bar.ts';

/** A piece of this size leaves the columns of a few nodes in the second-level cache. */
export const PIECE_ROWS = 2_048;

/** From … before to, UTC ms. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The same as rows of one source. */
export interface RowSpan {
  readonly from: number;
  readonly to: number;
}

export interface Ground {
  readonly data: ReadonlyMap<SourceID, BarColumns>;
  /** An account begins anew in each; indicators have seen all rows before. */
  readonly spans: readonly Span[];
}

export const WHOLE: Span = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

export function rowsOf({ fromMs, toMs }: Span, t: Float64Array): RowSpan {
  return { from: firstRowAtOrAfter(t, fromMs, 0), to: firstRowAtOrAfter(t, toMs, 0) };
}

/** Borders that no piece of rows may cross, rising. */
export function cutsOf(spans: readonly Span[]): number[] {
  return [...new Set(spans.flatMap(({ fromMs, toMs }) => [fromMs, toMs]))].toSorted((a, b) => a - b);
}
