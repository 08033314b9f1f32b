// The rows of several sources in pieces. What comes of them is the same in whatever order and pieces they come (kernels/join.ts, J2); what it costs is not.
import { firstRowAtOrAfter } from '#analysis/row-search.ts';
import type { BarColumns, SourceID } from '#domain/bar.ts';

export interface Piece {
  readonly id: SourceID;
  readonly from: number;
  /** One past the last row. */
  readonly to: number;
}

/**
 * In windows of time, so that what joins sources gets many rows of each at once and is never further behind than one: up to where the first of them
 * has `rowsMax` rows, each source's rows in one piece. No piece has rows on both sides of a time of `cuts`, which rise.
 */
export function* pieces(ids: Iterable<string>, data: ReadonlyMap<string, BarColumns>, rowsMax: number, cuts: readonly number[] = []): Generator<Piece> {
  const cursors = [...ids].map((id) => ({ id: id as SourceID, t: data.get(id)![0]!, from: 0 }));
  for (;;) {
    const left = cursors.filter(({ t, from }) => from < t.length);
    if (left.length === 0) return;
    const first = Math.min(...left.map(({ t, from }) => t[from]!));
    const last = Math.min(...left.map(({ t, from }) => t[from + rowsMax - 1] ?? Infinity));
    const cut = cuts.find((at) => at > first) ?? Infinity;
    for (const cursor of left) {
      const { id, t, from } = cursor;
      const end = firstRowAtOrAfter(t, Math.min(last, cut), from);
      const to = t[end] === last && last < cut ? end + 1 : end;
      if (to > from) yield { id, from, to };
      cursor.from = to;
    }
  }
}

/** So that no row comes before an earlier one of another source: always of the source that is furthest behind, up to where the next one stands, `rowsMax` rows at most. */
export function* piecesInOrder(ids: Iterable<string>, data: ReadonlyMap<string, BarColumns>, rowsMax: number): Generator<Piece> {
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
    yield { id: first.id, from: first.from, to };
    first.from = to;
  }
}
