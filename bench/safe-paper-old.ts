// A paper account while all its amounts are below 2^53: a block of rows at a time, pass by pass. What is ordered and when it fills follows from the
// targets alone, what a fill costs from its open, what an account is worth from its closes; each pass touches only what it needs, and none waits for another's branches.
//
//   decide: targets → orders and fills   settle: fills → price, fee, cash   mark: rows → position, cash, equity   tell: orders and fills → their columns
//
// F1. A block is entered in the state as a whole or not at all. One that holds a row for bigint is run again up to that row.
import { SAFE_LIMIT, type SafeRate, safeMultiply, safeMultiplyUp, safePart, safeUnitsOf, SCALE } from '#domain/money.ts';

/** Whole numbers of 1e-8, and the mark as its price. */
export interface SafeState {
  readonly cash: number;
  readonly position: number;
  readonly pending: number;
  readonly mark: number;
}

const BLOCK_MAX = 1_024;
const CASH = 0;
const POSITION = 1;
const PENDING = 2;
const MARK = 3;

// What happens within a block, by orders and by fills: all accounts of a thread take turns with this room.
const orderRows = new Int32Array(BLOCK_MAX);
const orders = new Float64Array(BLOCK_MAX);
const fillRows = new Int32Array(BLOCK_MAX + 1);
const fills = new Float64Array(BLOCK_MAX);
const prices = new Float64Array(BLOCK_MAX);
const fees = new Float64Array(BLOCK_MAX);
/** After the fill. */
const cashes = new Float64Array(BLOCK_MAX);
/** Rows that ask for another target than the row before. */
const turns = new Int32Array(BLOCK_MAX + 1);

export class SafePaper {
  readonly #feeRate: SafeRate;
  readonly #slippageRate: number;
  readonly #approved: (change: number) => number;
  /** Cash, position, pending and mark: numbers the engine need not ask what they are. */
  readonly #state = new Float64Array(4);
  /** The changes of position that were approved last, a sale and a buy, and the orders for them: they are of few sizes, and to approve one takes as long as all the rest of it. */
  readonly #lastChanges = new Float64Array(2);
  readonly #lastOrders = new Float64Array(2);
  /** Shorter behind a row for bigint, which is likely to have others near. */
  #blockMax = BLOCK_MAX;
  #orderCount = 0;
  #fillCount = 0;
  #pendingAfter = 0;

  /** `approved` answers the signed units of the order for a change of position. */
  constructor(feeRate: SafeRate, slippageRate: number, approved: (change: number) => number) {
    this.#feeRate = feeRate;
    this.#slippageRate = slippageRate;
    this.#approved = approved;
  }

  get state(): SafeState {
    const [cash, position, pending, mark] = this.#state as unknown as [number, number, number, number];
    return { cash, position, pending, mark };
  }

  adopt({ cash, position, pending, mark }: SafeState): void {
    this.#state[CASH] = cash;
    this.#state[POSITION] = position;
    this.#state[PENDING] = pending;
    this.#state[MARK] = mark;
  }

  /** Runs rows from `first` on; answers the first that needs bigint, or `count`. Where `approved` throws, the account is left before that row. */
  run(inputs: readonly Float64Array[], outputs: readonly Float64Array[], first: number, count: number): number {
    for (let row = first; row < count; ) {
      const end = this.#runBlock(inputs, outputs, row, Math.min(count, row + this.#blockMax));
      this.#blockMax = end === row ? 1 : Math.min(2 * this.#blockMax, BLOCK_MAX);
      if (end === row) return row;
      row = end;
    }
    return count;
  }

