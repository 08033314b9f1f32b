// What the dominant cycle of a price says of it (J. Ehlers 2001, as TA-Lib's HT_ functions): its period, its phasor, its phase, its sine and the
// sine an eighth of a turn ahead, the price without it, and whether the price follows a trend rather than the cycle.
//   own: 0 cycle │ 280 phase │ 288 three means before │ 312 sine │ 320 lead sine │ 328 rows since they crossed │ 336 trail of prices │ trail of
//   smooth prices. Before the first there are zeros.
import { DEGREES, HILBERT_BYTES, cyclePeriod, hilbertInit, hilbertRows, hilbertStep, inPhase, push, quadrature, smoothPrice } from '../engine/hilbert';
import { atanOf, cos, holdAtan, holdWave, sin } from '../engine/math';
import { passGaps, wholeBytes } from '../engine/tile';
import { trailBytes, trailInit, trailRoom } from '../engine/trail';
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonical, first, second } from '../value';

export const DCPERIOD: i32 = 118;
export const PHASOR: i32 = 119;
export const DCPHASE: i32 = 120;
export const SINE: i32 = 121;
export const TRENDLINE: i32 = 122;
export const TRENDMODE: i32 = 123;

const CYCLE: usize = OWN;
const PHASE: usize = CYCLE + HILBERT_BYTES;
const MEANS: usize = PHASE + 8;
const SINE_NOW: usize = MEANS + 24;
const LEAD_NOW: usize = SINE_NOW + 8;
const SINCE: usize = LEAD_NOW + 8;
const PRICES: usize = SINCE + 8;
const HISTORY: i32 = 52; // rows of the longest cycle, and two that are read in vain

export function cycleBytes(op: i32): usize {
  return op <= PHASOR ? PHASE : PRICES + 2 * trailBytes(HISTORY);
}

// @ts-ignore: decorator
@inline
function smoothPrices(state: usize): usize {
  return state + PRICES + trailBytes(HISTORY);
}

/** As in TA-Lib, the filters see rows from the 13th on, or from the 38th where the phase or the trend is wanted. */
export function cycleInit(op: i32, state: usize): void {
  memory.fill(state + OWN, 0, cycleBytes(op) - OWN);
  hilbertInit(state + CYCLE, op <= PHASOR ? 12 : 37);
  if (op <= PHASOR) return;
  trailInit(state + PRICES, HISTORY, 0);
  trailInit(smoothPrices(state), HISTORY, 0);
}

export function cycleRun(op: i32, state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const lookback: f64 = op <= PHASOR ? 32 : 63;
  const writes: usize = op == PHASOR || op == SINE ? 2 : 1;
  holdAtan();
  if (op > PHASOR) holdWave();
  for (let from = passGaps(inputs, 1, outputs, writes, 0, end); from < end; from = passGaps(inputs, 1, outputs, writes, from, end)) {
    const until = from + wholeBytes(inputs, 1, from, end);
    const x = input(inputs, 0);
    const out = output(outputs, 0);
    for (; from < until; from += 8) {
      const value = step(op, state, load<f64>(x + from));
      const ready = hilbertRows(state + CYCLE) > lookback;
      store<f64>(out + from, ready ? canonical(value) : NaN);
      if (writes == 2) store<f64>(output(outputs, 1) + from, ready ? canonical(op == PHASOR ? quadrature(state + CYCLE) : load<f64>(state, LEAD_NOW)) : NaN);
    }
  }
}

/** Takes a price; answers the first output. */
function step(op: i32, state: usize, price: f64): f64 {
  const seen = hilbertStep(state + CYCLE, price);
  if (op == DCPERIOD) return cyclePeriod(state + CYCLE);
  if (op == PHASOR) return inPhase(state + CYCLE);
  const newest = keep(state + PRICES, price);
  if (!seen) return NaN;
  const rows = <i32>(cyclePeriod(state + CYCLE) + 0.5);
  if (op == TRENDLINE) return trendline(state, newest, rows);
  const before = load<f64>(state, PHASE);
  const phase = phaseOf(state, keep(smoothPrices(state), smoothPrice(state + CYCLE)), before, rows);
  store<f64>(state, phase, PHASE);
  if (op == DCPHASE) return phase;
  const sine = sin(phase / DEGREES);
  const lead = sin((phase + 45) / DEGREES);
  const trend = op == TRENDMODE ? trendMode(state, newest, rows, phase - before, sine, lead) : 0;
  store<f64>(state, sine, SINE_NOW);
  store<f64>(state, lead, LEAD_NOW);
  return op == SINE ? sine : trend;
}

