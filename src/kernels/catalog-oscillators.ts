// Oscillators made of other indicators: averages of rates of change, and places of one measure in its own past.
import { BARS, CLOSE, HIGH_AND_LOW, OHLC, VALUE, define, none, period, talib, windowOf } from './catalog-entry.ts';

export const oscillators = {
  ac: define('ac', {
    version: '1.0.1',
    op: 112,
    title: 'Accelerator oscillator',
    inputs: HIGH_AND_LOW,
    outputs: VALUE,
    params: { fast: period(5, 'rows of the fast average'), slow: period(34, 'rows of the slow average'), signal: period(5, 'rows of the average of the difference') },
    lookback: (p) => Math.max(p.fast, p.slow) - 1 + p.signal - 1,
    history: none,
    doc: 'ao − sma(ao, signal), ao being sma(m, fast) − sma(m, slow), m = (high + low) / 2 (B. Williams).',
  }),
  coppock: define('coppock', {
    version: '1.0.0',
    op: 113,
    title: 'Coppock curve',
    inputs: CLOSE,
    outputs: VALUE,
    params: { long: period(14, 'rows of the long rate of change'), short: period(11, 'rows of the short rate of change'), period: period(10, 'rows of the weighted mean') },
    lookback: (p) => Math.max(p.long, p.short) + p.period - 1,
    history: (p) => Math.max(p.long, p.short),
    doc: 'wma(roc(x, long) + roc(x, short), period) (E. Coppock 1962; TradingView). NaN where a value it compares with is 0.',
  }),
  kst: define('kst', {
    version: '1.0.1',
    op: 114,
    title: 'Know sure thing',
    inputs: CLOSE,
    outputs: ['value', 'signal'],
    params: {
      rate1: period(10, 'rows of the first rate of change'),
      rate2: period(15, 'rows of the second rate of change'),
      rate3: period(20, 'rows of the third rate of change'),
      rate4: period(30, 'rows of the fourth rate of change'),
      period1: period(10, 'rows of the average of the first rate'),
      period2: period(10, 'rows of the average of the second rate'),
      period3: period(10, 'rows of the average of the third rate'),
      period4: period(15, 'rows of the average of the fourth rate'),
      signal: period(9, 'rows of the signal average'),
    },
    lookback: (p) => Math.max(p.rate1 + p.period1, p.rate2 + p.period2, p.rate3 + p.period3, p.rate4 + p.period4) - 1 + p.signal - 1,
    history: (p) => Math.max(p.rate1, p.rate2, p.rate3, p.rate4),
    doc:
      'value = Σ k·sma(roc(x, rateₖ), periodₖ) for k = 1 … 4, signal = sma(value, signal) (M. Pring 1992; TradingView). NaN where a value it compares ' +
      'with is 0.',
  }),
  fisher: define('fisher', {
    version: '1.0.1',
    op: 115,
    title: 'Fisher transform',
    inputs: HIGH_AND_LOW,
    outputs: ['value', 'signal'],
    params: { period: period(9, 'rows of the channel') },
    lookback: windowOf,
    history: none,
    doc:
      'value = ½·ln((1 + v) / (1 − v)) + ½·value₋₁ and signal = value₋₁; v = 0.66·(place − ½) + 0.67·v₋₁, set to ±0.999 beyond ±0.99; place is that of ' +
      '(high + low) / 2 in its own channel of `period` rows, ½ where it has no width. Starts from 0 (J. Ehlers 2002; Tulip, TradingView). A row with a ' +
      'NaN gives NaN and is passed over.',
  }),
  crsi: define('crsi', {
    version: '1.0.2',
    op: 116,
    title: 'Connors RSI',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(3, 'rows of the rsi of the price'), streak: period(2, 'rows of the rsi of the streak'), rank: period(100, 'changes the last one is ranked among') },
    lookback: (p) => Math.max(p.period, p.streak, p.rank + 1),
    history: none,
    doc:
      'Mean of rsi(x, period), rsi(s, streak) and the percentage of the `rank` relative changes before the newest that are not above it; s counts the ' +
      'rises in a row, or with a minus the falls, 0 on the first row and where x stands (L. Connors and C. Alvarez 2012; TradingView). A NaN row gives ' +
      'NaN and is passed over.',
  }),
  rocr100: define('rocr100', {
    version: '1.0.0',
    op: 126,
    title: 'Rate of change as a ratio in percent',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(10, 'rows between the two values') },
    talib: talib('ROCR100', 'period'),
    lookback: (p) => p.period,
    history: (p) => p.period,
    doc: '100·x / x₋ₚ, p being `period` (TA-Lib). NaN where the earlier value is 0.',
  }),
  imi: define('imi', {
    version: '1.0.2',
    op: 130,
    title: 'Intraday momentum index',
    inputs: [
      { name: 'open', default: 'open' },
      { name: 'close', default: 'close' },
    ],
    outputs: VALUE,
    params: { period: period(14, 'rows in the window') },
    talib: talib('IMI', 'period'),
    lookback: windowOf,
    history: none,
    doc:
      '100·R / (R + F), R and F the sums of close − open over the rows of the window that closed above their open, and of open − close over the others (T. ' +
      'Chande and S. Kroll 1994, as TA-Lib). 0 where both are 0.',
  }),
  smi: define('smi', {
    version: '1.0.1',
    op: 159,
    title: 'Stochastic momentum index',
    inputs: BARS,
    outputs: VALUE,
    params: { period: period(10, 'rows of the channel'), smooth1: period(3, 'rows of the first average'), smooth2: period(3, 'rows of the second average') },
    lookback: (p) => p.period - 1 + p.smooth1 - 1 + p.smooth2 - 1,
    history: none,
    doc:
      '100·s(close − middle) / s(width / 2), s being ema(smooth2) of ema(smooth1), seeded as ema is, and middle and width those of the channel of greatest ' +
      'high and least low over `period` rows; 0 where it has no width (W. Blau 1993). A row with a NaN gives NaN and is passed over.',
  }),
  rvgi: define('rvgi', {
    version: '1.0.0',
    op: 270,
    title: 'Relative vigor index',
    inputs: OHLC,
    outputs: ['value', 'signal'],
    params: { period: period(10, 'rows in the window') },
    lookback: (p) => p.period + 5,
    history: none,
    doc:
      'Σ w(close − open) / Σ w(high − low) over `period` rows, w(x) = (x + 2·x₋₁ + 2·x₋₂ + x₋₃) / 6; 0 where nothing ranges. The signal is w of it (J. Ehlers ' +
      '2002, as TradingView).',
  }),
  wavetrend: define('wavetrend', {
    version: '1.0.0',
    op: 272,
    title: 'Wave trend',
    inputs: BARS,
    outputs: ['wt1', 'wt2'],
    params: {
      channel: period(10, 'rows of the average, and of how far the price lies from it'),
      average: period(21, 'rows that wt1 is smoothed over'),
      signal: period(4, 'rows of wt2, a mean of wt1'),
    },
    lookback: (p) => 2 * (p.channel - 1) + p.average - 1 + p.signal - 1,
    history: none,
    doc:
      'wt1 = ema(average) of d / (0.015·ema(channel) of |d|), d = m − ema(channel) of m, m = (high + low + close) / 3; wt2 = sma(signal) of wt1 (LazyBear 2014, ' +
      'after the TradeStation indicator of that name), each average seeded as ema is. 0 where the price has not moved. A row with a NaN gives NaN and is ' +
      'passed over.',
  }),
  squeeze: define('squeeze', {
    version: '1.0.0',
    op: 273,
    title: 'Squeeze momentum',
    inputs: BARS,
    outputs: ['value', 'on'],
    params: {
      period: period(20, 'rows of the Bollinger bands'),
      mult: { type: 'number', default: 2, min: 0, max: 1e6, doc: 'standard deviations from their middle to either band' },
      channel: period(20, "rows of the Keltner channel, and of the momentum's window", 2),
      channelMult: { type: 'number', default: 1.5, min: 0, max: 1e6, doc: 'mean true ranges from the middle of the channel to either edge' },
    },
    lookback: (p) => Math.max(p.period - 1, p.channel, 2 * (p.channel - 1)),
    history: (p) => Math.max(p.period, p.channel),
    doc:
      'on is 1 where sma(close) ± mult·deviation lies inside sma(close) ± channelMult·sma(true range), strictly, else 0. value is the end of the line by least ' +
      'squares through the last `channel` rows of close − ((greatest high + least low) / 2 + sma(close)) / 2 (J. Carter 2005; the momentum is LazyBear\'s of 2014. ' +
      "His script multiplies the deviation by the channel's multiple; here, as in Carter and pandas-ta, it has its own).",
  }),
  stc: define('stc', {
    version: '1.0.0',
    op: 274,
    title: 'Schaff trend cycle',
    inputs: CLOSE,
    outputs: VALUE,
    params: {
      fast: period(23, 'rows of the faster average'),
      slow: period(50, 'rows of the slower average'),
      cycle: period(10, 'rows of both channels'),
      factor: { type: 'number', default: 0.5, min: 0.001, max: 1, doc: 'part of the distance that both smoothings go on a row' },
    },
    ascending: ['fast', 'slow'],
    lookback: (p) => p.slow - 1 + 2 * (p.cycle - 1),
    history: none,
    doc:
      'm = ema(fast) − ema(slow), seeded as ema is; k = 100·(m − least m) / (greatest m − least m) over `cycle` rows, what it was before where that is 0 / 0; f = ' +
      'f₋₁ + factor·(k − f₋₁) from its first k on. The value is the same of f: its place among its own last `cycle` rows, smoothed alike (D. Schaff 1999, as ' +
      'pandas-ta and the scripts on TradingView). A NaN row gives NaN and is passed over.',
  }),
  qqe: define('qqe', {
    version: '1.0.1',
    op: 275,
    title: 'Quantitative qualitative estimation',
    inputs: CLOSE,
    outputs: ['rsi', 'line', 'direction'],
    params: {
      period: period(14, 'rows of the rsi'),
      smoothing: period(5, 'rows it is smoothed over'),
      mult: { type: 'number', default: 4.236, min: 0, max: 1e6, doc: 'usual moves of the rsi from it to the line' },
    },
    lookback: (p) => p.period + p.smoothing - 1 + 1 + 2 * (2 * p.period - 2),
    history: none,
    doc:
      'rsi is ema(smoothing) of the rsi, w the ema(2·period − 1) of the ema(2·period − 1) of |rsi − rsi₋₁|. A stop at rsi − mult·w only rises while rsi stays above ' +
      'it, one at rsi + mult·w only falls while rsi stays below. Direction starts at 1, turns to 1 when rsi passes the upper stop of the row before and to −1 when ' +
      'it passes the lower; line is the stop on the other side (I. Livshin, as pandas-ta). A NaN row gives NaN and is passed over.',
  }),
} as const;
