// Prices that stand for a bar.
import { BARS, HIGH_AND_LOW, OHLC, VALUE, define, none, talib } from './catalog-entry.ts';

export const prices = {
  avgprice: define('avgprice', {
    version: '1.0.0',
    op: 90,
    title: 'Average price',
    inputs: OHLC,
    outputs: VALUE,
    params: {},
    talib: talib('AVGPRICE'),
    lookback: none,
    history: none,
    doc: '(open + high + low + close) / 4 (TA-Lib).',
  }),
  medprice: define('medprice', {
    version: '1.0.0',
    op: 91,
    title: 'Median price',
    inputs: HIGH_AND_LOW,
    outputs: VALUE,
    params: {},
    talib: talib('MEDPRICE'),
    lookback: none,
    history: none,
    doc: '(high + low) / 2 (TA-Lib).',
  }),
  typprice: define('typprice', {
    version: '1.0.0',
    op: 92,
    title: 'Typical price',
    inputs: BARS,
    outputs: VALUE,
    params: {},
    talib: talib('TYPPRICE'),
    lookback: none,
    history: none,
    doc: '(high + low + close) / 3 (TA-Lib).',
  }),
  wclprice: define('wclprice', {
    version: '1.0.0',
    op: 93,
    title: 'Weighted close price',
    inputs: BARS,
    outputs: VALUE,
    params: {},
    talib: talib('WCLPRICE'),
    lookback: none,
    history: none,
    doc: '(high + low + 2·close) / 4 (TA-Lib).',
  }),
  heikinashi: define('heikinashi', {
    version: '1.0.0',
    op: 152,
    title: 'Heikin-Ashi',
    inputs: OHLC,
    outputs: ['open', 'high', 'low', 'close'],
    params: {},
    lookback: none,
    history: none,
    doc:
      'close is the mean of the four prices, open the middle between open and close of the Heikin-Ashi row before (on the first row, of its own), high and low ' +
      'reach to both (M. Homma, in the form of TradingView). A row with a NaN gives NaN and is passed over.',
  }),
  pivots: define('pivots', {
    version: '1.0.0',
    op: 284,
    title: 'Pivot points',
    inputs: OHLC,
    outputs: ['pivot', 'r1', 'r2', 'r3', 'r4', 's1', 's2', 's3', 's4'],
    params: {
      method: { type: 'choice', choices: ['classic', 'fibonacci', 'woodie', 'camarilla', 'demark'], min: 0, max: 4, optional: true, doc: 'whose levels' },
    },
    lookback: none,
    history: none,
    doc:
      "Levels for the period after a row, from its prices: `pivots(price.resample('1d'))` has today's from yesterday. With R = high − low and P = (high + low + " +
      'close) / 3: classic r1 = 2P − low, s1 = 2P − high, r2 … r4 and s2 … s4 = P ± R, 2R, 3R; fibonacci P ± 0.382R, 0.618R, R, without r4 and s4; woodie, P = (high ' +
      '+ low + 2·close) / 4: r1 and s1 as classic, r2 and s2 = P ± R, r3 = high + 2(P − low), s3 = low − 2(high − P), r4 and s4 a further R off; camarilla close ± ' +
      '1.1R / 12, 6, 4, 2; demark, with X = high + low + close + (high after a rise from the open, low after a fall, else close): P = X / 4, r1 = X / 2 − low, s1 = ' +
      'X / 2 − high, and no more. Levels a method does not have are NaN (TradingView; its woodie takes the open of the next period for the close).',
  }),
} as const;
