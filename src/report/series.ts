// The numbers a report's charts draw, small: times as counts of one unit since the point before, values to 8 digits, which is finer than a screen.
import type { Trade } from '#domain/order.ts';
import { POINTS_MAX, thinnedRows } from './thin.ts';

/** Points as columns: `t` in units since the point before (the first since `origin`), `v` the values. */
export interface PointColumns {
  readonly t: readonly number[];
  readonly v: readonly number[];
}

export interface ReportSeries {
  readonly intervalMs: number;
  readonly origin: number;
  readonly unitMs: number;
  readonly cash: number;
  readonly equity: PointColumns;
  readonly price: PointColumns;
  /** Fills: the value is the price, `quantity` is signed, a sale below zero. */
  readonly trades: PointColumns & { readonly quantity: readonly number[] };
}

interface SeriesInput {
  readonly intervalMs: number;
  readonly t: Float64Array;
  readonly close: Float64Array;
  readonly equity: Float64Array;
  readonly trades: readonly Trade[];
}

export function seriesOf({ intervalMs, t, close, equity, trades }: SeriesInput, cash: number): ReportSeries {
  const origin = t[0] ?? 0;
  const fills = trades.slice(0, POINTS_MAX);
  const unitMs = [intervalMs, 1_000].find((unit) => unit > 0 && t.every((time) => (time - origin) % unit === 0)) ?? 1;
  const points = (times: ArrayLike<number>, values: ArrayLike<number>): PointColumns => ({
    t: Array.from(times, (time, k) => (time - (k > 0 ? times[k - 1]! : origin)) / unitMs),
    v: Array.from(values, eightDigits),
  });
  const line = (values: Float64Array): PointColumns => {
    const rows = thinnedRows(values).filter((row) => Number.isFinite(values[row]!));
    return points(Float64Array.from(rows, (row) => t[row]!), Float64Array.from(rows, (row) => values[row]!));
  };
  return {
    intervalMs,
    origin,
    unitMs,
    cash,
    equity: line(equity),
    price: line(close),
    trades: {
      ...points(fills.map((trade) => trade.ts), fills.map((trade) => trade.price)),
      quantity: fills.map((trade) => eightDigits(trade.side === 'buy' ? trade.quantity : -trade.quantity)),
    },
  };
}

function eightDigits(value: number): number {
  return Number(value.toPrecision(8));
}
