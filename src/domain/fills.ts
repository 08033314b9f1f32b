// Fills as columns: a run keeps numbers, and trades are made of them when somebody asks. Objects by the hundred thousand would be what a fast run waits for.
import type { Trade } from './order.ts';

/** Every column has a number of each fill, in order. */
export interface Fills {
  /** Open time of the bar it filled in, UTC ms. */
  readonly ts: Float64Array;
  /** Above 0 when it bought. */
  readonly quantity: Float64Array;
  readonly price: Float64Array;
  /** In the currency of the instrument, as the price is. */
  readonly fee: Float64Array;
  /** Which of `names` it was of; absent where all are of the first. */
  readonly instrument?: Float64Array;
  /** The account's names for its instruments; `['']` where it trades one. */
  readonly names: readonly string[];
  /** Price of the instrument's currency in the account's, NaN where that is the same; absent where it is so of all. */
  readonly rate?: Float64Array;
  /** The account's number of the order, where orders are placed one by one. */
  readonly order?: Float64Array;
}

const NONE = new Float64Array(0);
export const NO_FILLS: Fills = { ts: NONE, quantity: NONE, price: NONE, fee: NONE, names: [''] };

export function tradesOf({ ts, quantity, price, fee, instrument, names, rate, order }: Fills): Trade[] {
  const isNamed = names.length > 1 || names[0] !== '';
  const trades: Trade[] = [];
  for (let k = 0; k < ts.length; k++) {
    const trade: { -readonly [K in keyof Trade]: Trade[K] } = { ts: ts[k]!, side: quantity[k]! > 0 ? 'buy' : 'sell', quantity: Math.abs(quantity[k]!), price: price[k]!, fee: fee[k]! };
    if (rate && !Number.isNaN(rate[k]!)) trade.rate = rate[k]!;
    if (order) trade.order = order[k]!;
    if (isNamed) trade.instrument = names[instrument?.[k] ?? 0]!;
    trades.push(trade);
  }
  return trades;
}

/** The fills of one of the instruments, by its place among the names. */
export function fillsOfInstrument(fills: Fills, place: number): Fills {
  const { instrument, names, rate, order } = fills;
  const own = { names: [names[place]!] };
  if (!instrument) return place === 0 ? { ...fills, ...own } : { ...NO_FILLS, ...own };
  const kept = (column: Float64Array): Float64Array => column.filter((_, k) => instrument[k] === place);
  return { ts: kept(fills.ts), quantity: kept(fills.quantity), price: kept(fills.price), fee: kept(fills.fee), ...own, ...(rate && { rate: kept(rate) }), ...(order && { order: kept(order) }) };
}

/** Fills with their money in the account's currency, each at its rate. */
export function inOwnMoney(fills: Fills): Fills {
  const { rate, ...others } = fills;
  if (!rate) return fills;
  const exchanged = (amounts: Float64Array): Float64Array => amounts.map((amount, k) => (Number.isNaN(rate[k]!) ? amount : amount * rate[k]!));
  return { ...others, price: exchanged(fills.price), fee: exchanged(fills.fee) };
}
