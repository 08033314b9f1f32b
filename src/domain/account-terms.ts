// The conventions of an account as an author states them: what trading costs, what the market gives, what the account may do.
// They are plain data. As params of the account's node they are written flat, `fee: { model, bps }` as `fee_model` and `fee_bps`.

/** Percentage of the value traded. */
export interface PercentFee {
  readonly model: 'percent';
  readonly bps: number;
}

/** Money per unit traded, at least `minimum` an order and at most `maximumBps` of its value, which wins over the minimum. */
export interface PerShareFee {
  readonly model: 'per-share';
  readonly amount: number;
  readonly minimum?: number;
  readonly maximumBps?: number;
}

/** Percentage by the value traded in the calendar month (UTC) before the fill: `bps[k]` from a value of `from[k]` on; `from[0]` is 0. */
export interface TieredFee {
  readonly model: 'tiered';
  readonly from: readonly number[];
  readonly bps: readonly number[];
}

/** One percentage for orders that waited in the book at their limit, another for all that took what was there. */
export interface MakerTakerFee {
  readonly model: 'maker-taker';
  readonly makerBps: number;
  readonly takerBps: number;
}

export type FeeTerms = PercentFee | PerShareFee | TieredFee | MakerTakerFee;

/** Basis points of the price. */
export interface FixedSlippage {
  readonly model: 'fixed';
  readonly bps: number;
}

/** Half the distance between bid and ask, `amount` in money; the bars are taken for mid prices. */
export interface SpreadSlippage {
  readonly model: 'spread';
  readonly amount: number;
}

/** price × impact × (quantity / volume of the bar)². Zipline's VolumeShareSlippage, whose impact is 0.1 by default. */
export interface VolumeShareSlippage {
  readonly model: 'volume-share';
  readonly impact: number;
}

/**
 * price × coefficient × volatility of a bar × √(quantity / volume of the bar): the square-root law of market impact. The volatility is a
 * constant in basis points. Bouchaud, Bonart, Donier and Gould, Trades, Quotes and Prices (2018), ch. 12; a coefficient near 1 is usual.
 */
export interface SquareRootImpact {
  readonly model: 'square-root';
  readonly coefficient: number;
  readonly volatilityBps: number;
}

export type SlippageTerms = FixedSlippage | SpreadSlippage | VolumeShareSlippage | SquareRootImpact;

/** Limits every order is held against before it is placed; what is left out is not limited. */
export interface RiskTerms {
  /** Units of an instrument held, long or short, were the order filled. */
  readonly positionMax?: number;
  /** Units in one order. */
  readonly orderMax?: number;
  /** Value of the instrument's position / equity, were the order filled. */
  readonly concentrationMax?: number;
  /** Value of all positions, unsigned / equity, were the order filled. */
  readonly leverageMax?: number;
  /** Money lost since the last equity of the day before; while it is beyond, only orders that reduce are placed. */
  readonly dailyLossMax?: number;
  /** Orders placed in one day. */
  readonly ordersPerDayMax?: number;
  /** (peak − equity) / peak; while it is beyond, only orders that reduce are placed. */
  readonly drawdownMax?: number;
}

/** A day's opening and closing at an exchange. Without one a day is a UTC date. */
export interface SessionTerms {
  /** IANA name, such as `America/New_York`. */
  readonly timeZone: string;
  /** `HH:MM` of local time. */
  readonly closes: string;
}

/** A split or a cash dividend, effective from the first bar that opens at or after `ts`. */
export interface CorporateAction {
  readonly ts: number;
  /** New units for one old: 4 for a four-for-one split, 0.1 for a reverse one of ten. 1 when nothing is split. */
  readonly split: number;
  /** Cash per unit held over the moment, counted before the split. */
  readonly dividend: number;
}

export interface AccountConventions {
  /** Opening cash in the account's currency. */
  readonly cash: number;
  /** Basis points of the value traded; short for a percent fee. */
  readonly feeBps: number;
  /** Basis points of the price, positive is worse for us; short for fixed slippage. */
  readonly slippageBps: number;
  readonly fee?: FeeTerms;
  readonly slippage?: SlippageTerms;
  /** On top of the slippage. */
  readonly impact?: SquareRootImpact;
  /** Share of a bar's volume that all our fills in it may take, such as 0.1; unlimited when left out. */
  readonly participation?: number;
  /** Whole bars an order, or the wish to cancel one, is on its way. 0 when left out. */
  readonly latencyBars?: number;
  /** Milliseconds after the close of the deciding bar before which it is not there; it meets bars that open later. */
  readonly latencyMs?: number;
  /** `same-close` fills market orders at the very close they were decided on, a price nobody had when he decided. */
  readonly fillAt?: 'next-open' | 'same-close';
  /** Largest value of all positions / equity that a fill may lead to; unlimited when left out. */
  readonly leverage?: number;
  /** Equity / value of all positions below which everything is sold; 0, never, when left out. */
  readonly maintenance?: number;
  /** Yearly cost of borrowed units, of their value. A year has 365 days. */
  readonly borrowBps?: number;
  /** Yearly interest on negative cash. */
  readonly interestBps?: number;
  readonly session?: SessionTerms;
  readonly risk?: RiskTerms;
  /** Events of one row its outputs have room for; more leave with the rows after it. */
  readonly eventsPerRow?: number;
}

/** What belongs to one instrument of an account. */
export interface InstrumentTerms {
  /** Smallest step of price and quantity; 1e-8 when left out. */
  readonly tick?: number;
  readonly lot?: number;
  /** Of its prices; the account's when left out. */
  readonly currency?: string;
  readonly actions?: readonly CorporateAction[];
}
