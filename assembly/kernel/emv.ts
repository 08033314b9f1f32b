// Ease of movement: the mean of how far the middle of a row moved, for its range and against its volume.
//   parts: 0 trail of the last median price │ 1 mean │ 2 its trail │ number 0: divisor of the volume
import { middleRows } from '../engine/channel';
import { Plain } from '../engine/mean-layout';
import { PARTS, number, part, placeTrail, placeTrailedLooseMean, setNumber, trailedLooseMean, trailedMeanBytes } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { trailBytes, trailRoom } from '../engine/trail';
import { input, output } from '../operand';

export function emvBytes(params: usize): usize {
  return PARTS + trailBytes(1) + trailedMeanBytes<Plain>(load<f64>(params));
}

export function emvInit(state: usize, params: usize): void {
  setNumber(state, 0, load<f64>(params, 8));
  placeTrailedLooseMean(state, 1, placeTrail(state, 0, state + PARTS, 1), load<f64>(params));
}

export function emvRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const high = input(inputs, 0) + from;
    const low = input(inputs, 1) + from;
    const median = trailRoom(part(state, 0), bytes);
    middleRows(high, low, median, bytes);
    moves(state, high, low, input(inputs, 2) + from, median, bytes);
    trailedLooseMean(state, 1, scratch(0), output(outputs, 0) + from, bytes);
    from += bytes;
  }
}

/** In scratch column 0; a row without volume counts as 0. */
function moves(state: usize, high: usize, low: usize, volume: usize, median: usize, bytes: usize): void {
  const zero = f64x2.splat(0);
  const divisor = f64x2.splat(number(state, 0));
  for (let k: usize = 0; k < bytes; k += 16) {
    const moved = f64x2.sub(v128.load(median + k), v128.load(median + k - 8));
    const traded = v128.load(volume + k);
    const ease = f64x2.div(f64x2.mul(f64x2.mul(divisor, moved), f64x2.sub(v128.load(high + k), v128.load(low + k))), traded);
    v128.store(scratch(0) + k, v128.bitselect(f64x2.sub(moved, moved), ease, f64x2.eq(traded, zero)));
  }
}
