// Accumulation / distribution line: the total of volume weighed by where in its row's range the close lies, −1 at the low, 1 at the high.
//   own: total
import { flowOf, flowPair } from '../engine/flow';
import { TOTAL_BYTES, addTo, blocksBefore, initTotal, keepBlock, presentBlock, withinBlock } from '../engine/total';
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonical, finite, finitePair, first, second } from '../value';

export function adBytes(): usize {
  return OWN + TOTAL_BYTES;
}

export function adInit(state: usize, params: usize): void {
  initTotal(state + OWN);
}

export function adRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const high = input(inputs, 0);
  const low = input(inputs, 1);
  const close = input(inputs, 2);
  const volume = input(inputs, 3);
  const out = output(outputs, 0);
  const end = <usize>n << 3;
  for (let k: usize = 0; k < end; ) {
    const bytes = withinBlock(state + OWN, end - k);
    const pairs = bytes & ~15;
    if (pairs > 0 && adPairs(state + OWN, high + k, low + k, close + k, volume + k, out + k, pairs)) k += pairs;
    else for (const stop = k + bytes; k < stop; k += 8) store<f64>(out + k, adStep(state + OWN, flowOf(load<f64>(high + k), load<f64>(low + k), load<f64>(close + k), load<f64>(volume + k))));
  }
}

function adStep(total: usize, flow: f64): f64 {
  return finite(flow) ? canonical(addTo(total, flow)) : NaN;
}

/** An even number of rows within a block. False, and nothing has happened, when one of them is no value. */
function adPairs(total: usize, high: usize, low: usize, close: usize, volume: usize, out: usize, bytes: usize): bool {
  const base = f64x2.splat(blocksBefore(total));
  let block = presentBlock(total);
  let seen = f64x2.splat(0);
  for (let k: usize = 0; k < bytes; k += 16) {
    const closes = v128.load(close + k);
    const flow = flowPair(v128.load(high + k), v128.load(low + k), closes, v128.load(volume + k));
    const block0 = block + first(flow);
    block = block0 + second(flow);
    v128.store(out + k, f64x2.add(base, f64x2(block0, block)));
    seen = f64x2.add(seen, closes);
  }
  if (!finitePair(seen) || !finite(first(base) + block)) return false;
  keepBlock(total, block, bytes);
  return true;
}
