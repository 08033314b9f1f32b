// Mass index: the sum, over a window, of the smoothed range over the range smoothed twice.
//   parts: 0 smoother of the range │ 1 smoother of that │ 2 mean of the ratio │ 3 its trail │ number 0: rows of the sum
import { SMOOTHER_BYTES, smoothRows } from '../engine/lookahead';
import { Plain } from '../engine/mean-layout';
import { PARTS, number, part, placeSmoother, placeTrailedLooseMean, setNumber, trailedLooseMean, trailedMeanBytes } from '../engine/parts';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

export function massindexBytes(params: usize): usize {
  return PARTS + 2 * SMOOTHER_BYTES + trailedMeanBytes<Plain>(load<f64>(params));
}

export function massindexInit(state: usize, params: usize): void {
  const smoothing = load<f64>(params, 8);
  let at = state + PARTS;
  for (let k: usize = 0; k < 2; k++) at = placeSmoother(state, k, at, 2.0 / (smoothing + 1.0), smoothing);
  placeTrailedLooseMean(state, 2, at, load<f64>(params));
  setNumber(state, 0, load<f64>(params));
}

export function massindexRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const length = f64x2.splat(number(state, 0));
  for (let from = passGaps(inputs, 2, outputs, 1, 0, end); from < end; from = passGaps(inputs, 2, outputs, 1, from, end)) {
    const bytes = wholeBytes(inputs, 2, from, end);
    const out = output(outputs, 0) + from;
    for (let k: usize = 0; k < bytes; k += 16) v128.store(scratch(0) + k, f64x2.sub(v128.load(input(inputs, 0) + from + k), v128.load(input(inputs, 1) + from + k)));
    smoothRows(part(state, 0), scratch(0), scratch(1), bytes);
    smoothRows(part(state, 1), scratch(1), scratch(2), bytes);
    ratios(scratch(1), scratch(2), scratch(0), bytes);
    trailedLooseMean(state, 2, scratch(0), scratch(1), bytes);
    for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, canonicalPair(f64x2.mul(length, v128.load(scratch(1) + k))));
    from += bytes;
  }
}

/** 1 where nothing ranges: a range is then what it is smoothed to. */
function ratios(once: usize, twice: usize, out: usize, bytes: usize): void {
  const one = f64x2.splat(1);
  const zero = f64x2.splat(0);
  for (let k: usize = 0; k < bytes; k += 16) {
    const base = v128.load(twice + k);
    v128.store(out + k, v128.bitselect(one, f64x2.div(v128.load(once + k), base), f64x2.eq(base, zero)));
  }
}
