// Bollinger bands of many instances, two in an instruction. A state block holds the mean, the two multiples and the moments, as kernel/bbands.ts says.
import { CLOSE } from '../engine/decimal';
import { meanBytes } from '../engine/mean';
import { PERIOD, Plain } from '../engine/mean-layout';
import { Deviation, INVERSE, PHASE } from '../engine/moments-layout';
import { blemish, held, heldSizeMask, settle } from '../value';
import { bothAlone } from './alone';
import { meanOfPair, prepareMeans } from './mean';
import { placeOf, prepareMoments, runsPair, spreadOfPair, weightOf } from './moments';
import { rowBytes, rowOf, seenBefore, states, stride, word } from './table';

export function bandsOfRow(at: usize, row: i64): void {
  const step = stride(at);
  const end = rowBytes(at);
  const means = states(at);
  const seen = seenBefore(at, row);
  const length = load<f64>(word(means, step, PERIOD));
  const period = <i32>length;
  const multiples = word(means, step, meanBytes<Plain>(period));
  const moments = multiples + 2 * step;
  const up = v128.load_splat<f64>(multiples);
  const down = v128.load_splat<f64>(multiples + step);
  const values = load<i32>(word(moments, step, PHASE)) + 1;
  const inverse = v128.load_splat<f64>(word(moments, step, INVERSE));
  const inverseOfPlace = v128.load_splat<f64>(placeOf(moments, step, values));
  const weight = weightOf(moments, step, values);
  const x = rowOf(at, 0, row, 0);
  const leaving = rowOf(at, 0, row, period);
  const upper = rowOf(at, 1, row, 0);
  const middle = rowOf(at, 2, row, 0);
  const lower = rowOf(at, 3, row, 0);
  const close = held(CLOSE);
  const size = heldSizeMask();
  let blemishes = f64x2.splat(0);
  prepareMeans(at, means, row);
  prepareMoments(at, moments, row);
  for (let k: usize = 0; k < end; k += 16) {
    const newest = v128.load(x + k);
    const runs = runsPair(moments + k, step, period, values, seen, newest);
    if (!runs || !meanOfPair(means + k, step, length, seen, x + k, leaving + k, middle + k, close, size, k)) {
      bothAlone(at, k, row);
      continue;
    }
    const deviation = spreadOfPair<Deviation>(moments + k, step, period, values, seen, inverse, inverseOfPlace, weight, newest, k);
    const mean = v128.load(middle + k);
    const above = f64x2.add(mean, f64x2.mul(up, deviation));
    const below = f64x2.add(f64x2.sub(mean, f64x2.mul(down, deviation)), f64x2.splat(0));
    v128.store(upper + k, above);
    v128.store(lower + k, below);
    blemishes = blemish(blemish(blemishes, above), below);
  }
  settle(upper, upper + end, blemishes);
  settle(lower, lower + end, blemishes);
}
