// Accumulation / distribution line: the total of volume weighed by where in its row's range the close lies, −1 at the low, 1 at the high.
//   own: total
import { TOTAL_BYTES, addTo, initTotal } from '../engine/total';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonical } from '../value';

export function adBytes(): usize {
  return OWN + TOTAL_BYTES;
}

export function adInit(state: usize, params: usize): void {
  initTotal(state + OWN);
}

export function adRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from = passGaps(inputs, 4, outputs, 1, 0, end); from < end; from = passGaps(inputs, 4, outputs, 1, from, end)) {
    const bytes = wholeBytes(inputs, 4, from, end);
    adRows(state + OWN, inputs, from, output(outputs, 0) + from, bytes);
    from += bytes;
  }
}

/** The line over a tile of whole rows of high, low, close and volume from byte `from`; its total is kept at `at`. */
export function adRows(at: usize, inputs: usize, from: usize, out: usize, bytes: usize): void {
  flowRows(input(inputs, 0) + from, input(inputs, 1) + from, input(inputs, 2) + from, input(inputs, 3) + from, scratch(0), bytes);
  for (let k: usize = 0; k < bytes; k += 8) store<f64>(out + k, canonical(addTo(at, load<f64>(scratch(0) + k))));
}

/** Money flow volume: volume · ((close − low) − (high − close)) / (high − low), 0 for a row without a range. */
export function flowRows(high: usize, low: usize, close: usize, volume: usize, out: usize, bytes: usize): void {
  const zero = f64x2.splat(0);
  for (let k: usize = 0; k < bytes; k += 16) {
    const top = v128.load(high + k);
    const bottom = v128.load(low + k);
    const price = v128.load(close + k);
    const range = f64x2.sub(top, bottom);
    const place = f64x2.div(f64x2.sub(f64x2.sub(price, bottom), f64x2.sub(top, price)), range);
    const level = v128.bitselect(f64x2.sub(price, price), place, f64x2.eq(range, zero));
    v128.store(out + k, f64x2.mul(level, v128.load(volume + k)));
  }
}
