// Moving averages.
import { CLOSE, CLOSE_AND_VOLUME, HIGH_AND_LOW, SEEDING, VALUE, define, none, period, talib, windowOf } from './catalog-entry.ts';

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
    params: { period: period(20, 'smoothing is 2 / (period + 1)'), seeding: SEEDING },
    talib: talib('EMA', 'period'),
    lookback: (p) => (p.seeding ? 0 : p.period - 1),
    history: none,
    doc:
      'y = k·x + (1 − k)·y₋₁, k = 2 / (period + 1), seeded with the mean of the first `period` values (TA-Lib) or with the first value (TradingView). ' +
      'Computed two rows ahead: y = (k·x + k·b·x₋₁) + b²·y₋₂, b = 1 − k. A NaN row gives NaN and leaves the average as it was.',
  }),
  rma: define('rma', {
    version: '1.0.0',
    op: 32,
    title: "Wilder's moving average",
    alias: 'smma',
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
    params: { period: period(20, 'smoothing is 2 / (period + 1)'), seeding: SEEDING },
    talib: talib('DEMA', 'period'),
    lookback: (p) => (p.seeding ? 0 : 2 * (p.period - 1)),
    history: none,
    doc:
      '2·e₁ − e₂, e₁ = ema(x), e₂ = ema(e₁), each seeded with the mean of the first `period` values it is given (P. Mulloy 1994, as TA-Lib) or ' +
      'with the first (TradingView). A NaN row gives NaN and is passed over.',
  }),
  tema: define('tema', {
    version: '1.0.0',
    op: 34,
    title: 'Triple exponential moving average',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(20, 'smoothing is 2 / (period + 1)'), seeding: SEEDING },
    talib: talib('TEMA', 'period'),
    lookback: (p) => (p.seeding ? 0 : 3 * (p.period - 1)),
    history: none,
    doc:
      '3·e₁ − 3·e₂ + e₃, each the ema of the one before and seeded with the mean of the first `period` values it is given (P. Mulloy 1994, as ' +
      'TA-Lib) or with the first (TradingView). A NaN row gives NaN and is passed over.',
  }),
  hma: define('hma', {
    version: '1.0.1',
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
    version: '1.0.2',
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
      'rows (TA-Lib, Tulip). While every value in the window is a decimal of at most 8 places, the sum is kept in integers and correctly rounded.',
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
    version: '1.0.3',
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
  alma: define('alma', {
    version: '1.0.1',
    op: 107,
    title: 'Arnaud Legoux moving average',
    inputs: CLOSE,
    outputs: VALUE,
    params: {
      period: period(9, 'rows in the window'),
      offset: { type: 'number', default: 0.85, min: 0, max: 1, doc: 'where in the window the weights are greatest: 0 at the oldest row, 1 at the newest' },
      sigma: { type: 'number', default: 6, min: 0.1, max: 1e6, doc: 'how many widths of the bell the window is long: the more, the sharper' },
    },
    lookback: windowOf,
    history: windowOf,
    doc:
      'Mean of the last `period` values with weights exp(−(i − m)² / 2s²), i counted from the oldest row, m = offset·(period − 1), s = period / sigma ' +
      "(A. Legoux and D. Kouzis-Loukas 2009; TradingView's ta.alma). Summed as distances from the newest value: a flat window is that value exactly.",
  }),
  mama: define('mama', {
    version: '1.0.2',
    op: 108,
    title: 'MESA adaptive moving average',
    inputs: CLOSE,
    outputs: ['mama', 'fama'],
    params: {
      fastLimit: { type: 'number', default: 0.5, min: 0.01, max: 0.99, doc: 'most of the distance to a value that mama takes' },
      slowLimit: { type: 'number', default: 0.05, min: 0.01, max: 0.99, doc: 'least of the distance to a value that mama takes' },
    },
    talib: { name: 'MAMA', params: ['fastLimit', 'slowLimit'], outputs: ['mama', 'fama'] },
    lookback: () => 32,
    history: none,
    doc:
      'mama = a·x + (1 − a)·mama₋₁ and fama = a/2·mama + (1 − a/2)·fama₋₁, a = fastLimit / turn, at least slowLimit; turn is how many degrees the ' +
      "phase of the price's cycle fell since the row before, at least 1. The phase comes from Hilbert transforms of the smoothed price, their gain " +
      'from the period of the cycle (J. Ehlers 2001, as TA-Lib). Both averages start from 0 on the 13th row. A NaN row gives NaN and is passed over.',
  }),
  vidya: define('vidya', {
    version: '1.0.2',
    op: 109,
    title: 'Variable index dynamic average',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(12, 'smoothing is at most 2 / (period + 1)'), momentum: period(9, 'changes the momentum is measured over') },
    lookback: (p) => p.momentum,
    history: none,
    doc:
      'y = y₋₁ + 2 / (period + 1)·|Σ change| / Σ|change|·(x − y₋₁), the sums over `momentum` changes: an ema slowed down by the size of the Chande ' +
      'momentum oscillator; 0 where nothing has changed. Starts from the value before its first row (T. Chande 1995; MetaTrader). A NaN row gives ' +
      'NaN and is passed over.',
  }),
  mcginley: define('mcginley', {
    version: '1.0.0',
    op: 110,
    title: 'McGinley dynamic',
    inputs: CLOSE,
    outputs: VALUE,
    params: {
      period: period(14, 'rows of a simple average of like pace'),
      factor: { type: 'number', default: 1, min: 1e-6, max: 1e6, doc: "what the period is multiplied by; McGinley's own is 0.6" },
    },
    lookback: windowOf,
    history: none,
    doc:
      'y = y₋₁ + (x − y₋₁) / (factor·period·(x / y₋₁)⁴), seeded with the mean of the first `period` values (J. McGinley 1997; TradingView, which seeds ' +
      'with the first value). The share is at most the whole distance. A NaN row gives NaN and is passed over.',
  }),
  supersmoother: define('supersmoother', {
    version: '1.0.0',
    op: 151,
    title: 'Super smoother',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(10, 'shortest cycle in rows that passes') },
    lookback: none,
    history: none,
    doc:
      'y = c·(x + x₋₁) / 2 + 2·r·cos(w)·y₋₁ − r²·y₋₂, w = √2·π / period, r = e⁻ʷ, c = 1 − 2·r·cos(w) + r²: a Butterworth filter of two poles. The first value ' +
      'stands for those before it (J. Ehlers 2013). A NaN row gives NaN and is passed over.',
  }),
  frama: define('frama', {
    version: '1.0.0',
    op: 276,
    title: 'Fractal adaptive moving average',
    inputs: HIGH_AND_LOW,
    outputs: VALUE,
    params: { period: period(16, 'rows in the window; an odd number counts as one more', 2) },
    lookback: (p) => 2 * Math.ceil(p.period / 2) - 1,
    history: none,
    doc:
      'y = y₋₁ + a·(m − y₋₁), m = (high + low) / 2, a = exp(−4.6·(d − 1)), at least 0.01 and at most 1; d = log₂(2·(r₁ + r₂) / r) is the fractal dimension, r the ' +
      'range of the window from greatest high to least low, r₁ and r₂ those of its halves; d stays what it was where a half has no range. The first full window ' +
      'gives m (J. Ehlers 2005). A row with a NaN gives NaN and is passed over.',
  }),
  swma: define('swma', {
    version: '1.0.0',
    op: 294,
    title: 'Symmetrically weighted moving average',
    inputs: CLOSE,
    outputs: VALUE,
    params: {},
    lookback: () => 3,
    history: () => 3,
    doc: '(x + 2·x₋₁ + 2·x₋₂ + x₋₃) / 6 (TradingView).',
  }),
} as const;
