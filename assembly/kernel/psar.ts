// Parabolic stop and reverse: a stop that follows the price, faster with each new extreme, and changes sides when it is hit.
//   numbers: 0 acceleration │ 1 its maximum │ 2 rows seen, up to two │ 3 high before │ 4 low before │ 5 stop │ 6 extreme │ 7 speed, below 0 when short
import { PARTS, number, setNumber } from '../engine/parts';
import { passGaps } from '../engine/tile';
import { input, output } from '../operand';
import { canonical } from '../value';

const STOP: usize = 5;
const EXTREME: usize = 6;
const SPEED: usize = 7;

export function psarBytes(): usize {
  return PARTS;
}

export function psarInit(state: usize, params: usize): void {
  setNumber(state, 0, min(load<f64>(params), load<f64>(params, 8)));
  setNumber(state, 1, load<f64>(params, 8));
  for (let k: usize = 2; k < 8; k++) setNumber(state, k, 0);
}

export function psarRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let k = passGaps(inputs, 2, outputs, 1, 0, end); k < end; k = passGaps(inputs, 2, outputs, 1, k + 8, end)) {
    store<f64>(output(outputs, 0) + k, canonical(psarStep(state, load<f64>(input(inputs, 0) + k), load<f64>(input(inputs, 1) + k))));
  }
}

function psarStep(state: usize, high: f64, low: f64): f64 {
  const seen = number(state, 2);
  const highBefore = seen < 2 ? high : number(state, 3); // on the row it starts, a stop may reach beyond the row before, as in TA-Lib
  const lowBefore = seen < 2 ? low : number(state, 4);
  if (seen == 1) start(state, high, low);
  setNumber(state, 2, min(seen + 1, 2));
  setNumber(state, 3, high);
  setNumber(state, 4, low);
  if (seen == 0) return NaN;
  return number(state, SPEED) > 0 ? long(state, high, low, max(high, highBefore), min(low, lowBefore)) : short(state, high, low, max(high, highBefore), min(low, lowBefore));
}

/** Short when the second row went down further than up, with the stop on the other side of the first row. */
function start(state: usize, high: f64, low: f64): void {
  const down = number(state, 4) - low;
  const falls = down > 0 && down > high - number(state, 3);
  setNumber(state, STOP, falls ? number(state, 3) : number(state, 4));
  setNumber(state, EXTREME, falls ? low : high);
  setNumber(state, SPEED, falls ? -number(state, 0) : number(state, 0));
}

function long(state: usize, high: f64, low: f64, top: f64, bottom: f64): f64 {
  const stop = number(state, STOP);
  if (low <= stop) {
    const reversed = max(number(state, EXTREME), top);
    setNumber(state, SPEED, -number(state, 0));
    setNumber(state, EXTREME, low);
    setNumber(state, STOP, max(reversed + number(state, 0) * (low - reversed), top));
    return reversed;
  }
  if (high > number(state, EXTREME)) {
    setNumber(state, EXTREME, high);
    setNumber(state, SPEED, min(number(state, SPEED) + number(state, 0), number(state, 1)));
  }
  setNumber(state, STOP, min(stop + number(state, SPEED) * (number(state, EXTREME) - stop), bottom));
  return stop;
}

function short(state: usize, high: f64, low: f64, top: f64, bottom: f64): f64 {
  const stop = number(state, STOP);
  if (high >= stop) {
    const reversed = min(number(state, EXTREME), bottom);
    setNumber(state, SPEED, number(state, 0));
    setNumber(state, EXTREME, high);
    setNumber(state, STOP, min(reversed + number(state, 0) * (high - reversed), bottom));
    return reversed;
  }
  if (low < number(state, EXTREME)) {
    setNumber(state, EXTREME, low);
    setNumber(state, SPEED, max(number(state, SPEED) - number(state, 0), -number(state, 1)));
  }
  setNumber(state, STOP, max(stop - number(state, SPEED) * (number(state, EXTREME) - stop), top));
  return stop;
}
