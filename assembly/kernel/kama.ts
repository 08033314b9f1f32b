// Kaufman's adaptive moving average: the faster, the straighter the way the price took over the last `period` rows.
//   parts: 0 trail of values │ 1 mean of the absolute changes │ 2 its trail │ numbers: 0 period │ 1 … 3 the average
import { adaptiveRows, placeAdaptive } from '../engine/adaptive';
import { Plain } from '../engine/mean-layout';
import { PARTS, number, part, placeTrail, placeTrailedLooseMean, setNumber, trailedLooseMean, trailedMeanBytes } from '../engine/parts';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { trailAppend, trailBytes } from '../engine/trail';
import { input, output } from '../operand';

const FAST: f64 = 2.0 / 3.0; // an ema of 2 rows
const SLOW: f64 = 2.0 / 31.0; // an ema of 30 rows

export function kamaBytes(params: usize): usize {
  const period = load<f64>(params);
  return PARTS + trailBytes(<i32>period) + trailedMeanBytes<Plain>(period);
}

export function kamaInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  setNumber(state, 0, period);
  placeAdaptive(state, 1);
  placeTrailedLooseMean(state, 1, placeTrail(state, 0, state + PARTS, period), period);
}

export function kamaRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 1, outputs, 1, 0, end); from < end; from = passGaps(inputs, 1, outputs, 1, from, end)) {
    const bytes = wholeBytes(inputs, 1, from, end);
    const x = trailAppend(part(state, 0), input(inputs, 0) + from, bytes);
    speeds(state, x, scratch(0), bytes);
    adaptiveRows(state, 1, x, scratch(0), output(outputs, 0) + from, bytes);
    from += bytes;
  }
}

/** The share of the distance to each value that the average takes: by the way from `period` rows ago as the crow flies over the way taken, squared. */
function speeds(state: usize, x: usize, out: usize, bytes: usize): void {
  const one = f64x2.splat(1);
  const zero = f64x2.splat(0);
  const length = f64x2.splat(number(state, 0));
  const back = <usize>number(state, 0) << 3;
  for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, f64x2.abs(f64x2.sub(v128.load(x + k), v128.load(x + k - 8))));
  trailedLooseMean(state, 1, out, out, bytes);
  for (let k: usize = 0; k < bytes; k += 16) {
    const way = f64x2.mul(length, v128.load(out + k));
    const crow = f64x2.abs(f64x2.sub(v128.load(x + k), v128.load(x + k - back)));
    // No way at all counts as a straight one, as in TA-Lib.
    const straight = v128.bitselect(one, f64x2.pmin(f64x2.div(crow, way), one), f64x2.eq(way, zero));
    const share = f64x2.add(f64x2.mul(straight, f64x2.splat(FAST - SLOW)), f64x2.splat(SLOW));
    v128.store(out + k, f64x2.mul(share, share));
  }
}
