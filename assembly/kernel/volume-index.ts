// Indices of close and volume: the total of changes weighed by volume (pvt), and indices, 1,000 at first, that follow the close on rows of
// less (nvi) or more (pvi) volume than the row before.
//   own: 0 close before, NaN at first │ 8 volume before │ 16 total or index
import { TOTAL_BYTES, addTo, initTotal } from '../engine/total';
import { passGaps } from '../engine/tile';
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonical, finite } from '../value';

export const PVT: i32 = 102;
export const NVI: i32 = 103;
export const PVI: i32 = 104;

const VOLUME: usize = OWN + 8;
const INDEX: usize = OWN + 16;

export function volumeIndexBytes(): usize {
  return INDEX + TOTAL_BYTES;
}

export function volumeIndexInit(state: usize, params: usize): void {
  store<f64>(state, NaN, OWN);
  store<f64>(state, 0, VOLUME);
  initTotal(state + INDEX);
}

export function volumeIndexRun(op: i32, state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let k = passGaps(inputs, 2, outputs, 1, 0, end); k < end; k = passGaps(inputs, 2, outputs, 1, k + 8, end)) {
    const close = load<f64>(input(inputs, 0) + k);
    const volume = load<f64>(input(inputs, 1) + k);
    if (!finite(load<f64>(state, OWN)) && op != PVT) store<f64>(state, 1_000, INDEX);
    const change = (close - load<f64>(state, OWN)) / load<f64>(state, OWN);
    const moved = finite(change) ? change : 0; // the first row, and a row after a price of 0, do not move
    const counts = op == NVI ? volume < load<f64>(state, VOLUME) : volume > load<f64>(state, VOLUME);
    store<f64>(output(outputs, 0) + k, canonical(op == PVT ? addTo(state + INDEX, moved * volume) : follow(state, counts ? moved : 0)));
    store<f64>(state, close, OWN);
    store<f64>(state, volume, VOLUME);
  }
}

// @ts-ignore: decorator
@inline
function follow(state: usize, change: f64): f64 {
  const index = load<f64>(state, INDEX) * (1 + change);
  store<f64>(state, index, INDEX);
  return index;
}
