// Four smoothers over one column at a time. Each waits for its own last result; four of them wait together, and read the column once.
import { evenStretch, holdWeights, keepSmoother, smoothHeld, smoothRows, smootherInput, smootherOutputs, smootherRuns } from '../engine/lookahead';
import { finitePair, oneRowBack } from '../value';

/** `smoothRows` of smoothers a, b, c, d over the rows from `x`, each to its own column, to the same bits. The last may be one and the same. */
export function smoothFour(a: usize, b: usize, c: usize, d: usize, x: usize, outA: usize, outB: usize, outC: usize, outD: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; ) {
    const stretch = evenStretch(bytes - k);
    const allRun = smootherRuns(a) && smootherRuns(b) && smootherRuns(c) && smootherRuns(d);
    if (stretch > 0 && allRun && pairsOfFour(a, b, c, d, x + k, outA + k, outB + k, outC + k, outD + k, stretch)) {
      k += stretch;
      continue;
    }
    const rows = max<usize>(stretch, 8);
    smoothRows(a, x + k, outA + k, rows);
    smoothRows(b, x + k, outB + k, rows);
    if (c != b) smoothRows(c, x + k, outC + k, rows);
    if (d != c) smoothRows(d, x + k, outD + k, rows);
    k += rows;
  }
}

/** A stretch of rows. False, and the smoothers are as they were, when one of them is no value (L2 of lookahead.ts). */
function pairsOfFour(a: usize, b: usize, c: usize, d: usize, x: usize, outA: usize, outB: usize, outC: usize, outD: usize, bytes: usize): bool {
  const zero = f64x2.splat(0);
  holdWeights(0, a);
  holdWeights(1, b);
  holdWeights(2, c);
  holdWeights(3, d);
  let before = smootherInput(a);
  let yA = smootherOutputs(a);
  let yB = smootherOutputs(b);
  let yC = smootherOutputs(c);
  let yD = smootherOutputs(d);
  for (let k: usize = 0; k < bytes; k += 16) {
    const values = v128.load(x + k);
    const previous = oneRowBack(before, values);
    yA = smoothHeld(0, values, previous, yA);
    yB = smoothHeld(1, values, previous, yB);
    yC = smoothHeld(2, values, previous, yC);
    yD = smoothHeld(3, values, previous, yD);
    v128.store(outA + k, f64x2.add(yA, zero));
    v128.store(outB + k, f64x2.add(yB, zero));
    v128.store(outC + k, f64x2.add(yC, zero));
    v128.store(outD + k, f64x2.add(yD, zero));
    before = values;
  }
  if (!finitePair(f64x2.add(f64x2.add(yA, yB), f64x2.add(yC, yD)))) return false;
  keepSmoother(a, before, yA);
  keepSmoother(b, before, yB);
  keepSmoother(c, before, yC);
  keepSmoother(d, before, yD);
  return true;
}
