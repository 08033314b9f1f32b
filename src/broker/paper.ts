// A paper account: bars and targets in, orders, fills and equity out. Backtest and cluster run this same machine.
//
// P1. Nothing is known before its bar: a target is read at a bar's close and fills at the next bar's open, never earlier.
// P2. At most one order is in flight. It waits while opens are missing, and until it fills no other is placed.
// P3. Amounts are exact. Rows run on whole numbers in f64 while every one is below 2^53 (safe-paper.ts), else on bigint; the outputs are the same bits.
// P4. State is what `snapshot` holds, so chunk borders and restarts leave no trace.
//
//   row i:  pending order → fill at open[i] → target[i] − position → order, pending → mark at close[i]
import { Fault } from '#domain/fault.ts';
import { absolute, amountOf, boundedUnits, multiply, multiplyUp, rateOfBps, SAFE_LIMIT, safeRateOf, unitsOf } from '#domain/money.ts';
import type { Approved, OrderRequest } from '#domain/order.ts';
import type { AccountTerms } from '#domain/strategy-spec.ts';
import { readState, type PaperState, writeState } from './paper-state.ts';
import { SafePaper } from './safe-paper.ts';
import type { PaperBlock } from './whole-paper.ts';

/** Changes with any change of an output's bits; it is part of the account node's identity. */
export const PAPER_VERSION = '1.0.1';

/** Columns the account reads, in order. The target is the wanted position in units of the instrument. */
export const PAPER_INPUTS = ['open', 'close', 'target'] as const;

/**
 * Columns the account writes, in order. `orderQuantity` is what was ordered at this close and `fillQuantity` what filled at this open, both signed
 * (buy > 0) and 0 when nothing happened; `fillPrice` is NaN without a fill; `position`, `cash` and `equity` (cash + position × last close) are after the row.
 */
export const PAPER_OUTPUTS = ['orderQuantity', 'fillQuantity', 'fillPrice', 'fee', 'position', 'cash', 'equity'] as const;

export type Approve = (request: OrderRequest) => Approved<OrderRequest>;

const BPS_LIMIT = 10_000; // a whole: beyond it a sale would pay us to take the money

function terms(name: 'feeBps' | 'slippageBps', bps: number): bigint {
  if (!(Math.abs(bps) < BPS_LIMIT)) {
    throw new Fault('PARAM_INVALID', `${name}: ${bps} is not between -10,000 and 10,000 basis points`, { cure: '100 basis points are 1 %', data: { name, bps } });
  }
  return rateOfBps(bps, name);
}

/** One account on one instrument. Fits a plan's host node. */
export class PaperAccount {
  readonly lookback = 0;
  readonly #feeRate: bigint;
  readonly #slippageRate: bigint;
  readonly #approve: Approve;
  /** The state while its units are below 2^53 … */
  readonly #safe: SafePaper;
  /** … and when they are not. */
  #exact: PaperState | null = null;

  /** Throws MONEY_INVALID or PARAM_INVALID for terms that cannot be kept exactly. */
  constructor(accountTerms: AccountTerms, approve: Approve) {
    this.#feeRate = terms('feeBps', accountTerms.feeBps);
    this.#slippageRate = terms('slippageBps', accountTerms.slippageBps);
    this.#approve = approve;
    this.#safe = new SafePaper(safeRateOf(this.#feeRate), safeRateOf(this.#slippageRate), (change) => Number(this.#order(BigInt(change)))); // the rules look at nothing but the order
    this.#adopt({ cash: unitsOf(accountTerms.cash, 'cash'), position: 0n, pending: 0n, mark: Number.NaN });
  }

  /**
   * Advances over `count` rows of PAPER_INPUTS into PAPER_OUTPUTS; `block` is given where they lie in the memory of the kernels. A Fault leaves the account at the row
   * before the one it names.
   */
  run(inputs: readonly Float64Array[], outputs: readonly Float64Array[], count: number, block?: PaperBlock): void {
    for (let row = 0; row < count; row++) {
      if (!this.#exact) row = this.#safe.run(inputs, outputs, row, count, block);
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

  /** A row by the rules of SafePaper on bigint. */
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

  #state(): PaperState {
    if (this.#exact) return this.#exact;
    const { cash, position, pending, mark } = this.#safe.state;
    return { cash: BigInt(cash), position: BigInt(position), pending: BigInt(pending), mark };
  }

  #adopt(state: PaperState): void {
    const { cash, position, pending, mark } = state;
    const isSafe = [cash, position, pending].every((units) => Math.abs(Number(units)) < SAFE_LIMIT);
    if (isSafe) this.#safe.adopt({ cash: Number(cash), position: Number(position), pending: Number(pending), mark });
    this.#exact = isSafe ? null : state;
  }
}
