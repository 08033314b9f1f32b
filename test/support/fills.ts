// Trades written one by one, as the columns a run keeps.
import type { Fills } from '#domain/fills.ts';
import type { Trade } from '#domain/order.ts';

export function fillsOf(trades: readonly Trade[]): Fills {
  const names = [...new Set(trades.map(({ instrument = '' }) => instrument))];
  const column = (of: (trade: Trade) => number): Float64Array => Float64Array.from(trades, of);
  return {
    ts: column(({ ts }) => ts),
    quantity: column(({ side, quantity }) => (side === 'buy' ? quantity : -quantity)),
    price: column(({ price }) => price),
    fee: column(({ fee }) => fee),
    instrument: column(({ instrument = '' }) => names.indexOf(instrument)),
    names: names.length === 0 ? [''] : names,
    rate: column(({ rate }) => rate ?? Number.NaN),
  };
}
