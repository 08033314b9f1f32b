// Choppiness index: how much longer the way of the price is than its channel is wide, on a scale where a straight way is 0 and the longest 100.
//   parts: 0 trail of the last close │ 1 mean of the true range │ 2 its trail │ 3 greatest high │ 4 least low │ numbers: 0 period │ 1 100 / log₁₀ period
import { channelRows } from '../engine/channel';
import { Greatest, Least, extremeBytes } from '../engine/extrema';
import { log10 } from '../engine/math';
import { Plain } from '../engine/mean-layout';
import { PARTS, number, part, placeExtreme, placeTrail, placeTrailedLooseMean, setNumber, trailedLooseMean, trailedMeanBytes } from '../engine/parts';
import { trueRangeRows } from '../engine/price';
import { scratch, tileBytes } from '../engine/tile';
import { trailAppend, trailBytes } from '../engine/trail';
import { input, output } from '../operand';
import { canonical } from '../value';

export function chopBytes(params: usize): usize {
  const period = load<f64>(params);
  return PARTS + trailBytes(1) + trailedMeanBytes<Plain>(period) + 2 * extremeBytes(<i32>period);
}

export function chopInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  setNumber(state, 0, period);
  setNumber(state, 1, 100 / log10(period));
  const at = placeTrailedLooseMean(state, 1, placeTrail(state, 0, state + PARTS, 1), period);
  placeExtreme<Least>(state, 4, placeExtreme<Greatest>(state, 3, at, period), period);
}

export function chopRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const high = input(inputs, 0) + from;
    const low = input(inputs, 1) + from;
    const close = trailAppend(part(state, 0), input(inputs, 2) + from, bytes);
    trueRangeRows(high, low, close, scratch(0), bytes);
    trailedLooseMean(state, 1, scratch(0), scratch(0), bytes);
    channelRows(state, 3, high, low, scratch(1), scratch(2), bytes);
    for (let k: usize = 0; k < bytes; k += 8) {
      const width = load<f64>(scratch(1) + k) - load<f64>(scratch(2) + k);
      const range = load<f64>(scratch(0) + k);
      // No way is shorter than its channel; rounding may say so.
      const ratio = (number(state, 0) * range) / width;
      store<f64>(output(outputs, 0) + from + k, width == 0 && range == range ? 0 : canonical(number(state, 1) * log10(ratio < 1 ? 1 : ratio)));
    }
    from += bytes;
  }
}
