// Volatility: how far prices range, and where in their range they stand.
import { BARS, CLOSE, HIGH_AND_LOW, SEEDING, VALUE, define, none, period, rolling, talib, windowOf } from './catalog-entry.ts';

const BANDS = {
  period: period(20, 'rows in the window'),
  multUp: { type: 'number', default: 2, min: 0, max: 1e6, doc: 'standard deviations from the middle to the upper band' },
  multDown: { type: 'number', default: 2, min: 0, max: 1e6, doc: 'standard deviations from the middle to the lower band' },
} as const;

export const volatility = {
  stddev: rolling(
    'stddev',
    4,
    'Standard deviation',
    20,
    'Population standard deviation of the last `period` values, by block moments merged with the formula of Chan, Golub and LeVeque: ' +
      'no drift, exactly 0 on a flat window, no trace of an outlier once it has left.',
    { name: 'STDDEV', params: ['period', null], outputs: VALUE },
  ),
  var: rolling(
    'var',
    53,
    'Variance',
    20,
    'Population variance of the last `period` values, by the block moments of stddev: no drift, exactly 0 on a flat window.',
    { name: 'VAR', params: ['period', null], outputs: VALUE },
  ),
  bbands: define('bbands', {
    version: '1.0.2',
    op: 5,
    title: 'Bollinger bands',
    inputs: CLOSE,
    outputs: ['upper', 'middle', 'lower'],
    params: BANDS,
    talib: { name: 'BBANDS', params: ['period', 'multUp', 'multDown', null], outputs: ['upper', 'middle', 'lower'] },
    lookback: windowOf,
    history: (p) => p.period,
    doc:
      'middle = sma, upper = middle + multUp·stddev, lower = middle − multDown·stddev, the deviation being the population one (J. Bollinger, TA-Lib). ' +
      'Of decimals the mean and the variance are exact, each rounded once.',
  }),
  percentb: define('percentb', {
    version: '1.0.0',
    op: 55,
    title: "Bollinger's %b",
    inputs: CLOSE,
    outputs: VALUE,
    params: BANDS,
    lookback: windowOf,
    history: (p) => p.period,
    doc:
      '(x − lower) / (upper − lower), the bands being those of bbands: 0 on the lower band, 1 on the upper (J. Bollinger). ½ where the bands ' +
      'meet.',
  }),
  bandwidth: define('bandwidth', {
    version: '1.0.0',
    op: 56,
    title: "Bollinger's band width",
    inputs: CLOSE,
    outputs: VALUE,
    params: BANDS,
    lookback: windowOf,
    history: (p) => p.period,
    doc: '(upper − lower) / middle, the bands being those of bbands (J. Bollinger).',
  }),
  zscore: define('zscore', {
    version: '1.0.0',
    op: 54,
    title: 'Standard score',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(20, 'rows in the window') },
    lookback: windowOf,
    history: (p) => p.period,
    doc: '(x − mean) / standard deviation, both over `period` rows and the deviation the population one. 0 where the window is flat.',
  }),
  atr: define('atr', {
    version: '1.0.0',
    op: 8,
    title: 'Average true range',
    inputs: BARS,
    outputs: VALUE,
    params: { period: period(14, "rows of Wilder's smoothing"), seeding: SEEDING },
    talib: talib('ATR', 'period'),
    lookback: (p) => (p.seeding ? p.period - 1 : p.period),
    history: none,
    doc:
      'True range max(high, close₋₁) − min(low, close₋₁), smoothed by 1 / period, seeded with the mean of the first `period` ranges that have a ' +
      'previous close (J. W. Wilder 1978, as TA-Lib), or of the first `period`, the first row ranging from low to high (TradingView).',
  }),
  natr: define('natr', {
    version: '1.0.0',
    op: 52,
    title: 'Normalized average true range',
    inputs: BARS,
    outputs: VALUE,
    params: { period: period(14, "rows of Wilder's smoothing"), seeding: SEEDING },
    talib: talib('NATR', 'period'),
    lookback: (p) => (p.seeding ? p.period - 1 : p.period),
    history: none,
    doc: '100·atr / close (J. Forman 2006, as TA-Lib, which with a period of 1 gives the true range as it is), seeded as atr. NaN where the close is 0.',
  }),
  tr: define('tr', {
    version: '1.0.0',
    op: 51,
    title: 'True range',
    inputs: BARS,
    outputs: VALUE,
    params: {},
    talib: talib('TRANGE'),
    lookback: () => 1,
    history: none,
    doc:
      'max(high, close₋₁) − min(low, close₋₁), from the second row on (J. W. Wilder 1978, as TA-Lib). A row with a NaN gives NaN and is passed ' +
      'over.',
  }),
  accbands: define('accbands', {
    version: '1.0.1',
    op: 129,
    title: 'Acceleration bands',
    inputs: BARS,
    outputs: ['upper', 'middle', 'lower'],
    params: { period: period(20, 'rows in the window') },
    talib: { name: 'ACCBANDS', params: ['period'], outputs: ['upper', 'middle', 'lower'] },
    lookback: windowOf,
    history: (p) => p.period,
    doc:
      'upper = sma(high·(1 + a)), middle = sma(close), lower = sma(low·(1 − a)), a = 4·(high − low) / (high + low), 0 where high + low is 0 (P. Headley 2002, as ' +
      'TA-Lib).',
  }),
  massindex: define('massindex', {
    version: '1.0.1',
    op: 154,
    title: 'Mass index',
    inputs: HIGH_AND_LOW,
    outputs: VALUE,
    params: { period: period(25, 'rows of the sum'), smoothing: period(9, 'rows of both averages') },
    lookback: (p) => 2 * (p.smoothing - 1) + p.period - 1,
    history: none,
    doc:
      'Sum over `period` rows of e / ema(e), e = ema(high − low), both over `smoothing` rows and seeded as ema is; 1 where nothing ranges (D. Dorsey 1992). A row ' +
      'with a NaN gives NaN and is passed over.',
  }),
  ulcer: define('ulcer', {
    version: '1.0.1',
    op: 155,
    title: 'Ulcer index',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(14, 'rows of the highest value and of the mean') },
    lookback: (p) => 2 * (p.period - 1),
    history: windowOf,
    doc: 'Root of the mean, over `period` rows, of (100·(x − h) / h)², h being the greatest of the last `period` values (P. Martin 1987). NaN where h is 0.',
  }),
  chandelier: define('chandelier', {
    version: '1.0.0',
    op: 156,
    title: 'Chandelier exit',
    inputs: BARS,
    outputs: ['long', 'short'],
    params: {
      period: period(22, 'rows of the channel and of the average true range'),
      mult: { type: 'number', default: 3, min: 0, max: 1e6, doc: 'average true ranges from the edge of the channel to the stop' },
    },
    lookback: (p) => p.period,
    history: none,
    doc:
      'long = greatest high − mult·atr, short = least low + mult·atr, over `period` rows, the atr seeded as atr is (C. Le Beau). A row with a NaN gives NaN and is ' +
      'passed over.',
  }),
  starc: define('starc', {
    version: '1.0.0',
    op: 158,
    title: 'Starc bands',
    inputs: BARS,
    outputs: ['upper', 'middle', 'lower'],
    params: {
      period: period(6, 'rows of the middle, an sma of the close'),
      atrPeriod: period(15, 'rows of the average true range'),
      mult: { type: 'number', default: 2, min: 0, max: 1e6, doc: 'average true ranges from the middle to either band' },
    },
    lookback: (p) => Math.max(p.period - 1, p.atrPeriod),
    history: none,
    doc:
      'middle = sma(close), upper and lower = middle ± mult·atr (M. Stoller), the atr seeded as atr is. A row with a NaN gives NaN and is passed over, by the ' +
      'mean as well.',
  }),
  rvi: define('rvi', {
    version: '1.0.0',
    op: 271,
    title: 'Relative volatility index',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(10, 'rows of the standard deviation'), smoothing: period(14, 'rows of the averages') },
    lookback: (p) => p.period - 1 + p.smoothing - 1,
    history: none,
    doc:
      '100·u / (u + d), 0 where both are 0: u is ema(smoothing) of the deviation of the last `period` values on rows that rose and of 0 on the others, d the other ' +
      'way round (D. Dorsey 1993, with the exponential averages of TradingView in the place of Wilder\'s). His revision of 1995 is the mean of that of the highs ' +
      'and that of the lows: `rvi(price.high).plus(rvi(price.low)).over(2)`. A NaN row gives NaN and is passed over.',
  }),
  cksp: define('cksp', {
    version: '1.0.0',
    op: 278,
    title: 'Chande Kroll stop',
    inputs: BARS,
    outputs: ['long', 'short'],
    params: {
      period: period(10, 'rows of the channel and of the average true range'),
      mult: { type: 'number', default: 1, min: 0, max: 1e6, doc: 'average true ranges from an extreme to its stop' },
      stop: period(9, 'rows of the stops'),
    },
    lookback: (p) => p.period + p.stop - 1,
    history: none,
    doc:
      'long is the greatest of the last `stop` rows of greatest high − mult·atr, short the least of those of least low + mult·atr: `chandelier` of period and ' +
      'mult (T. Chande and S. Kroll 1994, with the defaults of TradingView, which calls the long stop short). A row with a NaN gives NaN and is passed over.',
  }),
  volstop: define('volstop', {
    version: '1.0.0',
    op: 279,
    title: 'Volatility stop',
    inputs: BARS,
    outputs: ['value', 'direction'],
    params: {
      period: period(20, 'rows of the average true range'),
      mult: { type: 'number', default: 2, min: 0, max: 1e6, doc: 'average true ranges from the furthest close to the stop' },
    },
    lookback: (p) => p.period,
    history: none,
    doc:
      'A stop at mult·atr from the furthest close since it turned, which moves only with the trend. Direction is 1 above the stop and −1 below; a close beyond the ' +
      'stop turns it, from below one at the stop as well, and is the first of the new trend (J. W. Wilder 1978, as TradingView, whose own starts with the first row, before there is an atr). It ' +
      'starts at 1. A row with a NaN gives NaN and is passed over.',
  }),
  atrstop: define('atrstop', {
    version: '1.0.0',
    op: 280,
    title: 'Average true range trailing stop',
    inputs: BARS,
    outputs: ['value', 'direction'],
    params: {
      period: period(5, 'rows of the average true range'),
      mult: { type: 'number', default: 3.5, min: 0, max: 1e6, doc: 'average true ranges from the close to the stop' },
    },
    lookback: (p) => p.period,
    history: none,
    doc:
      'A stop at mult·atr from the close, which moves only with the trend. Direction is 1 above the stop and −1 below; a close beyond the stop turns it, one at the ' +
      'stop does not (S. Vervoort 2009, with the atr of Wilder; HPotter on TradingView). It starts at 1. A row with a NaN gives NaN and is passed over.',
  }),
} as const;
