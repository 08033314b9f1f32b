// Money flow index: the share of typical price · volume that was traded on rows whose typical price rose.
//   parts: 0 trail of the last typical price │ 1 mean of what rose │ 2 its trail │ 3 mean of what fell │ 4 its trail
import { Plain } from '../engine/mean-layout';
import { PARTS, part, placeTrail, placeTrailedLooseMean, trailedLooseMean, trailedMeanBytes } from '../engine/parts';
import { typicalRows } from '../engine/price';
import { shareRows } from '../engine/share';
import { scratch, tileBytes } from '../engine/tile';
import { trailBytes, trailRoom } from '../engine/trail';
import { input, output } from '../operand';

export function mfiBytes(params: usize): usize {
  return PARTS + trailBytes(1) + 2 * trailedMeanBytes<Plain>(load<f64>(params));
}

export function mfiInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  const at = placeTrailedLooseMean(state, 1, placeTrail(state, 0, state + PARTS, 1), period);
  placeTrailedLooseMean(state, 3, at, period);
}

export function mfiRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const typical = trailRoom(part(state, 0), bytes);
    typicalRows(input(inputs, 0) + from, input(inputs, 1) + from, input(inputs, 2) + from, typical, bytes);
    flows(typical, input(inputs, 3) + from, bytes);
    trailedLooseMean(state, 1, scratch(0), scratch(0), bytes);
    trailedLooseMean(state, 3, scratch(1), scratch(1), bytes);
    turnover(bytes);
    shareRows(scratch(0), scratch(1), output(outputs, 0) + from, bytes);
    from += bytes;
  }
}

/** What was traded on rows that rose, and on rows that fell, in scratch columns 0 and 1; NaN where there is no row before. */
function flows(typical: usize, volume: usize, bytes: usize): void {
  const zero = f64x2.splat(0);
  for (let k: usize = 0; k < bytes; k += 16) {
    const change = f64x2.sub(v128.load(typical + k), v128.load(typical + k - 8));
    const traded = f64x2.add(f64x2.mul(v128.load(typical + k), v128.load(volume + k)), f64x2.sub(change, change));
    v128.store(scratch(0) + k, v128.bitselect(traded, f64x2.sub(traded, traded), f64x2.gt(change, zero)));
    v128.store(scratch(1) + k, v128.bitselect(traded, f64x2.sub(traded, traded), f64x2.lt(change, zero)));
  }
}

/** Both flows, in scratch column 1. */
function turnover(bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 16) v128.store(scratch(1) + k, f64x2.add(v128.load(scratch(0) + k), v128.load(scratch(1) + k)));
}
