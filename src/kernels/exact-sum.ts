// A sum that does not depend on the order of its terms, and of decimals is the decimal sum.
// E1. While every term is a decimal of at most eight places, the sum is kept as a whole number at the least scale that fits all, and divided
//     once: 0.1 + 0.2 is 0.3, and an hour summed from minutes equals the hour summed from sums of five minutes.
// E2. Beside it the terms are added up without error, as doubles that do not overlap (Shewchuk 1997, grow-expansion). Once a term is no
//     decimal, or the whole number passes 2⁵³, their sum is the answer, rounded once.
// E3. A term that is no number counts for nothing.

const SCALE_MAX = 1e8;
/** How far a decimal, rounded to a double and scaled, may lie from its whole number, relatively. */
const CLOSE = 2 ** -52;
const HEAD_DOUBLES = 3;

export class ExactSum {
  #scale = 1;
  /** The sum in units of 1 / scale; NaN once E1 no longer holds. */
  #units = 0;
  /** Rising in magnitude, none overlapping the next. */
  #partials: number[] = [];

  add(term: number): void {
    if (!Number.isFinite(term)) return;
    if (!Number.isNaN(this.#units)) this.#addUnits(term);
    this.#grow(term);
  }

  value(): number {
    return Number.isNaN(this.#units) ? roundedSum(this.#partials) : this.#units / this.#scale;
  }

  /** Everything it remembers; `ExactSum.of` is the reverse. */
  doubles(): number[] {
    return [HEAD_DOUBLES + this.#partials.length, this.#scale, this.#units, ...this.#partials];
  }

  /** Reads a sum at the front of `doubles`, whose first tells how many are its own. */
  static of(doubles: Float64Array): ExactSum {
    const sum = new ExactSum();
    [, sum.#scale, sum.#units] = doubles as unknown as [number, number, number];
    sum.#partials = [...doubles.subarray(HEAD_DOUBLES, doubles[0])];
    return sum;
  }

  /** Adds the terms of another sum. */
  merge(other: ExactSum): void {
    const decimal = other.value();
    if (Number.isNaN(other.#units)) this.#units = Number.NaN;
    else if (!Number.isNaN(this.#units)) this.#addUnits(decimal);
    for (const partial of other.#partials) this.#grow(partial);
  }

  #addUnits(term: number): void {
    let scale = this.#scale;
    let units = unitsAt(term, scale);
    while (Number.isNaN(units) && scale < SCALE_MAX) units = unitsAt(term, (scale *= 10));
    const sum = this.#units * (scale / this.#scale) + units;
    this.#units = Math.abs(sum) <= Number.MAX_SAFE_INTEGER ? sum : Number.NaN;
    this.#scale = scale;
  }

  #grow(term: number): void {
    let carried = term;
    let kept = 0;
    for (const partial of this.#partials) {
      const [large, small] = Math.abs(carried) < Math.abs(partial) ? [partial, carried] : [carried, partial];
      const sum = large + small;
      const rest = small - (sum - large);
      if (rest !== 0) this.#partials[kept++] = rest;
      carried = sum;
    }
    this.#partials.length = kept;
    this.#partials.push(carried);
  }
}

/** The whole number a decimal is at a scale, or NaN when it is none there. */
function unitsAt(term: number, scale: number): number {
  const scaled = term * scale;
  const units = Math.round(scaled);
  return Math.abs(scaled - units) <= Math.abs(scaled) * CLOSE && Math.abs(units) <= Number.MAX_SAFE_INTEGER ? units : Number.NaN;
}

/** The sum of partials that do not overlap, rounded once, ties to even as the whole of them lies. */
function roundedSum(partials: readonly number[]): number {
  let at = partials.length - 1;
  if (at < 0) return 0;
  let sum = partials[at]!;
  let rest = 0;
  while (at > 0 && rest === 0) {
    const before = sum;
    const next = partials[--at]!;
    sum = before + next;
    rest = next - (sum - before);
  }
  // Half a unit was rounded to even, but what lies below says which way is the nearer.
  if (at > 0 && Math.sign(rest) === Math.sign(partials[at - 1]!)) {
    const twice = rest * 2;
    const up = sum + twice;
    if (twice === up - sum) sum = up;
  }
  return sum + 0;
}
