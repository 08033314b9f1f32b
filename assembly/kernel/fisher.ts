// Fisher transform: the place of the median price in its channel, smoothed and stretched so that its turns are sharp; and the row before's.
//   parts: 0 trail of the median price │ 1 greatest │ 2 least │ numbers: 0 smoothed place │ 1 transform
import { middleRows } from '../engine/channel';
import { Greatest, Least, extremeBytes, extremeRun } from '../engine/extrema';
import { Natural } from '../engine/logarithm';
import { holdLog, log } from '../engine/math';
import { PARTS, number, part, placeExtreme, placeTrail, setNumber } from '../engine/parts';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { trailBytes, trailRoom } from '../engine/trail';
import { input, output } from '../operand';
import { canonical, finite } from '../value';

const PLACE_MAX: f64 = 0.99; // nearer to the edge, the transform runs away
const PLACE_EDGE: f64 = 0.999;

export function fisherBytes(params: usize): usize {
  const period = <i32>load<f64>(params);
  return PARTS + trailBytes(period) + 2 * extremeBytes(period);
}

export function fisherInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  const at = placeTrail(state, 0, state + PARTS, period);
  placeExtreme<Least>(state, 2, placeExtreme<Greatest>(state, 1, at, period), period);
  setNumber(state, 0, 0);
  setNumber(state, 1, 0);
}

export function fisherRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 2, outputs, 2, 0, end); from < end; from = passGaps(inputs, 2, outputs, 2, from, end)) {
    const bytes = wholeBytes(inputs, 2, from, end);
    const median = trailRoom(part(state, 0), bytes);
    middleRows(input(inputs, 0) + from, input(inputs, 1) + from, median, bytes);
    extremeRun<Greatest>(part(state, 1), median, scratch(0), <i32>(bytes >> 3));
    extremeRun<Least>(part(state, 2), median, scratch(1), <i32>(bytes >> 3));
    transforms(state, median, output(outputs, 0) + from, output(outputs, 1) + from, bytes);
    from += bytes;
  }
}

/** From the channel in scratch. In one without a width the price stands in the middle. */
function transforms(state: usize, median: usize, out: usize, signal: usize, bytes: usize): void {
  holdLog<Natural>();
  for (let k: usize = 0; k < bytes; k += 8) {
    const top = load<f64>(scratch(0) + k);
    const bottom = load<f64>(scratch(1) + k);
    if (!finite(top)) {
      store<f64>(out + k, NaN);
      store<f64>(signal + k, NaN);
      continue;
    }
    const place = top > bottom ? (load<f64>(median + k) - bottom) / (top - bottom) - 0.5 : 0;
    let smoothed = 0.66 * place + 0.67 * number(state, 0);
    if (smoothed > PLACE_MAX) smoothed = PLACE_EDGE;
    else if (smoothed < -PLACE_MAX) smoothed = -PLACE_EDGE;
    const before = number(state, 1);
    const transform = 0.5 * log((1 + smoothed) / (1 - smoothed)) + 0.5 * before;
    setNumber(state, 0, smoothed);
    setNumber(state, 1, transform);
    store<f64>(out + k, canonical(transform));
    store<f64>(signal + k, canonical(before));
  }
}
