// Quantitative qualitative estimation: an rsi, smoothed, and a stop that trails it at a multiple of how far it usually moves.
//   parts: 0 rsi │ 1 its smoother │ 2 3 smoothers of its moves │ numbers: 0 multiple │ 1 smoothed rsi before │ 2 stop below │ 3 stop above │ 4 direction
import { SMOOTHER_BYTES, smoothRows } from '../engine/lookahead';
import { PARTS, number, part, placeBlock, placeSmoother, setNumber } from '../engine/parts';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonical, finite } from '../value';
import { Strength, rsiBytes, rsiInit, strengthRows } from './rsi';

export function qqeBytes(): usize {
  return PARTS + rsiBytes() + 3 * SMOOTHER_BYTES;
}

export function qqeInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  const smoothing = load<f64>(params, 8);
  rsiInit(state + PARTS, params);
  let at = placeSmoother(state, 1, placeBlock(state, 0, state + PARTS, rsiBytes()), 2.0 / (smoothing + 1.0), smoothing);
  for (let k: usize = 2; k < 4; k++) at = placeSmoother(state, k, at, 1.0 / period, 2 * period - 1); // an ema of 2·period − 1 rows
  setNumber(state, 0, load<f64>(params, 16));
  for (let k: usize = 1; k < 4; k++) setNumber(state, k, NaN);
  setNumber(state, 4, 1);
}

export function qqeRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 1, outputs, 3, 0, end); from < end; from = passGaps(inputs, 1, outputs, 3, from, end)) {
    const bytes = wholeBytes(inputs, 1, from, end);
    const strength = output(outputs, 0) + from;
    strengthRows<Strength>(part(state, 0), input(inputs, 0) + from, scratch(0), bytes);
    smoothRows(part(state, 1), scratch(0), strength, bytes);
    let before = number(state, 1);
    for (let k: usize = 0; k < bytes; k += 8) {
      store<f64>(scratch(0) + k, abs(load<f64>(strength + k) - before));
      before = load<f64>(strength + k);
    }
    smoothRows(part(state, 2), scratch(0), scratch(1), bytes);
    smoothRows(part(state, 3), scratch(1), scratch(0), bytes);
    trail(state, strength, scratch(0), output(outputs, 1) + from, output(outputs, 2) + from, bytes);
    from += bytes;
  }
}

/** A stop only follows while the smoothed rsi stays on its side of it; the direction turns when it passes the stop of the row before. */
function trail(state: usize, strength: usize, move: usize, line: usize, direction: usize, bytes: usize): void {
  const multiple = number(state, 0);
  let before = number(state, 1);
  let below = number(state, 2);
  let above = number(state, 3);
  let up = number(state, 4) > 0;
  for (let k: usize = 0; k < bytes; k += 8) {
    const now = load<f64>(strength + k);
    const distance = multiple * load<f64>(move + k);
    const from = before;
    before = now;
    if (!finite(distance)) {
      store<f64>(line + k, NaN);
      store<f64>(direction + k, NaN);
      continue;
    }
    if (now > above) up = true;
    else if (now < below) up = false;
    const lower = now - distance;
    const upper = now + distance;
    below = from > below && now > below ? max(below, lower) : lower;
    above = from < above && now < above ? min(above, upper) : upper;
    store<f64>(line + k, canonical(up ? below : above));
    store<f64>(direction + k, up ? 1 : -1);
  }
  setNumber(state, 1, before);
  setNumber(state, 2, below);
  setNumber(state, 3, above);
  setNumber(state, 4, up ? 1 : -1);
}
