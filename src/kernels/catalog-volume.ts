// Volume: where the trading went.
import { BARS_AND_VOLUME, CLOSE_AND_VOLUME, HIGH_AND_LOW, VALUE, define, none, period, talib, windowOf } from './catalog-entry.ts';

export const volume = {
  obv: define('obv', {
    version: '1.0.1',
    op: 57,
    title: 'On-balance volume',
    inputs: CLOSE_AND_VOLUME,
    outputs: VALUE,
    params: {},
    talib: talib('OBV'),
    lookback: none,
    history: none,
    doc:
      "Total of the volumes of rows that close above the row before, less those of rows that close below; starts with the first row's volume (J. " +
      'Granville 1963, as TA-Lib). What rounding leaves is carried along. A row with a NaN gives NaN and is passed over.',
  }),
  ad: define('ad', {
    version: '1.0.1',
    op: 58,
    title: 'Accumulation / distribution line',
    inputs: BARS_AND_VOLUME,
    outputs: VALUE,
    params: {},
    talib: talib('AD'),
    lookback: none,
    history: none,
    doc:
      'Total of volume·((close − low) − (high − close)) / (high − low); a row without a range adds nothing (M. Chaikin, as TA-Lib). What rounding ' +
      'leaves is carried along. A row with a NaN gives NaN and is passed over.',
  }),
  vwap: define('vwap', {
    version: '1.0.1',
    op: 59,
    title: 'Volume-weighted average price',
    inputs: BARS_AND_VOLUME,
    outputs: VALUE,
    params: {},
    lookback: none,
    history: none,
    doc:
      'Total of typical price·volume over total of volume, since the first row; the typical price is (high + low + close) / 3. What rounding ' +
      'leaves is carried along. NaN as long as there was no volume. A row with a NaN gives NaN and is passed over.',
  }),
  vwapr: define('vwapr', {
    version: '1.0.1',
    op: 60,
    title: 'Rolling volume-weighted average price',
    inputs: BARS_AND_VOLUME,
    outputs: VALUE,
    params: { period: period(20, 'rows in the window') },
    lookback: windowOf,
    history: (p) => p.period,
    doc: 'sma(tp·volume) / sma(volume) over `period` rows, tp = (high + low + close) / 3. NaN where the window has no volume.',
  }),
  mfi: define('mfi', {
    version: '1.0.2',
    op: 82,
    title: 'Money flow index',
    inputs: BARS_AND_VOLUME,
    outputs: VALUE,
    params: { period: period(14, 'rows in the window') },
    talib: talib('MFI', 'period'),
    lookback: (p) => p.period,
    history: none,
    doc:
      '100·R / (R + F), R and F the sums of tp·volume over those of the last `period` rows whose tp rose, or fell, tp = (high + low + close) / 3 ' +
      '(G. Quong and A. Soudack 1989, as TA-Lib). 0 where both are 0.',
  }),
  cmf: define('cmf', {
    version: '1.0.1',
    op: 83,
    title: 'Chaikin money flow',
    inputs: BARS_AND_VOLUME,
    outputs: VALUE,
    params: { period: period(20, 'rows in the window') },
    lookback: windowOf,
    history: (p) => p.period,
    doc:
      'sma(volume·((close − low) − (high − close)) / (high − low)) / sma(volume) over `period` rows; a row without a range adds nothing (M. ' +
      'Chaikin). NaN where the window has no volume.',
  }),
  adosc: define('adosc', {
    version: '1.0.2',
    op: 84,
    title: 'Chaikin oscillator',
    inputs: BARS_AND_VOLUME,
    outputs: VALUE,
    params: { fast: period(3, 'rows of the fast average'), slow: period(10, 'rows of the slow average') },
    talib: talib('ADOSC', 'fast', 'slow'),
    lookback: (p) => Math.max(p.fast, p.slow) - 1,
    history: none,
    doc:
      'ema(ad, fast) − ema(ad, slow), both seeded with the first value of the line (M. Chaikin, as TA-Lib). A row with a NaN gives NaN and is ' +
      'passed over.',
  }),
  pvt: define('pvt', {
    version: '1.0.1',
    op: 102,
    title: 'Price volume trend',
    inputs: CLOSE_AND_VOLUME,
    outputs: VALUE,
    params: {},
    lookback: none,
    history: none,
    doc:
      'Total of volume·(close − close₋₁) / close₋₁, from 0 on the first row; a row after a close of 0 adds nothing. What rounding leaves is ' +
      'carried along. A row with a NaN gives NaN and is passed over.',
  }),
  nvi: define('nvi', {
    version: '1.0.0',
    op: 103,
    title: 'Negative volume index',
    inputs: CLOSE_AND_VOLUME,
    outputs: VALUE,
    params: {},
    lookback: none,
    history: none,
    doc:
      '1,000 on the first row; grows by the portion that the close does on rows with less volume than the row before (P. Dysart 1936, N. Fosback; ' +
      'Tulip). A row with a NaN gives NaN and is passed over.',
  }),
  pvi: define('pvi', {
    version: '1.0.0',
    op: 104,
    title: 'Positive volume index',
    inputs: CLOSE_AND_VOLUME,
    outputs: VALUE,
    params: {},
    lookback: none,
    history: none,
    doc:
      '1,000 on the first row; grows by the portion that the close does on rows with more volume than the row before (P. Dysart 1936, N. Fosback; ' +
      'Tulip). A row with a NaN gives NaN and is passed over.',
  }),
  force: define('force', {
    version: '1.0.0',
    op: 105,
    title: 'Force index',
    inputs: CLOSE_AND_VOLUME,
    outputs: VALUE,
    params: { period: period(13, 'smoothing is 2 / (period + 1)') },
    lookback: (p) => p.period,
    history: none,
    doc: 'ema of volume·(close − close₋₁), seeded as ema is (A. Elder 1993). A row with a NaN gives NaN and is passed over.',
  }),
  emv: define('emv', {
    version: '1.0.1',
    op: 106,
    title: 'Ease of movement',
    inputs: [...HIGH_AND_LOW, { name: 'volume', default: 'volume' }],
    outputs: VALUE,
    params: {
      period: period(14, 'rows in the window'),
      divisor: { type: 'number', default: 10_000, min: 1e-12, max: 1e12, doc: 'what volumes are divided by' },
    },
    lookback: (p) => p.period,
    history: none,
    doc:
      "sma of (m − m₋₁)·(high − low) / (volume / divisor), m = (high + low) / 2; a row without volume counts as 0 (R. Arms; TradingView's " +
      'divisor).',
  }),
  kvo: define('kvo', {
    version: '1.0.0',
    op: 111,
    title: 'Klinger volume oscillator',
    inputs: BARS_AND_VOLUME,
    outputs: ['value', 'signal'],
    params: { fast: period(34, 'rows of the fast average'), slow: period(55, 'rows of the slow average'), signal: period(13, 'rows of the signal average') },
    lookback: () => 1,
    history: none,
    doc:
      'value = ema(force, fast) − ema(force, slow), signal = ema(value, signal), each from its first value on. The force of a row is ' +
      '100·volume·|2·r / R − 1|, signed by the trend, which is up from a rise of high + low + close on and down from a fall on; r is the range high − ' +
      'low and R its sum since the row before the trend began; 0 where R is (S. Klinger 1997; Tulip). A row with a NaN gives NaN and is passed over.',
  }),
  pvo: define('pvo', {
    version: '1.0.1',
    op: 117,
    title: 'Percentage volume oscillator',
    inputs: [{ name: 'value', default: 'volume' }],
    outputs: ['value', 'signal', 'histogram'],
    params: { fast: period(12, 'rows of the fast average'), slow: period(26, 'rows of the slow average'), signal: period(9, 'rows of the signal average') },
    ascending: ['fast', 'slow'],
    lookback: (p) => p.slow - 1 + p.signal - 1,
    history: none,
    doc:
      'value = 100·(ema(volume, fast) − ema(volume, slow)) / ema(volume, slow), signal = ema(value, signal), histogram = value − signal, each seeded as ' +
      'ema is (pandas-ta). NaN where the slow average is 0. A NaN row gives NaN and is passed over.',
  }),
  rvol: define('rvol', {
    version: '1.0.0',
    op: 285,
    title: 'Relative volume',
    inputs: [{ name: 'value', default: 'volume' }],
    outputs: VALUE,
    params: { period: period(20, 'rows before each that it is compared with') },
    lookback: (p) => p.period,
    history: (p) => p.period,
    doc: 'The volume over the mean of the `period` volumes before it; 0 where nothing was traded in them.',
  }),
} as const;
