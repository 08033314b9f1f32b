import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amountOf, multiply, multiplyUp, rateOfBps, safeMultiply, safeMultiplyUp, safePart, safeRateOf, safeUnitsOf, unitsOf, unitsOfText, UNITS_MAX } from '#domain/money.ts';

const SCALE = 100_000_000n;

/** A finite f64 as an exact fraction: doubling is exact, so it ends at a whole number. */
function fractionOf(value: number): [bigint, bigint] {
  let numerator = value;
  let denominator = 1n;
  while (!Number.isInteger(numerator)) {
    numerator *= 2;
    denominator *= 2n;
  }
  return [BigInt(numerator), denominator];
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** True when `rounded` is the whole number nearest to numerator / denominator, the even one of two. */
function isNearestEven(rounded: bigint, numerator: bigint, denominator: bigint): boolean {
  const twiceOff = absolute(2n * (rounded * denominator - numerator));
  return twiceOff < denominator || (twiceOff === denominator && rounded % 2n === 0n);
}

const anyAmount = fc.oneof(
  fc.double({ min: -1e18, max: 1e18, noNaN: true }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }).map((cents) => cents / 100),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((k) => k / 2 ** 9), // k·1e8/512 is a tie wherever k is odd
);
const safeUnits = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.integer({ min: -90_000_000, max: 90_000_000 }).map((k) => k * 100_000_000), fc.integer({ min: -2e8, max: 2e8 }));

describe('a number becomes the nearest 1e-8 unit', () => {
  test('of its exact binary value, ties to even', () => {
    fc.assert(
      fc.property(anyAmount, (value) => {
        const [numerator, denominator] = fractionOf(value);
        return isNearestEven(unitsOf(value), numerator * SCALE, denominator);
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    [85_502.80096, 8_550_280_096_000n],
    [0.1, 10_000_000n],
    [-0, 0n],
    [5e-324, 0n],
    [1 / 512, 195_312n], // 195312.5 → even
    [3 / 512, 585_938n], // 585937.5 → even
    [-1 / 512, -195_312n],
    [40_000_000.000_000_01, 4_000_000_000_000_001n],
    [1e18, 10n ** 26n],
  ])('%d is %d units', (value, units) => {
    expect(unitsOf(value)).toBe(units);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1.1e18, -1e300])('%d is refused, and the message names what it was', (value) => {
    expect(() => unitsOf(value, 'cash')).toThrow(expect.objectContaining({ code: 'MONEY_INVALID', message: expect.stringContaining('cash') }));
  });

  test('the f64 twin answers the same or NaN, and knows every price with up to 8 places', () => {
    fc.assert(
      fc.property(anyAmount, (value) => {
        const safe = safeUnitsOf(value);
        expect(Object.is(safe, -0)).toBe(false);
        return Number.isNaN(safe) || BigInt(safe) === unitsOf(value);
      }),
      { numRuns: 5_000 },
    );
    fc.assert(fc.property(fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), (units) => safeUnitsOf(units / 1e8) === units));
    expect(safeUnitsOf(1 / 512)).toBeNaN();
    expect(safeUnitsOf(Number.NaN)).toBeNaN();
    expect(safeUnitsOf(Number.POSITIVE_INFINITY)).toBeNaN();
  });
});

describe('a decimal text becomes exactly the units it names', () => {
  test.each([
    ['85502.80096', 8_550_280_096_000n],
    ['-0.00000001', -1n],
    ['+12', 1_200_000_000n],
    ['7.', 700_000_000n],
    ['1.100000000000', 110_000_000n],
    ['90071992547409.93', 9_007_199_254_740_993_000_000n],
  ])('%s', (text, units) => {
    expect(unitsOfText(text)).toBe(units);
  });

  test.each(['', '.', '1,000', '1e5', '0.000000001', 'NaN', '1000000000000000001', '--1'])('%j is refused', (text) => {
    expect(() => unitsOfText(text)).toThrow(expect.objectContaining({ code: 'MONEY_INVALID' }));
  });
});

describe('units become the nearest f64', () => {
  test('as the reader of decimals sees it', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -UNITS_MAX, max: UNITS_MAX }), (units) => {
        const text = absolute(units).toString().padStart(9, '0');
        return amountOf(units) === Number(`${units < 0n ? '-' : ''}${text.slice(0, -8)}.${text.slice(-8)}`);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a price with 8 places survives the way there and back', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 50 }), (units) => unitsOf(units / 1e8) === BigInt(units)));
  });
});

