// The port to a venue. It takes approved orders only, under names of ours.
//
// V1. An id opens one order at most. A venue that knows it answers as it stands now and opens no second one, however often it is asked.
// V2. `rejected` is an answer and final. When the outcome is not known, the call throws a Fault that may be tried again, and `find` tells later.
import type { Approved, OrderRequest } from '#domain/order.ts';

/** Name of an order at the venue; derived from account and number of the intent, so the same order always has the same one. */
export type ClientOrderId = string & { readonly clientOrderId: unique symbol };

/** What of an order has filled by now, in 1e-8 units: units of the instrument, their value without the fee, and the fee. */
export interface Filled {
  readonly quantity: bigint;
  readonly value: bigint;
  readonly fee: bigint;
}

export interface VenueReport {
  readonly state: 'open' | 'filled' | 'cancelled' | 'rejected';
  /** Why it was rejected. */
  readonly reason?: string;
  /** All of it so far; left out by a venue that does not tell, whose `filled` means all that was ordered. */
  readonly filled?: Filled;
}

export interface Venue {
  place(order: Approved<OrderRequest>, id: ClientOrderId): Promise<VenueReport>;
  /** Ends what is left of an order; answers how it stands. Unknown ids are `rejected`. */
  cancel(id: ClientOrderId): Promise<VenueReport>;
  /** An order the venue knows. */
  find(id: ClientOrderId): Promise<VenueReport | undefined>;
}

/** Derived from the account's NodeID and the number of the intent, from 0. */
export function clientOrderId(account: string, intent: number): ClientOrderId {
  return `q-${account.slice(0, 20)}-${intent}` as ClientOrderId;
}
