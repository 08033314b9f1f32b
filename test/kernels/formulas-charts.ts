// Formulas of indicators that charts made known, as their authors' scripts have them.
import { type Column, deviation, each, ema, highest, line, lowest, mean, over, rma, sum, trueRange, typical } from './columns.ts';
import { shapes } from './formulas-shapes.ts';
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
  frama: ({ high, low }, { period }) => {
    const rows = 2 * Math.ceil(period! / 2);
    const price = each((a, b) => (a + b) / 2, [...high], [...low]);
    const range = (from: number, to: number) => Math.max(...high.slice(from, to)) - Math.min(...low.slice(from, to));
    let [y, dimension] = [NaN, 0];
    return [
      price.map((value, row) => {
        const start = row + 1 - rows;
        if (start < 0) return NaN;
        const middle = start + rows / 2;
        const [older, newer, all] = [range(start, middle) / (rows / 2), range(middle, row + 1) / (rows / 2), range(start, row + 1) / rows];
        if (start > 0 && older > 0 && newer > 0) dimension = (Math.log(older + newer) - Math.log(all)) / Math.log(2);
        const share = Math.min(1, Math.max(0.01, Math.exp(-4.6 * (dimension - 1))));
        return (y = start === 0 ? value : share * value + (1 - share) * y);
      }),
    ];
  },
  ebsw: ({ close }, { period, smoothing }) => {
    const turn = (2 * Math.PI) / period!;
    const stays = period === 4 ? 0 : (1 - Math.sin(turn)) / Math.cos(turn);
    const radius = Math.exp((-Math.SQRT2 * Math.PI) / smoothing!);
    const [second, third] = [2 * radius * Math.cos((Math.SQRT2 * Math.PI) / smoothing!), -radius * radius];
    const [hp, filt] = [[0], [0]];
    for (let row = 1; row < close.length; row++) {
      hp[row] = 0.5 * (1 + stays) * (close[row]! - close[row - 1]!) + stays * hp[row - 1]!;
      filt[row] = ((1 - second - third) * (hp[row]! + hp[row - 1]!)) / 2 + second * filt[row - 1]! + third * (filt[row - 2] ?? 0);
    }
    return [filt.map((value, row) => {
      const three = [value, filt[row - 1] ?? 0, filt[row - 2] ?? 0];
      return mean(three) / Math.sqrt(mean(three.map((f) => f * f)));
    })];
  },
  cksp: (bars, { period, mult, stop }) => {
    const range = rma(trueRange(bars), period!);
    return [
      highest(each((top, r) => top - mult! * r, highest([...bars.high], period!), range), stop!),
      lowest(each((bottom, r) => bottom + mult! * r, lowest([...bars.low], period!), range), stop!),
    ];
  },
  // As TradingView's script has it, from the first row that has an average true range.
  volstop: (bars, { period, mult }) => {
    const range = rma(trueRange(bars), period!);
    let [most, least, stop, up] = [NaN, NaN, NaN, true];
    const rows = range.map((r, row) => {
      if (Number.isNaN(r)) return [NaN, NaN] as const;
      const [source, distance, before] = [bars.close[row]!, mult! * r, up];
      [most, least] = Number.isNaN(most) ? [source, source] : [Math.max(most, source), Math.min(least, source)];
      if (up) stop = Number.isNaN(stop) ? most - distance : Math.max(stop, most - distance);
      else stop = Math.min(stop, least + distance);
      up = source - stop >= 0;
      if (up !== before) {
        [most, least] = [source, source];
        stop = up ? most - distance : least + distance;
      }
      return [stop, up ? 1 : -1] as const;
    });
    return [rows.map(([at]) => at), rows.map(([, side]) => side)];
  },
  atrstop: (bars, { period, mult }) => {
    const range = rma(trueRange(bars), period!);
    let [stop, side] = [NaN, 1];
    const rows = range.map((r, row) => {
      const [value, distance] = [bars.close[row]!, mult! * r];
      if (Number.isNaN(r)) return [NaN, NaN] as const;
      const turns = side > 0 ? value < stop : value > stop;
      if (turns) side = -side;
      if (turns || Number.isNaN(stop)) stop = value - side * distance;
      else stop = side > 0 ? Math.max(stop, value - distance) : Math.min(stop, value + distance);
      return [stop, side] as const;
    });
    return [rows.map(([at]) => at), rows.map(([, direction]) => direction)];
  },
  gator: (bars, params) => {
    const [jaw, teeth, lips] = shapes.alligator!(bars, params) as [Column, Column, Column];
    return [each((a, b) => Math.abs(a - b), jaw, teeth), each((a, b) => -Math.abs(a - b), teeth, lips)];
  },
};
