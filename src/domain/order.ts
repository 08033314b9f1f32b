// The life of an order starts here: target → order request → approved or refused → filled. See style: `refused` is ours, `rejected` is the venue's.

export type Side = 'buy' | 'sell';

export interface OrderRequest {
  readonly side: Side;
  /** Units of the instrument, > 0, in 1e-8 units. */
  readonly quantity: bigint;
  readonly type: 'market';
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
  readonly fee: number;
}
