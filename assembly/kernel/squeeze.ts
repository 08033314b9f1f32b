// Squeeze: whether the Bollinger bands lie inside the Keltner channel, and which way the price leans: the end of the line through its distances from
// the middle of its channel and its mean.
//   parts: 0 mean of the close │ 1 its deviation │ 2 middle of the channel, a mean │ 3 4 mean of the true range and its trail │ 5 greatest │ 6 least
//   7 line │ 8 its trail │ 9 trail of the close │ numbers: 0 deviations to a band │ 1 ranges to the channel's edge
import { channelRows } from '../engine/channel';
import { Greatest, Least, extremeBytes } from '../engine/extrema';
import { lineBytes, lineRows, looseLineInit, wantEnd } from '../engine/line';
import { meanBytes, meanRun } from '../engine/mean';
import { Plain } from '../engine/mean-layout';
import { momentsBytes, momentsRun } from '../engine/moments';
import { Deviation } from '../engine/moments-layout';
import {
  PARTS, number, part, placeBlock, placeExtreme, placeMean, placeMoments, placeTrail, placeTrailedLooseMean, setNumber, trailedLooseMean, trailedMeanBytes,
} from '../engine/parts';
import { trueRangeRows } from '../engine/price';
import { scratch, tileBytes } from '../engine/tile';
import { trailAppend, trailBytes, trailRoom } from '../engine/trail';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

export function squeezeBytes(params: usize): usize {
  const bands = <i32>load<f64>(params);
  const channel = load<f64>(params, 16);
  const width = <i32>channel;
  return (
    PARTS + meanBytes<Plain>(bands) + momentsBytes(bands) + meanBytes<Plain>(width) + trailedMeanBytes<Plain>(channel) +
    2 * extremeBytes(width) + lineBytes(width) + trailBytes(width) + trailBytes(1)
  );
}

export function squeezeInit(state: usize, params: usize): void {
  const bands = load<f64>(params);
  const channel = load<f64>(params, 16);
  let at = placeMoments(state, 1, placeMean<Plain>(state, 0, state + PARTS, bands), bands);
  at = placeTrailedLooseMean(state, 3, placeMean<Plain>(state, 2, at, channel), channel);
  at = placeExtreme<Least>(state, 6, placeExtreme<Greatest>(state, 5, at, channel), channel);
  looseLineInit(at, channel);
  wantEnd(at, channel);
  at = placeBlock(state, 7, at, lineBytes(<i32>channel));
  placeTrail(state, 9, placeTrail(state, 8, at, channel), 1);
  setNumber(state, 0, load<f64>(params, 8));
  setNumber(state, 1, load<f64>(params, 24));
}

export function squeezeRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const high = input(inputs, 0) + from;
    const low = input(inputs, 1) + from;
    const close = input(inputs, 2) + from;
    const momentum = output(outputs, 0) + from;
    const middle = scratch(2); // the line uses the column before
    meanRun<Plain>(part(state, 2), close, middle, <i32>(bytes >> 3));
    channelRows(state, 5, high, low, scratch(3), scratch(4), bytes);
    const leaning = trailRoom(part(state, 8), bytes);
    leanings(close, middle, leaning, bytes);
    lineRows(part(state, 7), leaning, momentum, bytes);
    trueRangeRows(high, low, trailAppend(part(state, 9), close, bytes), scratch(3), bytes);
    trailedLooseMean(state, 3, scratch(3), scratch(3), bytes);
    meanRun<Plain>(part(state, 0), close, scratch(4), <i32>(bytes >> 3));
    momentsRun<Deviation>(part(state, 1), close, scratch(5), <i32>(bytes >> 3));
    inside(state, middle, momentum, output(outputs, 1) + from, bytes);
    from += bytes;
  }
}

/** How far the close lies from the middle between its channel's, whose edges are in scratch columns 3 and 4, and its mean. */
function leanings(close: usize, middle: usize, out: usize, bytes: usize): void {
  const half = f64x2.splat(0.5);
  for (let k: usize = 0; k < bytes; k += 16) {
    const channel = f64x2.mul(half, f64x2.add(v128.load(scratch(3) + k), v128.load(scratch(4) + k)));
    v128.store(out + k, f64x2.sub(v128.load(close + k), f64x2.mul(half, f64x2.add(channel, v128.load(middle + k)))));
  }
}

/** 1 where both bands lie inside, else 0; from the mean range, the bands' middle and the deviation in scratch columns 3, 4 and 5. */
function inside(state: usize, middle: usize, momentum: usize, out: usize, bytes: usize): void {
  const one = f64x2.splat(1);
  const zero = f64x2.splat(0);
  const deviations = f64x2.splat(number(state, 0));
  const ranges = f64x2.splat(number(state, 1));
  for (let k: usize = 0; k < bytes; k += 16) {
    const beside = f64x2.abs(f64x2.sub(v128.load(scratch(4) + k), v128.load(middle + k)));
    const reach = f64x2.add(beside, f64x2.mul(deviations, v128.load(scratch(5) + k)));
    const past = f64x2.sub(reach, f64x2.mul(ranges, v128.load(scratch(3) + k)));
    const known = f64x2.add(past, v128.load(momentum + k));
    v128.store(out + k, canonicalPair(f64x2.add(v128.and(f64x2.lt(past, zero), one), f64x2.sub(known, known))));
  }
}
