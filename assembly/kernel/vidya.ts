// Variable index dynamic average: an exponential average that slows down as gains and losses balance, by the size of Chande's momentum oscillator.
//   parts: 0 trail of values │ 1 mean of changes │ 2 its trail │ 3 mean of their sizes │ 4 its trail │ numbers: 0 smoothing │ 1 … 3 the average
import { adaptiveRows, placeAdaptive } from '../engine/adaptive';
import { Plain } from '../engine/mean-layout';
import { PARTS, number, part, placeTrail, placeTrailedLooseMean, setNumber, trailedLooseMean, trailedMeanBytes } from '../engine/parts';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { trailAppend, trailBytes } from '../engine/trail';
import { input, output } from '../operand';

export function vidyaBytes(params: usize): usize {
  return PARTS + trailBytes(1) + 2 * trailedMeanBytes<Plain>(load<f64>(params, 8));
}

export function vidyaInit(state: usize, params: usize): void {
  const momentum = load<f64>(params, 8);
  setNumber(state, 0, 2.0 / (load<f64>(params) + 1.0));
  placeAdaptive(state, 1);
  placeTrailedLooseMean(state, 3, placeTrailedLooseMean(state, 1, placeTrail(state, 0, state + PARTS, 1), momentum), momentum);
}

export function vidyaRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 1, outputs, 1, 0, end); from < end; from = passGaps(inputs, 1, outputs, 1, from, end)) {
    const bytes = wholeBytes(inputs, 1, from, end);
    const x = trailAppend(part(state, 0), input(inputs, 0) + from, bytes);
    shares(state, x, scratch(0), bytes);
    adaptiveRows(state, 1, x, scratch(0), output(outputs, 0) + from, bytes);
    from += bytes;
  }
}

/** smoothing · |Σ change| / Σ |change|; 0 where nothing has changed. */
function shares(state: usize, x: usize, out: usize, bytes: usize): void {
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  const smoothing = f64x2.splat(number(state, 0));
  for (let k: usize = 0; k < bytes; k += 16) {
    const change = f64x2.sub(v128.load(x + k), v128.load(x + k - 8));
    v128.store(scratch(1) + k, change);
    v128.store(scratch(2) + k, f64x2.abs(change));
  }
  trailedLooseMean(state, 1, scratch(1), scratch(1), bytes);
  trailedLooseMean(state, 3, scratch(2), scratch(2), bytes);
  for (let k: usize = 0; k < bytes; k += 16) {
    const size = v128.load(scratch(2) + k);
    const momentum = f64x2.pmin(f64x2.div(f64x2.abs(v128.load(scratch(1) + k)), size), one);
    v128.store(out + k, v128.andnot(f64x2.mul(smoothing, momentum), f64x2.eq(size, zero)));
  }
}
