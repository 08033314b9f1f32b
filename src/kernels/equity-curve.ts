// What a long equity curve adds up to, block by block in the kernels. Sums are taken in the order of the rows.
import { AccountRoom, BLOCK_ROWS, CURVE, curveFrom, type CurveWords, curveWords, SHAPE, type ShapeWords, shapeWords } from './account-room.ts';
import { takeGround } from './ground.ts';
import type { KernelExports } from './wasm.ts';

const [LOW, HIGH, EQUITY] = [1, 2, 6];

/** Returns around their mean, and how many of both tails were found; those that found no room are counted, and not kept. */
export interface ReturnShape extends ShapeWords {
  readonly lowFound: number;
  readonly highFound: number;
}

let kept: { readonly room: AccountRoom; readonly kernels: KernelExports } | undefined;

/** One for all curves of a thread. */
function bench(): { readonly room: AccountRoom; readonly kernels: KernelExports } {
  if (kept) return kept;
  const { memory, kernels } = takeGround();
  return (kept = { room: new AccountRoom(memory.wasm.buffer), kernels });
}

/** Of the equity after each row; `cash0` is the first peak, and rows with a position are not counted. `ended` is shown every drawdown that is over: its first row, and the row that stood at the peak again. */
export function curveOf(equity: Float64Array, cash0: number, ended: (from: number, to: number) => void): CurveWords {
  const { room, kernels } = bench();
  const words = curveFrom(cash0, equity[0] ?? cash0); // the first row has no return
  for (let from = 0; from < equity.length; from += BLOCK_ROWS) {
    const to = Math.min(from + BLOCK_ROWS, equity.length);
    room.outputs[EQUITY]!.set(equity.subarray(from, to));
    room.curve.set(words);
    kernels.curve_block(to - from);
    words.set(room.curve);
    for (let k = 0; k < words[CURVE.ended]!; k++) ended(room.ended[2 * k]!, room.ended[2 * k + 1]!);
  }
  return curveWords(words);
}

/** Returns from row 1 on around `mean`, and those up to `lowTo` and from `highFrom` on, the latter negated, as far as there is room for them. */
export function shapeOf(equity: Float64Array, mean: number, { lowTo, highFrom }: { readonly lowTo: number; readonly highFrom: number }, low: Float64Array, high: Float64Array): ReturnShape {
  const { room, kernels } = bench();
  const words = new Float64Array(room.shape.length);
  words.set([mean, lowTo, highFrom], SHAPE.mean);
  let [lowFound, highFound] = [0, 0];
  for (let from = 1; from < equity.length; from += BLOCK_ROWS) {
    const to = Math.min(from + BLOCK_ROWS, equity.length);
    room.outputs[EQUITY]!.set(equity.subarray(from, to));
    room.curve[CURVE.worth] = equity[from - 1]!;
    room.shape.set(words);
    kernels.shape_block(to - from);
    words.set(room.shape);
    lowFound = keep(room.outputs[LOW]!, words[SHAPE.lowCount]!, low, lowFound);
    highFound = keep(room.outputs[HIGH]!, words[SHAPE.highCount]!, high, highFound);
  }
  return { ...shapeWords(words), lowFound, highFound };
}

/** Answers how many there are now, kept or not. */
function keep(values: Float64Array, count: number, to: Float64Array, found: number): number {
  const fit = Math.min(count, to.length - found);
  if (fit > 0) to.set(values.subarray(0, fit), found);
  return found + count;
}
