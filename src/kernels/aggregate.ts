// What a window says of its values: how many there were, their sum and mean, the least and the greatest, the first and the last. Kept in a
// few doubles of a larger array, so that ten thousand windows are one block of memory.
// A1. A value that is NaN is no value: it is counted nowhere, and a window of nothing else has NaN in all but count and sum.
// A2. Two aggregates of rows that follow one another merge into the aggregate of all those rows (E1 of exact-sum.ts).
import { addSum, addTerm, SUM_CELLS, sumOf } from './exact-sum.ts';

/** What an aggregate gives, in this order. */
export const AGGREGATES = ['count', 'sum', 'mean', 'min', 'max', 'first', 'last'] as const;

const COUNT = 0;
const MIN = 1;
const MAX = 2;
const FIRST = 3;
const LAST = 4;
const SUM = 5;
/** Doubles an aggregate takes. All of them 0 is an empty one. */
export const AGGREGATE_CELLS = SUM + SUM_CELLS;

export function addValue(cells: Float64Array, at: number, value: number): void {
  if (!Number.isFinite(value)) return;
  if (cells[at + COUNT] === 0) {
    cells[at + MIN] = value;
    cells[at + MAX] = value;
    cells[at + FIRST] = value;
  } else if (value < cells[at + MIN]!) cells[at + MIN] = value;
  else if (value > cells[at + MAX]!) cells[at + MAX] = value;
  cells[at + LAST] = value;
  cells[at + COUNT] = cells[at + COUNT]! + 1;
  addTerm(cells, at + SUM, value);
}

/** Adds the values of an aggregate of later rows. */
export function addLater(cells: Float64Array, at: number, later: Float64Array, laterAt: number): void {
  const count = later[laterAt + COUNT]!;
  if (count === 0) return;
  const isEmpty = cells[at + COUNT] === 0;
  cells[at + MIN] = isEmpty ? later[laterAt + MIN]! : Math.min(cells[at + MIN]!, later[laterAt + MIN]!);
  cells[at + MAX] = isEmpty ? later[laterAt + MAX]! : Math.max(cells[at + MAX]!, later[laterAt + MAX]!);
  if (isEmpty) cells[at + FIRST] = later[laterAt + FIRST]!;
  cells[at + LAST] = later[laterAt + LAST]!;
  cells[at + COUNT] = cells[at + COUNT]! + count;
  addSum(cells, at + SUM, later, laterAt + SUM);
}

/** Writes the AGGREGATES from place `to` of a row on. */
export function writeAggregates(cells: Float64Array, at: number, row: Float64Array, to: number): void {
  const count = cells[at + COUNT]!;
  const sum = sumOf(cells, at + SUM);
  row[to] = count;
  row[to + 1] = sum;
  row[to + 2] = count === 0 ? Number.NaN : sum / count;
  for (let k = 0; k < 4; k++) row[to + 3 + k] = count === 0 ? Number.NaN : cells[at + MIN + k]!;
}
