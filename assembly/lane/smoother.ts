// ema, rma, rsi and atr of many instances, two in an instruction.
import { SMOOTHER_BYTES } from '../engine/lookahead';
import { OWN } from '../state';
import { finitePair, held, isFinitePair } from '../value';
import { bothAlone } from './alone';
import { RUNS, bothRun, endRow, olderWord, smoothLanes, smoothPair, weightBefore, weightNow, weightOfOutput } from './smoother-words';
import { BANK_BYTES, STEP, TURN, WORDS, bankBytes, bankStep, banks, markOf, rowBytes, rowOf, setMark } from './table';

/** Where ema and rma have their smoother; rsi and atr have a value of the row before there, then a smoother, and rsi another. */
const FIRST: usize = WORDS + (OWN >> 3) * STEP;
const SECOND: usize = FIRST + STEP;
const THIRD: usize = SECOND + (SMOOTHER_BYTES >> 3) * STEP;

/** ema and rma: the smoother is all there is. */
export function averageLanes(at: usize, row: i64): void {
  const end = rowBytes(at);
  const step = bankStep(at);
  const x = rowOf(at, 0, row, 0);
  const out = rowOf(at, 1, row, 0);
  let bank = banks(at);
  for (let from: usize = 0; from < end; from += BANK_BYTES, bank += step) {
    const own = bank + FIRST;
    const bytes = bankBytes(end, from);
    let k: usize = 0;
    if (markOf(bank) != 0) {
      k = averagesOn(own, own + olderWord(bank), x + from, out + from, bytes);
      endRow(bank, own, own, k, bytes);
    }
    let allRun = true;
    for (; k < bytes; k += 16) {
      const values = v128.load(x + from + k);
      const run = bothRun(own + k);
      allRun = allRun && run;
      if (finitePair(values) && run) v128.store(out + from + k, f64x2.add(smoothLanes(own + k, values), f64x2.splat(0)));
      else bothAlone(at, from + k, row);
    }
    if (markOf(bank) == 0 && allRun) setMark(bank, RUNS);
  }
}

/** Instances of a marked bank, up to a gap. Answers the bytes taken. */
function averagesOn(own: usize, older: usize, x: usize, out: usize, bytes: usize): usize {
  const zero = held(0);
  const a = weightNow(own);
  const ab = weightBefore(own);
  const b2 = weightOfOutput(own);
  let k: usize = 0;
  for (; k < bytes; k += TURN) {
    const x0 = v128.load(x + k);
    const x1 = v128.load(x + k, 16);
    const x2 = v128.load(x + k, 32);
    const x3 = v128.load(x + k, 48);
    if (!isFinitePair(f64x2.add(f64x2.add(x0, x1), f64x2.add(x2, x3)), zero)) break;
    v128.store(out + k, f64x2.add(smoothPair(own + k, older + k, a, ab, b2, x0), zero));
    v128.store(out + k, f64x2.add(smoothPair(own + k + 16, older + k + 16, a, ab, b2, x1), zero), 16);
    v128.store(out + k, f64x2.add(smoothPair(own + k + 32, older + k + 32, a, ab, b2, x2), zero), 32);
    v128.store(out + k, f64x2.add(smoothPair(own + k + 48, older + k + 48, a, ab, b2, x3), zero), 48);
  }
  return k;
}

/** rsi: the value before, the smoother of gains, that of losses. */
export function strengthLanes(at: usize, row: i64): void {
  const end = rowBytes(at);
  const step = bankStep(at);
  const x = rowOf(at, 0, row, 0);
  const out = rowOf(at, 1, row, 0);
  let bank = banks(at);
  for (let from: usize = 0; from < end; from += BANK_BYTES, bank += step) {
    const bytes = bankBytes(end, from);
    let k: usize = 0;
    if (markOf(bank) != 0) {
      k = strengthsOn(bank, bank + SECOND + olderWord(bank), x + from, out + from, bytes);
      endRow(bank, bank + SECOND, bank + THIRD, k, bytes);
    }
    let allRun = true;
    for (; k < bytes; k += 16) {
      const values = v128.load(x + from + k);
      const change = f64x2.sub(values, v128.load(bank + k, FIRST));
      const run = bothRun(bank + SECOND + k);
      allRun = allRun && run;
      if (!finitePair(change) || !run) {
        bothAlone(at, from + k, row);
        continue;
      }
      const gain = f64x2.pmax(f64x2.splat(0), change);
      const gains = smoothLanes(bank + SECOND + k, gain);
      v128.store(out + from + k, strengthOf(gains, smoothLanes(bank + THIRD + k, f64x2.sub(gain, change)), f64x2.splat(100), f64x2.splat(0)));
      v128.store(bank + k, values, FIRST);
    }
    if (markOf(bank) == 0 && allRun) setMark(bank, RUNS);
  }
}

/** Instances of a marked bank, up to a gap. Answers the bytes taken. */
function strengthsOn(bank: usize, older: usize, x: usize, out: usize, bytes: usize): usize {
  const zero = held(0);
  const hundred = held(100);
  const a = weightNow(bank + SECOND);
  const ab = weightBefore(bank + SECOND);
  const b2 = weightOfOutput(bank + SECOND);
  let k: usize = 0;
  for (; k < bytes; k += TURN) {
    const c0 = changeAt(bank + k, x + k);
    const c1 = changeAt(bank + k + 16, x + k + 16);
    const c2 = changeAt(bank + k + 32, x + k + 32);
    const c3 = changeAt(bank + k + 48, x + k + 48);
    if (!isFinitePair(f64x2.add(f64x2.add(c0, c1), f64x2.add(c2, c3)), zero)) break;
    strengthOn(bank + k, older + k, x + k, out + k, a, ab, b2, c0, zero, hundred);
    strengthOn(bank + k + 16, older + k + 16, x + k + 16, out + k + 16, a, ab, b2, c1, zero, hundred);
    strengthOn(bank + k + 32, older + k + 32, x + k + 32, out + k + 32, a, ab, b2, c2, zero, hundred);
    strengthOn(bank + k + 48, older + k + 48, x + k + 48, out + k + 48, a, ab, b2, c3, zero, hundred);
  }
  return k;
}

