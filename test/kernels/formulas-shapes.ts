// Formulas of statistics of windows, and of what stands around a price.
import { covariance, each, ema, highest, lowest, mean, over, rma, running, sum, trueRange, type Column } from './columns.ts';
import type { Formula } from './formulas.ts';

const sorted = (w: Column) => w.toSorted((a, b) => a - b);

function median(w: Column): number {
  const values = sorted(w);
  return (values[Math.floor((w.length - 1) / 2)]! + values[Math.ceil((w.length - 1) / 2)]!) / 2;
}

/** Mean of the distances from the mean to a power, over the variance to half that power. */
const moment = (w: Column, power: number) => {
  const [middle, variance] = [mean(w), covariance(w, w)];
  return variance === 0 ? 0 : mean(w.map((value) => (value - middle) ** power)) / variance ** (power / 2);
};

/** How far the values of a window go from one to the next, added up. */
const way = (w: Column) => sum(w.slice(1).map((value, k) => Math.abs(value - w[k]!)));

export const shapes: Readonly<Record<string, Formula>> = {
  median: ({ close }, { period }) => [over([...close], period!, median)],
  quantile: ({ close }, { period, q }) => [
    over([...close], period!, (w) => {
      const [values, place] = [sorted(w), q! * (w.length - 1)];
      const low = Math.floor(place);
      return values[low]! * (1 - (place - low)) + (values[low + 1] ?? 0) * (place - low);
    }),
  ],
  percentrank: ({ close }, { period }) => [over([...close], period! + 1, (w) => (100 * w.slice(0, -1).filter((value) => value <= w.at(-1)!).length) / period!)],
  skew: ({ close }, { period }) => [over([...close], period!, (w) => moment(w, 3))],
  kurtosis: ({ close }, { period }) => [over([...close], period!, (w) => moment(w, 4))],
  supersmoother: ({ close }, { period }) => {
    const angle = (Math.SQRT2 * Math.PI) / period!;
    const [first, second] = [2 * Math.exp(-angle) * Math.cos(angle), -Math.exp(-2 * angle)];
    let [newest, before] = [close[0]!, close[0]!];
    return [[...close].map((value, row) => {
      const y = ((1 - first - second) * (value + close[Math.max(0, row - 1)]!)) / 2 + first * newest + second * before;
      [newest, before] = [y, newest];
      return y;
    })];
  },
  heikinashi: ({ open, high, low, close }) => {
    const ends = each((o, h, l, c) => (o + h + l + c) / 4, [...open], [...high], [...low], [...close]);
    let begins = (open[0]! + close[0]!) / 2;
    const begun = ends.map((_, row) => (begins = row === 0 ? begins : (begins + ends[row - 1]!) / 2));
    return [begun, each(Math.max, [...high], begun, ends), each(Math.min, [...low], begun, ends), ends];
  },
  elderray: ({ high, low, close }, { period }) => {
    const average = ema([...close], period!);
    return [each((a, b) => a - b, [...high], average), each((a, b) => a - b, [...low], average)];
  },
  massindex: ({ high, low }, { period, smoothing }) => {
    const once = ema(each((a, b) => a - b, [...high], [...low]), smoothing!);
    return [over(each((a, b) => a / b, once, ema(once, smoothing!)), period!, sum)];
  },
  ulcer: ({ close }, { period }) => [
    over(each((value, top) => (100 * (value / top - 1)) ** 2, [...close], highest([...close], period!)), period!, mean).map(Math.sqrt),
  ],
  chandelier: (bars, { period, mult }) => {
    const range = rma(trueRange(bars), period!);
    return [each((top, r) => top - mult! * r, highest([...bars.high], period!), range), each((bottom, r) => bottom + mult! * r, lowest([...bars.low], period!), range)];
  },
  alligator: ({ high, low }, p) => {
    const price = each((a, b) => (a + b) / 2, [...high], [...low]);
    return ['jaw', 'teeth', 'lips'].map((line) => {
      const average = rma(price, p[line]!);
      return average.map((_, row) => average[row - p[`${line}Shift`]!] ?? NaN);
    });
  },
  starc: (bars, { period, atrPeriod, mult }) => {
    const [middle, range] = [over([...bars.close], period!, mean), rma(trueRange(bars), atrPeriod!)];
    return [each((m, r) => m + mult! * r, middle, range), middle, each((m, r) => m - mult! * r, middle, range)];
  },
  smi: (bars, { period, smooth1, smooth2 }) => {
    const [top, bottom] = [highest([...bars.high], period!), lowest([...bars.low], period!)];
    const twice = (x: Column) => ema(ema(x, smooth1!), smooth2!);
    return [each((a, b) => (b === 0 ? 0 : (100 * a) / b), twice(each((c, a, b) => c - (a + b) / 2, [...bars.close], top, bottom)), twice(each((a, b) => (a - b) / 2, top, bottom)))];
  },
  mad: ({ close }, { period }) => [
    over([...close], period!, (w) => {
      const middle = median(w);
      return median(w.map((value) => Math.abs(value - middle)));
    }),
  ],
  entropy: ({ close }, { period, base }) => {
    const share = over([...close], period!, (w) => w.at(-1)! / sum(w));
    return [over(share, period!, (w) => sum(w.map((p) => (-p * Math.log(p)) / Math.log(base!))))];
  },
  hurst: ({ close }, { period }) => [
    over([...close], period! + 1, (w) => {
      const change = w.slice(1).map((value, k) => value - w[k]!);
      const drift = mean(change);
      const sums = [0, ...running(change.map((value) => value - drift))];
      return Math.log((Math.max(...sums) - Math.min(...sums)) / Math.sqrt(covariance(change, change))) / Math.log(period!);
    }),
  ],
  er: ({ close }, { period }) => [over([...close], period! + 1, (w) => Math.abs(w.at(-1)! - w[0]!) / way(w))],
  vhf: ({ close }, { period }) => [over([...close], period! + 1, (w) => (Math.max(...w.slice(1)) - Math.min(...w.slice(1))) / way(w))],
  pgo: (bars, { period }) => [each((close, average, range) => (close - average) / range, [...bars.close], over([...bars.close], period!, mean), ema(trueRange(bars), period!))],
};
