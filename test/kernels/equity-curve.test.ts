import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compensatedSum } from '#analysis/moments.ts';
import { returnsOf } from '#analysis/return-metrics.ts';
import { curveOf, shapeOf } from '#kernels/equity-curve.ts';

const CURVES = fc.array(fc.oneof(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), fc.integer({ min: 90, max: 110 })), { minLength: 1, maxLength: 1_600 }).map((values) => Float64Array.from(values));

test('a curve adds up to what the loops say that are written down plainly, of any length', () => {
  fc.assert(
    fc.property(CURVES, fc.double({ min: 1, max: 1e6, noNaN: true }), (equity, cash0) => {
      const spans: [number, number][] = [];
      const curve = curveOf(equity, cash0, (from, to) => spans.push([from, to]));
      const returns = returnsOf(equity);
      const plain = { squares: 0, gains: 0, losses: 0, downside: 0, positives: 0 };
      for (const value of returns) {
        plain.squares += value * value;
        plain.gains += Math.max(value, 0);
        plain.losses += Math.max(-value, 0);
        plain.downside += Math.min(value, 0) ** 2;
        plain.positives += Number(value > 0);
      }
      expect(curve).toMatchObject(plain);
      expect(curve.sum + curve.sumError).toBe(compensatedSum(returns));
      expect(curve.worthSum).toBe(equity.reduce((sum, value) => sum + value, 0));

      let peak = cash0;
      let below = -1;
      const due: [number, number][] = [];
      let [depthMax, depthRatioMax, rowsBelow, deepest] = [0, 0, 0, 0];
      for (const [row, value] of equity.entries()) {
        if (value >= peak) {
          if (below >= 0) {
            due.push([below, row]);
            rowsBelow += row - below;
            depthMax = Math.max(depthMax, deepest);
            depthRatioMax = Math.max(depthRatioMax, deepest / peak);
          }
          [peak, below, deepest] = [value, -1, 0];
        } else {
          if (below < 0) below = row;
          deepest = Math.max(deepest, peak - value);
        }
      }
      expect(spans).toEqual(due);
      expect(curve).toMatchObject({ peak, deepest, drawdowns: due.length, rowsBelow, depthMax, depthRatioMax });
      if (below >= 0) expect(curve.began).toBe(below);
    }),
    { numRuns: 150 },
  );
});

test('the shape of returns and their tails are those of a plain loop, also where a tail finds no room', () => {
  fc.assert(
    fc.property(CURVES, fc.nat(40), (equity, room) => {
      const returns = returnsOf(equity);
      const mean = 0.001;
      const sorted = returns.toSorted();
      const bounds = { lowTo: sorted[Math.floor(sorted.length / 10)] ?? 0, highFrom: sorted[Math.floor((9 * sorted.length) / 10)] ?? 0 };
      const [low, high] = [new Float64Array(room), new Float64Array(room)];
      const { leftOver, second, third, fourth, lowFound, highFound } = shapeOf(equity, mean, bounds, low, high);
      const plain = [0, 0, 0, 0];
      for (const value of returns) for (let power = 0; power < 4; power++) plain[power]! += [value - mean, (value - mean) * (value - mean), (value - mean) * ((value - mean) * (value - mean)), (value - mean) * (value - mean) * ((value - mean) * (value - mean))][power]!;
      expect([leftOver, second, third, fourth]).toEqual(plain);
      const [lows, highs] = [returns.filter((value) => value <= bounds.lowTo), returns.filter((value) => value >= bounds.highFrom).map((value) => -value)];
      expect([lowFound, highFound]).toEqual([lows.length, highs.length]);
      expect([...low.subarray(0, lows.length)]).toEqual([...lows.subarray(0, room)]);
      expect([...high.subarray(0, highs.length)]).toEqual([...highs.subarray(0, room)]);
    }),
    { numRuns: 100 },
  );
});