  /** Answers the row before which it ended. */
  #runBlock(inputs: readonly Float64Array[], outputs: readonly Float64Array[], first: number, limit: number): number {
    const open = inputs[0]!;
    const close = inputs[1]!;
    const target = inputs[2]!;
    const end = this.#decide(open, target, first, limit);
    const settled = this.#settle(open, end);
    const marked = settled < end ? settled : this.#mark(close, outputs, first, end);
    if (marked < end) return marked === first ? first : this.#runBlock(inputs, outputs, first, marked); // by F1
    this.#tell(outputs);
    return end;
  }

  /** Finds orders and fills; answers the row that ends the block. */
  #decide(open: Float64Array, target: Float64Array, first: number, limit: number): number {
    let position = this.#state[POSITION]!;
    let pending = this.#state[PENDING]!;
    let orderCount = 0;
    let fillCount = 0;
    let met = Number.NaN; // the target that was compared last: what is ordered is what it asks for
    turnsOf(target, first, limit);
    let turn = 0;
    let row = first;
    while (row < limit) {
      const wanted = target[row]!;
      const filled = Number.isFinite(open[row]!) ? pending : 0;
      const held = position + filled;
      let ordered = pending - filled;
      if (ordered === 0 && Number.isFinite(wanted)) {
        const change = safeUnitsOf(wanted) - held;
        if (!(Math.abs(change) < SAFE_LIMIT)) break;
        if (change !== 0) {
          const side = Number(change > 0);
          if (this.#lastChanges[side] !== change) {
            try {
              this.#lastOrders[side] = this.#approved(change);
            } catch (refusal) {
              if (row > first) break; // it is refused once more as the first of the next block, when the rows before it are done
              throw refusal;
            }
            this.#lastChanges[side] = change;
          }
          ordered = this.#lastOrders[side]!;
          orderRows[orderCount] = row;
          orders[orderCount++] = ordered;
        }
        met = wanted;
      }
      if (!(Math.abs(held) < SAFE_LIMIT)) break;
      if (filled !== 0) {
        fillRows[fillCount] = row;
        fills[fillCount++] = filled;
      }
      position = held;
      pending = ordered;
      row++;
      if (pending === 0 && wanted === met) {
        while (turns[turn]! < row) turn++;
        row = turns[turn]!;
      }
    }
    this.#orderCount = orderCount;
    this.#fillCount = fillCount;
    this.#pendingAfter = pending;
    return row;
  }

  /** Works out what the fills cost; answers the row of the first that needs bigint, or `end`. */
  #settle(open: Float64Array, end: number): number {
    const feeRate = this.#feeRate;
    const slippageRate = this.#slippageRate;
    const count = this.#fillCount;
    let cash = this.#state[CASH]!;
    for (let k = 0; k < count; k++) {
      const quantity = fills[k]!;
      const opened = safeUnitsOf(open[fillRows[k]!]!);
      const slippage = slippageRate === 0 ? 0 : safeMultiplyUp(Math.abs(opened), slippageRate);
      const price = quantity > 0 ? opened + slippage : opened - slippage;
      const value = safeMultiply(price, quantity);
      const fee = safePart(Math.abs(value), feeRate);
      const paid = cash - value;
      cash = paid - fee;
      if (!(Math.abs(price) < SAFE_LIMIT && Math.abs(paid) < SAFE_LIMIT && Math.abs(cash) < SAFE_LIMIT)) return fillRows[k]!;
      prices[k] = price;
      fees[k] = fee;
      cashes[k] = cash;
    }
    return end;
  }

  /** Writes what every row comes to and leaves the account behind them; answers the first that needs bigint, or `end`. */
  #mark(close: Float64Array, outputs: readonly Float64Array[], first: number, end: number): number {
    const positionOut = outputs[4]!;
    const cashOut = outputs[5]!;
    const equityOut = outputs[6]!;
    let cash = this.#state[CASH]!;
    let position = this.#state[POSITION]!;
    let mark = this.#state[MARK]!;
    fillRows[this.#fillCount] = end;
    let row = first;
    for (let k = 0; ; k++) {
      const until = fillRows[k]!;
      const positionAmount = position / SCALE;
      const cashAmount = cash / SCALE;
      const isWhole = Number.isInteger(positionAmount); // whole positions are the rule, and for them one multiplication is exact
      for (; row < until; row++) {
        const closed = close[row]!;
        if (Number.isFinite(closed)) mark = closed;
        let equityAmount = cashAmount;
        if (position !== 0) {
          const marked = safeUnitsOf(mark);
          const value = isWhole ? marked * positionAmount : safeMultiply(position, marked);
          const equity = cash + value;
          if (!(Math.abs(value) < SAFE_LIMIT && Math.abs(equity) < SAFE_LIMIT)) return row;
          equityAmount = equity / SCALE;
        }
        positionOut[row] = positionAmount;
        cashOut[row] = cashAmount;
        equityOut[row] = equityAmount;
      }
      if (row === end && k === this.#fillCount) break;
      position += fills[k]!;
      cash = cashes[k]!;
    }
    this.adopt({ cash, position, pending: this.#pendingAfter, mark });
    return end;
  }

  /** Writes the orders and the fills. */
  #tell(outputs: readonly Float64Array[]): void {
    const orderOut = outputs[0]!;
    const fillOut = outputs[1]!;
    const priceOut = outputs[2]!;
    const feeOut = outputs[3]!;
    for (let k = 0; k < this.#orderCount; k++) orderOut[orderRows[k]!] = orders[k]! / SCALE;
    for (let k = 0; k < this.#fillCount; k++) {
      const row = fillRows[k]!;
      fillOut[row] = fills[k]! / SCALE;
      priceOut[row] = prices[k]! / SCALE;
      feeOut[row] = fees[k]! / SCALE;
    }
  }
}

/** Finds the turns behind the first row of a block, and its end behind them. */
function turnsOf(target: Float64Array, first: number, limit: number): void {
  let count = 0;
  let before = target[first]!;
  for (let row = first + 1; row < limit; row++) {
    const wanted = target[row]!;
    turns[count] = row;
    count += Number(wanted !== before); // a branch here is one no processor foretells
    before = wanted;
  }
  turns[count] = limit;
}
