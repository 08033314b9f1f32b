// A sum of which nothing is lost on the way, kept in four doubles of a larger array.
// E1. While every term is a decimal of at most eight places, the sum is kept as a whole number at the least scale that fits all, and divided
//     once: 0.1 + 0.2 is 0.3, and an hour summed from minutes equals the hour summed from sums of five minutes.
// E2. Beside it the terms are added up in a pair of doubles, twice as precise as one (Knuth's two-sum). Once a term is no decimal, or the whole
//     number passes 2⁵³, the pair is the answer.
// E3. A term that is no number counts for nothing.

/** Doubles a sum takes. All of them 0 is an empty sum. */
export const SUM_CELLS = 4;
/** Decimal places of the whole number … */
const PLACES = 0;
/** … the whole number itself, NaN once E1 no longer holds … */
const UNITS = 1;
/** … and the pair. */
const HIGH = 2;
const LOW = 3;

const SCALES = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8] as const;
/** How far a decimal, rounded to a double and scaled, may lie from its whole number, relatively. */
const CLOSE = 2 ** -52;

export function addTerm(cells: Float64Array, at: number, term: number): void {
  if (!Number.isFinite(term)) return;
  if (!Number.isNaN(cells[at + UNITS]!)) addUnits(cells, at, term);
  addToPair(cells, at, term);
}

/** Adds the terms of another sum. */
export function addSum(cells: Float64Array, at: number, other: Float64Array, otherAt: number): void {
  if (Number.isNaN(other[otherAt + UNITS]!)) cells[at + UNITS] = Number.NaN;
  else if (!Number.isNaN(cells[at + UNITS]!)) addUnits(cells, at, sumOf(other, otherAt));
  addToPair(cells, at, other[otherAt + HIGH]!);
  addToPair(cells, at, other[otherAt + LOW]!);
}

export function sumOf(cells: Float64Array, at: number): number {
  const units = cells[at + UNITS]!;
  return Number.isNaN(units) ? cells[at + HIGH]! + cells[at + LOW]! : units / SCALES[cells[at + PLACES]!]!;
}

function addUnits(cells: Float64Array, at: number, term: number): void {
  const places = cells[at + PLACES]!;
  let needed = places;
  let units = unitsAt(term, SCALES[needed]!);
  while (Number.isNaN(units) && ++needed < SCALES.length) units = unitsAt(term, SCALES[needed]!);
  if (needed > places && needed < SCALES.length) {
    cells[at + PLACES] = needed;
    cells[at + UNITS] = cells[at + UNITS]! * (SCALES[needed]! / SCALES[places]!);
  }
  const sum = cells[at + UNITS]! + units;
  cells[at + UNITS] = Math.abs(sum) <= Number.MAX_SAFE_INTEGER ? sum : Number.NaN;
}

function addToPair(cells: Float64Array, at: number, term: number): void {
  const high = cells[at + HIGH]!;
  const sum = high + term;
  const share = sum - high;
  const rest = high - (sum - share) + (term - share) + cells[at + LOW]!;
  cells[at + HIGH] = sum + rest;
  cells[at + LOW] = rest - (sum + rest - sum);
}

/** The whole number a decimal is at a scale, or NaN when it is none there. */
function unitsAt(term: number, scale: number): number {
  const scaled = term * scale;
  const units = Math.round(scaled);
  return Math.abs(scaled - units) <= Math.abs(scaled) * CLOSE && Math.abs(units) <= Number.MAX_SAFE_INTEGER ? units : Number.NaN;
}
