// The mean of an intermediate column: the plain mean of mean.ts without its exact decimals. What a kernel has worked out is sometimes a decimal,
// sometimes a rounding away from one; telling them apart costs more than the mean, and nobody compares such means for ties.
// O1. A short window is added up anew on every row, from its oldest value to its newest. It needs no state, and a gap in it gives NaN by itself.
//     Its sum is multiplied by 1 / period, which is within a unit in the last place of the quotient and takes an eighth of the time. Of as many
//     times 1 or 100 as a short window holds that makes 1 and 100, so a mean of shares or percentages stays one.
// O2. A longer one is always rough in the sense of mean.ts: blocks, without drift.
import { blemish, held, settle } from '../value';
import { meanInit, meanRun } from './mean';
import { LIMIT, PERIOD, Plain } from './mean-layout';

const SHORT_PERIOD_MAX: f64 = 16; // adding up that many values takes as long as going by blocks

export function looseMeanInit(at: usize, period: f64): void {
  meanInit<Plain>(at, period);
  store<f64>(at, -1, LIMIT); // no value is within it, so none is exact
}

/** Means of a tile of rows from `x`, which stand in a trail of `period` rows; `out` may not be `x`. */
export function looseMeans(at: usize, x: usize, out: usize, bytes: usize): void {
  const period = load<f64>(at, PERIOD);
  if (period > SHORT_PERIOD_MAX) meanRun<Plain>(at, x, out, <i32>(bytes >> 3));
  else shortMeans(x, out, bytes, period);
}

/** Four rows at a time. */
function shortMeans(x: usize, out: usize, bytes: usize, period: f64): void {
  const window = <usize>period << 3;
  const share = held(1 / period);
  const zero = f64x2.splat(0);
  let blemishes = zero;
  for (let k: usize = 0; k < bytes; k += 32) {
    let sum0 = zero;
    let sum2 = zero;
    let at = x + k + 8 - window;
    for (const last = x + k + 8; at < last; at += 8) {
      sum0 = f64x2.add(sum0, v128.load(at));
      sum2 = f64x2.add(sum2, v128.load(at, 16));
    }
    sum0 = f64x2.add(f64x2.mul(sum0, share), zero);
    sum2 = f64x2.add(f64x2.mul(sum2, share), zero);
    v128.store(out + k, sum0);
    if (k + 16 < bytes) v128.store(out + k, sum2, 16);
    blemishes = blemish(blemish(blemishes, sum0), sum2);
  }
  settle(out, out + bytes, blemishes);
}
