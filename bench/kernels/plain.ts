// What a programmer would write instead, in plain JavaScript on Float64Arrays: running sums that drift, no gaps, no state to keep.
import type { Bars } from './bars.ts';

export function plainSma(bars: Bars, out: Float64Array, period: number): void {
  const { close } = bars;
  let sum = 0;
  for (let row = 0; row < close.length; row++) {
    sum += close[row]! - (row >= period ? close[row - period]! : 0);
    if (row >= period - 1) out[row] = sum / period;
  }
}

export function plainEma(bars: Bars, out: Float64Array, period: number): void {
  const { close } = bars;
  const weight = 2 / (period + 1);
  let average = close[0]!;
  for (let row = 0; row < close.length; row++) {
    average += weight * (close[row]! - average);
    out[row] = average;
  }
}

export function plainRsi(bars: Bars, out: Float64Array, period: number): void {
  const { close } = bars;
  let gains = 0;
  let losses = 0;
  for (let row = 1; row < close.length; row++) {
    const change = close[row]! - close[row - 1]!;
    gains += (Math.max(change, 0) - gains) / period;
    losses += (Math.max(-change, 0) - losses) / period;
    out[row] = (100 * gains) / (gains + losses);
  }
}

export function plainAtr(bars: Bars, out: Float64Array, period: number): void {
  const { high, low, close } = bars;
  let average = 0;
  for (let row = 1; row < close.length; row++) {
    const range = Math.max(high[row]!, close[row - 1]!) - Math.min(low[row]!, close[row - 1]!);
    average += (range - average) / period;
    out[row] = average;
  }
}

/** The upper band. */
export function plainBands(bars: Bars, out: Float64Array, period: number): void {
  const { close } = bars;
  let sum = 0;
  let squares = 0;
  for (let row = 0; row < close.length; row++) {
    const old = row >= period ? close[row - period]! : 0;
    sum += close[row]! - old;
    squares += close[row]! * close[row]! - old * old;
    const mean = sum / period;
    if (row >= period - 1) out[row] = mean + 2 * Math.sqrt(Math.max(squares / period - mean * mean, 0));
  }
}
