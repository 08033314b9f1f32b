// The rows of several sources in the order of their times, in pieces, so that what joins them is never far behind.
import { firstRowAtOrAfter } from '#analysis/row-search.ts';
import type { BarColumns, SourceID } from '#domain/bar.ts';

export interface Piece {
  readonly id: SourceID;
  readonly from: number;
  /** One past the last row. */
  readonly to: number;
}

/**
 * Always of the source that is furthest behind, up to where the next one stands, `rowsMax` rows at most. No piece has rows on both sides of a time of `cuts`, which rise.
 */
export function* pieces(ids: Iterable<string>, data: ReadonlyMap<string, BarColumns>, rowsMax: number, cuts: readonly number[] = []): Generator<Piece> {
  const cursors = [...ids].map((id) => ({ id: id as SourceID, t: data.get(id)![0]!, from: 0 }));
  for (;;) {
    const left = cursors.filter(({ t, from }) => from < t.length).toSorted((a, b) => a.t[a.from]! - b.t[b.from]!);
    const [first, second] = left;
    if (!first) return;
    let to = Math.min(first.t.length, first.from + rowsMax);
    if (second) {
      const limit = second.t[second.from]!;
      let end = first.from + 1;
      while (end < to && first.t[end]! <= limit) end++;
      to = end;
    }
    const cut = cuts.find((at) => at > first.t[first.from]!);
    if (cut !== undefined && first.t[to - 1]! >= cut) to = firstRowAtOrAfter(first.t, cut, first.from);
    yield { id: first.id, from: first.from, to };
    first.from = to;
  }
}