/** Puts a value behind the others of a trail; answers where it stands. */
function keep(trail: usize, value: f64): usize {
  const at = trailRoom(trail, 8);
  store<f64>(at, value);
  return at;
}

/** The phase, in degrees, of the last cycle of smooth prices: of their sum on a circle that turns once in the cycle's rows. */
function phaseOf(state: usize, newest: usize, before: f64, rows: i32): f64 {
  let real: f64 = 0;
  let imaginary: f64 = 0;
  let s: f64 = 0;
  let c: f64 = 1;
  const turn = 360 / DEGREES / <f64>rows;
  const turnS = sin(turn);
  const turnC = cos(turn);
  for (let k = 0; k < rows; k++) {
    const price = load<f64>(newest - (<usize>k << 3));
    real += s * price;
    imaginary += c * price;
    const further = s * turnC + c * turnS;
    c = c * turnC - s * turnS;
    s = further;
  }
  let phase = before;
  if (imaginary != 0) phase = atanOf(real, imaginary) * DEGREES;
  else if (real < 0) phase -= 90;
  else if (real > 0) phase += 90;
  phase += 90 + 360 / cyclePeriod(state + CYCLE); // the smoothing lags by one row
  if (imaginary < 0) phase += 180;
  return phase > 315 ? phase - 360 : phase;
}

/** The mean of the last cycle of prices, smoothed over four rows with weights 4, 3, 2, 1. */
function trendline(state: usize, newest: usize, rows: i32): f64 {
  const mean = rows > 0 ? sumOf(newest, rows) / <f64>rows : 0;
  const line = (4 * mean + 3 * load<f64>(state, MEANS) + 2 * load<f64>(state, MEANS + 8) + load<f64>(state, MEANS + 16)) / 10;
  push(state + MEANS, mean, 3);
  return line;
}

/** Sum of the newest rows, four at a time; of the last four, those past the end count as 0. */
function sumOf(newest: usize, count: i32): f64 {
  let at = newest - 8;
  let sum0 = f64x2.splat(0);
  let sum2 = sum0;
  let left = count;
  for (; left >= 4; left -= 4, at -= 32) {
    sum0 = f64x2.add(sum0, v128.load(at));
    sum2 = f64x2.add(sum2, v128.load(at - 16));
  }
  const last = f64x2.splat(<f64>left);
  sum0 = f64x2.add(sum0, v128.and(v128.load(at), f64x2.lt(f64x2(1, 0), last)));
  sum2 = f64x2.add(sum2, v128.and(v128.load(at - 16), f64x2.lt(f64x2(3, 2), last)));
  const sum = f64x2.add(sum0, sum2);
  return first(sum) + second(sum);
}

/**
 * 1 in a trend, 0 in a cycle: less than half a cycle after the sines have crossed, or while the phase turns at about the pace of the period. A
 * price 1.5 % off its trendline is always in a trend.
 */
function trendMode(state: usize, newest: usize, rows: i32, turn: f64, sine: f64, lead: f64): f64 {
  const period = cyclePeriod(state + CYCLE);
  const sineBefore = load<f64>(state, SINE_NOW);
  const leadBefore = load<f64>(state, LEAD_NOW);
  const crosses = (sine > lead && sineBefore <= leadBefore) || (sine < lead && sineBefore >= leadBefore);
  const since: f64 = (crosses ? 0 : load<f64>(state, SINCE)) + 1;
  store<f64>(state, since, SINCE);
  const line = trendline(state, newest, rows);
  if (line != 0 && abs((smoothPrice(state + CYCLE) - line) / line) >= 0.015) return 1;
  if (crosses || since < 0.5 * period) return 0;
  return period != 0 && turn > (0.67 * 360) / period && turn < (1.5 * 360) / period ? 0 : 1;
}
