// Supertrend: a stop at a multiple of the average true range from the middle of the row, that only moves with the trend; a close beyond it turns it.
//   part 0: atr │ numbers: 0 multiple │ 1 upper stop │ 2 lower stop, NaN before the first │ 3 close before │ 4 direction
import { PARTS, number, part, placeBlock, setNumber } from '../engine/parts';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonical, finite } from '../value';
import { atrBytes, atrRows, rangesInit } from './atr';

export function supertrendBytes(): usize {
  return PARTS + atrBytes();
}

export function supertrendInit(state: usize, params: usize): void {
  rangesInit(state + PARTS, load<f64>(params), load<f64>(params, 16));
  placeBlock(state, 0, state + PARTS, atrBytes());
  setNumber(state, 0, load<f64>(params, 8));
  setNumber(state, 1, NaN);
  setNumber(state, 2, NaN);
  setNumber(state, 3, NaN);
  setNumber(state, 4, -1);
}

export function supertrendRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 3, outputs, 2, 0, end); from < end; from = passGaps(inputs, 3, outputs, 2, from, end)) {
    const bytes = wholeBytes(inputs, 3, from, end);
    const high = input(inputs, 0) + from;
    const low = input(inputs, 1) + from;
    const close = input(inputs, 2) + from;
    atrRows(part(state, 0), high, low, close, scratch(0), bytes);
    for (let k: usize = 0; k < bytes; k += 8) {
      const middle = (load<f64>(high + k) + load<f64>(low + k)) * 0.5;
      const stop = supertrendStep(state, middle, load<f64>(scratch(0) + k), load<f64>(close + k));
      store<f64>(output(outputs, 0) + from + k, canonical(stop));
      store<f64>(output(outputs, 1) + from + k, finite(stop) ? number(state, 4) : NaN);
    }
    from += bytes;
  }
}

/** The stop of a row, NaN while there is no range. */
function supertrendStep(state: usize, middle: f64, range: f64, close: f64): f64 {
  if (!finite(range)) return NaN;
  const upperBefore = number(state, 1);
  const lowerBefore = number(state, 2);
  const closeBefore = number(state, 3);
  let upper = middle + number(state, 0) * range;
  let lower = middle - number(state, 0) * range;
  if (upperBefore <= upper && closeBefore <= upperBefore) upper = upperBefore;
  if (lowerBefore >= lower && closeBefore >= lowerBefore) lower = lowerBefore;
  const up = finite(upperBefore) && (number(state, 4) > 0 ? close >= lower : close > upper);
  setNumber(state, 1, upper);
  setNumber(state, 2, lower);
  setNumber(state, 3, close);
  setNumber(state, 4, up ? 1 : -1);
  return up ? lower : upper;
}
