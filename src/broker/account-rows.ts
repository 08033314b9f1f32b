// The rows of an account by orders, as it tells them: what follows the prices on every row, everything else on rows on which something happened.
//
//   steady   a column for each of a few outputs: equity, and exposure, rates and cash where rates go into it
//   told     row │ count │ that many of the other outputs, in order; those behind them are 0 │ the next row …
//
// R1. A row that is not told is one on which nothing happened: positions and cash are those of the row before, the price of a fill is NaN, and all else 0.
// R2. The first row of a call is told, so that whoever has the call has all of its rows.
import { doubled } from '#domain/doubled.ts';
import { fromUnits, type Units } from '#domain/units.ts';
import type { AccountColumns } from './account-columns.ts';
import type { EventTape } from './event-tape.ts';
import type { Ledger } from './ledger.ts';
import type { Teller } from './teller.ts';
import type { Instrument } from './terms.ts';

/** Which outputs are told how. */
export interface RowLayout {
  /** Outputs that every row tells. */
  readonly steady: readonly number[];
  /** The others, and what each says on a row that is not told: a number, or null where it says what it did before. */
  readonly told: readonly number[];
  readonly untold: readonly (number | null)[];
}

/** Where the rows of an account by orders with these outputs are told. */
export function layoutOf(outputs: readonly string[]): RowLayout {
  const hasRates = outputs.some((name) => name.startsWith('rate'));
  const isSteady = (name: string): boolean => name === 'equity' || name === 'exposure' || name.startsWith('rate') || (name === 'cash' && hasRates);
  const numbers = [...outputs.keys()];
  const steady = numbers.filter((k) => isSteady(outputs[k]!));
  const told = numbers.filter((k) => !isSteady(outputs[k]!));
  const untold = told.map((k) => (outputs[k] === 'cash' || outputs[k]!.startsWith('position') ? null : outputs[k] === 'fillPrice' ? Number.NaN : 0));
  return { steady, told, untold };
}

/** Rows as they are written. */
export class AccountRows {
  readonly #isSingle: boolean;
  /** Of each rate that is told, its currency. */
  readonly #rates: readonly number[];
  /** Numbers a row takes at most. */
  readonly #width: number;
  #columns: readonly Float64Array[];
  #numbers: Float64Array;
  #length = 0;

  constructor({ columns, layout }: Pick<AccountColumns, 'columns' | 'layout'>, instruments: readonly Pick<Instrument, 'currency'>[]) {
    this.#isSingle = instruments.length === 1;
    this.#rates = instruments.filter((_, k) => columns[k]!.rate >= 0).map(({ currency }) => currency);
    this.#width = 2 + layout.told.length;
    this.#columns = layout.steady.map(() => new Float64Array(0));
    this.#numbers = new Float64Array(8 * this.#width);
  }

  /** The columns of `layout.steady`, of as many rows as were made room for or more. */
  get steady(): readonly Float64Array[] {
    return this.#columns;
  }

  get told(): Float64Array {
    return this.#numbers.subarray(0, this.#length);
  }

  /** Forgets the rows so far, and has room for `count`. */
  begin(count: number): void {
    if (this.#columns[0]!.length < count) this.#columns = this.#columns.map(() => new Float64Array(count));
    this.#length = 0;
  }

  /** Tells row `at`, the next one: what came of it, and the events that wait. */
  tell(at: number, equity: number, ordered: Units, ledger: Ledger, teller: Teller, tape: EventTape): void {
    let column = 0;
    if (this.#rates.length > 0) this.#columns[column++]![at] = ledger.cashAmount();
    this.#columns[column++]![at] = equity;
    if (!this.#isSingle) this.#columns[column++]![at] = fromUnits(ledger.exposure());
    for (const currency of this.#rates) this.#columns[column++]![at] = ledger.rates[currency]!;
    if (at === 0 || teller.hasMoved || !tape.isEmpty) this.#happened(at, ordered, ledger, teller, tape);
  }

  #happened(at: number, ordered: Units, ledger: Ledger, { filled, fillPrice, fee, carry, slippage }: Teller, tape: EventTape): void {
    if (this.#numbers.length < this.#length + this.#width) this.#numbers = doubled(this.#numbers);
    const numbers = this.#numbers;
    const first = this.#length + 2;
    let next = first;
    if (this.#isSingle) {
      numbers[next++] = fromUnits(ordered);
      numbers[next++] = fromUnits(filled);
      numbers[next++] = fillPrice;
    }
    numbers[next++] = fromUnits(fee);
    if (this.#isSingle) numbers[next++] = ledger.positionAmount(0);
    if (this.#rates.length === 0) numbers[next++] = ledger.cashAmount();
    numbers[next++] = fromUnits(carry);
    numbers[next++] = fromUnits(slippage);
    if (!this.#isSingle) for (let k = 0; k < ledger.marks.length; k++) numbers[next++] = ledger.positionAmount(k);
    next = tape.write(numbers, next);
    numbers[first - 2] = at;
    numbers[first - 1] = next - first;
    this.#length = next;
  }
}

/** Writes `count` rows as they were told into columns of all outputs, from row `from` on; `steady` has no more rows than that. */
export function spread(steady: readonly Float64Array[], numbers: Float64Array, { steady: steadily, told, untold }: RowLayout, outputs: readonly Float64Array[], from: number, count: number): void {
  const end = from + count;
  steadily.forEach((k, column) => outputs[k]!.set(steady[column]!, from));
  const columns = told.map((k) => outputs[k]!);
  const held: number[] = [];
  for (let k = 0; k < columns.length; k++) {
    const quiet = untold[k]!;
    if (quiet === null) held.push(k);
    else columns[k]!.fill(quiet, from, end);
  }
  for (let at = 0; at < numbers.length; ) {
    const row = from + numbers[at]!;
    const first = at + 2;
    const next = first + numbers[at + 1]!;
    for (let k = first; k < next; k++) columns[k - first]![row] = numbers[k]!;
    const until = next < numbers.length ? from + numbers[next]! : end;
    for (const k of held) {
      const column = columns[k]!;
      const value = numbers[first + k]!;
      for (let quiet = row + 1; quiet < until; quiet++) column[quiet] = value;
    }
    at = next;
  }
}
