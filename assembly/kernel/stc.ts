// Schaff trend cycle: the place of the convergence of two averages in its channel, smoothed, and of that in its own, smoothed again, 0 … 100.
//   parts: 0 1 distances from the fast and the slow average │ 2 trail of their difference │ 3 greatest │ 4 least │ 5 trail of its places │ 6 greatest │ 7 least
//   numbers: 0 share of the smoothing │ 1 place before │ 2 smoothed, NaN at first │ 3 4 the same of the second channel
import { APART_BYTES, apartRows, placeApart } from '../engine/apart';
import { channelRows } from '../engine/channel';
import { Greatest, Least, extremeBytes } from '../engine/extrema';
import { PARTS, number, part, placeExtreme, placeTrail, setNumber } from '../engine/parts';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { trailBytes, trailRoom } from '../engine/trail';
import { input, output } from '../operand';
import { finite } from '../value';

export function stcBytes(params: usize): usize {
  const cycle = <i32>load<f64>(params, 16);
  return PARTS + 2 * APART_BYTES + 2 * trailBytes(cycle) + 4 * extremeBytes(cycle);
}

export function stcInit(state: usize, params: usize): void {
  const cycle = load<f64>(params, 16);
  let at = placeApart(state, 1, placeApart(state, 0, state + PARTS, load<f64>(params)), load<f64>(params, 8));
  for (let k: usize = 2; k < 8; k += 3) {
    at = placeTrail(state, k, at, cycle);
    at = placeExtreme<Least>(state, k + 2, placeExtreme<Greatest>(state, k + 1, at, cycle), cycle);
  }
  setNumber(state, 0, load<f64>(params, 24));
  for (let k: usize = 1; k < 5; k += 2) {
    setNumber(state, k, 0);
    setNumber(state, k + 1, NaN);
  }
}

export function stcRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 1, outputs, 1, 0, end); from < end; from = passGaps(inputs, 1, outputs, 1, from, end)) {
    const bytes = wholeBytes(inputs, 1, from, end);
    const x = input(inputs, 0) + from;
    const convergence = trailRoom(part(state, 2), bytes);
    apartRows(part(state, 0), x, scratch(0), scratch(1), bytes);
    apartRows(part(state, 1), x, scratch(0), scratch(2), bytes);
    for (let k: usize = 0; k < bytes; k += 16) v128.store(convergence + k, f64x2.sub(v128.load(scratch(2) + k), v128.load(scratch(1) + k)));
    const places = trailRoom(part(state, 5), bytes);
    smoothedPlaces(state, 3, 1, convergence, places, bytes);
    smoothedPlaces(state, 6, 3, places, output(outputs, 0) + from, bytes);
    from += bytes;
  }
}

/** The place of each row in its channel, which stays what it was where the channel has no width, and its average as the distance it goes on every row. */
function smoothedPlaces(state: usize, extremes: usize, numbers: usize, x: usize, out: usize, bytes: usize): void {
  const share = number(state, 0);
  let place = number(state, numbers);
  let smoothed = number(state, numbers + 1);
  channelRows(state, extremes, x, x, scratch(0), scratch(1), bytes);
  for (let k: usize = 0; k < bytes; k += 8) {
    const bottom = load<f64>(scratch(1) + k);
    const width = load<f64>(scratch(0) + k) - bottom;
    if (finite(width)) {
      if (width > 0) place = 100 * ((load<f64>(x + k) - bottom) / width);
      smoothed = finite(smoothed) ? smoothed + share * (place - smoothed) : place;
    }
    store<f64>(out + k, smoothed);
  }
  setNumber(state, numbers, place);
  setNumber(state, numbers + 1, smoothed);
}
