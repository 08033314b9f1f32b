// A row across the members of a set at each moment, whoever they are at that moment. The set may change while rows flow.
//
//   sides: 0 the output that is compared with the members, if there is one │ then every member there ever was, in one order
//
// A1. A moment is decided when every present member is complete up to it, and then for good: who joins later counts for later moments only.
// A2. A member counts from its `period`-th row on: a window it is asked for must be full.
// A3. A set is told between rows, never among them, so what is made depends on the rows before it and on the set alone. Sets are numbered; one with a
//     lower number than the last is an old one, told again, and changes nothing.
// A4. As long as the set is empty no moment is decided, and whoever reads this waits. Rows that come meanwhile are not kept: they count for nobody.
import type { RowMaker, RowSink } from './plan-types.ts';
import { bytesOfDoubles, doublesOfBytes } from './state-doubles.ts';
import { Waiting } from './waiting.ts';

/** Of the members' values at a moment; a member that is NaN there is none. */
export const ACROSS_OUTPUTS = ['mean', 'count', 'deviation', 'min', 'max'] as const;
/** Of one output among the members: its place, 1 for the least, and its distance from their mean in deviations. */
export const AMONG_OUTPUTS = ['rank', 'zscore'] as const;

export interface AcrossTerms {
  readonly members: number;
  readonly period: number;
  /** True when side 0 is an output to compare. */
  readonly compares: boolean;
}

interface Side {
  readonly waiting: Waiting;
  /** Rows taken so far. */
  rows: number;
  /** True for the output that is compared, and for members of the present set. */
  isPresent: boolean;
}

export class Across implements RowMaker {
  readonly #terms: AcrossTerms;
  readonly #sides: readonly Side[];
  readonly #row: Float64Array;
  readonly #values: number[] = [];
  /** Every moment up to it is decided. */
  #decided = Number.NEGATIVE_INFINITY;
  /** False once the set has a member that is not among the sides. */
  #isWhole = true;
  /** Number of the last set. */
  #turn = 0;

  constructor(terms: AcrossTerms) {
    this.#terms = terms;
    this.#sides = Array.from({ length: terms.members + Number(terms.compares) }, (_, k) => ({ waiting: new Waiting(2), rows: 0, isPresent: terms.compares && k === 0 }));
    this.#row = new Float64Array(terms.compares ? AMONG_OUTPUTS.length : ACROSS_OUTPUTS.length);
  }

