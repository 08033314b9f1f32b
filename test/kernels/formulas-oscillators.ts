// Formulas of adaptive averages, and of oscillators made of other indicators.
import { type Column, each, ema, fromFirst, highest, lowest, mean, over, rma, sum, wma } from './columns.ts';
import type { Formula } from './formulas.ts';
import type { Bars } from './series.ts';

const median = ({ high, low }: Bars) => each((a, b) => (a + b) / 2, [...high], [...low]);
const rate = (x: Column, rows: number) => over(x, rows + 1, (w) => (100 * (w.at(-1)! - w[0]!)) / w[0]!);
const changes = (x: Column) => x.map((value, row) => value - x[row - 1]!);

function rsi(x: Column, period: number): number[] {
  const change = changes(x);
  const [gains, losses] = [rma(change.map((c) => Math.max(c, 0)), period), rma(change.map((c) => Math.max(-c, 0)), period)];
  return each((g, l) => (g + l === 0 ? 0 : (100 * g) / (g + l)), gains, losses);
}

function awesome(bars: Bars, fast: number, slow: number): number[] {
  return each((a, b) => a - b, over(median(bars), fast, mean), over(median(bars), slow, mean));
}

export const oscillators: Readonly<Record<string, Formula>> = {
  alma: ({ close }, { period, offset, sigma }) => {
    const [top, width] = [offset! * (period! - 1), period! / sigma!];
    const weights = Array.from({ length: period! }, (_, k) => Math.exp(-((k - top) ** 2) / (2 * width ** 2)));
    return [over([...close], period!, (w) => sum(w.map((value, k) => value * weights[k]!)) / sum(weights))];
  },
  vidya: ({ close }, { period, momentum }) => {
    const change = changes([...close]);
    const share = each((a, b) => (b === 0 ? 0 : Math.abs(a) / b), over(change, momentum!, sum), over(change.map(Math.abs), momentum!, sum));
    let y = close[momentum! - 1]!;
    return [share.map((part, row) => (Number.isNaN(part) ? NaN : (y += (2 / (period! + 1)) * part * (close[row]! - y))))];
  },
  mcginley: ({ close }, { period, factor }) => {
    let y = mean([...close.subarray(0, period)]);
    return [[...close].map((value, row) => (row < period! - 1 ? NaN : row === period! - 1 ? y : (y += (value - y) * Math.min(1, 1 / (factor! * period! * (value / y) ** 4)))))];
  },
  kvo: ({ high, low, close, volume }, { fast, slow, signal }) => {
    let [trend, since] = [0, 0];
    const force = [...close].map((_, row) => {
      const price = (k: number) => high[k]! + low[k]! + close[k]!;
      const range = (k: number) => high[k]! - low[k]!;
      const now = price(row) > price(row - 1) ? 1 : price(row) < price(row - 1) ? -1 : trend;
      since = (now === trend ? since : range(row - 1)) + range(row);
      trend = now;
      return row === 0 ? NaN : volume[row]! * Math.abs((2 * range(row)) / since - 1) * 100 * trend;
    });
    const value = each((a, b) => a - b, fromFirst(force, fast!), fromFirst(force, slow!));
    return [value, fromFirst(value, signal!)];
  },
  ac: (bars, { fast, slow, signal }) => {
    const ao = awesome(bars, fast!, slow!);
    return [each((a, b) => a - b, ao, over(ao, signal!, mean))];
  },
  coppock: ({ close }, { long, short, period }) => [wma(each((a, b) => a + b, rate([...close], long!), rate([...close], short!)), period!)],
  kst: ({ close }, p) => {
    const smoothed = [1, 2, 3, 4].map((k) => over(rate([...close], p[`rate${k}`]!), p[`period${k}`]!, mean));
    const value = each((a, b, c, d) => a + 2 * b + 3 * c + 4 * d, ...smoothed);
    return [value, over(value, p.signal!, mean)];
  },
  fisher: (bars, { period }) => {
    const price = median(bars);
    let [place, transform] = [0, 0];
    const rows = each((value, top, bottom) => {
      if (Number.isNaN(top)) return [NaN, NaN] as never;
      place = 0.33 * 2 * (top === bottom ? 0 : (value - bottom) / (top - bottom) - 0.5) + 0.67 * place;
      if (Math.abs(place) > 0.99) place = 0.999 * Math.sign(place);
      const before = transform;
      transform = Math.atanh(place) + 0.5 * before;
      return [transform, before] as never;
    }, price, highest(price, period!), lowest(price, period!)) as unknown as [number, number][];
    return [rows.map(([value]) => value), rows.map(([, before]) => before)];
  },
  crsi: ({ close }, { period, streak, rank }) => {
    const x = [...close];
    let run = 0;
    const runs = changes(x).map((change) => (run = change > 0 ? Math.max(run, 0) + 1 : change < 0 ? Math.min(run, 0) - 1 : 0));
    const ranks = over(rate(x, 1), rank! + 1, (w) => (100 * w.slice(0, -1).filter((before) => before <= w.at(-1)!).length) / rank!);
    return [each((a, b, c) => (a + b + c) / 3, rsi(x, period!), rsi(runs, streak!), ranks)];
  },
  pvo: ({ volume }, { fast, slow, signal }) => {
    const value = each((a, b) => (100 * (a - b)) / b, ema([...volume], fast!), ema([...volume], slow!));
    const average = ema(value, signal!);
    return [value, average, each((a, b) => a - b, value, average)];
  },
};
