// Moving averages.
import { CLOSE, CLOSE_AND_VOLUME, VALUE, define, none, period, talib, windowOf } from './catalog-entry.ts';

const EXACT =
  'While every value in the window is a decimal of at most 8 places, the sum is kept in integers and the result is the exact mean of the decimals, ' +
  'correctly rounded: equal averages compare equal. Other windows are summed by blocks (van Herk on sums), without drift.';

export const averages = {
  sma: define('sma', {
    version: '1.0.1',
    op: 1,
    title: 'Simple moving average',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(20, 'rows in the window') },
    talib: talib('SMA', 'period'),
    lookback: windowOf,
    history: (p) => p.period,
    doc: `Arithmetic mean of the last \`period\` values. ${EXACT}`,
  }),
  wma: define('wma', {
    version: '1.0.1',
    op: 2,
    title: 'Weighted moving average',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(20, 'rows in the window') },
    talib: talib('WMA', 'period'),
    lookback: windowOf,
    history: (p) => p.period,
    doc: `Mean of the last \`period\` values with weights 1, 2 … period, the newest heaviest. ${EXACT}`,
  }),
  ema: define('ema', {
    version: '1.0.0',
    op: 3,
    title: 'Exponential moving average',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(20, 'smoothing is 2 / (period + 1)') },
    talib: talib('EMA', 'period'),
    lookback: windowOf,
    history: none,
    doc:
      'y = k·x + (1 − k)·y₋₁, k = 2 / (period + 1), seeded with the mean of the first `period` values (TA-Lib). ' +
      'Computed two rows ahead: y = (k·x + k·b·x₋₁) + b²·y₋₂, b = 1 − k. A NaN row gives NaN and leaves the average as it was.',
  }),
  rma: define('rma', {
    version: '1.0.0',
    op: 32,
    title: "Wilder's moving average",
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(14, "rows of Wilder's smoothing") },
    lookback: windowOf,
    history: none,
    doc:
      "y = x / period + (1 − 1 / period)·y₋₁, seeded with the mean of the first `period` values (J. W. Wilder 1978; Tulip's wilders, " +
      "TradingView's ta.rma; also called SMMA). Computed two rows ahead, as ema. A NaN row gives NaN and leaves the average as it was.",
  }),
  dema: define('dema', {
    version: '1.0.0',
    op: 33,
    title: 'Double exponential moving average',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(20, 'smoothing is 2 / (period + 1)') },
    talib: talib('DEMA', 'period'),
    lookback: (p) => 2 * (p.period - 1),
    history: none,
    doc:
      '2·e₁ − e₂, e₁ = ema(x), e₂ = ema(e₁), each seeded with the mean of the first `period` values it is given (P. Mulloy 1994, as TA-Lib). A ' +
      'NaN row gives NaN and is passed over.',
  }),
  tema: define('tema', {
    version: '1.0.0',
    op: 34,
    title: 'Triple exponential moving average',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(20, 'smoothing is 2 / (period + 1)') },
    talib: talib('TEMA', 'period'),
    lookback: (p) => 3 * (p.period - 1),
    history: none,
    doc:
      '3·e₁ − 3·e₂ + e₃, each the ema of the one before and seeded with the mean of the first `period` values it is given (P. Mulloy 1994, as ' +
      'TA-Lib). A NaN row gives NaN and is passed over.',
  }),
  hma: define('hma', {
    version: '1.0.0',
    op: 35,
    title: 'Hull moving average',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(20, 'rows in the window') },
    lookback: (p) => p.period - 1 + Math.floor(Math.sqrt(p.period)) - 1,
    history: (p) => p.period,
    doc: 'wma(2·wma(x, period / 2) − wma(x, period), √period), both lengths rounded down and at least 1 (A. Hull 2005; Tulip, TradingView).',
  }),
  vwma: define('vwma', {
    version: '1.0.0',
    op: 36,
    title: 'Volume-weighted moving average',
    inputs: CLOSE_AND_VOLUME,
    outputs: VALUE,
    params: { period: period(20, 'rows in the window') },
    lookback: windowOf,
    history: (p) => p.period,
    doc: 'sma(close·volume) / sma(volume) over `period` rows (Tulip, TradingView). NaN where the window has no volume.',
  }),
  trima: define('trima', {
    version: '1.0.0',
    op: 37,
    title: 'Triangular moving average',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(20, 'rows in the window') },
    talib: talib('TRIMA', 'period'),
    lookback: windowOf,
    history: (p) => p.period,
    doc:
      'Mean with weights that rise to the middle of the window and fall again: the sma over ⌈period / 2⌉ rows of the sma over ⌊period / 2⌋ + 1 ' +
      'rows (TA-Lib, Tulip).',
  }),
  t3: define('t3', {
    version: '1.0.0',
    op: 38,
    title: "Tillson's T3",
    inputs: CLOSE,
    outputs: VALUE,
    params: {
      period: period(5, 'smoothing is 2 / (period + 1)'),
      vfactor: { type: 'number', default: 0.7, min: 0, max: 1, doc: 'weight of the correction: 0 gives an ema taken three times, 1 a dema' },
    },
    talib: talib('T3', 'period', 'vfactor'),
    lookback: (p) => 6 * (p.period - 1),
    history: none,
    doc:
      'c₁·e₆ + c₂·e₅ + c₃·e₄ + c₄·e₃, eₖ the ema of eₖ₋₁, c₁ = −v³, c₂ = 3v² + 3v³, c₃ = −6v² − 3v − 3v³, c₄ = 1 + 3v + v³ + 3v², v being vfactor ' +
      '(T. Tillson 1998, as TA-Lib). A NaN row gives NaN and is passed over.',
  }),
  kama: define('kama', {
    version: '1.0.0',
    op: 77,
    title: "Kaufman's adaptive moving average",
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(10, 'rows the way is measured over') },
    talib: talib('KAMA', 'period'),
    lookback: (p) => p.period,
    history: none,
    doc:
      'y = y₋₁ + s·(x − y₋₁), s = (e·(2/3 − 2/31) + 2/31)², e = |x − x₋ₚ| / Σ|x − x₋₁| over `period` rows, 1 where nothing has moved. Starts from ' +
      'the value before its first row (P. Kaufman 1995, as TA-Lib). A NaN row gives NaN and is passed over.',
  }),
  zlema: define('zlema', {
    version: '1.0.0',
    op: 80,
    title: 'Zero-lag exponential moving average',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(20, 'smoothing is 2 / (period + 1)') },
    lookback: (p) => Math.floor((p.period - 1) / 2) + p.period - 1,
    history: none,
    doc:
      'ema of 2·x − x₋ₗ, l = (period − 1) / 2 rounded down (J. Ehlers and R. Way 2010), seeded as ema with the mean of its first `period` values. ' +
      'A NaN row gives NaN and is passed over.',
  }),
} as const;
