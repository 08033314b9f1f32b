// Volume-weighted average price since the first row: the total of typical price · volume over the total of volume.
//   own: 0 total of price · volume │ 16 total of volume
import { typicalRows } from '../engine/price';
import { TOTAL_BYTES, addTo, initTotal } from '../engine/total';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonicalPair } from '../value';

const MONEY: usize = OWN;
const VOLUME: usize = OWN + TOTAL_BYTES;

export function vwapBytes(): usize {
  return VOLUME + TOTAL_BYTES;
}

export function vwapInit(state: usize, params: usize): void {
  initTotal(state + MONEY);
  initTotal(state + VOLUME);
}

export function vwapRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 4, outputs, 1, 0, end); from < end; from = passGaps(inputs, 4, outputs, 1, from, end)) {
    const bytes = wholeBytes(inputs, 4, from, end);
    typicalRows(input(inputs, 0) + from, input(inputs, 1) + from, input(inputs, 2) + from, scratch(0), bytes);
    averages(state, scratch(0), input(inputs, 3) + from, output(outputs, 0) + from, bytes);
    from += bytes;
  }
}

/** NaN as long as there has been no volume. */
function averages(state: usize, price: usize, volume: usize, out: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 8) {
    const traded = load<f64>(volume + k);
    store<f64>(scratch(1) + k, addTo(state + MONEY, load<f64>(price + k) * traded));
    store<f64>(scratch(2) + k, addTo(state + VOLUME, traded));
  }
  for (let k: usize = 0; k < bytes; k += 16) {
    v128.store(out + k, canonicalPair(f64x2.div(v128.load(scratch(1) + k), v128.load(scratch(2) + k))));
  }
}
