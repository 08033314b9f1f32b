// Connors RSI: the mean of the rsi of the price, the rsi of its streak, and the rank of its last change among those before.
// A streak counts rows: up by one with each rise in a row, down with each fall, 0 where the price stands.
//   parts: 0 rsi of the price │ 1 rsi of the streak │ 2 trail of changes │ numbers: 0 rows the rank looks back │ 1 price before, NaN at first │ 2 streak
import { PARTS, number, part, placeBlock, placeTrail, setNumber } from '../engine/parts';
import { rankRows } from '../engine/rank';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { trailBytes, trailRoom } from '../engine/trail';
import { input, output } from '../operand';
import { canonical, canonicalPair } from '../value';
import { Strength, rsiBytes, rsiInit, strengthRows } from './rsi';

export function crsiBytes(params: usize): usize {
  return PARTS + 2 * rsiBytes() + trailBytes(<i32>load<f64>(params, 16));
}

export function crsiInit(state: usize, params: usize): void {
  let at = state + PARTS;
  for (let k: usize = 0; k < 2; k++) {
    rsiInit(at, params + (k << 3));
    at = placeBlock(state, k, at, rsiBytes());
  }
  placeTrail(state, 2, at, load<f64>(params, 16));
  setNumber(state, 0, load<f64>(params, 16));
  setNumber(state, 1, NaN);
  setNumber(state, 2, 0);
}

export function crsiRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const three = f64x2.splat(3);
  for (let from = passGaps(inputs, 1, outputs, 1, 0, end); from < end; from = passGaps(inputs, 1, outputs, 1, from, end)) {
    const bytes = wholeBytes(inputs, 1, from, end);
    const x = input(inputs, 0) + from;
    const out = output(outputs, 0) + from;
    const changes = trailRoom(part(state, 2), bytes);
    streaks(state, x, changes, scratch(0), bytes);
    strengthRows<Strength>(part(state, 0), x, scratch(1), bytes);
    strengthRows<Strength>(part(state, 1), scratch(0), scratch(2), bytes);
    rankRows(changes, number(state, 0), scratch(0), bytes);
    for (let k: usize = 0; k < bytes; k += 16) {
      const sum = f64x2.add(f64x2.add(v128.load(scratch(1) + k), v128.load(scratch(2) + k)), v128.load(scratch(0) + k));
      v128.store(out + k, canonicalPair(f64x2.div(sum, three)));
    }
    from += bytes;
  }
}

/** Relative changes and streaks of a tile of rows. A change from 0 counts as none. */
function streaks(state: usize, x: usize, changes: usize, out: usize, bytes: usize): void {
  let before = number(state, 1);
  let streak = number(state, 2);
  for (let k: usize = 0; k < bytes; k += 8) {
    const value = load<f64>(x + k);
    streak = value > before ? max(streak, 0) + 1 : value < before ? min(streak, 0) - 1 : 0;
    store<f64>(changes + k, before == 0 ? 0 : canonical((value - before) / before));
    store<f64>(out + k, streak);
    before = value;
  }
  setNumber(state, 1, before);
  setNumber(state, 2, streak);
}
