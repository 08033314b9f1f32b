// Formulas of indicators that charts made known, as their authors' scripts have them.
import { type Column, deviation, each, ema, highest, line, lowest, mean, over, rma, sum, trueRange, typical } from './columns.ts';
import type { Formula } from './formulas.ts';

/** Each value with the three before it, as w of the relative vigor index has them. */
const weighedFour = (x: Column) => over(x, 4, ([a, b, c, d]) => (a! + 2 * b! + 2 * c! + d!) / 6);
const rose = (x: Column) => x.map((value, row) => value > x[row - 1]!);

/** The stochastic of a column, smoothed by a part of the distance; what it was before where the channel has no width. */
function cycle(x: Column, period: number, factor: number): number[] {
  const [top, bottom] = [highest(x, period), lowest(x, period)];
  let [place, y] = [0, NaN];
  return x.map((value, row) => {
    if (Number.isNaN(top[row])) return NaN;
    if (top[row]! > bottom[row]!) place = (100 * (value - bottom[row]!)) / (top[row]! - bottom[row]!);
    return (y = Number.isNaN(y) ? place : y + factor * (place - y));
  });
}

export const charts: Readonly<Record<string, Formula>> = {
  rvgi: ({ open, high, low, close }, { period }) => {
    const window = (a: Float64Array, b: Float64Array) => over(weighedFour(each((x, y) => x - y, [...a], [...b])), period!, sum);
    const index = each((body, range) => body / range, window(close, open), window(high, low));
    return [index, weighedFour(index)];
  },
  rvi: ({ close }, { period, smoothing }) => {
    const spread = over([...close], period!, deviation);
    const up = rose([...close]);
    const side = (on: boolean) => ema(spread.map((value, row) => (Number.isNaN(value) ? NaN : up[row] === on ? value : 0)), smoothing!);
    return [each((u, d) => (u + d === 0 ? 0 : (100 * u) / (u + d)), side(true), side(false))];
  },
  wavetrend: (bars, { channel, average, signal }) => {
    const price = typical(bars);
    const distance = each((a, b) => a - b, price, ema(price, channel!));
    const index = each((d, usual) => (usual === 0 ? 0 : d / (0.015 * usual)), distance, ema(distance.map(Math.abs), channel!));
    const wt1 = ema(index, average!);
    return [wt1, over(wt1, signal!, mean)];
  },
  squeeze: (bars, { period, mult, channel, channelMult }) => {
    const close = [...bars.close];
    const [bands, spread, middle, range] = [over(close, period!, mean), over(close, period!, deviation), over(close, channel!, mean), over(trueRange(bars), channel!, mean)];
    const on = each((b, s, m, r) => (b + mult! * s < m + channelMult! * r && b - mult! * s > m - channelMult! * r ? 1 : 0), bands, spread, middle, range);
    const lean = each((c, top, bottom, m) => c - ((top + bottom) / 2 + m) / 2, close, highest([...bars.high], channel!), lowest([...bars.low], channel!), middle);
    return [over(lean, channel!, (w) => line(w)(w.length - 1)), on];
  },
  stc: ({ close }, { fast, slow, cycle: rows, factor }) => [cycle(cycle(each((a, b) => a - b, ema([...close], fast!), ema([...close], slow!)), rows!, factor!), rows!, factor!)],
  qqe: ({ close }, { period, smoothing, mult }) => {
    const change = [...close].map((value, row) => value - close[row - 1]!);
    const gains = rma(change.map((c) => Math.max(c, 0)), period!);
    const losses = rma(change.map((c) => Math.max(-c, 0)), period!);
    const rsi = ema(each((g, l) => (g + l === 0 ? 0 : (100 * g) / (g + l)), gains, losses), smoothing!);
    const width = ema(ema(rsi.map((value, row) => Math.abs(value - rsi[row - 1]!)), 2 * period! - 1), 2 * period! - 1).map((value) => mult! * value);
    let [long, short, trend] = [NaN, NaN, 1];
    const lines = rsi.map((value, row) => {
      if (Number.isNaN(width[row])) return [NaN, NaN] as const;
      const [before, c_long, c_short] = [rsi[row - 1]!, long, short];
      long = before > c_long && value > c_long ? Math.max(c_long, value - width[row]!) : value - width[row]!;
      short = before < c_short && value < c_short ? Math.min(c_short, value + width[row]!) : value + width[row]!;
      if (value > c_short) trend = 1;
      else if (value < c_long) trend = -1;
      return [trend === 1 ? long : short, trend] as const;
    });
    return [rsi, lines.map(([at]) => at), lines.map(([, side]) => side)];
  },
};
