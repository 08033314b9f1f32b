// Money is exact: prices, quantities, rates and cash are whole numbers of 1e-8 units.
//
// M1. The truth is a bigint. Every operation here rounds at most once, to the nearest unit, ties to even, unless its name says otherwise.
// M2. The `safe…` twins do the same on f64 for whole numbers below 2^53, and answer NaN when they cannot be exact. They never answer a wrong number,
//     so a hot path runs on them and falls back to bigint when it sees a NaN.
import { Fault } from './fault.ts';

/** Units in one whole. */
export const SCALE = 100_000_000;
const SCALE_BIG = 100_000_000n;

/** 1e18 wholes: more than any account holds, and what a 16-byte record carries with room for sums. */
export const UNITS_MAX = 10n ** 26n;

/** Below it, in size, every whole number is one in f64. */
export const SAFE_LIMIT = 2 ** 53;
const BPS_PER_WHOLE = 10_000;
const EXPONENT_BITS = new DataView(new ArrayBuffer(8));

// Whole numbers below 2^53 go between bigint and f64 by their 64 bits; the engine's own way takes every bigint, and three times as long.
const BITS = new BigInt64Array(1);
const LOW = new Uint32Array(BITS.buffer, 0, 1);
const HIGH = new Int32Array(BITS.buffer, 4, 1);

function refuse(what: string, value: unknown, why: string, cure: string): Fault {
  return new Fault('MONEY_INVALID', `${what}: ${String(value)} ${why}`, { cure, data: { what, value: String(value) } });
}

/** Quotient of whole numbers, to the nearest, ties to even; divisor > 0. */
function divideToEven(dividend: bigint, divisor: bigint): bigint {
  let quotient = dividend / divisor;
  let remainder = dividend % divisor;
  if (remainder < 0n) {
    quotient -= 1n;
    remainder += divisor;
  }
  const twice = remainder * 2n;
  return twice > divisor || (twice === divisor && quotient % 2n !== 0n) ? quotient + 1n : quotient;
}

/** The same units as f64; NaN for 2^53 and beyond. */
export function safeOf(units: bigint): number {
  BITS[0] = units;
  if (BITS[0] !== units) return Number.NaN;
  const safe = HIGH[0]! * 2 ** 32 + LOW[0]!;
  return Math.abs(safe) < SAFE_LIMIT ? safe : Number.NaN;
}

/** A whole number below 2^53 as bigint. */
function exactOf(whole: number): bigint {
  const high = Math.floor(whole / 2 ** 32);
  HIGH[0] = high;
  LOW[0] = whole - high * 2 ** 32;
  return BITS[0]!;
}

/** The same units; throws MONEY_INVALID naming `what` when they are beyond UNITS_MAX. */
export function boundedUnits(units: bigint, what: string): bigint {
  if (units > UNITS_MAX || units < -UNITS_MAX) throw refuse(what, Number(units) / SCALE, 'is beyond 1e18', 'trade in a larger unit of the currency or the instrument');
  return units;
}

/** The 1e-8 units nearest to a number's exact binary value. Throws MONEY_INVALID naming `what` for NaN, infinities and amounts beyond 1e18. */
export function unitsOf(value: number, what = 'amount'): bigint {
  const safe = safeUnitsOf(value);
  if (safe === safe) return exactOf(safe);
  if (!Number.isFinite(value)) throw refuse(what, value, 'is not a finite number', 'give a finite number');
  EXPONENT_BITS.setFloat64(0, value);
  const bits = EXPONENT_BITS.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  // value = mantissa * 2^shift, exactly
  const mantissa = exponent === 0 ? fraction : fraction | 0x10000000000000n;
  const shift = Math.max(exponent, 1) - 1075;
  const signed = value < 0 ? -mantissa : mantissa;
  const units = shift >= 0 ? (signed << BigInt(shift)) * SCALE_BIG : divideToEven(signed * SCALE_BIG, 1n << BigInt(-shift));
  return boundedUnits(units, what);
}

/** The units a decimal text names, such as "85502.80096". Throws MONEY_INVALID when it is no decimal or has more than 8 places. */
export function unitsOfText(text: string, what = 'amount'): bigint {
  const parts = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(text.trim());
  const cure = 'write a decimal with at most 8 places, such as 1234.5';
  if (!parts) throw refuse(what, JSON.stringify(text), 'is not a decimal', cure);
  const places = (parts[3] ?? '').replace(/0+$/, '');
  if (places.length > 8) throw refuse(what, JSON.stringify(text), 'has more than 8 decimal places', cure);
  const units = BigInt(parts[2] + places.padEnd(8, '0'));
  return boundedUnits(parts[1] === '-' ? -units : units, what);
}

/** The f64 nearest to the amount. */
export function amountOf(units: bigint): number {
  const safe = safeOf(units);
  // A quotient of two exact f64 is correctly rounded; beyond 2^53 the decimal reader is.
  return safe === safe ? safe / SCALE : Number(`${units}e-8`);
}

/** The size of an amount. */
export function absolute(units: bigint): bigint {
  return units < 0n ? -units : units;
}

