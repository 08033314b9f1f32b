// One account over one span of time, and what it came to: its curve is added up block by block, and none of it is kept.
//
// L1. What is added up is added in the order of the rows: the figures are those of the whole curve, bit for bit.
// L2. Where one of them cannot be had this way (returns that hardly differ, everything lost) the ledger says so, and the trial is run again with its whole
//     curve kept.
import { AccountNode } from '#actors/account.ts';
import { known, ratio } from '#analysis/defined.ts';
import { deviationOf, downsideDeviationOf, meanOf } from '#analysis/moments.ts';
import { returnRatios } from '#analysis/return-metrics.ts';
import { TripFinder } from '#analysis/round-trip.ts';
import { growthOf, spanOf } from '#analysis/span.ts';
import { tripRatios, TripTally } from '#analysis/trip-tally.ts';
import { PAPER_OUTPUTS } from '#broker/paper.ts';
import type { AccountTerms } from '#domain/strategy-spec.ts';
import { type AccountRoom, BLOCK_ROWS, curveFrom, curveWords } from '#kernels/account-room.ts';
import type { KernelExports } from '#kernels/wasm.ts';
import type { ReturnSums, TrialFigures } from './figures.ts';
import type { RowSpan } from './span.ts';

const [FILL, PRICE, FEE] = (['fillQuantity', 'fillPrice', 'fee'] as const).map((name) => PAPER_OUTPUTS.indexOf(name)) as [number, number, number];

/** The fills of a block: all ledgers of a thread take turns with it. */
const booked = { ts: new Float64Array(BLOCK_ROWS), quantity: new Float64Array(BLOCK_ROWS), price: new Float64Array(BLOCK_ROWS), fee: new Float64Array(BLOCK_ROWS) };

export interface Outcome {
  readonly figures: TrialFigures;
  readonly sums: ReturnSums;
}

export class Ledger {
  readonly #account: AccountNode;
  /** Times of the rows of the source, and which of them are the span's. */
  readonly #t: Float64Array;
  readonly #span: RowSpan;
  readonly #cash0: number;
  readonly #curve: Float64Array;
  readonly #trips = new TripTally();
  readonly #finder = new TripFinder();
  #fees = Number.NaN; // the engine keeps a field that was no small integer from the start in its place, and makes others anew with every change
  #trades = 0;

  constructor(terms: AccountTerms, t: Float64Array, span: RowSpan) {
    this.#account = new AccountNode(terms);
    this.#t = t;
    this.#span = span;
    this.#cash0 = terms.cash;
    this.#curve = curveFrom(terms.cash, terms.cash);
    this.#fees = 0;
  }

  /** The next `count` rows, from row `first` of the source on: what the account reads, in the memory of the kernels, where `room` is free. */
  take(inputs: readonly Float64Array[], first: number, count: number, room: AccountRoom, kernels: KernelExports): void {
    for (let from = 0; from < count && !this.#account.halt; from += BLOCK_ROWS) {
      const rows = Math.min(count - from, BLOCK_ROWS);
      this.#account.run(from === 0 ? inputs : inputs.map((input) => input.subarray(from)), room.outputs, rows, kernels);
      room.curve.set(this.#curve);
      kernels.curve_block(rows);
      this.#curve.set(room.curve);
      this.#book(room, kernels.fill_rows(rows), first + from);
    }
  }

  #book({ fills, outputs }: AccountRoom, count: number, first: number): void {
    const { ts, quantity, price, fee } = booked;
    const [quantities, prices, paid] = [outputs[FILL]!, outputs[PRICE]!, outputs[FEE]!];
    let fees = this.#fees;
    for (let k = 0; k < count; k++) {
      const row = fills[k]! >> 3;
      ts[k] = this.#t[first + row]!;
      quantity[k] = quantities[row]!;
      price[k] = prices[row]!;
      fee[k] = paid[row]!;
      fees += paid[row]!;
    }
    this.#fees = fees;
    this.#trades += count;
    this.#trips.add(this.#finder.trips, this.#finder.take(booked, 0, count));
  }

  /** What the span came to; undefined when the ledger cannot tell (L2), or the account stands still. */
  close(): Outcome | undefined {
    const curve = curveWords(this.#curve);
    const depthRatioMax = Math.max(curve.depthRatioMax, curve.deepest / curve.peak); // a drawdown may still be open
    const t = this.#t.subarray(this.#span.from, this.#span.to);
    const n = Math.max(t.length - 1, 0);
    const deviation = this.#trades === 0 && n > 1 ? 0 : deviationOf(curve, n);
    // An account that lost everything may have no returns, by C7 of analysis/metrics.ts.
    if (this.#account.halt || t.length === 0 || deviation === undefined || !(depthRatioMax < 1)) return undefined;
    const { years, barsPerYear } = spanOf(t);
    const { total, cagr } = growthOf(Float64Array.of(curve.worth), this.#cash0, years);
    return {
      figures: {
        equityFinal: curve.worth,
        totalReturn: known(total),
        cagr: known(cagr),
        ...returnRatios({ mean: meanOf(curve, n), deviation, downsideDeviation: downsideDeviationOf(curve, n), gains: curve.gains, losses: curve.losses }, barsPerYear),
        maxDrawdownRatio: depthRatioMax,
        maxDrawdown: Math.max(curve.depthMax, curve.deepest),
        drawdowns: curve.drawdowns + Number(curve.deepest > 0),
        calmar: ratio(cagr, depthRatioMax),
        ...tripRatios(this.#trips),
        exposureRatio: known(curve.rowsHeld / t.length),
        fees: this.#fees,
        trades: this.#trades,
      },
      sums: { count: n, sum: curve.sum + curve.sumError, squares: curve.squares },
    };
  }
}
