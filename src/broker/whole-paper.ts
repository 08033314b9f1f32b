// Blocks of rows of a paper account whose amounts are whole, run in the kernels (assembly/account/paper.ts), where the columns lie in their memory: to the bits of
// safe-paper.ts, in a part of the time, and as fast with orders as without.
import { type SafeRate, SCALE } from '#domain/money.ts';
import type { SafeState } from './paper-state.ts';

/** Runs rows of columns that lie at these addresses; answers how many filled, or −1 where the rows are not such, and nothing it wrote counts. */
export type PaperBlock = (open: number, close: number, target: number, order: number, fill: number, price: number, fee: number, position: number, cash: number, equity: number, rows: number) => number;

type Inputs = readonly [open: Float64Array, close: Float64Array, target: Float64Array];
type Outputs = readonly [order: Float64Array, fill: Float64Array, price: Float64Array, fee: Float64Array, position: Float64Array, cash: Float64Array, equity: Float64Array];

// What a block is told and what it answers, in the room of assembly/account/room.ts.
const WORDS_AT = 4_096;
const WORDS = 8;
const APPROVED_AT = WORDS_AT + 64;
const APPROVED_MAX = 16;
const ROWS_MAX = 1_024;
/** Fewer rows are not worth telling. */
const ROWS_MIN = 16;

export class WholePaper {
  readonly #feeRate: SafeRate;
  readonly #slippageRate: SafeRate;
  /** Orders that were approved as they were asked for, amounts; the oldest make room. */
  readonly #approved = new Float64Array(APPROVED_MAX);
  #approvedCount = 0;
  /** Views of the memory it ran in last. */
  #words = new Float64Array(WORDS);
  #approvedWords = new Float64Array(APPROVED_MAX);

  constructor(feeRate: SafeRate, slippageRate: SafeRate) {
    this.#feeRate = feeRate;
    this.#slippageRate = slippageRate;
  }

  /** Whole units of a change of position may be ordered: blocks do not ask again. */
  approve(change: number): void {
    const amount = change / SCALE;
    if (Number.isInteger(amount) && !this.#approved.includes(amount)) this.#approved[this.#approvedCount++ % APPROVED_MAX] = amount;
  }

  /** Runs rows from `first` on, an even number of at most `count`; answers how many and the state behind them, undefined where they are not such. */
  run(state: SafeState, block: PaperBlock, inputs: readonly Float64Array[], outputs: readonly Float64Array[], first: number, count: number): { readonly rows: number; readonly state: SafeState } | undefined {
    const rows = Math.min(count, ROWS_MAX) & ~1;
    const position = state.position / SCALE;
    const pending = state.pending / SCALE;
    if (rows < ROWS_MIN || !Number.isInteger(position) || !Number.isInteger(pending) || this.#slippageRate.dividend < 0) return undefined;
    const [open, close, target] = inputs as unknown as Inputs;
    const [order, fill, price, fee, held, cash, equity] = outputs as unknown as Outputs;
    const words = this.#wordsIn(close.buffer);
    this.#tell(words, state.cash, position, pending);
    const at = first * Float64Array.BYTES_PER_ELEMENT;
    const fills = block(
      open.byteOffset + at, close.byteOffset + at, target.byteOffset + at,
      order.byteOffset + at, fill.byteOffset + at, price.byteOffset + at, fee.byteOffset + at, held.byteOffset + at, cash.byteOffset + at, equity.byteOffset + at, rows,
    );
    if (fills < 0) return undefined;
    const [cashAfter, positionAfter, pendingAfter] = [words[0]!, words[1]!, words[2]!];
    return { rows, state: { cash: cashAfter, position: positionAfter * SCALE, pending: pendingAfter * SCALE, mark: close[first + rows - 1]! } };
  }

  #wordsIn(buffer: ArrayBufferLike): Float64Array {
    if (this.#words.buffer !== buffer) {
      this.#words = new Float64Array(buffer as ArrayBuffer, WORDS_AT, WORDS);
      this.#approvedWords = new Float64Array(buffer as ArrayBuffer, APPROVED_AT, APPROVED_MAX);
    }
    return this.#words;
  }

  #tell(words: Float64Array, cash: number, position: number, pending: number): void {
    const { dividend, divisor } = this.#feeRate;
    words[0] = cash;
    words[1] = position;
    words[2] = pending;
    words[3] = Math.abs(dividend);
    words[4] = divisor;
    words[5] = dividend < 0 ? -1 : 1;
    words[6] = this.#slippageRate.dividend;
    words[7] = this.#slippageRate.divisor;
    this.#approvedWords.set(this.#approved);
  }
}
