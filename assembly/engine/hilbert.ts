// The dominant cycle of a price, after J. Ehlers' homodyne discriminator (Rocket Science for Traders, 2001), as TA-Lib computes it.
//
// Y1. The price is smoothed over four rows with weights 4, 3, 2, 1. H(x) = (0.0962·(x − x₋₆) + 0.5769·(x₋₂ − x₋₄))·(0.075·period + 0.54) shifts
//     a cycle by a quarter: D = H(smooth), in phase I₁ = D₋₃, quadrature Q₁ = H(D). Turned once more, jI = H(I₁) and jQ = H(Q₁).
// Y2. I₂ = 0.2·(I₁ − jQ) + 0.8·I₂₋₁ and Q₂ likewise of Q₁ + jI. The turn of (I₂, Q₂) from one row to the next, smoothed, is 360° / period,
//     kept between 0.67 and 1.5 of the period before and between 6 and 50 rows, and smoothed.
// Y3. The first `skip` rows are smoothed only; to the filters, whatever came before the row after them is 0.
//
//   0 rows seen │ 8 rows to skip │ 16 three prices before │ 40 smooth │ 96 D │ 176 Q₁ │ 232 I₂ │ 240 Q₂ │ 248 real │ 256 imaginary │ 264 period
//   │ 272 smoothed period. A history has its newest value first.
import { first } from '../value';
import { atanOf } from './math';

const SKIP: usize = 8;
const PRICES: usize = 16;
const SMOOTH: usize = 40;
const SHIFTED: usize = 96;
const QUADRATURE: usize = 176;
const I2: usize = 232;
const Q2: usize = 240;
const REAL: usize = 248;
const IMAGINARY: usize = 256;
const PERIOD: usize = 264;
const SMOOTH_PERIOD: usize = 272;

export const HILBERT_BYTES: usize = 280;

/** 180 / π */
export const DEGREES: f64 = 57.29577951308232;
/** 2π */
const FULL_TURN: f64 = 6.283185307179586;
const PERIOD_MIN: f64 = 6;
const PERIOD_MAX: f64 = 50;

export function hilbertInit(at: usize, skip: f64): void {
  memory.fill(at, 0, HILBERT_BYTES);
  store<f64>(at, skip, SKIP);
}

/** The smoothed price of the newest row. */
// @ts-ignore: decorator
@inline
export function smoothPrice(at: usize): f64 {
  return load<f64>(at, SMOOTH);
}

// @ts-ignore: decorator
@inline
export function inPhase(at: usize): f64 {
  return load<f64>(at, SHIFTED + 24);
}

// @ts-ignore: decorator
@inline
export function quadrature(at: usize): f64 {
  return load<f64>(at, QUADRATURE);
}

/** The cycle's period in rows, smoothed once more. */
// @ts-ignore: decorator
@inline
export function cyclePeriod(at: usize): f64 {
  return load<f64>(at, SMOOTH_PERIOD);
}

/** Rows seen so far. */
// @ts-ignore: decorator
@inline
export function hilbertRows(at: usize): f64 {
  return load<f64>(at);
}

/** Takes a price; false while it is one of those to skip. After holdAtan. */
export function hilbertStep(at: usize, price: f64): bool {
  const row = load<f64>(at);
  store<f64>(at, row + 1);
  const smooth = (4 * price + 3 * load<f64>(at, PRICES) + 2 * load<f64>(at, PRICES + 8) + load<f64>(at, PRICES + 16)) / 10;
  push(at + PRICES, price, 3);
  if (row < load<f64>(at, SKIP)) return false;
  const gain = 0.075 * load<f64>(at, PERIOD) + 0.54;
  const d = turned(smooth, at + SMOOTH, gain);
  const q = turned(d, at + SHIFTED, gain);
  const i = load<f64>(at, SHIFTED + 16); // D₋₃, once d stands before it
  discriminate(at, i, q, turned(i, at + SHIFTED + 24, gain), turned(q, at + QUADRATURE, gain));
  push(at + SMOOTH, smooth, 6);
  push(at + SHIFTED, d, 9);
  push(at + QUADRATURE, q, 6);
  return true;
}

/** Puts a value before the others of a history, the oldest of which goes. */
// @ts-ignore: decorator
@inline
export function push(history: usize, value: f64, length: usize): void {
  const last = history + ((length - 1) << 3);
  for (let at = last; at > history; at -= 8) store<f64>(at, load<f64>(at - 8));
  store<f64>(history, value);
}

/** H of a value, those before it being a history, in an order in which little waits for the value. */
// @ts-ignore: decorator
@inline
function turned(x: f64, before: usize, gain: f64): f64 {
  return x * (0.0962 * gain) + (0.5769 * (load<f64>(before, 8) - load<f64>(before, 24)) - 0.0962 * load<f64>(before, 40)) * gain;
}

/** As pairs: between single values a choice is a branch. */
// @ts-ignore: decorator
@inline
function between(x: f64, least: f64, most: f64): f64 {
  return first(f64x2.pmin(f64x2.splat(most), f64x2.pmax(f64x2.splat(least), f64x2.splat(x))));
}

/** The period by Y2, in an order in which little waits for jQ, which comes last. A ratio without a denominator turns nothing. */
// @ts-ignore: decorator
@inline
function discriminate(at: usize, i: f64, q: f64, turnedI: f64, turnedQ: f64): void {
  const i1 = load<f64>(at, I2);
  const q1 = load<f64>(at, Q2);
  const q2 = 0.2 * (q + turnedI) + 0.8 * q1;
  const i2 = 0.2 * i + 0.8 * i1 - 0.2 * turnedQ;
  const real = 0.2 * i1 * i2 + (0.2 * q1 * q2 + 0.8 * load<f64>(at, REAL));
  const imaginary = 0.2 * q1 * i2 + (0.8 * load<f64>(at, IMAGINARY) - 0.2 * i1 * q2);
  const before = load<f64>(at, PERIOD);
  let period = before;
  if (imaginary != 0 && real != 0) period = FULL_TURN / atanOf(imaginary, real);
  period = between(period, between(0.67 * before, PERIOD_MIN, PERIOD_MAX), between(1.5 * before, PERIOD_MIN, PERIOD_MAX));
  period = 0.2 * period + 0.8 * before;
  store<f64>(at, i2, I2);
  store<f64>(at, q2, Q2);
  store<f64>(at, real, REAL);
  store<f64>(at, imaginary, IMAGINARY);
  store<f64>(at, period, PERIOD);
  store<f64>(at, 0.33 * period + 0.67 * load<f64>(at, SMOOTH_PERIOD), SMOOTH_PERIOD);
}
