// The crossover job as a strategy of @backtest/framework, which looks for this file by its name: decided at a candle's close, carried out at
// the open of the candle after it.
interface Turn {
  readonly currentCandle: { readonly open: number; readonly close: number };
  readonly params: { readonly fast: number; readonly slow: number };
  readonly buy: (order: { readonly price: number; readonly baseAmount: number }) => Promise<void>;
  readonly sell: (order: { readonly price: number }) => Promise<void>;
}

let closes: number[] = [];
let [fastSum, slowSum, previous, wanted] = [0, 0, Number.NaN, 0];

export async function startCallback(): Promise<void> {
  closes = [];
  [fastSum, slowSum, previous, wanted] = [0, 0, Number.NaN, 0];
}

export async function runStrategy({ currentCandle: { open, close }, params: { fast, slow }, buy, sell }: Turn): Promise<void> {
  if (wanted === 1) await buy({ price: open, baseAmount: 1 });
  else if (wanted === -1) await sell({ price: open });
  wanted = 0;
  const row = closes.push(close) - 1;
  fastSum += close - (row >= fast ? closes[row - fast]! : 0);
  slowSum += close - (row >= slow ? closes[row - slow]! : 0);
  if (row < slow - 1) return;
  const difference = fastSum / fast - slowSum / slow;
  if (difference > 0 && previous <= 0) wanted = 1;
  else if (difference < 0 && previous >= 0) wanted = -1;
  previous = difference;
}
