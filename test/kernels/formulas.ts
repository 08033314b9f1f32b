// Indicators as their inventors wrote them: each row anew from its window, each recursion in its textbook form. Slow, plain, and independent of
// the kernels. For those TA-Lib does not have, or has only with other options.
import type { KernelParams } from '#kernels/catalog.ts';
import { type Column, covariance, deviation, each, ema, highest, line, lowest, mean, over, rma, running, sum, trueRange, typical, volumeIndex, weighed, wma } from './columns.ts';
import { charts } from './formulas-charts.ts';
import { levels } from './formulas-levels.ts';
import { oscillators } from './formulas-oscillators.ts';
import { shapes } from './formulas-shapes.ts';
import type { Bars } from './series.ts';

export type Formula = (bars: Bars, params: KernelParams) => readonly Column[];

/** By kernel. Parameters are complete. */
export const FORMULAS: Readonly<Record<string, Formula>> = {
  ...oscillators,
  ...shapes,
  ...charts,
  ...levels,
  ema: ({ close }, { period }) => [ema([...close], period!)],
  rma: ({ close }, { period }) => [rma([...close], period!)],
  dema: ({ close }, { period }) => {
    const e1 = ema([...close], period!);
    return [each((a, b) => 2 * a - b, e1, ema(e1, period!))];
  },
  tema: ({ close }, { period }) => {
    const e1 = ema([...close], period!);
    const e2 = ema(e1, period!);
    return [each((a, b, c) => 3 * a - 3 * b + c, e1, e2, ema(e2, period!))];
  },
  hma: ({ close }, { period }) => {
    const short = wma([...close], Math.max(1, Math.floor(period! / 2)));
    return [wma(each((a, b) => 2 * a - b, short, wma([...close], period!)), Math.floor(Math.sqrt(period!)))];
  },
  vwma: ({ close, volume }, { period }) => [weighed([...close], [...volume], period!)],
  vwapr: (bars, { period }) => [weighed(typical(bars), [...bars.volume], period!)],
  vwap: (bars) => [each((money, traded) => money / traded, running(each((a, b) => a * b, typical(bars), [...bars.volume])), running([...bars.volume]))],
  percentb: ({ close }, { period, multUp, multDown }) => [
    over([...close], period!, (w) => {
      const spread = deviation(w);
      return spread === 0 ? 0.5 : (w.at(-1)! - (mean(w) - multDown! * spread)) / ((multUp! + multDown!) * spread);
    }),
  ],
  bandwidth: ({ close }, { period, multUp, multDown }) => [over([...close], period!, (w) => ((multUp! + multDown!) * deviation(w)) / mean(w))],
  zscore: ({ close }, { period }) => [over([...close], period!, (w) => (deviation(w) === 0 ? 0 : (w.at(-1)! - mean(w)) / deviation(w)))],
  donchian: ({ high, low }, { period }) => {
    const [upper, lower] = [highest([...high], period!), lowest([...low], period!)];
    return [upper, each((a, b) => (a + b) / 2, upper, lower), lower];
  },
  zlema: ({ close }, { period }) => {
    const lag = Math.floor((period! - 1) / 2);
    return [ema(over([...close], lag + 1, (w) => 2 * w.at(-1)! - w[0]!), period!)];
  },
  r2: ({ close }, { period }) => {
    const places = Array.from({ length: period! }, (_, k) => k - (period! - 1) / 2);
    return [
      over([...close], period!, (w) => {
        const slope = sum(w.map((value, k) => places[k]! * value)) / sum(places.map((place) => place ** 2));
        return (slope ** 2 * mean(places.map((place) => place ** 2))) / deviation(w) ** 2;
      }),
    ];
  },
  cmf: (bars, { period }) => {
    const level = each((high, low, close) => (high === low ? 0 : (close - low - (high - close)) / (high - low)), [...bars.high], [...bars.low], [...bars.close]);
    return [weighed(level, [...bars.volume], period!)];
  },
  keltner: (bars, { period, atrPeriod, mult }) => {
    const [middle, range] = [ema([...bars.close], period!), rma(trueRange(bars), atrPeriod!)];
    return [each((m, r) => m + mult! * r, middle, range), middle, each((m, r) => m - mult! * r, middle, range)];
  },
  supertrend: (bars, { period, mult }) => {
    const range = rma(trueRange(bars), period!);
    let [upper, lower, up] = [NaN, NaN, false];
    const rows = range.map((r, row) => {
      const [middle, close, before] = [(bars.high[row]! + bars.low[row]!) / 2, bars.close[row]!, bars.close[row - 1]!];
      const [basicUpper, basicLower, started] = [middle + mult! * r, middle - mult! * r, !Number.isNaN(upper)];
      upper = !started || basicUpper < upper || before > upper ? basicUpper : upper;
      lower = !started || basicLower > lower || before < lower ? basicLower : lower;
      if (started) up = up ? !(close < lower) : close > upper;
      return [up ? lower : upper, up ? 1 : -1] as const;
    });
    return [rows.map(([stop]) => stop), rows.map(([, direction]) => direction)];
  },
  tsi: ({ close }, { long, short }) => {
    const change = [...close].map((value, row) => value - close[row - 1]!);
    const twice = (x: Column) => ema(ema(x, long!), short!);
    return [each((a, b) => (b === 0 ? 0 : (100 * a) / b), twice(change), twice(change.map(Math.abs)))];
  },
  ao: ({ high, low }, { fast, slow }) => {
    const median = each((a, b) => (a + b) / 2, [...high], [...low]);
    return [each((a, b) => a - b, over(median, fast!, mean), over(median, slow!, mean))];
  },
  dpo: ({ close }, { period }) => [over([...close], period!, mean).map((average, row) => close[row - Math.floor(period! / 2) - 1]! - average)],
  pvt: ({ close, volume }) => [running([...close].map((value, row) => (row === 0 ? 0 : (volume[row]! * (value - close[row - 1]!)) / close[row - 1]!)))],
  nvi: (bars) => [volumeIndex(bars, (volume, before) => volume < before)],
  pvi: (bars) => [volumeIndex(bars, (volume, before) => volume > before)],
  force: ({ close, volume }, { period }) => [ema([...close].map((value, row) => volume[row]! * (value - close[row - 1]!)), period!)],
  emv: ({ high, low, volume }, { period, divisor }) => {
    const median = each((a, b) => (a + b) / 2, [...high], [...low]);
    const ease = median.map((value, row) => (volume[row] === 0 ? 0 : ((value - median[row - 1]!) * (high[row]! - low[row]!)) / (volume[row]! / divisor!)));
    return [over(ease, period!, mean)];
  },
  vortex: (bars, { period }) => {
    const { high, low } = bars;
    const range = over(trueRange(bars), period!, sum);
    const plus = over([...high].map((value, row) => Math.abs(value - low[row - 1]!)), period!, sum);
    const minus = over([...low].map((value, row) => Math.abs(value - high[row - 1]!)), period!, sum);
    return [each((a, b) => a / b, plus, range), each((a, b) => a / b, minus, range)];
  },
  chop: (bars, { period }) => {
    const width = each((a, b) => a - b, highest([...bars.high], period!), lowest([...bars.low], period!));
    return [each((a, b) => (100 * Math.log10(a / b)) / Math.log10(period!), over(trueRange(bars), period!, sum), width)];
  },
  ichimoku: ({ high, low }, { conversion, base, span }) => {
    const middle = (period: number) => each((a, b) => (a + b) / 2, highest([...high], period), lowest([...low], period));
    const [fast, slow] = [middle(conversion!), middle(base!)];
    return [fast, slow, each((a, b) => (a + b) / 2, fast, slow), middle(span!)];
  },
  linearreg: ({ close }, { period }) => [over([...close], period!, (w) => line(w)(period! - 1))],
  linearregslope: ({ close }, { period }) => [over([...close], period!, (w) => line(w)(1) - line(w)(0))],
  linearregintercept: ({ close }, { period }) => [over([...close], period!, (w) => line(w)(0))],
  tsf: ({ close }, { period }) => [over([...close], period!, (w) => line(w)(period!))],
  correl: ({ close, volume }, { period }) => [
    over([...close.keys()], period!, (rows) => {
      const [x, y] = [rows.map((row) => close[row]!), rows.map((row) => volume[row]!)];
      return covariance(x, y) / (deviation(x) * deviation(y));
    }),
  ],
  beta: ({ close, volume }, { period }) => {
    const changes = (x: Float64Array) => [...x].map((value, row) => (x[row - 1] === 0 ? 0 : value / x[row - 1]! - 1));
    const [x, y] = [changes(close), changes(volume)];
    return [over([NaN, ...[...close.keys()].slice(1)], period!, (rows) => covariance(rows.map((row) => x[row]!), rows.map((row) => y[row]!)) / covariance(rows.map((row) => x[row]!), rows.map((row) => x[row]!)))];
  },
  trima: ({ close }, { period }) => {
    const weights = Array.from({ length: period! }, (_, k) => Math.min(k + 1, period! - k));
    return [over([...close], period!, (w) => sum(w.map((value, k) => value * weights[k]!)) / sum(weights))];
  },
  stoch: (bars, { fastk, slowk, slowd }) => {
    const [top, bottom] = [highest([...bars.high], fastk!), lowest([...bars.low], fastk!)];
    const k = over(each((close, most, least) => (100 * (close - least)) / (most - least), [...bars.close], top, bottom), slowk!, mean);
    return [k, over(k, slowd!, mean)];
  },
  willr: (bars, { period }) => [each((close, most, least) => (-100 * (most - close)) / (most - least), [...bars.close], highest([...bars.high], period!), lowest([...bars.low], period!))],
  mfi: (bars, { period }) => {
    const price = typical(bars);
    const flow = (side: number) => price.map((value, row) => (row === 0 ? NaN : Math.sign(value - price[row - 1]!) === side ? value * bars.volume[row]! : 0));
    const [rose, fell] = [over(flow(1), period!, sum), over(flow(-1), period!, sum)];
    return [each((a, b) => (a + b === 0 ? 0 : (100 * a) / (a + b)), rose, fell)];
  },
  aroon: ({ high, low }, { period }) => [
    over([...low], period! + 1, (w) => (100 * w.lastIndexOf(Math.min(...w))) / period!),
    over([...high], period! + 1, (w) => (100 * w.lastIndexOf(Math.max(...w))) / period!),
  ],
  kama: ({ close }, { period }) => {
    let average = close[period! - 1]!;
    return [
      [...close].map((value, row) => {
        if (row < period!) return NaN;
        const way = sum(Array.from({ length: period! }, (_, k) => Math.abs(close[row - k]! - close[row - k - 1]!)));
        const straight = way === 0 ? 1 : Math.abs(value - close[row - period!]!) / way;
        average += (value - average) * (straight * (2 / 3 - 2 / 31) + 2 / 31) ** 2;
        return average;
      }),
    ];
  },
  adx: (bars, { period }) => {
    const moves = (up: boolean) =>
      [...bars.high].map((high, row) => {
        const [rise, fall] = [high - bars.high[row - 1]!, bars.low[row - 1]! - bars.low[row]!];
        return up ? (rise > fall && rise > 0 ? rise : 0) : fall > rise && fall > 0 ? fall : 0;
      });
    // Wilder's sums, from the first period − 1 rows that have one before them.
    const summed = (x: Column) => {
      let total = sum(x.slice(1, period));
      return x.map((value, row) => (row < period! ? NaN : (total = total - total / period! + value)));
    };
    const index = each((up, down) => (up + down === 0 ? 0 : (100 * Math.abs(up - down)) / (up + down)), summed(moves(true)), summed(moves(false)));
    return [rma(index, period!)];
  },
};
