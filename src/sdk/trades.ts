// Bars out of recorded trades, to feed a strategy that reads bars.
import { type BarColumns } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import { interval, intervalMs } from '#domain/interval.ts';
import { Resample } from '#kernels/operator-resample.ts';
import { Waiting } from '#kernels/waiting.ts';

export interface TradeColumns {
  /** Time of each trade in UTC ms, never falling; trades may share one. */
  readonly t: Float64Array;
  readonly price: Float64Array;
  readonly size: Float64Array;
}

/**
 * Bars `[t, open, high, low, close, volume]` of the trades, by the operator that resamples bars. The last one ends with the last trade: whether more would
 * have come is not known. Throws PARAM_INVALID for columns that do not fit together or times that fall, INTERVAL_INVALID.
 */
export function barsOfTrades({ t, price, size }: TradeColumns, width: string): BarColumns {
  if (price.length !== t.length || size.length !== t.length) {
    throw new Fault('PARAM_INVALID', `there are ${t.length} times, ${price.length} prices and ${size.length} sizes`, { cure: 'give one of each per trade' });
  }
  const fall = t.findIndex((time, row) => row > 0 && time < t[row - 1]!);
  if (fall > 0) {
    throw new Fault('PARAM_INVALID', `trade ${fall + 1} is of ${new Date(t[fall]!).toISOString()}, before the one ahead of it`, { cure: 'sort the trades by time', data: { row: fall } });
  }
  const bars = new Waiting(6);
  const maker = new Resample(intervalMs(interval(width, 'barsOfTrades')), 0);
  maker.take(0, t, [price, price, price, price, size], t.length, bars);
  maker.advance(Number.POSITIVE_INFINITY, bars);
  return bars.columns.map((column) => column.slice(bars.start, bars.end));
}