// @ts-ignore: decorator
@inline
function changeAt(bank: usize, x: usize): v128 {
  return f64x2.sub(v128.load(x), v128.load(bank, FIRST));
}

// @ts-ignore: decorator
@inline
function strengthOn(bank: usize, older: usize, x: usize, out: usize, a: v128, ab: v128, b2: v128, change: v128, zero: v128, hundred: v128): void {
  const gain = f64x2.pmax(zero, change);
  const gains = smoothPair(bank + SECOND, older, a, ab, b2, gain);
  const losses = smoothPair(bank + THIRD, older + (THIRD - SECOND), a, ab, b2, f64x2.sub(gain, change));
  v128.store(bank, v128.load(x), FIRST);
  v128.store(out, strengthOf(gains, losses, hundred, zero));
}

// @ts-ignore: decorator
@inline
function strengthOf(gains: v128, losses: v128, hundred: v128, zero: v128): v128 {
  return f64x2.pmax(zero, f64x2.mul(hundred, f64x2.div(gains, f64x2.add(gains, losses)))); // 0 / 0 counts as 0
}

/** atr: the close before and the smoother of the range. */
export function rangeLanes(at: usize, row: i64): void {
  const end = rowBytes(at);
  const step = bankStep(at);
  const high = rowOf(at, 0, row, 0);
  const low = rowOf(at, 1, row, 0);
  const close = rowOf(at, 2, row, 0);
  const out = rowOf(at, 3, row, 0);
  let bank = banks(at);
  for (let from: usize = 0; from < end; from += BANK_BYTES, bank += step) {
    const bytes = bankBytes(end, from);
    let k: usize = 0;
    if (markOf(bank) != 0) {
      k = rangesOn(bank, bank + SECOND + olderWord(bank), high + from, low + from, close + from, out + from, bytes);
      endRow(bank, bank + SECOND, bank + SECOND, k, bytes);
    }
    let allRun = true;
    for (; k < bytes; k += 16) {
      const closes = v128.load(close + from + k);
      const previous = v128.load(bank + k, FIRST);
      const range = rangeOf(v128.load(high + from + k), v128.load(low + from + k), previous);
      const run = bothRun(bank + SECOND + k);
      allRun = allRun && run;
      if (finitePair(f64x2.add(range, f64x2.add(closes, previous))) && run) {
        v128.store(bank + k, closes, FIRST);
        v128.store(out + from + k, f64x2.add(smoothLanes(bank + SECOND + k, range), f64x2.splat(0)));
      } else bothAlone(at, from + k, row);
    }
    if (markOf(bank) == 0 && allRun) setMark(bank, RUNS);
  }
}

/** Instances of a marked bank, up to a gap. Answers the bytes taken. */
function rangesOn(bank: usize, older: usize, high: usize, low: usize, close: usize, out: usize, bytes: usize): usize {
  const zero = held(0);
  const a = weightNow(bank + SECOND);
  const ab = weightBefore(bank + SECOND);
  const b2 = weightOfOutput(bank + SECOND);
  let k: usize = 0;
  for (; k < bytes; k += TURN) {
    const r0 = rangeAt(bank + k, high + k, low + k);
    const r1 = rangeAt(bank + k + 16, high + k + 16, low + k + 16);
    const r2 = rangeAt(bank + k + 32, high + k + 32, low + k + 32);
    const r3 = rangeAt(bank + k + 48, high + k + 48, low + k + 48);
    const closes = f64x2.add(f64x2.add(v128.load(close + k), v128.load(close + k, 16)), f64x2.add(v128.load(close + k, 32), v128.load(close + k, 48)));
    if (!isFinitePair(f64x2.add(f64x2.add(f64x2.add(r0, r1), f64x2.add(r2, r3)), closes), zero)) break;
    rangeOn(bank + k, older + k, close + k, out + k, a, ab, b2, r0, zero);
    rangeOn(bank + k + 16, older + k + 16, close + k + 16, out + k + 16, a, ab, b2, r1, zero);
    rangeOn(bank + k + 32, older + k + 32, close + k + 32, out + k + 32, a, ab, b2, r2, zero);
    rangeOn(bank + k + 48, older + k + 48, close + k + 48, out + k + 48, a, ab, b2, r3, zero);
  }
  return k;
}

// @ts-ignore: decorator
@inline
function rangeAt(bank: usize, high: usize, low: usize): v128 {
  return rangeOf(v128.load(high), v128.load(low), v128.load(bank, FIRST));
}

// @ts-ignore: decorator
@inline
function rangeOn(bank: usize, older: usize, close: usize, out: usize, a: v128, ab: v128, b2: v128, range: v128, zero: v128): void {
  v128.store(bank, v128.load(close), FIRST);
  v128.store(out, f64x2.add(smoothPair(bank + SECOND, older, a, ab, b2, range), zero));
}

// @ts-ignore: decorator
@inline
function rangeOf(high: v128, low: v128, previous: v128): v128 {
  return f64x2.sub(f64x2.pmax(high, previous), f64x2.pmin(low, previous));
}