describe('a product', () => {
  test('rounds to the nearest unit, ties to even', () => {
    fc.assert(fc.property(fc.bigInt({ min: -(10n ** 22n), max: 10n ** 22n }), fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), (a, b) => isNearestEven(multiply(a, b), a * b, SCALE)));
    expect(multiply(1n, 50_000_000n)).toBe(0n); // 0.5 units
    expect(multiply(3n, 50_000_000n)).toBe(2n); // 1.5
    expect(multiply(-3n, 50_000_000n)).toBe(-2n);
    expect(multiply(5n, 50_000_000n)).toBe(2n); // 2.5
  });

  test('rounded up is the least unit that is not below it', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.bigInt({ min: -(10n ** 10n), max: 10n ** 10n }), (a, b) => {
        const up = multiplyUp(a, b) * SCALE;
        return up >= a * b && up - SCALE < a * b;
      }),
    );
  });

  test('on f64 is the same, or NaN when it reaches 2^53', () => {
    fc.assert(
      fc.property(safeUnits, safeUnits, (a, b) => {
        for (const [safe, exact] of [
          [safeMultiply(a, b), multiply(BigInt(a), BigInt(b))],
          [safeMultiplyUp(a, b), multiplyUp(BigInt(a), BigInt(b))],
        ] as const) {
          if (absolute(exact) < 2n ** 53n) expect(Number.isNaN(safe) ? safe : BigInt(safe)).toBe(exact);
          else expect(safe).toBeNaN();
          expect(Object.is(safe, -0)).toBe(false);
        }
      }),
      { numRuns: 5_000 },
    );
    expect(safeMultiply(Number.NaN, 1)).toBeNaN();
  });

  test('by a rate on f64 is the same', () => {
    const rates = fc.oneof(fc.bigInt({ min: -(10n ** 8n), max: 10n ** 8n }), fc.constantFrom(0n, 100_000n, -100_000n, 12_500n, 3n, 99_999_999n, 100_000_000n));
    fc.assert(
      fc.property(safeUnits, rates, (units, rate) => {
        const part = safePart(units, safeRateOf(rate));
        expect(Number.isNaN(part) ? part : BigInt(part)).toBe(multiply(BigInt(units), rate));
        expect(Object.is(part, -0)).toBe(false);
      }),
      { numRuns: 5_000 },
    );
    // 15 units at 10 % are 1.5, at −10 % −1.5, and 25 are 2.5: ties go to the even unit.
    expect([15, 25].map((units) => safePart(units, safeRateOf(10_000_000n)))).toEqual([2, 2]);
    expect(safePart(15, safeRateOf(-10_000_000n))).toBe(-2);
    expect(safePart(Number.NaN, safeRateOf(1n))).toBeNaN();
  });
});

describe('basis points become a rate', () => {
  test.each([
    [10, 100_000n], // 0.1 %
    [0.5, 5_000n],
    [0.0001, 1n],
    [-2.5, -25_000n],
    [0, 0n],
  ])('%d bps', (bps, rate) => {
    expect(rateOfBps(bps)).toBe(rate);
  });

  test.each([0.00001, Number.NaN, Number.POSITIVE_INFINITY])('%d bps are refused', (bps) => {
    expect(() => rateOfBps(bps, 'feeBps')).toThrow(expect.objectContaining({ code: 'MONEY_INVALID', message: expect.stringContaining('feeBps') }));
  });
});
