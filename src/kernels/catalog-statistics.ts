// Statistics of a window: its sum, and the shape of what is in it.
import { CLOSE, VALUE, define, period, rolling, talib, windowOf } from './catalog-entry.ts';

export const statistics = {
  sum: define('sum', {
    version: '1.0.0',
    op: 127,
    title: 'Sum',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(30, 'rows in the window') },
    talib: talib('SUM', 'period'),
    lookback: windowOf,
    history: (p) => p.period,
    doc: 'Sum of the last `period` values: `period` times sma, which for decimals is exact.',
  }),
  avgdev: rolling(
    'avgdev', 128, 'Mean deviation', 14,
    'Mean of |x − m| over the last `period` values, m being their mean. Each window is summed anew, as distances from its newest value: no drift, exactly ' +
      '0 on a flat window.',
    talib('AVGDEV', 'period'),
  ),
} as const;
