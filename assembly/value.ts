// What a value in a column may be: a finite double that is not −0, or the canonical NaN. Everything else is made one of these before it is stored.

/** Fewer rows than this are not worth the set-up of a batch path. */
export const BATCH_ROWS: i32 = 16;

/** Room for intermediate columns within one call, inside the 64 KiB the host leaves to the module. Nothing in it outlives a call. */
export const SCRATCH: usize = 4_096;

/** NaN and the infinities all count as "no value". */
// @ts-ignore: decorator
@inline
export function finite(x: f64): bool {
  return x - x == 0;
}

// @ts-ignore: decorator
@inline
export function finitePair(x: v128): bool {
  return i64x2.all_true(f64x2.eq(f64x2.sub(x, x), f64x2.splat(0)));
}

/** The value as it may stand in a column. */
// @ts-ignore: decorator
@inline
export function canonical(x: f64): f64 {
  return x - x == 0 ? x + 0.0 : NaN;
}

// @ts-ignore: decorator
@inline
export function canonicalPair(x: v128): v128 {
  return v128.bitselect(f64x2.add(x, f64x2.splat(0)), f64x2.splat(NaN), f64x2.eq(f64x2.sub(x, x), f64x2.splat(0)));
}

/** Two values from two places. */
// @ts-ignore: decorator
@inline
export function loadPair(a: usize, b: usize): v128 {
  return v128.load64_lane(b, v128.load64_zero(a), 1);
}

/** The last lane of `earlier` and the first of `later`: a pair, one row back. */
// @ts-ignore: decorator
@inline
export function oneRowBack(earlier: v128, later: v128): v128 {
  return v128.shuffle<f64>(earlier, later, 1, 2);
}

// @ts-ignore: decorator
@inline
export function first(pair: v128): f64 {
  return f64x2.extract_lane(pair, 0);
}

// @ts-ignore: decorator
@inline
export function second(pair: v128): f64 {
  return f64x2.extract_lane(pair, 1);
}

export function fillNaN(out: usize, rows: i32): void {
  const end = out + (<usize>rows << 3);
  for (; out < end; out += 8) store<f64>(out, NaN);
}
