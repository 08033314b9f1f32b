// Bollinger bands: the mean of the window and, above and below it, multiples of its standard deviation.
//
// X1. In an exact window (M1 of mean.ts) that is narrow the variance is (period·Q − T²) / (period · scale)², rounded once: T and Q are the sums of its
//     values and of their squares about a centre, all whole numbers. A window is narrow when its greatest value is no further from its least than
//     twice `reach`; about any centre that lies within reach of both, period·Q stays below 2⁵³, and the centre does not show.
// X2. The centre stays while the values that enter are within its reach, which says that the window is narrow without looking at it. When one is
//     not, the window is gone through: it gets a new centre, or is wide for as long as two of its values are in it that lie too far apart.
// X3. Rough and wide windows go by the blocks of moments.ts. These stand still while rows go by X1, and are put on the row where they are wanted:
//     they find what they need in the window.
//
//   the state of sma │ the two multiples │ centre │ Q │ Q holds at row │ wide until row │ the state of stddev with a header of its own
import { CLOSE, nearPair } from '../engine/decimal';
import { meanBytes, meanInit, meanRun, meanStep, ofTwoRows } from '../engine/mean';
import { DIVISOR, LIMIT, PERIOD, Plain, SCALE, SUM, SUMS_AT } from '../engine/mean-layout';
import { momentsBytes, momentsInit, momentsRun } from '../engine/moments';
import { Deviation, PHASE } from '../engine/moments-layout';
import { roughRows } from '../engine/rough-mean';
import { input, output } from '../operand';
import { NEVER, header, lastGap, rows, setLastGap, setRows } from '../state';
import { BATCH_ROWS, blemish, canonical, finite, held, heldSizeMask, second, settle } from '../value';

export const CENTRE: usize = 16; // bytes from the multiples, and so on
export const SQUARES: usize = 24;
export const SQUARES_AT: usize = 32;
export const WIDE_UNTIL: usize = 40;
export const EXACT_BYTES: usize = 48;
const TILE_ROWS: i32 = 512;
const STRETCH_BYTES: usize = 512;
/** √2⁵³ */
const ROOT_MAX: f64 = 94_906_265.0;
/** With greater multiples a band may be too large for a double; they go by blocks, which look at each. */
const MULTIPLE_MAX: f64 = 1e9;

/** Where the multiples are, and what belongs to X1. */
// @ts-ignore: decorator
@inline
function exactPart(state: usize, period: i32): usize {
  return state + meanBytes<Plain>(period);
}

/** How far a centre is from the values of its window at most. */
// @ts-ignore: decorator
@inline
export function reach(period: f64): f64 {
  return floor(ROOT_MAX / period) - 1;
}

export function bbandsBytes(params: usize): usize {
  const period = <i32>load<f64>(params);
  return meanBytes<Plain>(period) + EXACT_BYTES + momentsBytes(period);
}

export function bbandsInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  const exact = exactPart(state, <i32>period);
  meanInit<Plain>(state, period);
  v128.store(exact, v128.load(params, 8));
  const isLarge = max(abs(load<f64>(params, 8)), abs(load<f64>(params, 16))) > MULTIPLE_MAX;
  store<f64>(exact, 0, CENTRE);
  store<f64>(exact, 0, SQUARES);
  store<i64>(exact, NEVER, SQUARES_AT);
  store<i64>(exact, isLarge ? -NEVER : 0, WIDE_UNTIL);
  header(exact + EXACT_BYTES, 0, momentsBytes(<i32>period));
  momentsInit(exact + EXACT_BYTES, period);
}

export function bbandsRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const period = <i32>load<f64>(state, PERIOD);
  const exact = exactPart(state, period);
  const x = input(inputs, 0);
  const upper = output(outputs, 0);
  const middle = output(outputs, 1);
  const lower = output(outputs, 2);
  for (let row = 0; row < n; ) {
    const from = <usize>row << 3;
    const tile = min(n - row, tileRows(state, period));
    const wide = load<i64>(exact, WIDE_UNTIL) - rows(state);
    let taken = 0;
    if (wide > 0) {
      taken = <i32>min<i64>(wide, <i64>tile);
      const moments = momentsOn(state, exact, rows(state));
      meanRun<Plain>(state, x + from, middle + from, taken);
      spread(moments, exact, x + from, upper + from, middle + from, lower + from, taken);
    } else if (n - row >= BATCH_ROWS) {
      taken = exactRows(state, exact, x + from, upper + from, middle + from, lower + from, <usize>(n - row) << 3);
      if (taken == 0) {
        const moments = momentsOn(state, exact, rows(state));
        taken = <i32>(roughRows<Plain>(state, x + from, middle + from, x + from + (<usize>tile << 3)) >> 3);
        spread(moments, exact, x + from, upper + from, middle + from, lower + from, taken);
      }
    }
    if (taken == 0) {
      bandsStep(state, exact, x + from, upper + from, middle + from, lower + from);
      taken = 1;
    }
    row += taken;
  }
  momentsOn(state, exact, rows(state)); // where they stand shows in the checkpoint, and must not tell how the rows were cut
}

