// Ultimate oscillator: buying pressure over true range in three windows, weighed 4, 2 and 1.
//   parts: 0 trail of the last close │ 1 trail of buying pressure │ 2 3 4 its means │ 5 trail of true range │ 6 7 8 its means
import { looseMeans } from '../engine/loose-mean';
import { meanBytes } from '../engine/mean';
import { Plain } from '../engine/mean-layout';
import { PARTS, part, placeLooseMean, placeTrail } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { trailAppend, trailBytes, trailRoom } from '../engine/trail';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

const PRESSURE: usize = 1;
const RANGE: usize = 5;

// @ts-ignore: decorator
@inline
function longest(params: usize): f64 {
  return load<f64>(params, 16);
}

export function ultoscBytes(params: usize): usize {
  let means: usize = 0;
  for (let k: usize = 0; k < 3; k++) means += meanBytes<Plain>(<i32>load<f64>(params + (k << 3)));
  return PARTS + trailBytes(1) + 2 * (trailBytes(<i32>longest(params)) + means);
}

export function ultoscInit(state: usize, params: usize): void {
  let at = placeTrail(state, 0, state + PARTS, 1);
  for (let column = PRESSURE; column <= RANGE; column += RANGE - PRESSURE) {
    at = placeTrail(state, column, at, longest(params));
    for (let k: usize = 0; k < 3; k++) at = placeLooseMean(state, column + 1 + k, at, load<f64>(params + (k << 3)));
  }
}

export function ultoscRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const out = output(outputs, 0) + from;
    const pressure = trailRoom(part(state, PRESSURE), bytes);
    const range = trailRoom(part(state, RANGE), bytes);
    const close = trailAppend(part(state, 0), input(inputs, 2) + from, bytes);
    pressures(input(inputs, 0) + from, input(inputs, 1) + from, close, pressure, range, bytes);
    for (let k: usize = 0; k < 3; k++) {
      looseMeans(part(state, PRESSURE + 1 + k), pressure, scratch(0), bytes);
      looseMeans(part(state, RANGE + 1 + k), range, scratch(1), bytes);
      addShares(k == 0 ? 4 : k == 1 ? 2 : 1, k == 0, out, bytes);
    }
    inPercent(out, bytes);
    from += bytes;
  }
}

/** close − min(low, close₋₁), and the true range; NaN where there is no row before. */
function pressures(high: usize, low: usize, close: usize, pressure: usize, range: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 16) {
    const before = v128.load(close + k - 8);
    const none = f64x2.sub(before, before);
    const bottom = f64x2.add(f64x2.pmin(v128.load(low + k), before), none);
    v128.store(pressure + k, f64x2.sub(v128.load(close + k), bottom));
    v128.store(range + k, f64x2.sub(f64x2.pmax(v128.load(high + k), before), bottom));
  }
}

/** Adds weight · pressure / range to `out`, 0 where nothing has ranged. */
function addShares(weight: f64, first: bool, out: usize, bytes: usize): void {
  const zero = f64x2.splat(0);
  const weights = f64x2.splat(weight);
  for (let k: usize = 0; k < bytes; k += 16) {
    const range = v128.load(scratch(1) + k);
    const share = v128.andnot(f64x2.mul(weights, f64x2.div(v128.load(scratch(0) + k), range)), f64x2.eq(range, zero));
    v128.store(out + k, first ? share : f64x2.add(v128.load(out + k), share));
  }
}

/** From sevenths: exactly 100 where all three shares are the whole. */
function inPercent(out: usize, bytes: usize): void {
  const sevenths = f64x2.splat(7);
  const hundred = f64x2.splat(100);
  for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, canonicalPair(f64x2.mul(hundred, f64x2.div(v128.load(out + k), sevenths))));
}
