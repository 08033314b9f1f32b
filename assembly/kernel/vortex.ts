// Vortex: how far highs reach above the lows before them (plus), and lows below the highs before them (minus), over the true range of the window.
//   parts: 0 1 2 trails of the last high, low and close │ 3 mean of plus │ 4 its trail │ 5 mean of minus │ 6 its trail │ 7 mean of range │ 8 its trail
import { Plain } from '../engine/mean-layout';
import { PARTS, part, placeTrail, placeTrailedLooseMean, trailedLooseMean, trailedMeanBytes } from '../engine/parts';
import { trueRangeRows } from '../engine/price';
import { scratch, tileBytes } from '../engine/tile';
import { trailAppend, trailBytes } from '../engine/trail';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

export function vortexBytes(params: usize): usize {
  return PARTS + 3 * trailBytes(1) + 3 * trailedMeanBytes<Plain>(load<f64>(params));
}

export function vortexInit(state: usize, params: usize): void {
  let at = state + PARTS;
  for (let k: usize = 0; k < 3; k++) at = placeTrail(state, k, at, 1);
  for (let k: usize = 3; k < 9; k += 2) at = placeTrailedLooseMean(state, k, at, load<f64>(params));
}

export function vortexRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const high = trailAppend(part(state, 0), input(inputs, 0) + from, bytes);
    const low = trailAppend(part(state, 1), input(inputs, 1) + from, bytes);
    const close = trailAppend(part(state, 2), input(inputs, 2) + from, bytes);
    for (let k: usize = 0; k < bytes; k += 16) {
      v128.store(scratch(0) + k, f64x2.abs(f64x2.sub(v128.load(high + k), v128.load(low + k - 8))));
      v128.store(scratch(1) + k, f64x2.abs(f64x2.sub(v128.load(low + k), v128.load(high + k - 8))));
    }
    trueRangeRows(high, low, close, scratch(2), bytes);
    for (let k: usize = 0; k < 3; k++) trailedLooseMean(state, 3 + 2 * k, scratch(k), scratch(k), bytes);
    shares(scratch(0), output(outputs, 0) + from, bytes);
    shares(scratch(1), output(outputs, 1) + from, bytes);
    from += bytes;
  }
}

/** Over the range in scratch column 2; 0 where nothing has ranged. */
function shares(reach: usize, out: usize, bytes: usize): void {
  const zero = f64x2.splat(0);
  for (let k: usize = 0; k < bytes; k += 16) {
    const range = v128.load(scratch(2) + k);
    v128.store(out + k, canonicalPair(v128.andnot(f64x2.div(v128.load(reach + k), range), f64x2.eq(range, zero))));
  }
}