/** Rows that stay at hand between two steps and end with a block, of which the deviations take two at a time. */
// @ts-ignore: decorator
@inline
function tileRows(state: usize, period: i32): i32 {
  return max(1, TILE_ROWS / (2 * period)) * 2 * period - <i32>(rows(state) % <i64>period);
}

/** One row. */
function bandsStep(state: usize, exact: usize, x: usize, upper: usize, middle: usize, lower: usize): void {
  const row = rows(state);
  const period = load<f64>(state, PERIOD);
  const scale = load<f64>(state, SCALE);
  const mean = meanStep<Plain>(state, x);
  if (load<f64>(state, SCALE) != scale) store<i64>(exact, NEVER, SQUARES_AT); // they are sums of other units
  store<f64>(middle, mean);
  let deviation: f64 = NaN;
  if (finite(mean)) {
    const isExact = load<i64>(state, SUMS_AT) == row + 1 && (advance(state, exact, x, row) || gather(state, exact, x, row));
    store<i64>(exact, isExact ? row + 1 : NEVER, SQUARES_AT);
    if (isExact) {
      const sum = load<f64>(state, SUM) - period * load<f64>(exact, CENTRE);
      const divisor = load<f64>(state, DIVISOR);
      deviation = sqrt((period * load<f64>(exact, SQUARES) - sum * sum) / (divisor * divisor));
    } else {
      momentsRun<Deviation>(momentsOn(state, exact, row), x, upper, 1);
      deviation = load<f64>(upper);
    }
  }
  store<f64>(upper, canonical(mean + load<f64>(exact) * deviation));
  store<f64>(lower, canonical(mean - load<f64>(exact, 8) * deviation));
}

/** The window moves one row on. False when the sums do not hold or the centre does not reach the newest value. */
function advance(state: usize, exact: usize, x: usize, row: i64): bool {
  const period = load<f64>(state, PERIOD);
  const scale = load<f64>(state, SCALE);
  const entering = nearest(load<f64>(x) * scale) - load<f64>(exact, CENTRE);
  if (load<i64>(exact, SQUARES_AT) != row || abs(entering) > reach(period)) return false;
  const leaving = nearest(load<f64>(x - (<usize>period << 3)) * scale) - load<f64>(exact, CENTRE);
  store<f64>(exact, load<f64>(exact, SQUARES) + (entering * entering - leaving * leaving), SQUARES);
  return true;
}

/** Finds the window that ends at `x` a centre, and adds it up. False when it is wide. */
function gather(state: usize, exact: usize, x: usize, row: i64): bool {
  const period = load<f64>(state, PERIOD);
  const scale = load<f64>(state, SCALE);
  const end = <usize>period << 3;
  let least = nearest(load<f64>(x) * scale);
  let greatest = least;
  for (let back: usize = 8; back < end; back += 8) {
    const integer = nearest(load<f64>(x - back) * scale);
    least = min(least, integer);
    greatest = max(greatest, integer);
    if (greatest - least <= 2 * reach(period)) continue;
    store<i64>(exact, row - <i64>(back >> 3) + <i64>period, WIDE_UNTIL);
    return false;
  }
  const centre = floor((least + greatest) * 0.5);
  let squares: f64 = 0;
  for (let back: usize = 0; back < end; back += 8) {
    const away = nearest(load<f64>(x - back) * scale) - centre;
    squares += away * away;
  }
  store<f64>(exact, centre, CENTRE);
  store<f64>(exact, squares, SQUARES);
  return true;
}

/** The blocks, put on `row` (X3). */
function momentsOn(state: usize, exact: usize, row: i64): usize {
  const moments = exact + EXACT_BYTES;
  setRows(moments, row);
  setLastGap(moments, lastGap(state));
  store<i32>(moments, <i32>(row % <i64>load<f64>(state, PERIOD)), PHASE);
  return moments;
}

