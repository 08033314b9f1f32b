// Bollinger bands: the mean of the window and, above and below it, multiples of its standard deviation.
// The state is that of sma, then that of stddev with a header of its own; two numbers at the end of the first header's block are the multiples.
import { meanBytes, meanInit, meanRun } from '../engine/mean';
import { Plain } from '../engine/mean-layout';
import { momentsBytes, momentsInit, momentsRun } from '../engine/moments';
import { Deviation } from '../engine/moments-layout';
import { input, output } from '../operand';
import { header, rows } from '../state';
import { blemish, settle } from '../value';

const MULTIPLES: usize = 16; // bytes of the two multiples, before the part that holds the deviations
const TILE_ROWS: i32 = 512;

// @ts-ignore: decorator
@inline
function deviations(state: usize, period: i32): usize {
  return state + meanBytes<Plain>(period) + MULTIPLES;
}

export function bbandsBytes(params: usize): usize {
  const period = <i32>load<f64>(params);
  return meanBytes<Plain>(period) + MULTIPLES + momentsBytes(period);
}

export function bbandsInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  const part = deviations(state, <i32>period);
  meanInit<Plain>(state, period);
  v128.store(part - MULTIPLES, v128.load(params, 8));
  header(part, 0, momentsBytes(<i32>period));
  momentsInit(part, period);
}

export function bbandsRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const period = <i32>load<f64>(state, 32);
  const part = deviations(state, period);
  const x = input(inputs, 0);
  const upper = output(outputs, 0);
  const middle = output(outputs, 1);
  const lower = output(outputs, 2);
  for (let row = 0; row < n; ) {
    const from = <usize>row << 3;
    const count = min(n - row, tileRows(part, period));
    meanRun<Plain>(state, x + from, middle + from, count);
    momentsRun<Deviation>(part, x + from, upper + from, count);
    spread(middle + from, upper + from, lower + from, load<f64>(part - MULTIPLES), load<f64>(part - MULTIPLES, 8), <usize>count << 3);
    row += count;
  }
}

/** Rows that stay at hand between two steps and end with a block, of which the deviations take two at a time. */
// @ts-ignore: decorator
@inline
function tileRows(part: usize, period: i32): i32 {
  return max(1, TILE_ROWS / (2 * period)) * 2 * period - <i32>(rows(part) % <i64>period);
}

/** Turns the deviations in `upper` into the upper and lower bands. The pair of a last odd row has room in all three columns (T2 of tile.ts). */
function spread(middle: usize, upper: usize, lower: usize, up: f64, down: f64, bytes: usize): void {
  const zero = f64x2.splat(0);
  const ups = f64x2.splat(up);
  const downs = f64x2.splat(down);
  let blemishes = zero;
  for (let k: usize = 0; k < bytes; k += 16) {
    const mean = v128.load(middle + k);
    const deviation = v128.load(upper + k);
    const above = f64x2.add(mean, f64x2.mul(ups, deviation));
    const below = f64x2.add(f64x2.sub(mean, f64x2.mul(downs, deviation)), zero);
    v128.store(upper + k, above);
    v128.store(lower + k, below);
    blemishes = blemish(blemish(blemishes, above), below);
  }
  settle(upper, upper + bytes, blemishes);
  settle(lower, lower + bytes, blemishes);
}
