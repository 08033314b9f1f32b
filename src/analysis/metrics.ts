// What a run was worth, from its equity curve and its trades.
//
// Conventions, the same for every figure:
//   C1. A return belongs to a bar: equity[i] / equity[i − 1] − 1. The risk-free rate and every threshold are 0.
//   C2. A year has 365.25 days. Bars per year are the data's own: (rows − 1) / years from first to last row.
//   C3. Standard deviation, variance and covariance are those of a sample (n − 1).
//   C4. What is not defined is null: never NaN, never infinite, never a made-up 0.
//   C5. A round trip goes from flat to flat; a reversal ends one and begins the next, and shares its fee between them by quantity.
//   C6. A loss, a drawdown and a value at risk are sizes: above zero when something was lost.
//   C7. Who is worth nothing or less has no return: an account that was, and went on, has no figure that is made of returns.
import { type Fills, inOwnMoney } from '#domain/fills.ts';
import { curveOf } from '#kernels/equity-curve.ts';
import { type CalendarMetrics, calendarMetrics } from './calendar.ts';
import { known, ratio } from './defined.ts';
import { DrawdownTimes, drawdownsOf } from './drawdown.ts';
import { type DrawdownMetrics, drawdownMetrics } from './drawdown-metrics.ts';
import { type ReturnMetrics, returnMetrics } from './return-metrics.ts';
import { growthOf, spanOf } from './span.ts';
import { type TripMetrics, tripMetrics } from './trip-metrics.ts';
import type { Trip } from './trips.ts';

export interface MetricsInput {
  /** Open times of the rows, UTC ms, strictly rising. */
  readonly t: Float64Array;
  /** Equity after each row. */
  readonly equity: Float64Array;
  /** Rows that ended with a position. */
  readonly rowsHeld: number;
  readonly fills: Fills;
  /** Cash before the first row. */
  readonly cash0: number;
  /** Round trips of the fills, as tripsOf finds them; without prices on the way when left out. */
  readonly trips?: readonly Trip[];
}

export interface Metrics extends ReturnMetrics, DrawdownMetrics, CalendarMetrics, TripMetrics {
  /** Last equity / cash0 − 1. */
  readonly totalReturn: number | null;
  /** Compound annual growth rate: (last equity / cash0)^(1 / years) − 1. */
  readonly cagr: number | null;
  /** Share of rows that end with a position. */
  readonly exposureRatio: number | null;
  /** CAGR / exposure: what the time in the market earned. The "risk adjusted return" of AmiBroker. */
  readonly cagrPerExposure: number | null;
  /** Traded value, both sides, per year / mean equity. */
  readonly turnover: number | null;
  /** Sum of all fees, in cash. */
  readonly fees: number;
  readonly trades: number;
}

/** Works every figure out in a few passes; about 5 ms for 500,000 rows. */
export function metrics({ t, equity, rowsHeld, fills, cash0, trips }: MetricsInput): Metrics {
  const { years, barsPerYear } = spanOf(t);
  const { total, cagr } = growthOf(equity, cash0, years);
  const times = new DrawdownTimes(t);
  const curve = curveOf(equity, cash0, (from, to) => times.add(from, to));
  const exposure = rowsHeld / equity.length;
  const own = inOwnMoney(fills);
  const { value, fees } = tradedOf(own);
  return {
    totalReturn: known(total),
    cagr: known(cagr),
    ...returnMetrics(equity, curve, barsPerYear),
    ...drawdownMetrics(equity, drawdownsOf(curve, times, equity.length, cash0), cash0, cagr),
    ...calendarMetrics(t, equity, cash0),
    ...tripMetrics(own, trips),
    exposureRatio: known(exposure),
    cagrPerExposure: ratio(cagr, exposure),
    turnover: ratio(value / years, curve.worthSum / equity.length),
    fees,
    trades: fills.ts.length,
  };
}

function tradedOf({ quantity, price, fee }: Fills): { value: number; fees: number } {
  let value = 0;
  let fees = 0;
  for (let k = 0; k < quantity.length; k++) {
    value += Math.abs(quantity[k]! * price[k]!);
    fees += fee[k]!;
  }
  return { value, fees };
}
