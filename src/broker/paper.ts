// A paper account: bars and targets in, orders, fills and equity out. Backtest and cluster run this same machine.
//
// P1. Nothing is known before its bar: a target is read at a bar's close and fills at the next bar's open, never earlier.
// P2. At most one order is in flight. It waits while opens are missing, and until it fills no other is placed.
// P3. Amounts are exact. Rows run on whole numbers in f64 while every one is below 2^53, else on bigint; the outputs are the same bits.
// P4. State is what `snapshot` holds, so chunk borders and restarts leave no trace.
//
//   row i:  pending order → fill at open[i] → target[i] − position → order, pending → mark at close[i]
import { Fault } from '#domain/fault.ts';
import { absolute, amountOf, boundedUnits, multiply, multiplyUp, rateOfBps, safeMultiply, safeMultiplyUp, safePart, type SafeRate, safeRateOf, safeUnitsOf, SCALE, unitsOf } from '#domain/money.ts';
import type { Approved, OrderRequest } from '#domain/order.ts';
import type { AccountTerms } from '#domain/strategy-spec.ts';
import { readState, type PaperState, writeState } from './paper-state.ts';

/** Changes with any change of an output's bits; it is part of the account node's identity. */
export const PAPER_VERSION = '1.0.1';

/** Columns the account reads, in order. The target is the wanted position in units of the instrument. */
export const PAPER_INPUTS = ['open', 'close', 'target'] as const;

/**
 * Columns the account writes, in order. `orderQuantity` is what was ordered at this close and `fillQuantity` what filled at this open, both signed
 * (buy > 0) and 0 when nothing happened; `fillPrice` is NaN without a fill; `position`, `cash` and `equity` (cash + position × last close) are after the row.
 */
export const PAPER_OUTPUTS = ['orderQuantity', 'fillQuantity', 'fillPrice', 'fee', 'position', 'cash', 'equity'] as const;

/** The first of them on a row where nothing is ordered and nothing fills. */
const QUIET = [0, 0, Number.NaN, 0] as const;

export type Approve = (request: OrderRequest) => Approved<OrderRequest>;

const SAFE_LIMIT = 2 ** 53;
const NO_ORDER = { change: 0, ordered: 0 };
const BPS_LIMIT = 10_000; // a whole: beyond it a sale would pay us to take the money
const CASH = 0;
const POSITION = 1;
const PENDING = 2;
const MARK = 3;

function terms(name: 'feeBps' | 'slippageBps', bps: number): bigint {
  if (!(Math.abs(bps) < BPS_LIMIT)) {
    throw new Fault('PARAM_INVALID', `${name}: ${bps} is not between -10,000 and 10,000 basis points`, { cure: '100 basis points are 1 %', data: { name, bps } });
  }
  return rateOfBps(bps, name);
}

function isSafe(units: bigint): boolean {
  return Math.abs(Number(units)) < SAFE_LIMIT;
}

/** One account on one instrument. Fits a plan's host node. */
export class PaperAccount {
  readonly lookback = 0;
  readonly #feeRate: bigint;
  readonly #safeFeeRate: SafeRate;
  readonly #slippageRate: bigint;
  readonly #approve: Approve;
  /** Cash, position, pending order (signed) in units, and the mark as its price: the state while the units are below 2^53 … */
  readonly #safe: Float64Array;
  /** … and the state when it is not. */
  #exact: PaperState | null = null;
  /** The orders #orderSafe made last, and the signed units they ask for: orders are of few sizes, and to make one takes as long as all the rest of it. */
  #lastBuy = NO_ORDER;
  #lastSell = NO_ORDER;

  /** Throws MONEY_INVALID or PARAM_INVALID for terms that cannot be kept exactly. */
  constructor(accountTerms: AccountTerms, approve: Approve) {
    this.#feeRate = terms('feeBps', accountTerms.feeBps);
    this.#safeFeeRate = safeRateOf(this.#feeRate);
    this.#slippageRate = terms('slippageBps', accountTerms.slippageBps);
    this.#approve = approve;
    this.#safe = new Float64Array(4);
    this.#adopt({ cash: unitsOf(accountTerms.cash, 'cash'), position: 0n, pending: 0n, mark: Number.NaN });
  }

