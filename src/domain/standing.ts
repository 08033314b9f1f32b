// What risk rules look at beside the order itself. Amounts are 1e-8 units, money in the account's currency.
import type { Approved, OrderRequest } from './order.ts';
import type { Units } from './units.ts';

export interface Standing {
  /** Of the order's instrument, signed. */
  readonly position: Units;
  /** Units of it that open orders of the same side may still add, exits and pairs not counted. */
  readonly pending: Units;
  /** Its last price in the account's currency. */
  readonly price: Units;
  readonly equity: Units;
  /** Value of all positions, unsigned. */
  readonly exposure: Units;
  /** Equity after the last row of the day before, and the highest there was. */
  readonly equityOfDay: Units;
  readonly equityPeak: Units;
  /** Orders placed this day. */
  readonly ordersOfDay: number;
}

/** An order request the risk rules did not approve. */
export interface Refusal {
  readonly rule: 'size' | 'position' | 'concentration' | 'leverage' | 'daily loss' | 'rate' | 'drawdown';
  /** How far beyond the limit it was, in the limit's own unit. */
  readonly excess: number;
}

/** Looks at a request as it stands; the standing is only asked for when a rule needs it. */
export type Assess = (request: OrderRequest<Units>, standing: () => Standing) => Approved<OrderRequest<Units>> | Refusal;
