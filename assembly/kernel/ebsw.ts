// Even better sine wave: the price without its trend and without its noise, over three rows, as a part of its own strength there, −1 … 1.
//   own: 0 share of the trend that stays │ 8 16 24 weights of the filter │ 32 price before, NaN at first │ 40 price without its trend │ 48 rows seen,
//   up to the period │ 56 period │ 64 trail of the filtered price
import { cos, holdWave, sin } from '../engine/math';
import { placePoles } from '../engine/poles';
import { passGaps, wholeBytes } from '../engine/tile';
import { trailBytes, trailInit, trailRoom } from '../engine/trail';
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonicalPair, fillNaN, finite } from '../value';

const WEIGHTS: usize = OWN + 8;
const PRICE: usize = OWN + 32;
const SWING: usize = OWN + 40;
const SEEN: usize = OWN + 48;
const PERIOD: usize = OWN + 56;
const FILTERED: usize = OWN + 64;

const TURN: f64 = 6.283185307179586; // 2·π
const KEPT: i32 = 2; // rows of the filtered price before the newest

export function ebswBytes(): usize {
  return FILTERED + trailBytes(KEPT);
}

export function ebswInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  const angle = TURN / period;
  holdWave();
  store<f64>(state, cos(angle) / (1 + sin(angle)), OWN); // (1 − sin) / cos, without its 0 / 0 at four rows
  placePoles(state + WEIGHTS, load<f64>(params, 8));
  store<f64>(state, NaN, PRICE);
  store<f64>(state, 0, SWING);
  store<f64>(state, 0, SEEN);
  store<f64>(state, period, PERIOD);
  trailInit(state + FILTERED, KEPT, 0);
}

export function ebswRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 1, outputs, 1, 0, end); from < end; from = passGaps(inputs, 1, outputs, 1, from, end)) {
    const bytes = wholeBytes(inputs, 1, from, end);
    const out = output(outputs, 0) + from;
    const filtered = trailRoom(state + FILTERED, bytes);
    filter(state, input(inputs, 0) + from, filtered, bytes);
    waves(filtered, out, bytes);
    const missing = load<f64>(state, PERIOD) - 1 - load<f64>(state, SEEN);
    if (missing > 0) fillNaN(out, <i32>min(missing, <f64>(bytes >> 3)));
    store<f64>(state, min(load<f64>(state, PERIOD), load<f64>(state, SEEN) + <f64>(bytes >> 3)), SEEN);
    from += bytes;
  }
}

/** The first price stands for those before it. */
function filter(state: usize, x: usize, out: usize, bytes: usize): void {
  const stays = load<f64>(state, OWN);
  const enters = 0.5 * (1 + stays);
  const ofSwing = 0.5 * load<f64>(state, WEIGHTS);
  const ofNewest = load<f64>(state, WEIGHTS + 8);
  const ofBefore = load<f64>(state, WEIGHTS + 16);
  let price = load<f64>(state, PRICE);
  if (!finite(price)) price = load<f64>(x);
  let swing = load<f64>(state, SWING);
  let newest = load<f64>(out - 8);
  let before = load<f64>(out - 16);
  for (let k: usize = 0; k < bytes; k += 8) {
    const value = load<f64>(x + k);
    const swung = enters * (value - price) + stays * swing;
    const y = ofSwing * (swung + swing) + ofBefore * before + ofNewest * newest;
    store<f64>(out + k, y);
    price = value;
    swing = swung;
    before = newest;
    newest = y;
  }
  store<f64>(state, price, PRICE);
  store<f64>(state, swing, SWING);
}

/** The mean of three rows over the root of the mean of their squares; 0 where there is no wave. */
function waves(x: usize, out: usize, bytes: usize): void {
  const three = f64x2.splat(3);
  const one = f64x2.splat(1);
  const zero = f64x2.splat(0);
  for (let k: usize = 0; k < bytes; k += 16) {
    const now = v128.load(x + k);
    const back1 = v128.load(x + k - 8);
    const back2 = v128.load(x + k - 16);
    const sum = f64x2.add(f64x2.add(now, back1), back2);
    const power = f64x2.add(f64x2.add(f64x2.mul(now, now), f64x2.mul(back1, back1)), f64x2.mul(back2, back2));
    const wave = v128.andnot(f64x2.div(sum, f64x2.sqrt(f64x2.mul(three, power))), f64x2.eq(power, zero));
    v128.store(out + k, canonicalPair(f64x2.pmax(f64x2.pmin(wave, one), f64x2.neg(one))));
  }
}
