// Williams %R: how far the close stands below the top of its channel, 0 … −100.
//   parts: 0 greatest high │ 1 least low
import { channelRows } from '../engine/channel';
import { Greatest, Least, extremeBytes } from '../engine/extrema';
import { PARTS, placeExtreme } from '../engine/parts';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { blemish, held, settle } from '../value';

export function willrBytes(params: usize): usize {
  return PARTS + 2 * extremeBytes(<i32>load<f64>(params));
}

export function willrInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  placeExtreme<Least>(state, 1, placeExtreme<Greatest>(state, 0, state + PARTS, period), period);
}

export function willrRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    channelRows(state, 0, input(inputs, 0) + from, input(inputs, 1) + from, scratch(0), scratch(1), bytes);
    below(input(inputs, 2) + from, output(outputs, 0) + from, bytes);
    from += bytes;
  }
}

/** From the channel in scratch. Where it has no width, neither has the distance, and the result is 0. */
function below(close: usize, out: usize, bytes: usize): void {
  const zero = f64x2.splat(0);
  const hundred = held(-100);
  let blemishes = zero;
  for (let k: usize = 0; k < bytes; k += 16) {
    const top = v128.load(scratch(0) + k);
    const price = v128.load(close + k);
    const width = f64x2.sub(top, v128.load(scratch(1) + k));
    const ratio = f64x2.mul(hundred, f64x2.div(f64x2.sub(top, price), width));
    const place = f64x2.add(v128.andnot(ratio, f64x2.eq(width, zero)), f64x2.sub(price, price));
    v128.store(out + k, place);
    blemishes = blemish(blemishes, place);
  }
  settle(out, out + bytes, blemishes);
}
