// Fills leave the account as columns; people and files read them as trades.
import type { OrderEvent, Trade } from '#domain/order.ts';
import { PAPER_OUTPUTS } from './paper.ts';

const FILL = PAPER_OUTPUTS.indexOf('fillQuantity');
const PRICE = PAPER_OUTPUTS.indexOf('fillPrice');
const FEE = PAPER_OUTPUTS.indexOf('fee');

/** The fills among the first `count` rows of an account's columns, in order; `t` holds the rows' open times, UTC ms. */
export function tradesOf(t: Float64Array, columns: readonly Float64Array[], count: number = t.length): Trade[] {
  const fill = columns[FILL]!;
  const price = columns[PRICE]!;
  const fee = columns[FEE]!;
  const trades: Trade[] = [];
  for (let row = 0; row < count; row++) {
    const quantity = fill[row]!;
    if (quantity === 0) continue;
    trades.push({ ts: t[row]!, side: quantity > 0 ? 'buy' : 'sell', quantity: Math.abs(quantity), price: price[row]!, fee: fee[row]! });
  }
  return trades;
}

/** A fill as a trade. */
export function tradeOf({ ts, side, quantity, price, fee, instrument, order }: Extract<OrderEvent, { readonly kind: 'filled' }>): Trade {
  return { ts, side, quantity, price, fee, order, ...(instrument === '' ? {} : { instrument }) };
}
