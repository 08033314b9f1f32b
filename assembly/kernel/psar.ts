// Parabolic stop and reverse: a stop that follows the price, faster with each new extreme, and changes sides when it is hit.
//   numbers: 0 acceleration │ 1 its maximum │ 2 rows seen, up to two │ 3 high before │ 4 low before │ 5 stop │ 6 extreme │ 7 speed, below 0 when short
import { PARTS, number, setNumber } from '../engine/parts';
import { passGaps, wholeBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonical, first } from '../value';

const ACCELERATION: usize = 0;
const FASTEST: usize = 1;
const SEEN: usize = 2;
const HIGH: usize = 3;
const LOW: usize = 4;
const STOP: usize = 5;
const EXTREME: usize = 6;
const SPEED: usize = 7;

export function psarBytes(): usize {
  return PARTS;
}

export function psarInit(state: usize, params: usize): void {
  setNumber(state, ACCELERATION, min(load<f64>(params), load<f64>(params, 8)));
  setNumber(state, FASTEST, load<f64>(params, 8));
  for (let k: usize = 2; k < 8; k++) setNumber(state, k, 0);
}

export function psarRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 2, outputs, 1, 0, end); from < end; from = passGaps(inputs, 2, outputs, 1, from, end)) {
    const bytes = wholeBytes(inputs, 2, from, end);
    const high = input(inputs, 0) + from;
    const low = input(inputs, 1) + from;
    const out = output(outputs, 0) + from;
    const begun = begin(state, high, low, out, bytes);
    if (begun < bytes) follow(state, high, low, out, begun, bytes);
    from += bytes;
  }
}

/** The first two rows: one has no stop, on the next it starts. Answers the bytes of rows that have been dealt with. */
function begin(state: usize, high: usize, low: usize, out: usize, bytes: usize): usize {
  let k: usize = 0;
  if (number(state, SEEN) == 0) {
    store<f64>(out, NaN);
    keep(state, high, low, 1);
    k = 8;
  }
  if (k == bytes || number(state, SEEN) == 2) return k;
  start(state, load<f64>(high + k), load<f64>(low + k));
  keep(state, high + k, low + k, 2); // on the row it starts, a stop may reach beyond the row before, as in TA-Lib
  return k;
}

// @ts-ignore: decorator
@inline
function keep(state: usize, high: usize, low: usize, seen: f64): void {
  setNumber(state, SEEN, seen);
  setNumber(state, HIGH, load<f64>(high));
  setNumber(state, LOW, load<f64>(low));
}

/** Short when the second row went down further than up, with the stop on the other side of the first row. */
function start(state: usize, high: f64, low: f64): void {
  const down = number(state, LOW) - low;
  const falls = down > 0 && down > high - number(state, HIGH);
  setNumber(state, STOP, falls ? number(state, HIGH) : number(state, LOW));
  setNumber(state, EXTREME, falls ? low : high);
  setNumber(state, SPEED, falls ? -number(state, ACCELERATION) : number(state, ACCELERATION));
}

/**
 * Whole rows from byte `from`. A short stop is a long one under prices of the other sign, where the highs are the lows: so there is one loop, in which
 * only the change of sides is a branch. Both lanes hold the same, since a choice between single values would be another.
 */
function follow(state: usize, high: usize, low: usize, out: usize, from: usize, bytes: usize): void {
  const minus = i64x2.splat(i64.MIN_VALUE);
  const acceleration = f64x2.splat(number(state, ACCELERATION));
  const fastest = f64x2.splat(number(state, FASTEST));
  let isShort = number(state, SPEED) < 0;
  let sign = isShort ? minus : f64x2.splat(0);
  let speed = f64x2.splat(abs(number(state, SPEED)));
  let stop = v128.xor(f64x2.splat(number(state, STOP)), sign);
  let extreme = v128.xor(f64x2.splat(number(state, EXTREME)), sign);
  let highBefore = v128.xor(f64x2.splat(number(state, isShort ? LOW : HIGH)), sign);
  let lowBefore = v128.xor(f64x2.splat(number(state, isShort ? HIGH : LOW)), sign);
  for (let k = from; k < bytes; k += 8) {
    const highNow = v128.xor(v128.load_splat<f64>((isShort ? low : high) + k), sign);
    const lowNow = v128.xor(v128.load_splat<f64>((isShort ? high : low) + k), sign);
    const top = f64x2.pmax(highNow, highBefore);
    const bottom = f64x2.pmin(lowNow, lowBefore);
    if (i64x2.bitmask(f64x2.le(lowNow, stop)) != 0) {
      const reversed = f64x2.pmax(extreme, top);
      const beyond = f64x2.pmax(top, f64x2.add(reversed, f64x2.mul(acceleration, f64x2.sub(lowNow, reversed))));
      store<f64>(out + k, canonical(first(v128.xor(reversed, sign))));
      isShort = !isShort;
      sign = v128.xor(sign, minus);
      speed = acceleration;
      extreme = f64x2.neg(lowNow);
      stop = f64x2.neg(beyond);
      highBefore = extreme;
      lowBefore = f64x2.neg(highNow);
    } else {
      store<f64>(out + k, canonical(first(v128.xor(stop, sign))));
      speed = v128.bitselect(f64x2.pmin(fastest, f64x2.add(speed, acceleration)), speed, f64x2.gt(highNow, extreme));
      extreme = f64x2.pmax(extreme, highNow);
      stop = f64x2.pmin(bottom, f64x2.add(stop, f64x2.mul(speed, f64x2.sub(extreme, stop))));
      highBefore = highNow;
      lowBefore = lowNow;
    }
  }
  setNumber(state, SPEED, isShort ? -first(speed) : first(speed));
  setNumber(state, STOP, first(v128.xor(stop, sign)));
  setNumber(state, EXTREME, first(v128.xor(extreme, sign)));
  setNumber(state, HIGH, load<f64>(high + bytes - 8));
  setNumber(state, LOW, load<f64>(low + bytes - 8));
}
