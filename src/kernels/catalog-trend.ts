// Trend: whether prices go anywhere, and the channels they go in.
import { BARS, CLOSE, HIGH_AND_LOW, SEEDING, VALUE, define, none, period, rolling, talib, windowOf } from './catalog-entry.ts';

const ALLIGATOR = {
  jaw: period(13, 'rows of the jaw'),
  teeth: period(8, 'rows of the teeth'),
  lips: period(5, 'rows of the lips'),
  jawShift: period(8, 'rows the jaw is late', 0),
  teethShift: period(5, 'rows the teeth are late', 0),
  lipsShift: period(3, 'rows the lips are late', 0),
} as const;

export const trend = {
  adx: define('adx', {
    version: '1.0.3',
    op: 61,
    title: 'Average directional index',
    inputs: BARS,
    outputs: VALUE,
    params: { period: period(14, "rows of Wilder's smoothing") },
    talib: talib('ADX', 'period'),
    lookback: (p) => 2 * p.period - 1,
    history: none,
    doc:
      "Wilder's average of dx, seeded with the mean of its first `period` values (J. W. Wilder 1978, as TA-Lib). A row with a NaN gives NaN and " +
      'is passed over.',
  }),
  adxr: define('adxr', {
    version: '1.0.3',
    op: 65,
    title: 'Average directional index rating',
    inputs: BARS,
    outputs: VALUE,
    params: { period: period(14, "rows of Wilder's smoothing") },
    talib: talib('ADXR', 'period'),
    lookback: (p) => 3 * p.period - 2,
    history: none,
    doc: 'Mean of adx and of what it was period − 1 rows before (J. W. Wilder 1978, as TA-Lib). A row with a NaN gives NaN and is passed over.',
  }),
  dx: define('dx', {
    version: '1.0.2',
    op: 64,
    title: 'Directional index',
    inputs: BARS,
    outputs: VALUE,
    params: { period: period(14, "rows of Wilder's smoothing") },
    talib: talib('DX', 'period'),
    lookback: (p) => p.period,
    history: none,
    doc:
      '100·|plusdi − minusdi| / (plusdi + minusdi), 0 where nothing has moved (J. W. Wilder 1978, as TA-Lib). A row with a NaN gives NaN and is ' +
      'passed over.',
  }),
  plusdi: define('plusdi', {
    version: '1.0.2',
    op: 62,
    title: 'Plus directional indicator',
    inputs: BARS,
    outputs: VALUE,
    params: { period: period(14, "rows of Wilder's smoothing") },
    talib: talib('PLUS_DI', 'period'),
    lookback: (p) => p.period,
    history: none,
    doc:
      '100·smoothed upward movement / smoothed true range, 0 where nothing has ranged; with a period of 1 TA-Lib leaves out the 100. A row moves up by high − high₋₁ when that is above 0 and ' +
      "above low₋₁ − low. Sums of the first period − 1 rows seed Wilder's smoothing (J. W. Wilder 1978, as TA-Lib). A row with a NaN gives NaN " +
      'and is passed over.',
  }),
  minusdi: define('minusdi', {
    version: '1.0.2',
    op: 63,
    title: 'Minus directional indicator',
    inputs: BARS,
    outputs: VALUE,
    params: { period: period(14, "rows of Wilder's smoothing") },
    talib: talib('MINUS_DI', 'period'),
    lookback: (p) => p.period,
    history: none,
    doc:
      '100·smoothed downward movement / smoothed true range, 0 where nothing has ranged; with a period of 1 TA-Lib leaves out the 100. A row moves down by low₋₁ − low when that is above 0 and ' +
      "above high − high₋₁. Sums of the first period − 1 rows seed Wilder's smoothing (J. W. Wilder 1978, as TA-Lib). A row with a NaN gives NaN " +
      'and is passed over.',
  }),
  min: rolling('min', 9, 'Rolling minimum', 20, 'Least of the last `period` values.', talib('MIN', 'period')),
  max: rolling('max', 10, 'Rolling maximum', 20, 'Greatest of the last `period` values.', talib('MAX', 'period')),
  donchian: define('donchian', {
    version: '1.0.0',
    op: 66,
    title: 'Donchian channel',
    inputs: HIGH_AND_LOW,
    outputs: ['upper', 'middle', 'lower'],
    params: { period: period(20, 'rows in the window') },
    lookback: windowOf,
    history: windowOf,
    doc: 'Greatest high and least low of the last `period` rows, and the middle between them (R. Donchian).',
  }),
  midpoint: define('midpoint', {
    version: '1.0.0',
    op: 67,
    title: 'Middle of a window',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(14, 'rows in the window') },
    talib: talib('MIDPOINT', 'period'),
    lookback: windowOf,
    history: windowOf,
    doc: '(greatest + least) / 2 of the last `period` values (TA-Lib).',
  }),
  midprice: define('midprice', {
    version: '1.0.0',
    op: 68,
    title: 'Middle of a channel',
    inputs: HIGH_AND_LOW,
    outputs: VALUE,
    params: { period: period(14, 'rows in the window') },
    talib: talib('MIDPRICE', 'period'),
    lookback: windowOf,
    history: windowOf,
    doc: '(greatest high + least low) / 2 of the last `period` rows (TA-Lib).',
  }),
  aroon: define('aroon', {
    version: '1.0.1',
    op: 86,
    title: 'Aroon',
    inputs: HIGH_AND_LOW,
    outputs: ['down', 'up'],
    params: { period: period(14, 'rows in the window') },
    talib: { name: 'AROON', params: ['period'], outputs: ['down', 'up'] },
    lookback: (p) => p.period,
    history: (p) => p.period,
    doc:
      '100·(period − a) / period, a being how many rows ago, of the last period + 1, the low was lowest (down) or the high highest (up); of equal ' +
      'ones the newest counts (T. Chande 1995, as TA-Lib).',
  }),
  aroonosc: define('aroonosc', {
    version: '1.0.1',
    op: 87,
    title: 'Aroon oscillator',
    inputs: HIGH_AND_LOW,
    outputs: VALUE,
    params: { period: period(14, 'rows in the window') },
    talib: talib('AROONOSC', 'period'),
    lookback: (p) => p.period,
    history: (p) => p.period,
    doc: "Aroon's up − down (T. Chande 1995, as TA-Lib).",
  }),
  psar: define('psar', {
    version: '1.0.0',
    op: 88,
    title: 'Parabolic stop and reverse',
    inputs: HIGH_AND_LOW,
    outputs: VALUE,
    params: {
      acceleration: { type: 'number', default: 0.02, min: 0, max: 1e6, doc: 'share of the distance to the extreme that the stop moves, added with each new extreme' },
      maximum: { type: 'number', default: 0.2, min: 0, max: 1e6, doc: 'most that the share grows to' },
    },
    talib: talib('SAR', 'acceleration', 'maximum'),
    lookback: () => 1,
    history: none,
    doc:
      'The stop moves by a·(extreme − stop), a growing with each new extreme, and never into the last two rows; a row that touches it turns the ' +
      "side, and the stop goes to the extreme. The first two rows decide the first side (J. W. Wilder 1978, as TA-Lib's SAR). A row with a NaN " +
      'gives NaN and is passed over.',
  }),
  keltner: define('keltner', {
    version: '1.0.0',
    op: 89,
    title: 'Keltner channel',
    inputs: BARS,
    outputs: ['upper', 'middle', 'lower'],
    params: {
      period: period(20, 'rows of the middle, an ema of the close'),
      atrPeriod: period(10, 'rows of the average true range'),
      mult: { type: 'number', default: 2, min: 0, max: 1e6, doc: 'average true ranges from the middle to either band' },
      seeding: SEEDING,
    },
    lookback: (p) => (p.seeding ? p.atrPeriod - 1 : Math.max(p.period - 1, p.atrPeriod)),
    history: none,
    doc:
      'middle = ema(close), upper and lower = middle ± mult·atr (C. Keltner 1960, in the form of L. Raschke), seeded as ema and atr are. A row ' +
      'with a NaN gives NaN and is passed over.',
  }),
  supertrend: define('supertrend', {
    version: '1.0.0',
    op: 95,
    title: 'Supertrend',
    inputs: BARS,
    outputs: ['value', 'direction'],
    params: {
      period: period(10, 'rows of the average true range'),
      mult: { type: 'number', default: 3, min: 0, max: 1e6, doc: 'average true ranges from the middle of a row to the stop' },
      seeding: SEEDING,
    },
    lookback: (p) => (p.seeding ? p.period - 1 : p.period),
    history: none,
    doc:
      'Stops at (high + low) / 2 ± mult·atr, the upper of which only falls and the lower only rises until a close passes it. Direction is −1 ' +
      'below the upper stop and 1 above the lower; it turns when the close passes the stop in force (O. Seban; TradingView, which also starts at ' +
      '−1; its atr is that of seeding tradingview). A row with a NaN gives NaN and is passed over.',
  }),
  vortex: define('vortex', {
    version: '1.0.1',
    op: 96,
    title: 'Vortex',
    inputs: BARS,
    outputs: ['plus', 'minus'],
    params: { period: period(14, 'rows in the window') },
    lookback: (p) => p.period,
    history: none,
    doc:
      'Σ|high − low₋₁| (plus) and Σ|low − high₋₁| (minus) over Σ true range, over `period` rows; 0 where nothing has ranged (E. Botes and D. ' +
      'Siepman 2010).',
  }),
  chop: define('chop', {
    version: '1.0.3',
    op: 97,
    title: 'Choppiness index',
    inputs: BARS,
    outputs: VALUE,
    params: { period: period(14, 'rows in the window', 2) },
    lookback: (p) => p.period,
    history: windowOf,
    doc:
      '100·log₁₀(Σ true range / (greatest high − least low)) / log₁₀(period) over `period` rows; 0 where they are equal (E. W. Dreiss). The true ' +
      'range begins with the second row.',
  }),
  ichimoku: define('ichimoku', {
    version: '1.0.0',
    op: 98,
    title: 'Ichimoku',
    inputs: HIGH_AND_LOW,
    outputs: ['conversion', 'base', 'spanA', 'spanB'],
    params: { conversion: period(9, 'rows of the conversion line'), base: period(26, 'rows of the base line'), span: period(52, 'rows of span B') },
    lookback: (p) => Math.max(p.conversion, p.base, p.span) - 1,
    history: (p) => Math.max(p.conversion, p.base, p.span) - 1,
    doc:
      'Each line is (greatest high + least low) / 2 of its rows; span A is the middle of conversion and base (G. Hosoda 1969). Each value stands ' +
      'on the row it is known: charts draw the spans 26 rows later, and the lagging span is the close.',
  }),
  plusdm: define('plusdm', {
    version: '1.0.1',
    op: 124,
    title: 'Plus directional movement',
    inputs: HIGH_AND_LOW,
    outputs: VALUE,
    params: { period: period(14, "rows of Wilder's smoothing") },
    talib: talib('PLUS_DM', 'period'),
    lookback: (p) => Math.max(1, p.period - 1),
    history: none,
    doc:
      'S = S₋₁ − S₋₁ / period + m from the sum of the first period − 1 moves; a row moves up by m = high − high₋₁ when that is above 0 and above low₋₁ − low, ' +
      'else by 0 (J. W. Wilder 1978, as TA-Lib). A row with a NaN gives NaN and is passed over.',
  }),
  minusdm: define('minusdm', {
    version: '1.0.1',
    op: 125,
    title: 'Minus directional movement',
    inputs: HIGH_AND_LOW,
    outputs: VALUE,
    params: { period: period(14, "rows of Wilder's smoothing") },
    talib: talib('MINUS_DM', 'period'),
    lookback: (p) => Math.max(1, p.period - 1),
    history: none,
    doc:
      'S = S₋₁ − S₋₁ / period + m from the sum of the first period − 1 moves; a row moves down by m = low₋₁ − low when that is above 0 and above high − ' +
      'high₋₁, else by 0 (J. W. Wilder 1978, as TA-Lib). A row with a NaN gives NaN and is passed over.',
  }),
  alligator: define('alligator', {
    version: '1.0.0',
    op: 157,
    title: 'Alligator',
    inputs: HIGH_AND_LOW,
    outputs: ['jaw', 'teeth', 'lips'],
    params: ALLIGATOR,
    lookback: (p) => Math.max(p.jaw + p.jawShift, p.teeth + p.teethShift, p.lips + p.lipsShift) - 1,
    history: none,
    doc:
      "rma of (high + low) / 2 over three periods, each value on the row that charts draw it on, `…Shift` rows after it was known (B. Williams 1995). A row " +
      'with a NaN gives NaN and is passed over.',
  }),
  gator: define('gator', {
    version: '1.0.0',
    op: 281,
    title: 'Gator oscillator',
    inputs: HIGH_AND_LOW,
    outputs: ['upper', 'lower'],
    params: ALLIGATOR,
    lookback: (p) => Math.max(p.jaw + p.jawShift, p.teeth + p.teethShift, p.lips + p.lipsShift) - 1,
    history: none,
    doc: 'upper = |jaw − teeth|, lower = −|teeth − lips|, the lines being those of alligator (B. Williams 1998). A row with a NaN gives NaN and is passed over.',
  }),
  fractal: define('fractal', {
    version: '1.0.0',
    op: 282,
    title: 'Fractals',
    inputs: HIGH_AND_LOW,
    outputs: ['up', 'down', 'high', 'low'],
    params: { side: period(2, 'rows on either side of the one in the middle') },
    lookback: (p) => 2 * p.side,
    history: none,
    doc:
      'up is 1 on the row that makes known that `side` rows before it a high was above those of the `side` rows after it, and no less than those of the `side` rows ' +
      'before it, else 0: it is given when it is known, so that nothing looks ahead. high is the price of the last such high, and until there is one the greatest ' +
      'so far. down and low are the same of the lows (B. Williams 1995; of equal highs the newest counts, as in MetaTrader). A row with a NaN gives NaN and is ' +
      'passed over.',
  }),
  zigzag: define('zigzag', {
    version: '1.0.0',
    op: 283,
    title: 'Zigzag',
    inputs: HIGH_AND_LOW,
    outputs: ['turn', 'direction', 'extreme'],
    params: { deviation: { type: 'number', default: 5, min: 1e-6, max: 99, doc: 'percent of its extreme that the price must come back to end a leg' } },
    lookback: none,
    history: none,
    doc:
      'Legs up (direction 1) and down (−1). extreme is the greatest high of a leg up so far, the least low of one down; the leg is over on the row whose low, or ' +
      'high, is `deviation` percent off it, and which does not go on with it; turn is then where it ended. Only what is known is given: a chart would draw the ' +
      'turn back where it was. It begins as a leg up from the first low (A. Merrill 1977, in the form of TradingView and pandas-ta without their count of rows). ' +
      'A row with a NaN gives NaN and is passed over.',
  }),
  vhf: define('vhf', {
    version: '1.0.0',
    op: 293,
    title: 'Vertical horizontal filter',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(28, 'rows in the window') },
    lookback: (p) => p.period,
    history: (p) => p.period,
    doc: '(greatest − least) / Σ |x − x₋₁| over the last `period` rows, 0 where nothing moved (A. White 1991).',
  }),
} as const;