  /** Advances over `count` rows of PAPER_INPUTS into PAPER_OUTPUTS. A Fault leaves the account at the row before the one it names. */
  run(inputs: readonly Float64Array[], outputs: readonly Float64Array[], count: number): void {
    // Most rows order nothing and fill nothing.
    QUIET.forEach((value, k) => outputs[k]!.fill(value, 0, count));
    for (let row = 0; row < count; row++) {
      if (!this.#exact) row = this.#runSafe(inputs, outputs, row, count);
      if (row < count) this.#runExact(inputs, outputs, row);
    }
  }

  /** The state as bytes: what `restore` of any account of the same terms continues from. */
  snapshot(): Uint8Array {
    return writeState(this.#state());
  }

  /** Throws CHECKPOINT_DAMAGED for bytes that are no snapshot of this version. */
  restore(bytes: Uint8Array): void {
    this.#adopt(readState(bytes));
  }

  /** Runs rows from `first` on; answers the first row that needs bigint, or `count`. */
  #runSafe(inputs: readonly Float64Array[], outputs: readonly Float64Array[], first: number, count: number): number {
    const open = inputs[0]!;
    const close = inputs[1]!;
    const target = inputs[2]!;
    const orderOut = outputs[0]!;
    const fillOut = outputs[1]!;
    const priceOut = outputs[2]!;
    const feeOut = outputs[3]!;
    const positionOut = outputs[4]!;
    const cashOut = outputs[5]!;
    const equityOut = outputs[6]!;
    const state = this.#safe;
    const feeRate = this.#safeFeeRate;
    const slippageRate = Number(this.#slippageRate);
    let cash = state[CASH]!;
    let position = state[POSITION]!;
    let pending = state[PENDING]!;
    let mark = state[MARK]!;
    // What is written for a target, a position and the cash is worked out once per change.
    let wantedFrom = Number.NaN;
    let wanted = 0;
    let positionAmount = position / SCALE;
    let cashAmount = cash / SCALE;

    for (let row = first; row < count; row++) {
      if (pending === 0 && wanted === position) {
        // At rest: nothing is in flight and what is wanted is there, so rows only mark until something else is wanted.
        const isWhole = Number.isInteger(positionAmount); // whole positions are the rule, and for them one multiplication is exact
        for (; row < count && target[row] === wantedFrom; row++) {
          const closed = close[row]!;
          const price = closed - closed === 0 ? closed : mark;
          if (position === 0) equityOut[row] = cashAmount;
          else {
            const marked = safeUnitsOf(price);
            const value = isWhole ? marked * positionAmount : safeMultiply(position, marked);
            const equity = cash + value;
            if (!(Math.abs(value) < SAFE_LIMIT && Math.abs(equity) < SAFE_LIMIT)) break;
            equityOut[row] = equity / SCALE;
          }
          mark = price;
          positionOut[row] = positionAmount;
          cashOut[row] = cashAmount;
        }
        state[MARK] = mark;
        if (row === count) break;
      }

      let filled = 0;
      let price = Number.NaN;
      let fee = 0;
      if (pending !== 0 && Number.isFinite(open[row]!)) {
        const opened = safeUnitsOf(open[row]!);
        const slippage = safeMultiplyUp(Math.abs(opened), slippageRate);
        price = pending > 0 ? opened + slippage : opened - slippage;
        const value = safeMultiply(price, pending);
        fee = safePart(Math.abs(value), feeRate);
        const paid = cash - value;
        filled = pending;
        cash = paid - fee;
        position += filled;
        pending = 0;
        if (Number.isNaN(mark)) mark = open[row]!;
        if (!(Math.abs(price) < SAFE_LIMIT && Math.abs(paid) < SAFE_LIMIT && Math.abs(cash) < SAFE_LIMIT && Math.abs(position) < SAFE_LIMIT)) return row;
        positionAmount = position / SCALE;
        cashAmount = cash / SCALE;
      }

      let ordered = 0;
      if (pending === 0 && Number.isFinite(target[row]!)) {
        if (target[row] !== wantedFrom) {
          wantedFrom = target[row]!;
          wanted = safeUnitsOf(wantedFrom);
        }
        ordered = wanted - position;
        if (!(Math.abs(ordered) < SAFE_LIMIT)) return row;
      }
      if (Number.isFinite(close[row]!)) mark = close[row]!;
      let equity = cash;
      if (position !== 0) {
        const value = safeMultiply(safeUnitsOf(mark), position);
        equity = cash + value;
        if (!(Math.abs(value) < SAFE_LIMIT && Math.abs(equity) < SAFE_LIMIT)) return row;
      }
      if (ordered !== 0) {
        pending = this.#orderSafe(ordered);
        orderOut[row] = pending / SCALE;
      }
      if (filled !== 0) {
        fillOut[row] = filled / SCALE;
        priceOut[row] = price / SCALE;
        feeOut[row] = fee / SCALE;
      }
      positionOut[row] = positionAmount;
      cashOut[row] = cashAmount;
      equityOut[row] = equity / SCALE;
      state[CASH] = cash;
      state[POSITION] = position;
      state[PENDING] = pending;
      state[MARK] = mark;
    }
    return count;
  }

  /** The same row by the same rules on bigint. */
  #runExact(inputs: readonly Float64Array[], outputs: readonly Float64Array[], row: number): void {
    const open = inputs[0]![row]!;
    const close = inputs[1]![row]!;
    const target = inputs[2]![row]!;
    let { cash, position, pending, mark } = this.#state();
    let filled = 0n;
    let price = 0n;
    let fee = 0n;
    if (pending !== 0n && Number.isFinite(open)) {
      const opened = unitsOf(open, 'open');
      const slippage = multiplyUp(absolute(opened), this.#slippageRate); // of a price below zero it is worse for us too
      price = pending > 0n ? opened + slippage : opened - slippage;
      const value = multiply(price, pending);
      fee = multiply(value < 0n ? -value : value, this.#feeRate);
      filled = pending;
      cash = boundedUnits(cash - value - fee, 'cash');
      position = boundedUnits(position + filled, 'position');
      pending = 0n;
      if (Number.isNaN(mark)) mark = open;
    }

    let ordered = 0n;
    if (pending === 0n && Number.isFinite(target)) ordered = unitsOf(target, 'target') - position;
    if (Number.isFinite(close)) mark = close;
    const equity = position === 0n ? cash : cash + multiply(position, unitsOf(mark, 'close'));
    if (ordered !== 0n) pending = this.#order(ordered);

    const values = [ordered, filled, price, fee, position, cash, equity].map(amountOf);
    if (filled === 0n) values[2] = Number.NaN;
    values.forEach((value, k) => (outputs[k]![row] = value));
    this.#adopt({ cash, position, pending, mark });
  }

  /** Signed units of the order the risk rules approved for this change of position. */
  #order(change: bigint): bigint {
    const side = change > 0n ? 'buy' : 'sell';
    const order = this.#approve({ side, quantity: change > 0n ? change : -change, type: 'market' });
    return order.side === 'buy' ? order.quantity : -order.quantity;
  }

  /** The same on f64. What was approved is approved again: the rules look at nothing but the order. */
  #orderSafe(change: number): number {
    const last = change > 0 ? this.#lastBuy : this.#lastSell;
    if (last.change === change) return last.ordered;
    const order = { change, ordered: Number(this.#order(BigInt(change))) };
    if (change > 0) this.#lastBuy = order;
    else this.#lastSell = order;
    return order.ordered;
  }

  #state(): PaperState {
    if (this.#exact) return this.#exact;
    const state = this.#safe;
    return { cash: BigInt(state[CASH]!), position: BigInt(state[POSITION]!), pending: BigInt(state[PENDING]!), mark: state[MARK]! };
  }

  #adopt(state: PaperState): void {
    const { cash, position, pending, mark } = state;
    if ([cash, position, pending].every(isSafe)) {
      this.#safe.set([Number(cash), Number(position), Number(pending), mark]);
      this.#exact = null;
    } else {
      this.#exact = state;
    }
  }
}
