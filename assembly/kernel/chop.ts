// Choppiness index: how much longer the way of the price is than its channel is wide, on a scale where a straight way is 0 and the longest 100.
//   parts: 0 trail of the last close │ 1 mean of the true range │ 2 its trail │ 3 greatest high │ 4 least low │ numbers: 0 period │ 1 100 / log₁₀ period
import { channelRows } from '../engine/channel';
import { Greatest, Least, extremeBytes } from '../engine/extrema';
import { Decimal, holdLog, log } from '../engine/logarithm';
import { log10 } from '../engine/math';
import { Plain } from '../engine/mean-layout';
import { PARTS, number, part, placeExtreme, placeTrail, placeTrailedLooseMean, setNumber, trailedLooseMean, trailedMeanBytes } from '../engine/parts';
import { trueRangeRows } from '../engine/price';
import { scratch, tileBytes } from '../engine/tile';
import { trailAppend, trailBytes } from '../engine/trail';
import { input, output } from '../operand';
import { canonicalPair, held } from '../value';

export function chopBytes(params: usize): usize {
  const period = load<f64>(params);
  return PARTS + trailBytes(1) + trailedMeanBytes<Plain>(period) + 2 * extremeBytes(<i32>period);
}

export function chopInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  setNumber(state, 0, period);
  holdLog<Decimal>();
  setNumber(state, 1, 100 / log10(period));
  const at = placeTrailedLooseMean(state, 1, placeTrail(state, 0, state + PARTS, 1), period);
  placeExtreme<Least>(state, 4, placeExtreme<Greatest>(state, 3, at, period), period);
}

export function chopRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  holdLog<Decimal>();
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const high = input(inputs, 0) + from;
    const low = input(inputs, 1) + from;
    const close = trailAppend(part(state, 0), input(inputs, 2) + from, bytes);
    trueRangeRows(high, low, close, scratch(0), bytes);
    trailedLooseMean(state, 1, scratch(0), scratch(0), bytes);
    channelRows(state, 3, high, low, scratch(1), scratch(2), bytes);
    choppiness(output(outputs, 0) + from, bytes, number(state, 0), number(state, 1));
    from += bytes;
  }
}

/** From the means of the ranges and the channel in scratch. A channel without a width is not choppy. */
function choppiness(out: usize, bytes: usize, period: f64, unit: f64): void {
  const zero = f64x2.splat(0);
  const one = held(1);
  const length = f64x2.splat(period);
  const units = f64x2.splat(unit);
  for (let k: usize = 0; k < bytes; k += 16) {
    const width = f64x2.sub(v128.load(scratch(1) + k), v128.load(scratch(2) + k));
    const range = v128.load(scratch(0) + k);
    const ratio = f64x2.div(f64x2.mul(length, range), width);
    const chop = f64x2.mul(units, log<Decimal>(f64x2.pmax(ratio, one))); // no way is shorter than its channel; rounding may say so
    const isFlat = v128.and(f64x2.eq(width, zero), f64x2.eq(range, range));
    v128.store(out + k, canonicalPair(v128.andnot(chop, isFlat)));
  }
}
