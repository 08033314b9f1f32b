// One account over one span of time, and what it came to.
//
// L1. Between two orders an account stands still: while prices are numbers and the target keeps, a row changes its mark and nothing else.
//     So the account is shown only the rows on which something may happen, and the rows between are marked here.
// L2. What is added up is added in the order of the rows, and rows without a position add nothing (T1 of analysis/return-tally.ts):
//     the figures are those of the whole curve, bit for bit.
// L3. Where one of them cannot be had this way (amounts too large for f64, prices that are none, returns that hardly differ, everything lost) the ledger
//     says so, and the trial is run again with its whole curve kept.
import { AccountNode } from '#actors/account.ts';
import { ReturnTally } from '#analysis/return-tally.ts';
import { returnRatios } from '#analysis/return-metrics.ts';
import { TripFinder } from '#analysis/round-trip.ts';
import { growthOf, spanOf } from '#analysis/span.ts';
import { tripRatios, TripTally } from '#analysis/trip-tally.ts';
import { known, ratio } from '#analysis/defined.ts';
import { PAPER_OUTPUTS } from '#broker/paper.ts';
import { SAFE_LIMIT, safeMultiply, safeUnitsOf, SCALE } from '#domain/money.ts';
import type { AccountTerms } from '#domain/strategy-spec.ts';
import type { ReturnSums, TrialFigures } from './figures.ts';
import type { Market } from './market.ts';

const [FILL, PRICE, FEE, POSITION, CASH] = (['fillQuantity', 'fillPrice', 'fee', 'position', 'cash'] as const).map((name) => PAPER_OUTPUTS.indexOf(name)) as [number, number, number, number, number];

/** Rows of a piece on which something may happen, and their prices and targets. */
export interface Visits {
  count: number;
  /** Places in the piece. */
  readonly rows: Int32Array;
  /** Open, close and target at these places: what the account reads. */
  readonly inputs: readonly Float64Array[];
}

/** Room for what happens within a piece; all ledgers of a thread take turns with it. */
export interface Scratch {
  readonly outputs: readonly Float64Array[];
  readonly returns: Float64Array;
}

export function scratchFor(rowsMax: number): Scratch {
  return { outputs: PAPER_OUTPUTS.map(() => new Float64Array(rowsMax)), returns: new Float64Array(rowsMax) };
}

export interface Outcome {
  readonly figures: TrialFigures;
  readonly sums: ReturnSums;
}

export class Ledger {
  readonly #account: AccountNode;
  readonly #market: Market;
  readonly #scratch: Scratch;
  readonly #cash0: number;
  /** First row of the span, and one past its last, in the market. */
  readonly #from: number;
  readonly #to: number;
  readonly #returns = new ReturnTally();
  readonly #trips = new TripTally();
  readonly #finder = new TripFinder('');
  // The engine keeps a field that was no small integer from the start in its place, and makes others anew with every change: each is NaN first.
  /** In units of 1e-8, as the account keeps them. */
  #cash = Number.NaN;
  #position = Number.NaN;
  #equity = Number.NaN;
  #peak = Number.NaN;
  #deepest = Number.NaN;
  #fees = Number.NaN;
  #depthMax = 0;
  #depthRatioMax = 0;
  #drawdowns = 0;
  #rowsHeld = 0;
  #trades = 0;
  #unfit = false;

  constructor(terms: AccountTerms, market: Market, span: { readonly from: number; readonly to: number }, scratch: Scratch) {
    this.#account = new AccountNode(terms);
    this.#market = market;
    this.#scratch = scratch;
    this.#from = span.from;
    this.#to = span.to;
    this.#cash0 = terms.cash;
    this.#cash = safeUnitsOf(terms.cash);
    this.#equity = terms.cash;
    this.#peak = terms.cash;
    this.#position = this.#deepest = this.#fees = 0;
    // By L3.
    this.#unfit = !market.isWhole || Number.isNaN(this.#cash);
  }

  get isUnfit(): boolean {
    return this.#unfit;
  }

