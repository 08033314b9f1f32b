// Hurst exponent by the rescaled range: how wide the way of the window's changes swings about its straight line, in standard deviations of the changes.
//   parts: 0 trail of changes │ 1 their deviation │ numbers: 0 period │ 1 what a natural logarithm is multiplied by, 1 / ln period
//
// The sum of the first i changes' distances from their mean is (xᵢ − x₀) − i·(xₙ − x₀) / n: no sum is needed.
import { changeRows } from '../engine/changes';
import { Natural, holdLog, log } from '../engine/logarithm';
import { log as logOf } from '../engine/math';
import { momentsBytes, momentsRun } from '../engine/moments';
import { Deviation } from '../engine/moments-layout';
import { PARTS, number, part, placeMoments, placeTrail, setNumber } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { trailBytes, trailRoom } from '../engine/trail';
import { input, output } from '../operand';
import { rows, setRows } from '../state';
import { canonicalPair } from '../value';

const UNDECIDED: f64 = 0.5; // where nothing changes, or everything alike
const ROUNDING: f64 = 3.552713678800501e-15; // 2⁻⁴⁸: changes that differ by less of the value differ by its last digits

export function hurstBytes(params: usize): usize {
  const period = <i32>load<f64>(params);
  return PARTS + trailBytes(period) + momentsBytes(period);
}

export function hurstInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  placeMoments(state, 1, placeTrail(state, 0, state + PARTS, period), period);
  holdLog<Natural>();
  setNumber(state, 0, period);
  setNumber(state, 1, 1 / logOf(period));
}

export function hurstRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const unit = f64x2.splat(number(state, 1));
  const undecided = f64x2.splat(UNDECIDED);
  const rounding = f64x2.splat(ROUNDING);
  holdLog<Natural>();
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const x = input(inputs, 0) + from;
    const changes = trailRoom(part(state, 0), bytes);
    changeRows(x, rows(state), changes, bytes);
    momentsRun<Deviation>(part(state, 1), changes, scratch(0), <i32>(bytes >> 3));
    swings(x, number(state, 0), scratch(1), bytes);
    for (let k: usize = 0; k < bytes; k += 16) {
      const deviation = v128.load(scratch(0) + k);
      const exponent = f64x2.mul(unit, log<Natural>(f64x2.div(v128.load(scratch(1) + k), deviation)));
      const alike = f64x2.le(deviation, f64x2.mul(rounding, f64x2.abs(v128.load(x + k))));
      v128.store(output(outputs, 0) + from + k, canonicalPair(v128.bitselect(undecided, exponent, alike)));
    }
    setRows(state, rows(state) + <i64>(bytes >> 3));
    from += bytes;
  }
}

/** How wide the way over `period` changes swings about the straight line between its ends, four rows at a time. */
function swings(x: usize, period: f64, out: usize, bytes: usize): void {
  const length = f64x2.splat(period);
  const zero = f64x2.splat(0);
  const window = <usize>period << 3;
  for (let k: usize = 0; k < bytes; k += 32) {
    const start0 = v128.load(x + k - window);
    const start2 = v128.load(x + k - window, 16);
    const step0 = f64x2.div(f64x2.sub(v128.load(x + k), start0), length);
    const step2 = f64x2.div(f64x2.sub(v128.load(x + k, 16), start2), length);
    let most0 = zero;
    let least0 = zero;
    let most2 = zero;
    let least2 = zero;
    let place: f64 = 1;
    for (let back = window - 8; back > 0; back -= 8, place += 1) {
      const places = f64x2.splat(place);
      const off0 = f64x2.sub(f64x2.sub(v128.load(x + k - back), start0), f64x2.mul(places, step0));
      const off2 = f64x2.sub(f64x2.sub(v128.load(x + k - back, 16), start2), f64x2.mul(places, step2));
      most0 = f64x2.pmax(most0, off0);
      least0 = f64x2.pmin(least0, off0);
      most2 = f64x2.pmax(most2, off2);
      least2 = f64x2.pmin(least2, off2);
    }
    v128.store(out + k, f64x2.sub(most0, least0));
    if (k + 16 < bytes) v128.store(out + k, f64x2.sub(most2, least2), 16);
  }
}
