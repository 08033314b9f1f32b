// Regression: lines through windows, and how columns move together.
import { CLOSE, VALUE, define, none, period, talib, windowOf } from './catalog-entry.ts';

export const regression = {
  linearreg: define('linearreg', {
    version: '1.0.1',
    op: 69,
    title: 'Linear regression',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(14, 'rows in the window', 2) },
    talib: talib('LINEARREG', 'period'),
    lookback: windowOf,
    history: (p) => p.period,
    doc:
      'Value at the newest row of the least-squares line through the last `period` values: 3·wma − 2·sma (TA-Lib). With the rows numbered, least ' +
      'squares comes down to the sums behind sma and wma; of decimals they are whole numbers, and the line is exact, rounded once.',
  }),
  linearregslope: define('linearregslope', {
    version: '1.0.1',
    op: 70,
    title: 'Slope of the linear regression',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(14, 'rows in the window', 2) },
    talib: talib('LINEARREG_SLOPE', 'period'),
    lookback: windowOf,
    history: (p) => p.period,
    doc:
      'Slope, per row, of the least-squares line through the last `period` values: 6·(wma − sma) / (period − 1) (TA-Lib). With the rows numbered, ' +
      'least squares comes down to the sums behind sma and wma; of decimals they are whole numbers, and the slope is exact, rounded once.',
  }),
  linearregintercept: define('linearregintercept', {
    version: '1.0.1',
    op: 71,
    title: 'Intercept of the linear regression',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(14, 'rows in the window', 2) },
    talib: talib('LINEARREG_INTERCEPT', 'period'),
    lookback: windowOf,
    history: (p) => p.period,
    doc:
      'Value at the oldest row of the least-squares line through the last `period` values: 4·sma − 3·wma (TA-Lib). With the rows numbered, least ' +
      'squares comes down to the sums behind sma and wma; of decimals they are whole numbers, and the line is exact, rounded once.',
  }),
  linearregangle: define('linearregangle', {
    version: '1.0.2',
    op: 72,
    title: 'Angle of the linear regression',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(14, 'rows in the window', 2) },
    talib: talib('LINEARREG_ANGLE', 'period'),
    lookback: windowOf,
    history: (p) => p.period,
    doc: 'Arc tangent, in degrees, of the slope of the least-squares line through the last `period` values (TA-Lib).',
  }),
  tsf: define('tsf', {
    version: '1.0.1',
    op: 73,
    title: 'Time series forecast',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(14, 'rows in the window', 2) },
    talib: talib('TSF', 'period'),
    lookback: windowOf,
    history: (p) => p.period,
    doc: 'Value one row ahead of the newest of the least-squares line through the last `period` values: linearreg + linearregslope (TA-Lib).',
  }),
  r2: define('r2', {
    version: '1.0.1',
    op: 74,
    title: 'Coefficient of determination',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(14, 'rows in the window', 2) },
    lookback: windowOf,
    history: (p) => p.period,
    doc:
      'Part, 0 … 1, of the variance of the last `period` values that their least-squares line explains: slope²·(period² − 1) / (12·variance). ' +
      '0 where the window is flat.',
  }),
  correl: define('correl', {
    version: '1.0.2',
    op: 75,
    title: 'Correlation',
    inputs: [
      { name: 'x', default: 'close' },
      { name: 'y', default: 'volume' },
    ],
    outputs: VALUE,
    params: { period: period(30, 'rows in the window', 2) },
    talib: talib('CORREL', 'period'),
    lookback: windowOf,
    history: (p) => p.period,
    doc:
      "Pearson's correlation of the last `period` rows of x and y, by sums of blocks about a row of the window (TA-Lib's " +
      'CORREL, without its drift). 0 where either is flat.',
  }),
  beta: define('beta', {
    version: '1.0.2',
    op: 76,
    title: 'Beta',
    inputs: [
      { name: 'x', default: 'close' },
      { name: 'y', default: 'volume' },
    ],
    outputs: VALUE,
    params: { period: period(5, 'changes in the window', 2) },
    talib: talib('BETA', 'period'),
    lookback: (p) => p.period,
    history: none,
    doc:
      "Slope of the changes of y over those of x: their covariance over the variance of x's, over `period` changes. A change is (v − v₋₁) / v₋₁, " +
      "0 after a 0 (TA-Lib's BETA, without its drift). 0 where x does not change, or always by the same.",
  }),
} as const;
