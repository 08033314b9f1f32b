// On-balance volume: the volumes of rows that close higher, less those of rows that close lower, from the first row's own volume on.
//   own: 0 close before, −∞ at first so that the first row counts as a rise │ 8 total
import { TOTAL_BYTES, addTo, blocksBefore, initTotal, keepBlock, presentBlock, withinBlock } from '../engine/total';
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonical, finite, finitePair, first, oneRowBack, second } from '../value';

const TOTAL: usize = OWN + 8;

export function obvBytes(): usize {
  return TOTAL + TOTAL_BYTES;
}

export function obvInit(state: usize, params: usize): void {
  store<f64>(state, -Infinity, OWN);
  initTotal(state + TOTAL);
}

export function obvRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const close = input(inputs, 0);
  const volume = input(inputs, 1);
  const out = output(outputs, 0);
  const end = <usize>n << 3;
  for (let k: usize = 0; k < end; ) {
    const bytes = withinBlock(state + TOTAL, end - k);
    const pairs = bytes & ~15;
    if (pairs > 0 && obvPairs(state, close + k, volume + k, out + k, pairs)) k += pairs;
    else for (const stop = k + bytes; k < stop; k += 8) store<f64>(out + k, obvStep(state, load<f64>(close + k), load<f64>(volume + k)));
  }
}

function obvStep(state: usize, close: f64, volume: f64): f64 {
  if (!finite(close) || !finite(volume)) return NaN;
  const before = load<f64>(state, OWN);
  store<f64>(state, close, OWN);
  return canonical(addTo(state + TOTAL, close > before ? volume : close < before ? -volume : 0));
}

/** An even number of rows within a block. False, and nothing has happened, when one of them is no value. */
function obvPairs(state: usize, close: usize, volume: usize, out: usize, bytes: usize): bool {
  const base = f64x2.splat(blocksBefore(state + TOTAL));
  let before = v128.load_splat<f64>(state, OWN);
  let block = presentBlock(state + TOTAL);
  let seen = f64x2.splat(0); // no value when one of the rows is none, whether it moves the total or not
  for (let k: usize = 0; k < bytes; k += 16) {
    const closes = v128.load(close + k);
    const volumes = v128.load(volume + k);
    const previous = oneRowBack(before, closes);
    const signed = f64x2.sub(v128.and(volumes, f64x2.gt(closes, previous)), v128.and(volumes, f64x2.lt(closes, previous)));
    const block0 = block + first(signed);
    block = block0 + second(signed);
    v128.store(out + k, f64x2.add(base, f64x2(block0, block)));
    seen = f64x2.add(seen, f64x2.add(closes, volumes));
    before = closes;
  }
  if (!finitePair(seen) || !finite(first(base) + block)) return false;
  store<f64>(state, second(before), OWN);
  keepBlock(state + TOTAL, block, bytes);
  return true;
}
