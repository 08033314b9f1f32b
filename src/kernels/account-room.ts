// Room for a block of rows of an account of which only the curve counts: the places are those of assembly/account/room.ts.

const CURVE_AT = 4_096 + 192;
const CURVE_WORDS = 24;
const SHAPE_AT = CURVE_AT + CURVE_WORDS * 8;
const SHAPE_WORDS = 9;
const FILLS_AT = 4_096 + 512;
const ENDED_AT = FILLS_AT + 2_048;
const COLUMNS_AT = FILLS_AT + 4_096 + 64;
const COLUMNS = 7;
/** Rows of a block. */
export const BLOCK_ROWS = 512;

/** The words of a curve, by place. */
export const CURVE = {
  worth: 0, peak: 1, deepest: 2, depthMax: 3, depthRatioMax: 4, drawdowns: 5, rowsHeld: 6, sum: 7, sumError: 8, gains: 9, losses: 10, squares: 11, downside: 12, positives: 13,
  worthSum: 14, row: 15, began: 16, belowSquares: 17, belowSquaresToo: 18, ratioSum: 19, ratioSquares: 20, belowRatioSquares: 21, rowsBelow: 22, ended: 23,
} as const;

/** The words of the shape of returns. */
export const SHAPE = { mean: 0, lowTo: 1, highFrom: 2, leftOver: 3, third: 4, second: 5, fourth: 6, lowCount: 7, highCount: 8 } as const;

/** The same by their names. */
export type CurveWords = { readonly [K in keyof typeof CURVE]: number };
export type ShapeWords = { readonly [K in keyof typeof SHAPE]: number };

export function curveWords(words: Float64Array): CurveWords {
  return named(CURVE, words);
}

export function shapeWords(words: Float64Array): ShapeWords {
  return named(SHAPE, words);
}

function named<K extends string>(places: Readonly<Record<K, number>>, words: Float64Array): Readonly<Record<K, number>> {
  return Object.fromEntries(Object.entries<number>(places).map(([name, place]) => [name, words[place]!])) as Record<K, number>;
}

/** A curve before its first row: `peak` is what is lost below, `worth` what the first return is of. */
export function curveFrom(peak: number, worth: number): Float64Array {
  const words = new Float64Array(CURVE_WORDS);
  words[CURVE.peak] = peak;
  words[CURVE.worth] = worth;
  return words;
}

/** Good between two calls of the kernels that know of it: whoever uses it writes before and reads after. */
export class AccountRoom {
  readonly buffer: ArrayBufferLike;
  readonly curve: Float64Array;
  readonly shape: Float64Array;
  /** Byte offsets of the rows that filled. */
  readonly fills: Uint32Array;
  /** Of every drawdown that ended, the number of the first row below the peak and of the row that was not. */
  readonly ended: Uint32Array;
  /** What an account writes, a column each. */
  readonly outputs: readonly Float64Array[];

  constructor(buffer: ArrayBufferLike) {
    this.buffer = buffer;
    this.curve = new Float64Array(buffer, CURVE_AT, CURVE_WORDS);
    this.shape = new Float64Array(buffer, SHAPE_AT, SHAPE_WORDS);
    this.fills = new Uint32Array(buffer, FILLS_AT, BLOCK_ROWS);
    this.ended = new Uint32Array(buffer, ENDED_AT, BLOCK_ROWS);
    this.outputs = Array.from({ length: COLUMNS }, (_, k) => new Float64Array(buffer, COLUMNS_AT + k * BLOCK_ROWS * 8, BLOCK_ROWS));
  }
}
