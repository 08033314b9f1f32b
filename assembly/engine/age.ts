// How many rows ago a window's greatest or least value was; of equal values the newest counts.
// G1. A value as good as the extreme is the newest such. Else, while the extreme stays what it was, it is one row older; when it does not, the old one
//     has left, and the window is searched for the new one.
// G2. A window with a gap has no extreme, and gives NaN; after it the search starts over.
//
//   part: the extreme of the window │ numbers: its value before, NaN at first │ its age
import { extremeRun } from './extrema';
import { number, part, setNumber } from './parts';
import { scratch } from './tile';

/** Ages of a tile of rows from `x`; the rows of the window before it are readable once they exist. M is Least or Greatest of extrema.ts. */
export function ageRows<M>(state: usize, extreme: usize, before: usize, x: usize, out: usize, bytes: usize): void {
  const extremes = scratch(0);
  extremeRun<M>(part(state, extreme), x, extremes, <i32>(bytes >> 3));
  let standing = number(state, before);
  let age = <i32>number(state, before + 1);
  for (let k: usize = 0; k < bytes; k += 8) {
    const best = load<f64>(extremes + k);
    const isNewest = load<f64>(x + k) == best;
    age = isNewest ? 0 : age + 1;
    if (!isNewest && best != standing) age = best == best ? ageOf(x + k, best) : 0;
    standing = best;
    store<f64>(out + k, best == best ? <f64>age : NaN);
  }
  setNumber(state, before, standing);
  setNumber(state, before + 1, <f64>age);
}

/** How many rows before the one at `x` the value stands, which is in its window. */
function ageOf(x: usize, value: f64): i32 {
  let age = 1;
  while (load<f64>(x - (<usize>age << 3)) != value) age++;
  return age;
}
