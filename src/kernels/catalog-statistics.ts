// Statistics of a window: its sum, and the shape of what is in it.
import { CLOSE, VALUE, define, period, rolling, talib, windowOf } from './catalog-entry.ts';

export const statistics = {
  sum: define('sum', {
    version: '1.0.1',
    op: 127,
    title: 'Sum',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(30, 'rows in the window') },
    talib: talib('SUM', 'period'),
    lookback: windowOf,
    history: (p) => p.period,
    doc: 'Sum of the last `period` values; of decimals it is exact, rounded once.',
  }),
  avgdev: rolling(
    'avgdev', 128, 'Mean deviation', 14,
    'Mean of |x − m| over the last `period` values, m being their mean. Each window is summed anew, as distances from its newest value: no drift, exactly ' +
      '0 on a flat window.',
    talib('AVGDEV', 'period'),
  ),
  median: define('median', {
    version: '1.0.0',
    op: 146,
    title: 'Median',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(20, 'rows in the window') },
    lookback: windowOf,
    history: (p) => p.period,
    doc: 'Middle of the last `period` values in order of size; of an even number of them, the middle between the two.',
  }),
  quantile: define('quantile', {
    version: '1.0.0',
    op: 147,
    title: 'Quantile',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(20, 'rows in the window'), q: { type: 'number', default: 0.75, min: 0, max: 1, doc: 'part of the values that lies below: 0 the least, 1 the greatest' } },
    lookback: windowOf,
    history: (p) => p.period,
    doc: 'Value at the place q·(period − 1) of the last `period` values in order of size, in proportion between two of them (type 7 of Hyndman and Fan 1996; NumPy, pandas).',
  }),
  percentrank: define('percentrank', {
    version: '1.0.0',
    op: 148,
    title: 'Percent rank',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(100, 'rows before the newest that it is ranked among') },
    lookback: (p) => p.period,
    history: (p) => p.period,
    doc: "Percentage of the `period` values before the newest that are not above it (TradingView's ta.percentrank).",
  }),
  skew: rolling(
    'skew', 149, 'Skewness', 30,
    'Mean of (x − m)³ over the deviation cubed, of the last `period` values, m being their mean and the deviation the population one. Each window is summed ' +
      'anew, as distances from its newest value: no drift, 0 on a flat window.',
  ),
  kurtosis: rolling(
    'kurtosis', 150, 'Kurtosis', 30,
    'Mean of (x − m)⁴ over the variance squared, of the last `period` values, m being their mean and the variance the population one: 3 for a normal ' +
      'distribution. Each window is summed anew, as distances from its newest value: no drift, 0 on a flat window.',
  ),
  mad: define('mad', {
    version: '1.0.0',
    op: 286,
    title: 'Median absolute deviation',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(20, 'rows in the window') },
    lookback: windowOf,
    history: (p) => p.period,
    doc:
      'Median of |x − m| over the last `period` values, m being their median: 1.4826 times it stands for the standard deviation of normal values, and no outlier ' +
      "moves it far (C. F. Gauss 1816; F. Hampel 1974). pandas-ta's `mad` is the mean deviation, `avgdev`.",
  }),
  entropy: define('entropy', {
    version: '1.0.0',
    op: 287,
    title: 'Entropy',
    inputs: CLOSE,
    outputs: VALUE,
    params: {
      period: period(10, 'rows in the window'),
      base: { type: 'number', default: 2, min: 1.001, max: 1e6, doc: 'base of the logarithm' },
    },
    lookback: (p) => 2 * (p.period - 1),
    history: (p) => p.period,
    doc:
      'Σ −p·log p over the last `period` rows, p being the part that a value is of the sum of the `period` values up to it (C. Shannon 1948, as pandas-ta). A ' +
      'value below 0 and a sum of 0 give NaN.',
  }),
  hurst: define('hurst', {
    version: '1.0.0',
    op: 288,
    title: 'Hurst exponent',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(100, 'changes in the window', 8) },
    lookback: (p) => p.period,
    history: (p) => p.period,
    doc:
      'ln(R / S) / ln(period) of the last `period` changes: R is the range of the sums of their distances from their mean, from 0 on, S their standard deviation; ' +
      '0.5 where they are all alike but for the last digits of the values (H. E. Hurst 1951, B. Mandelbrot and J. Wallis 1969, from one window; a random walk of 100 changes has about 0.55). For the ' +
      'changes of logarithms: `hurst(ln(price.close))`.',
  }),
} as const;
