// How many times as fast as TA-Lib C 0.7.1 a kernel must be, at a million bars.

/** K4: at or under its time per bar, for every indicator both have. */
const AT_LEAST = 1;

const RATIOS: Readonly<Record<string, number>> = {
  sma: 1.3, ema: 2.5, wma: 1, stddev: 2, bbands: 1.7, rsi: 5, atr: 5, adx: 5, macd: 8, stoch: 3, cci: 3, obv: 6, min: 3.5, max: 3.5, linearregslope: 4.5, correl: 1.5,
};

export function askedRatio(kernel: string): number {
  return RATIOS[kernel] ?? AT_LEAST;
}