/** The bands of rows that go by blocks, about the means in `middle`. The pair of a last odd row has room in all three columns (T2 of tile.ts). */
function spread(moments: usize, exact: usize, x: usize, upper: usize, middle: usize, lower: usize, count: i32): void {
  momentsRun<Deviation>(moments, x, upper, count);
  const bytes = <usize>count << 3;
  const zero = f64x2.splat(0);
  const ups = v128.load_splat<f64>(exact);
  const downs = v128.load_splat<f64>(exact, 8);
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

/** Rows that go by X1, two at a time and a stretch at a time, as `exactRows` of mean.ts. Answers how many. */
function exactRows(state: usize, exact: usize, x: usize, upper: usize, middle: usize, lower: usize, end: usize): i32 {
  const row = rows(state);
  const period = load<f64>(state, PERIOD);
  if (load<i64>(state, SUMS_AT) != row || load<i64>(exact, SQUARES_AT) != row || row < <i64>period) return 0;
  const width = <usize>period << 3;
  const scale = v128.load_splat<f64>(state, SCALE);
  const limit = v128.load_splat<f64>(state, LIMIT);
  const divisor = v128.load_splat<f64>(state, DIVISOR);
  const divisorSquared = f64x2.mul(divisor, divisor);
  const length = f64x2.splat(period);
  const furthest = f64x2.splat(reach(period));
  const centre = v128.load_splat<f64>(exact, CENTRE);
  const whole = f64x2.splat(period * load<f64>(exact, CENTRE));
  const ups = v128.load_splat<f64>(exact);
  const downs = v128.load_splat<f64>(exact, 8);
  const close = held(CLOSE);
  const size = heldSizeMask();
  const most = end & ~15;
  let stretch = STRETCH_BYTES;
  let bytes: usize = 0;
  while (bytes < most) {
    const until = min(bytes + stretch, most);
    let sums = f64x2.sub(v128.load_splat<f64>(state, SUM), whole); // as if the two rows before had it
    let squares = v128.load_splat<f64>(exact, SQUARES);
    let change = f64x2.splat(0); // and had changed nothing
    let squaresChange = change;
    let near = i64x2.splat(-1);
    let greatest = change;
    let away = change;
    for (let k = bytes; k < until; k += 16) {
      const scaled = f64x2.mul(v128.load(x + k), scale);
      const integers = f64x2.nearest(scaled);
      near = v128.and(near, nearPair(scaled, integers, close, size));
      greatest = f64x2.pmax(greatest, v128.and(scaled, size));
      const entering = f64x2.sub(integers, centre);
      away = f64x2.pmax(away, v128.and(entering, size));
      const leaving = f64x2.sub(f64x2.nearest(f64x2.mul(v128.load(x + k - width), scale)), centre);
      const changeNow = f64x2.sub(entering, leaving);
      const squaresNow = f64x2.sub(f64x2.mul(entering, entering), f64x2.mul(leaving, leaving));
      sums = f64x2.add(sums, ofTwoRows(change, changeNow));
      squares = f64x2.add(squares, ofTwoRows(squaresChange, squaresNow));
      change = changeNow;
      squaresChange = squaresNow;
      const mean = f64x2.div(f64x2.add(sums, whole), divisor);
      const deviation = f64x2.sqrt(f64x2.div(f64x2.sub(f64x2.mul(length, squares), f64x2.mul(sums, sums)), divisorSquared));
      v128.store(middle + k, mean);
      v128.store(upper + k, f64x2.add(mean, f64x2.mul(ups, deviation)));
      v128.store(lower + k, f64x2.sub(mean, f64x2.mul(downs, deviation)));
    }
    const within = v128.and(f64x2.le(greatest, limit), f64x2.le(away, furthest));
    if (i64x2.bitmask(v128.and(near, within)) == 3) {
      store<f64>(state, second(f64x2.add(sums, whole)), SUM);
      store<f64>(exact, second(squares), SQUARES);
      bytes = until;
    } else if (stretch > 16) stretch = 16;
    else break;
  }
  const next = row + <i64>(bytes >> 3);
  setRows(state, next);
  store<i64>(state, next, SUMS_AT);
  store<i64>(exact, next, SQUARES_AT);
  return <i32>(bytes >> 3);
}
