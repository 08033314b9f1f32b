import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstRowAtOrAfter } from '#analysis/row-search.ts';

test('finds the row that looking at each from the first on finds', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 40 }), fc.integer({ min: -1, max: 61 }), fc.nat(40), (times, time, start) => {
      const t = Float64Array.from(times).toSorted();
      const from = Math.min(start, t.length);
      const found = t.findIndex((each, row) => row >= from && each >= time);
      expect(firstRowAtOrAfter(t, time, from)).toBe(found < 0 ? t.length : found);
    }),
  );
});
