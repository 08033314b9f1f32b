// How rows are parted into those a choice is made on and those it is judged on. Rows are numbered from 0; an end is one past the last.
//
// F1. Test rows come after training rows, or training rows near them are taken out: `purgeRows` before a test part, whose outcomes reach into it,
//     and `embargoRows` behind it, which remember it. López de Prado (2018), "Advances in Financial Machine Learning", 7.4.
// F2. Every row that is not in the test and not taken out by F1 is in the training part of a cross-validation.
import { Fault } from '#domain/fault.ts';
import type { RowSpan } from './span.ts';

export interface Fold {
  /** Rising, not touching each other. */
  readonly train: readonly RowSpan[];
  readonly test: readonly RowSpan[];
}

export interface WalkForward {
  /** Test windows, one behind the other up to the last row. */
  readonly windows: number;
  /** Length of a training window in test windows; of the first one when anchored. */
  readonly trainRatio: number;
  /** True for training windows that all begin at the first row; otherwise they roll along. */
  readonly isAnchored: boolean;
}

export interface Guard {
  readonly purgeRows: number;
  readonly embargoRows: number;
}

/** Each test window right behind its training window. Throws PARAM_INVALID when the rows are too few. */
export function walkForwardFolds(rows: number, { windows, trainRatio, isAnchored }: WalkForward): Fold[] {
  const testRows = Math.floor(rows / (windows + trainRatio));
  const trainRows = Math.floor(testRows * trainRatio);
  if (!(Number.isInteger(windows) && windows >= 1 && trainRatio > 0)) throw refuse(`${windows} windows with ${trainRatio} of them to train on`, 'take at least one window, and more than none of it to train on');
  if (testRows < 2 || trainRows < 2) throw refuse(`${rows} rows in ${windows} windows`, 'take fewer windows, or more bars');
  // What does not divide is left out at the beginning: the newest rows are worth more.
  const start = rows - trainRows - windows * testRows;
  return Array.from({ length: windows }, (_, k) => {
    const from = start + trainRows + k * testRows;
    return { train: [{ from: isAnchored ? start : from - trainRows, to: from }], test: [{ from, to: from + testRows }] };
  });
}

/** `groups` parts of nearly one length, each the test of one fold. */
export function purgedKFold(rows: number, groups: number, guard: Guard): Fold[] {
  return combinatorialFolds(rows, groups, 1, guard).map(({ fold }) => fold);
}

export interface CombinatorialFold {
  /** The groups that are tested, rising. */
  readonly tested: readonly number[];
  readonly fold: Fold;
}

/** Every way to test `tests` of `groups` parts: combinatorial purged cross-validation, López de Prado (2018), 12.3. */
export function combinatorialFolds(rows: number, groups: number, tests: number, guard: Guard): CombinatorialFold[] {
  if (!(Number.isInteger(groups) && Number.isInteger(tests) && tests >= 1 && tests < groups)) throw refuse(`${tests} of ${groups} groups to test`, 'take at least one, and leave one to train on');
  if (!(guard.purgeRows >= 0 && guard.embargoRows >= 0)) throw refuse(`a purge of ${guard.purgeRows} and an embargo of ${guard.embargoRows} rows`, 'take none or more');
  const parts = partsOf(rows, groups);
  if (parts.some(({ from, to }) => to - from < 2)) throw refuse(`${rows} rows in ${groups} groups`, 'take fewer groups, or more bars');
  return choose(groups, tests).map((tested) => ({ tested, fold: foldOf(parts, tested, guard) }));
}

/** Rows in `groups` parts whose lengths differ by one at most. */
export function partsOf(rows: number, groups: number): RowSpan[] {
  return Array.from({ length: groups }, (_, k) => ({ from: Math.floor((k * rows) / groups), to: Math.floor(((k + 1) * rows) / groups) }));
}

function foldOf(parts: readonly RowSpan[], tested: readonly number[], { purgeRows, embargoRows }: Guard): Fold {
  const train: RowSpan[] = [];
  const isTested = (k: number): boolean => tested.includes(k);
  for (let k = 0; k < parts.length; k++) {
    if (isTested(k)) continue;
    const first = k;
    while (k + 1 < parts.length && !isTested(k + 1)) k++;
    // By F1; what is left of a part may be nothing.
    const from = parts[first]!.from + (first > 0 ? embargoRows : 0);
    const to = parts[k]!.to - (k + 1 < parts.length ? purgeRows : 0);
    if (to > from) train.push({ from, to });
  }
  return { train, test: tested.map((k) => parts[k]!) };
}

/** Every choice of `count` of the numbers below `of`, in lexical order. */
export function choose(of: number, count: number): number[][] {
  if (count === 0) return [[]];
  return Array.from({ length: of }, (_, last) => last).flatMap((last) => (last + 1 < count ? [] : choose(last, count - 1).map((others) => [...others, last]))).toSorted(lexically);
}

function lexically(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, k) => value !== b[k]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}

function refuse(what: string, cure: string): Fault {
  return new Fault('PARAM_INVALID', `${what} cannot be parted`, { cure });
}
