// What a window says of its values: how many there were, their sum and mean, the least and the greatest, the first and the last.
// A1. A value that is NaN is no value: it is counted nowhere, and a window of nothing else has NaN in all but count and sum.
// A2. Two aggregates of rows that follow one another merge into the aggregate of all those rows, to the bit (E1, E2 of exact-sum.ts).
import { ExactSum } from './exact-sum.ts';

/** What an aggregate gives, in this order. */
export const AGGREGATES = ['count', 'sum', 'mean', 'min', 'max', 'first', 'last'] as const;

const HEAD_DOUBLES = 5;

export class Aggregate {
  #count = 0;
  #min = Number.NaN;
  #max = Number.NaN;
  #first = Number.NaN;
  #last = Number.NaN;
  #sum = new ExactSum();

  add(value: number): void {
    if (!Number.isFinite(value)) return;
    if (this.#count === 0) this.#first = this.#min = this.#max = value;
    else if (value < this.#min) this.#min = value;
    else if (value > this.#max) this.#max = value;
    this.#last = value;
    this.#count++;
    this.#sum.add(value);
  }

  /** Adds the values of a later aggregate. */
  merge(later: Aggregate): void {
    if (later.#count === 0) return;
    const isEmpty = this.#count === 0;
    this.#first = isEmpty ? later.#first : this.#first;
    this.#min = isEmpty ? later.#min : Math.min(this.#min, later.#min);
    this.#max = isEmpty ? later.#max : Math.max(this.#max, later.#max);
    this.#last = later.#last;
    this.#count += later.#count;
    this.#sum.merge(later.#sum);
  }

  /** Writes the AGGREGATES from place `at` on. */
  write(to: Float64Array, at: number): void {
    const sum = this.#sum.value();
    to.set([this.#count, sum, this.#count === 0 ? Number.NaN : sum / this.#count, this.#min, this.#max, this.#first, this.#last], at);
  }

  doubles(): number[] {
    return [this.#count, this.#min, this.#max, this.#first, this.#last, ...this.#sum.doubles()];
  }

  /** Reads an aggregate at the front of `doubles`; answers it and how many were its own. */
  static of(doubles: Float64Array): { aggregate: Aggregate; length: number } {
    const aggregate = new Aggregate();
    [aggregate.#count, aggregate.#min, aggregate.#max, aggregate.#first, aggregate.#last] = doubles as unknown as [number, number, number, number, number];
    aggregate.#sum = ExactSum.of(doubles.subarray(HEAD_DOUBLES));
    return { aggregate, length: HEAD_DOUBLES + doubles[HEAD_DOUBLES]! };
  }
}