  /** The next `count` rows, which stand in the market from row `first` on. */
  take(visits: Visits, first: number, count: number): void {
    if (this.#unfit) return;
    const { outputs } = this.#scratch;
    this.#account.run(visits.inputs, outputs, visits.count);
    if (this.#account.halt) {
      this.#unfit = true;
      return;
    }
    const fills = outputs[FILL]!;
    let filled = 0;
    let from = 0;
    let isFresh = false;
    for (let k = 0; k < visits.count; k++) {
      if (fills[k] === 0) continue;
      const row = visits.rows[k]!;
      filled = this.#mark(first + from, first + row, isFresh, filled);
      this.#cash = safeUnitsOf(outputs[CASH]![k]!);
      this.#position = safeUnitsOf(outputs[POSITION]![k]!);
      this.#book(this.#market.t[first + row]!, fills[k]!, outputs[PRICE]![k]!, outputs[FEE]![k]!);
      from = row;
      isFresh = true;
    }
    filled = this.#mark(first + from, first + count, isFresh, filled);
    this.#returns.add(this.#scratch.returns, filled);
  }

  #book(ts: number, quantity: number, price: number, fee: number): void {
    if (this.#finder.take(ts, quantity, price, fee)) this.#trips.add(this.#finder.trip);
    this.#fees += fee;
    this.#trades++;
  }

  /**
   * Rows `from` … `to − 1` of the market, after which the account held what it holds now; fresh when a fill came first. Writes their returns behind
   * the `filled` that are there, and answers how many are.
   */
  #mark(from: number, to: number, isFresh: boolean, filled: number): number {
    const position = this.#position;
    // Flat: the fill's row is the last that the equity moves on.
    const last = position === 0 ? Math.min(to, from + Number(isFresh)) : to;
    if (position !== 0) this.#rowsHeld += to - from;
    const { marks, markMax } = this.#market;
    const cash = this.#cash;
    const amount = position / SCALE;
    const isWholeAmount = Number.isInteger(amount);
    if (!(Math.abs(cash) + markMax * Math.abs(amount) < SAFE_LIMIT)) {
      this.#unfit = true; // by L3
      return filled;
    }
    const { returns } = this.#scratch;
    let count = filled;
    let equity = this.#equity;
    let peak = this.#peak;
    let deepest = this.#deepest;
    for (let row = from; row < last; row++) {
      const marked = marks[row]!;
      const next = (cash + (isWholeAmount ? marked * amount : safeMultiply(position, marked))) / SCALE;
      returns[count++] = next / equity - 1;
      equity = next;
      if (next >= peak) {
        if (deepest > 0) {
          this.#surface(peak, deepest);
          deepest = 0;
        }
        peak = next;
      } else if (peak - next > deepest) deepest = peak - next;
    }
    this.#equity = equity;
    this.#peak = peak;
    this.#deepest = deepest;
    return count;
  }

  /** A drawdown is over. */
  #surface(peak: number, deepest: number): void {
    this.#drawdowns++;
    this.#depthMax = Math.max(this.#depthMax, deepest);
    this.#depthRatioMax = Math.max(this.#depthRatioMax, deepest / peak);
  }

  /** What the span came to; undefined when the ledger is unfit to tell (L3). */
  close(): Outcome | undefined {
    if (this.#deepest > 0) this.#surface(this.#peak, this.#deepest);
    this.#deepest = 0;
    const t = this.#market.t.subarray(this.#from, this.#to);
    const n = Math.max(t.length - 1, 0);
    const deviation = this.#trades === 0 && n > 1 ? 0 : this.#returns.deviation(n);
    // An account that lost everything may have no returns, by C7 of analysis/metrics.ts.
    if (this.#unfit || t.length === 0 || deviation === undefined || this.#depthRatioMax >= 1) return undefined;
    const { years, barsPerYear } = spanOf(t);
    const { total, cagr } = growthOf(Float64Array.of(this.#equity), this.#cash0, years);
    const { sum, squares, gains, losses } = this.#returns;
    return {
      figures: {
        equityFinal: this.#equity,
        totalReturn: known(total),
        cagr: known(cagr),
        ...returnRatios({ mean: sum / n, deviation, downsideDeviation: this.#returns.downsideDeviation(n), gains, losses }, barsPerYear),
        maxDrawdownRatio: this.#depthRatioMax,
        maxDrawdown: this.#depthMax,
        drawdowns: this.#drawdowns,
        calmar: ratio(cagr, this.#depthRatioMax),
        ...tripRatios(this.#trips),
        exposureRatio: known(this.#rowsHeld / t.length),
        fees: this.#fees,
        trades: this.#trades,
      },
      sums: { count: n, sum, squares },
    };
  }
}
