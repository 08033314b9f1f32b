// On-balance volume: the volumes of rows that close higher, less those of rows that close lower, from the first row's own volume on.
//   own: 0 close before, −∞ at first so that the first row counts as a rise │ 8 total
import { TOTAL_BYTES, addTo, initTotal } from '../engine/total';
import { passGaps, wholeBytes } from '../engine/tile';
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonical } from '../value';

export function obvBytes(): usize {
  return OWN + 8 + TOTAL_BYTES;
}

export function obvInit(state: usize, params: usize): void {
  store<f64>(state, -Infinity, OWN);
  initTotal(state + OWN + 8);
}

export function obvRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  let before = load<f64>(state, OWN);
  for (let from = passGaps(inputs, 2, outputs, 1, 0, end); from < end; from = passGaps(inputs, 2, outputs, 1, from, end)) {
    const until = from + wholeBytes(inputs, 2, from, end);
    for (; from < until; from += 8) {
      const close = load<f64>(input(inputs, 0) + from);
      const side = <f64>(<i32>(close > before) - <i32>(close < before));
      store<f64>(output(outputs, 0) + from, canonical(addTo(state + OWN + 8, side * load<f64>(input(inputs, 1) + from))));
      before = close;
    }
  }
  store<f64>(state, before, OWN);
}
