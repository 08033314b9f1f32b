// The life of an order starts here: signal or target → order request → approved or refused → open → filled, cancelled, rejected or expired.
// `refused` is ours (risk rules), `rejected` is the venue's.
import type { Units } from './units.ts';

export type Side = 'buy' | 'sell';

export const ORDER_TYPES = ['market', 'market-on-open', 'market-on-close', 'limit', 'stop', 'stop-limit', 'trailing-stop', 'trailing-stop-percent'] as const;
export type OrderType = (typeof ORDER_TYPES)[number];

/** Good till cancelled, for the day, good till a moment, immediate or cancel, fill or kill. */
export const TIMES_IN_FORCE = ['gtc', 'day', 'gtd', 'ioc', 'fok'] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];

/** Amounts are bigint but in the accounts of a run, where they are `Units`. */
export interface OrderRequest<Amount extends Units = bigint> {
  readonly side: Side;
  /** Units of the instrument, > 0, in 1e-8 units. */
  readonly quantity: Amount;
  readonly type: OrderType;
  /** The account's name for the instrument; left out where the account trades one. */
  readonly instrument?: string;
  /** Prices in 1e-8 units, for the types that have them. */
  readonly limit?: Amount | undefined;
  readonly stop?: Amount | undefined;
  /** Distance of a trailing stop: in 1e-8 units of price, or of a whole for a percentage. */
  readonly trail?: Amount | undefined;
  /** `gtc` when left out. */
  readonly timeInForce?: TimeInForce | undefined;
  /** Last moment of a `gtd` order, UTC ms. */
  readonly untilMs?: number | undefined;
}

declare const approved: unique symbol;
/** Proof that risk/check.ts looked at the order; nothing else can make one. */
export type Approved<T> = T & { readonly [approved]: true };

/** A fill as people and files read it. */
export interface Trade {
  /** Open time of the bar it filled in, UTC ms. */
  readonly ts: number;
  readonly side: Side;
  readonly quantity: number;
  readonly price: number;
  /** In the currency of the instrument, as the price is. */
  readonly fee: number;
  /** The account's name for the instrument, where it trades several. */
  readonly instrument?: string;
  /** Price of the instrument's currency in the account's, where that is another one. */
  readonly rate?: number;
  /** The account's number of the order, where orders are placed one by one. */
  readonly order?: number;
}

/** Why an order ended without being filled. */
export const ORDER_ENDS = ['cancelled', 'expired', 'rejected', 'refused'] as const;
export type OrderEnd = (typeof ORDER_ENDS)[number];

/** What happened to an order, in the order it happened. Amounts are f64, exact below 2^53 units of 1e-8. */
export type OrderEvent = {
  /** Number of the row, and the open time of its bar, UTC ms. */
  readonly row: number;
  readonly ts: number;
  /** The account's number of the order, from 1. */
  readonly order: number;
  readonly instrument: string;
  readonly side: Side;
} & (
  | {
      readonly kind: 'placed' | 'replaced';
      readonly type: OrderType;
      readonly timeInForce: TimeInForce;
      readonly quantity: number;
      /** NaN where the type has none. */
      readonly limit: number;
      /** Of a trailing stop its distance. NaN where the type has none. */
      readonly stop: number;
      /** UTC ms; infinite but for `gtd`. */
      readonly untilMs: number;
    }
  | { readonly kind: 'filled'; readonly quantity: number; readonly price: number; readonly fee: number }
  | { readonly kind: OrderEnd; /** What was left of it. */ readonly quantity: number; readonly reason: string; /** By how much a rule was broken, in the rule's own unit. */ readonly excess: number }
);
