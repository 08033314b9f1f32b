// How many rows ago a window's greatest or least value was; of equal values the newest counts.
// G1. The age grows by one with each row until a value as good comes, or until it leaves the window: then the window is searched anew.
// G2. A window with a gap gives NaN, and the search starts over after it.
//
//   32 rows in the window │ 40 extreme │ 48 age
import { lastGap, rows, setLastGap, setRows } from '../state';
import { finite } from '../value';

const WINDOW: usize = 32;
const EXTREME: usize = 40;
const AGE: usize = 48;

export const AGE_BYTES: usize = 56;

// @ts-ignore: decorator
@inline
function asGood<M>(value: f64, than: f64): bool {
  return isFloat<M>() ? value >= than : value <= than;
}

export function ageInit<M>(state: usize, window: f64): void {
  store<f64>(state, window, WINDOW);
  forget<M>(state);
}

/** Any value is as good as this. */
function forget<M>(state: usize): void {
  store<f64>(state, isFloat<M>() ? -Infinity : Infinity, EXTREME);
  store<f64>(state, 0, AGE);
}

/** Ages of rows from `x`; the rows of the window before it are readable once they exist. M is Least or Greatest of extrema.ts. */
export function ageRows<M>(state: usize, x: usize, out: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 8) store<f64>(out + k, ageStep<M>(state, x + k));
}

function ageStep<M>(state: usize, x: usize): f64 {
  const row = rows(state);
  const value = load<f64>(x);
  setRows(state, row + 1);
  if (!finite(value)) {
    setLastGap(state, row);
    forget<M>(state);
    return NaN;
  }
  const window = load<f64>(state, WINDOW);
  const age = load<f64>(state, AGE) + 1;
  if (asGood<M>(value, load<f64>(state, EXTREME))) keep(state, value, 0);
  else if (age < window) store<f64>(state, age, AGE);
  else search<M>(state, x, <i32>window);
  return min<i64>(row - lastGap(state), row + 1) < <i64>window ? NaN : load<f64>(state, AGE);
}

// @ts-ignore: decorator
@inline
function keep(state: usize, value: f64, age: f64): void {
  store<f64>(state, value, EXTREME);
  store<f64>(state, age, AGE);
}

function search<M>(state: usize, x: usize, window: i32): void {
  keep(state, load<f64>(x), 0);
  for (let back = 1; back < window; back++) {
    const value = load<f64>(x - (<usize>back << 3));
    if (!asGood<M>(load<f64>(state, EXTREME), value)) keep(state, value, <f64>back);
  }
}