/** a × b, to the nearest unit, ties to even: price × quantity = value, value × rate = fee. */
export function multiply(a: bigint, b: bigint): bigint {
  const safe = safeProductOf(a, b, false);
  return safe === safe ? exactOf(safe) : divideToEven(a * b, SCALE_BIG);
}

/** a × b, rounded up to the next unit. */
export function multiplyUp(a: bigint, b: bigint): bigint {
  const safe = safeProductOf(a, b, true);
  return safe === safe ? exactOf(safe) : -floorDivide(-(a * b), SCALE_BIG);
}

/** By M2: a division of long bigints costs many times as much. */
function safeProductOf(a: bigint, b: bigint, up: boolean): number {
  const x = safeOf(a);
  const y = safeOf(b);
  return x === x && y === y ? safeProduct(x, y, up) : Number.NaN;
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

/** Basis points as a rate in 1e-8 units: 10 bps = 0.001 = 100,000 units. Throws MONEY_INVALID for more than 4 decimal places of a basis point. */
export function rateOfBps(bps: number, what = 'rate'): bigint {
  const rate = Math.round(bps * BPS_PER_WHOLE);
  if (!Number.isSafeInteger(rate)) throw refuse(what, bps, 'is not a usable number of basis points', 'give a finite number of basis points');
  if (rate / BPS_PER_WHOLE !== bps) throw refuse(what, bps, 'basis points are finer than 0.0001', 'round it to 4 decimal places of a basis point');
  return BigInt(rate);
}

/** `unitsOf` on f64: the nearest unit, or NaN where that cannot be told for certain (a near tie, 2^51 units and more, not finite). */
export function safeUnitsOf(value: number): number {
  const product = value * SCALE;
  const nearest = Math.floor(product + 0.5); // Math.round takes a branch by the fraction, which no processor foretells
  // The product is off by at most product * 2^-53; nearer to a tie than that, bigint decides.
  return 0.5 - Math.abs(product - nearest) > Math.abs(product) * 2 ** -52 ? nearest : Number.NaN;
}

/** `multiply` on f64 for whole numbers below 2^53; NaN when the product is not below 2^53. */
export function safeMultiply(a: number, b: number): number {
  return safeProduct(a, b, false);
}

/** `multiplyUp` on f64 for whole numbers below 2^53; NaN when the product is not below 2^53. */
export function safeMultiplyUp(a: number, b: number): number {
  return safeProduct(a, b, true);
}

/** A rate on f64, and in its lowest terms: dividend / divisor. */
export interface SafeRate {
  readonly rate: number;
  readonly dividend: number;
  readonly divisor: number;
}

/** A rate in 1e-8 units, below 2^53 of them, for `safePart`. */
export function safeRateOf(units: bigint): SafeRate {
  const rate = Number(units);
  const shared = commonDivisor(Math.abs(rate), SCALE);
  return { rate, dividend: rate / shared, divisor: SCALE / shared };
}

/** `multiply` of whole units and a rate on f64; NaN as `safeMultiply`. Rates are of few digits, and for them one product and one quotient are exact. */
export function safePart(units: number, { rate, dividend, divisor }: SafeRate): number {
  const product = Math.abs(units * dividend);
  if (!(product < SAFE_LIMIT)) return safeMultiply(units, rate);
  // No whole number lies between this quotient and the true one: they are nearer to each other than 1 / divisor.
  const whole = Math.floor(product / divisor);
  const twice = 2 * (product - whole * divisor);
  const nearest = twice === divisor ? whole + (whole % 2) : whole + Number(twice > divisor);
  return units < 0 === dividend < 0 ? nearest : 0 - nearest;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

// Schoolbook multiplication with digits of 1e8, the lower one cut again at 1e4 so that no partial product reaches 2^53:
//   x·y / 1e8 = xHigh·y + xLow·yHigh + (xLow·yLow) / 1e8
function safeProduct(a: number, b: number, up: boolean): number {
  // Whole factors are the rule (one unit, no slippage), and with them one multiplication is exact or too large.
  const whole = b / SCALE;
  if (whole === Math.floor(whole)) {
    const product = a * whole;
    return Math.abs(product) < SAFE_LIMIT ? product + 0 : Number.NaN; // never −0
  }
  const negative = a < 0 !== b < 0;
  const x = Math.abs(a);
  const y = Math.abs(b);
  const xHigh = Math.floor(x / SCALE);
  const xLow = x - xHigh * SCALE;
  const yHigh = Math.floor(y / SCALE);
  const yLow = y - yHigh * SCALE;
  const yMiddle = Math.floor(yLow / 1e4);
  const middle = xLow * yMiddle;
  const middleWhole = Math.floor(middle / 1e4);
  const rest = (middle - middleWhole * 1e4) * 1e4 + xLow * (yLow - yMiddle * 1e4);
  const restWhole = Math.floor(rest / SCALE);
  const fraction = rest - restWhole * SCALE;
  // All terms are positive: if the sum is below 2^53, none of them was rounded.
  let product = xHigh * y + xLow * yHigh + middleWhole + restWhole;
  const roundAway = up ? fraction > 0 && !negative : fraction > SCALE / 2 || (fraction === SCALE / 2 && product % 2 === 1);
  if (roundAway) product += 1;
  if (!(product < SAFE_LIMIT)) return Number.NaN;
  return negative ? 0 - product : product;
}
