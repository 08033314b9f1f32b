// Fills leave the account as columns; people and files read them as trades.
import type { Trade } from '#domain/order.ts';
import type { Instrument } from './terms.ts';
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

/** Trades in the units after the last split, so that what was bought before one and sold after it adds up to nothing. The money of each stays. */
export function inLastUnits(trades: readonly Trade[], instruments: readonly Instrument[]): readonly Trade[] {
  const splits = new Map(instruments.map(({ name, actions }) => [name, actions.filter(({ split }) => split !== 1)]));
  if ([...splits.values()].every((list) => list.length === 0)) return trades;
  return trades.map((trade) => {
    const later = (splits.get(trade.instrument ?? '') ?? []).filter(({ ts }) => ts > trade.ts);
    const ratio = later.reduce((product, { split }) => product * split, 1);
    return ratio === 1 ? trade : { ...trade, quantity: trade.quantity * ratio, price: trade.price / ratio };
  });
}
