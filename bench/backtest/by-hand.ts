// What a programmer would write instead of a backtest: the loop, and nothing else. No books, no metrics; running sums that drift.

export interface CrossoverAnswer {
  readonly entries: number;
  readonly equity: number;
}

/** The crossover job on floats: averages from running sums, fills at the next open, 0.1 % a side. */
export function crossoverByHand(open: Float64Array, close: Float64Array, fast: number, slow: number): CrossoverAnswer {
  let fastSum = 0;
  let slowSum = 0;
  let previous = Number.NaN;
  let position = 0;
  let order = 0;
  let cash = 100_000;
  let entries = 0;
  for (let row = 0; row < close.length; row++) {
    if (order !== 0) {
      cash -= order * open[row]! + open[row]! * 0.001;
      position += order;
      if (order > 0) entries++;
      order = 0;
    }
    fastSum += close[row]!;
    if (row >= fast) fastSum -= close[row - fast]!;
    slowSum += close[row]!;
    if (row >= slow) slowSum -= close[row - slow]!;
    if (row < slow - 1) continue;
    const difference = fastSum / fast - slowSum / slow;
    if (difference > 0 && previous <= 0 && position === 0) order = 1;
    else if (difference < 0 && previous >= 0 && position === 1) order = -1;
    previous = difference;
  }
  return { entries, equity: cash + position * close.at(-1)! };
}

/** What decides at each close, by hand: it may move to a position. */
export type Decide = (view: { readonly t: number; readonly values: { readonly long: number }; readonly position: number; readonly cash: number; readonly equity: number; readonly moveTo: (position: number) => void }) => void;

interface HandOrder {
  readonly id: number;
  readonly isBuy: boolean;
  readonly quantity: number;
}

/** The same job with a function that is asked at each close, orders that wait for the next open, a list of what happened to them, and the equity of every row. */
export function crossoverOrdersByHand(t: Float64Array, open: Float64Array, close: Float64Array, fast: number, slow: number, decide: Decide): CrossoverAnswer {
  const equity = new Float64Array(close.length);
  const events: object[] = [];
  let orders: HandOrder[] = [];
  let fastSum = 0;
  let slowSum = 0;
  let previous = Number.NaN;
  let long = -1;
  let position = 0;
  let cash = 100_000;
  let entries = 0;
  let id = 0;
  let row = 0;
  const moveTo = (wanted: number): void => {
    const change = wanted - position;
    if (change === 0 || orders.length > 0) return;
    const order = { id: ++id, isBuy: change > 0, quantity: Math.abs(change) };
    orders.push(order);
    events.push({ kind: 'placed', row, t: t[row]!, ...order });
  };
  for (; row < close.length; row++) {
    if (orders.length > 0) {
      for (const order of orders) {
        const price = open[row]!;
        const fee = price * order.quantity * 0.001;
        const signed = order.isBuy ? order.quantity : -order.quantity;
        cash -= signed * price + fee;
        position += signed;
        if (order.isBuy) entries++;
        events.push({ kind: 'filled', row, t: t[row]!, ...order, price, fee });
      }
      orders = [];
    }
    fastSum += close[row]!;
    if (row >= fast) fastSum -= close[row - fast]!;
    slowSum += close[row]!;
    if (row >= slow) slowSum -= close[row - slow]!;
    if (row >= slow - 1) {
      const difference = fastSum / fast - slowSum / slow;
      if (difference > 0 && previous <= 0) long = 1;
      else if (difference < 0 && previous >= 0) long = 0;
      previous = difference;
    }
    equity[row] = cash + position * close[row]!;
    decide({ t: t[row]!, values: { long }, position, cash, equity: equity[row]!, moveTo });
  }
  return { entries, equity: equity.at(-1)! };
}
