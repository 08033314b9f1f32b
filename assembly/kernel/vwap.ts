// Volume-weighted average price since the first row: the total of typical price · volume over the total of volume.
//   own: 0 total of price · volume │ 32 total of volume
import { typicalOf, typicalPair } from '../engine/price';
import { TOTAL_BYTES, addTo, blocksBefore, initTotal, keepBlock, presentBlock, withinBlock } from '../engine/total';
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonical, canonicalPair, finite, first, second } from '../value';

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
  const high = input(inputs, 0);
  const low = input(inputs, 1);
  const close = input(inputs, 2);
  const volume = input(inputs, 3);
  const out = output(outputs, 0);
  const end = <usize>n << 3;
  for (let k: usize = 0; k < end; ) {
    const bytes = withinBlock(state + MONEY, end - k);
    const pairs = bytes & ~15;
    if (pairs > 0 && vwapPairs(state, high + k, low + k, close + k, volume + k, out + k, pairs)) k += pairs;
    else for (const stop = k + bytes; k < stop; k += 8) store<f64>(out + k, vwapStep(state, typicalOf(load<f64>(high + k), load<f64>(low + k), load<f64>(close + k)), load<f64>(volume + k)));
  }
}

/** NaN as long as there has been no volume. */
function vwapStep(state: usize, price: f64, volume: f64): f64 {
  const worth = price * volume;
  if (!finite(worth)) return NaN;
  return canonical(addTo(state + MONEY, worth) / addTo(state + VOLUME, volume));
}

/** An even number of rows within a block. False, and nothing has happened, when one of them is no value. */
function vwapPairs(state: usize, high: usize, low: usize, close: usize, volume: usize, out: usize, bytes: usize): bool {
  const moneyBase = f64x2.splat(blocksBefore(state + MONEY));
  const volumeBase = f64x2.splat(blocksBefore(state + VOLUME));
  let money = presentBlock(state + MONEY);
  let traded = presentBlock(state + VOLUME);
  for (let k: usize = 0; k < bytes; k += 16) {
    const volumes = v128.load(volume + k);
    const worth = f64x2.mul(typicalPair(v128.load(high + k), v128.load(low + k), v128.load(close + k)), volumes);
    const money0 = money + first(worth);
    const traded0 = traded + first(volumes);
    money = money0 + second(worth);
    traded = traded0 + second(volumes);
    v128.store(out + k, canonicalPair(f64x2.div(f64x2.add(moneyBase, f64x2(money0, money)), f64x2.add(volumeBase, f64x2(traded0, traded)))));
  }
  if (!finite(money + traded)) return false;
  keepBlock(state + MONEY, money, bytes);
  keepBlock(state + VOLUME, traded, bytes);
  return true;
}
