import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Piece, pieces, piecesInOrder } from '#actors/pieces.ts';
import type { BarColumns } from '#domain/bar.ts';

const ROWS_MAX = 5;

/** Sources by the times of their rows. */
const sources = fc.dictionary(fc.constantFrom('A', 'B', 'C'), fc.uniqueArray(fc.nat(60), { maxLength: 40 }).map((times) => Float64Array.from(times).toSorted()), { minKeys: 1 });
const cuts = fc.uniqueArray(fc.nat(60), { maxLength: 3 }).map((times) => times.toSorted((a, b) => a - b));

function dataOf(times: Readonly<Record<string, Float64Array>>): Map<string, BarColumns> {
  return new Map(Object.entries(times).map(([id, t]) => [id, [t]]));
}

/** Each source's rows come once, in order, at most ROWS_MAX at a time. */
function expectWhole(found: readonly Piece[], times: Readonly<Record<string, Float64Array>>): void {
  for (const [id, t] of Object.entries(times)) {
    let row = 0;
    for (const piece of found.filter((each) => each.id === id)) {
      expect(piece.from).toBe(row);
      expect(piece.to - piece.from).toBeGreaterThan(0);
      expect(piece.to - piece.from).toBeLessThanOrEqual(ROWS_MAX);
      row = piece.to;
    }
    expect(row).toBe(t.length);
  }
}

test('pieces are all rows of every source once, none across a cut, and no source is ahead of another by more than a piece', () => {
  fc.assert(
    fc.property(sources, cuts, (times, borders) => {
      const found = [...pieces(Object.keys(times), dataOf(times), ROWS_MAX, borders)];
      expectWhole(found, times);
      const done = Object.fromEntries(Object.keys(times).map((id) => [id, 0]));
      for (const { id, from, to } of found) {
        const [first, last] = [times[id]![from]!, times[id]![to - 1]!];
        expect(borders.some((at) => first < at && at <= last)).toBe(false);
        done[id] = to;
        for (const [other, t] of Object.entries(times)) expect(t.subarray(done[other]).filter((at) => at < last).length).toBeLessThanOrEqual(ROWS_MAX);
      }
    }),
  );
});

test('sources with rows at the same times come in as few pieces as one alone', () => {
  const t = Float64Array.from({ length: 23 }, (_, row) => row);
  const found = [...pieces(['A', 'B'], dataOf({ A: t, B: t }), ROWS_MAX)];
  expect(found.map(({ id, from, to }) => `${id} ${from}–${to}`)).toEqual(['A 0–5', 'B 0–5', 'A 5–10', 'B 5–10', 'A 10–15', 'B 10–15', 'A 15–20', 'B 15–20', 'A 20–23', 'B 20–23']);
});

test('in order, no row comes before an earlier one of another source', () => {
  fc.assert(
    fc.property(sources, (times) => {
      const found = [...piecesInOrder(Object.keys(times), dataOf(times), ROWS_MAX)];
      expectWhole(found, times);
      const order = found.flatMap(({ id, from, to }) => [...times[id]!.subarray(from, to)]);
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    }),
  );
});
