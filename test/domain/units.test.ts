import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { absolute, amountOf, multiply, multiplyUp, rateOfBps, safeRateOf, unitsOf } from '#domain/money.ts';
import { bounded, exactOf, fromUnits, minus, negative, partOf, plus, restOf, shareOf, sizeOf, times, timesUp, toUnits, type Units, unitsOfExact } from '#domain/units.ts';

const LIMIT = 2n ** 53n;
/** Small ones, those around 2^53, where a number becomes a bigint, and far beyond. */
const amounts = fc.oneof(
  fc.bigInt({ min: -(10n ** 6n), max: 10n ** 6n }),
  fc.bigInt({ min: -2n * LIMIT, max: 2n * LIMIT }),
  fc.tuple(fc.constantFrom(LIMIT, -LIMIT), fc.bigInt({ min: -3n, max: 3n })).map(([border, step]) => border + step),
  fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }),
);

/** The one form an amount has. */
function expectUnits(units: Units, exact: bigint): void {
  expect(exactOf(units)).toBe(exact);
  expect(typeof units).toBe(absolute(exact) < LIMIT ? 'number' : 'bigint');
  expect(Object.is(units, -0)).toBe(false);
}

describe('amounts of a run', () => {
  test('are those of bigint, a number below 2^53 and a bigint from there on', () => {
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        const [x, y] = [unitsOfExact(a), unitsOfExact(b)];
        expectUnits(x, a);
        expectUnits(plus(x, y), a + b);
        expectUnits(minus(x, y), a - b);
        expectUnits(negative(x), -a);
        expectUnits(sizeOf(x), absolute(a));
        expectUnits(times(x, y), multiply(a, b));
        expectUnits(timesUp(x, y), multiplyUp(a, b));
        expect([x < y, x === y]).toEqual([a < b, a === b]);
        expect(Object.is(fromUnits(x), amountOf(a))).toBe(true);
        if (b !== 0n) expectUnits(restOf(x, y), a % b);
      }),
      { numRuns: 3_000 },
    );
  });

  test('are shared out towards zero', () => {
    fc.assert(fc.property(amounts, amounts, amounts.filter((c) => c !== 0n), (a, b, c) => expectUnits(shareOf(unitsOfExact(a), unitsOfExact(b), unitsOfExact(c)), (a * b) / c)), { numRuns: 3_000 });
  });

  test('have the parts that rates ask for', () => {
    const rates = fc.double({ min: -9_999, max: 9_999, noNaN: true }).map((bps) => rateOfBps(Math.round(bps * 1e4) / 1e4));
    fc.assert(fc.property(amounts, rates, (units, rate) => expectUnits(partOf(unitsOfExact(units), safeRateOf(rate)), multiply(units, rate))), { numRuns: 3_000 });
  });

  test('are the nearest to a number', () => {
    fc.assert(fc.property(fc.double({ min: -1e17, max: 1e17, noNaN: true }), (amount) => expectUnits(toUnits(amount), unitsOf(amount))), { numRuns: 3_000 });
    expect(() => toUnits(Number.NaN, 'price')).toThrow('price: NaN is not a finite number');
    expect(() => bounded(10n ** 27n, 'cash')).toThrow('cash');
    expect(bounded(5, 'cash')).toBe(5);
  });
});
