// The port to a venue. It takes approved orders only, under a name of ours, so that sending one twice is noticed there.
import type { Approved, OrderRequest } from '#domain/order.ts';

/** Name of an order at the venue; derived from account and row, so the same order always has the same one. */
export type ClientOrderId = string & { readonly clientOrderId: unique symbol };

export interface Broker {
  /** Sends an order. A venue that knows the id already answers as it did the first time and opens no second order. */
  place(order: Approved<OrderRequest>, id: ClientOrderId): Promise<void>;
}

/** Derived from the account's NodeID and the row of the order. */
export function clientOrderId(account: string, row: number): ClientOrderId {
  return `q-${account.slice(0, 20)}-${row}` as ClientOrderId;
}