  /** The members from here on, by their places; undefined when one of them has none here, and nothing can be decided any more. `turn` by A3. */
  turnTo(members: readonly number[] | undefined, turn: number): void {
    if (turn < this.#turn) return;
    this.#turn = turn;
    if (members === undefined) this.#isWhole = false;
    const first = Number(this.#terms.compares);
    const present = new Set(members);
    for (let k = first; k < this.#sides.length; k++) this.#sides[k]!.isPresent = present.has(k - first);
  }

  take(side: number, t: Float64Array, [values]: readonly Float64Array[], count: number): void {
    const { waiting } = this.#sides[side]!;
    waiting.push(count, (column) => (column === 0 ? t : values!));
    this.#sides[side]!.rows += count;
  }

  advance(_watermark: number, out: RowSink, watermarks: readonly number[]): number {
    if (this.#isEmpty()) {
      for (const { waiting } of this.#sides) waiting.dropThrough(Number.POSITIVE_INFINITY);
      return this.#decided;
    }
    const horizon = this.#horizon(watermarks);
    for (let t = this.#nextMoment(); t <= horizon; t = this.#nextMoment()) {
      if (t > this.#decided) this.#decide(t, out);
      for (const { waiting } of this.#sides) waiting.dropThrough(t);
    }
    this.#decided = Math.max(this.#decided, horizon);
    for (const { waiting } of this.#sides) waiting.dropThrough(this.#decided);
    return this.#decided;
  }

  #isEmpty(): boolean {
    const first = Number(this.#terms.compares);
    return this.#isWhole && this.#sides.every(({ isPresent }, k) => k < first || !isPresent);
  }

  /** Up to when all present sides are complete, by A1. */
  #horizon(watermarks: readonly number[]): number {
    let horizon = Number.POSITIVE_INFINITY;
    let members = 0;
    this.#sides.forEach(({ isPresent }, k) => {
      if (!isPresent) return;
      horizon = Math.min(horizon, watermarks[k]!);
      if (k > 0 || !this.#terms.compares) members++;
    });
    return members === 0 || !this.#isWhole ? Number.NEGATIVE_INFINITY : horizon; // by A4
  }

  /** The first moment at which a row is due: one of the output that is compared, else one of any present member. */
  #nextMoment(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { isPresent, waiting } of this.#terms.compares ? this.#sides.slice(0, 1) : this.#sides) {
      if (isPresent && waiting.count > 0) next = Math.min(next, waiting.columns[0]![waiting.start]!);
    }
    return next;
  }

  #decide(t: number, out: RowSink): void {
    const { compares, period } = this.#terms;
    const values = this.#values;
    values.length = 0;
    let isHeld = false;
    for (let k = Number(compares); k < this.#sides.length; k++) {
      const { isPresent, waiting, rows } = this.#sides[k]!;
      if (!isPresent) continue;
      while (waiting.count > 0 && waiting.columns[0]![waiting.start]! < t) waiting.start++;
      if (waiting.count === 0 || waiting.columns[0]![waiting.start] !== t) continue;
      if (rows - waiting.count + 1 < period) continue; // by A2
      isHeld = true;
      const value = waiting.columns[1]![waiting.start]!;
      if (!Number.isNaN(value)) values.push(value);
    }
    if (!isHeld && !compares) return;
    if (compares) among(this.#sides[0]!.waiting.columns[1]![this.#sides[0]!.waiting.start]!, values, this.#row);
    else figures(values, this.#row);
    out.add(t, this.#row);
  }

  get waiting(): { readonly rows: number; readonly t: number } {
    const { waiting } = this.#sides.reduce((longest, side) => (side.waiting.count > longest.waiting.count ? side : longest));
    return { rows: waiting.count, t: waiting.columns[0]![waiting.start]! };
  }

  snapshot(): Uint8Array {
    const doubles = [this.#decided, Number(this.#isWhole), this.#turn];
    for (const { waiting, rows, isPresent } of this.#sides) {
      const [t, values] = waiting.columns as [Float64Array, Float64Array];
      doubles.push(rows, Number(isPresent), waiting.count, ...t.subarray(waiting.start, waiting.end), ...values.subarray(waiting.start, waiting.end));
    }
    return bytesOfDoubles(doubles);
  }

  restore(bytes: Uint8Array): void {
    const doubles = doublesOfBytes(bytes);
    this.#decided = doubles[0]!;
    this.#isWhole = doubles[1] === 1;
    this.#turn = doubles[2]!;
    let at = 3;
    for (const side of this.#sides) {
      const count = doubles[at + 2]!;
      side.rows = doubles[at]!;
      side.isPresent = doubles[at + 1] === 1;
      side.waiting.refill([doubles.subarray(at + 3, at + 3 + count), doubles.subarray(at + 3 + count, at + 3 + 2 * count)]);
      at += 3 + 2 * count;
    }
  }
}

/** Mean and deviation in two passes, in the order of the members. */
function momentsOf(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  return { mean, deviation: Math.sqrt(squares / values.length) };
}

function figures(values: readonly number[], row: Float64Array): void {
  const { mean, deviation } = momentsOf(values);
  const isEmpty = values.length === 0;
  row.set([mean, values.length, deviation, isEmpty ? Number.NaN : Math.min(...values), isEmpty ? Number.NaN : Math.max(...values)]);
}

/** Equal ones share the mean of their places; what is no member's own value stands half a place behind those below it. */
function among(value: number, values: readonly number[], row: Float64Array): void {
  let below = 0;
  let equal = 0;
  for (const other of values) {
    if (other < value) below++;
    if (other === value) equal++;
  }
  const { mean, deviation } = momentsOf(values);
  const isThere = !Number.isNaN(value) && values.length > 0;
  row[0] = isThere ? below + (equal + 1) / 2 : Number.NaN;
  row[1] = isThere && deviation === 0 && value === mean ? 0 : finite((value - mean) / deviation);
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}
