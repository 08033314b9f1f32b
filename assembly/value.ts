// What a value in a column may be: a finite double that is not −0, or the canonical NaN. Everything else is made one of these before it is stored.

/** Fewer rows than this are not worth the set-up of a batch path. */
export const BATCH_ROWS: i32 = 16;

/** Room for intermediate columns within one call, inside the 64 KiB the host leaves to the module. Nothing in it outlives a call. */
export const SCRATCH: usize = 4_096;

const HELD: usize = 4_032;

/**
 * A constant for a loop. It comes from memory, and so stays in its register; a literal would be built anew on every turn, which costs as much as
 * three additions.
 */
// @ts-ignore: decorator
@inline
export function held(value: f64): v128 {
  store<f64>(HELD, value);
  return v128.load_splat<f64>(HELD);
}

/** The same of 64 bits. */
// @ts-ignore: decorator
@inline
function heldBits(bits: i64): v128 {
  store<i64>(HELD, bits, 8);
  return v128.load_splat<i64>(HELD, 8);
}

/** Where a constant lies as a pair, for loops that read their operand from memory. */
// @ts-ignore: decorator
@inline
export function heldPair(value: f64): usize {
  v128.store(HELD, f64x2.splat(value), 16);
  return HELD + 16;
}

/** For `v128.and`: the size of a value without its sign. */
// @ts-ignore: decorator
@inline
export function heldSizeMask(): v128 {
  return heldBits(0x7fff_ffff_ffff_ffff);
}

/** NaN and the infinities all count as "no value". */
// @ts-ignore: decorator
@inline
export function finite(x: f64): bool {
  return x - x == 0;
}

// @ts-ignore: decorator
@inline
export function finitePair(x: v128): bool {
  return i64x2.bitmask(f64x2.ne(f64x2.sub(x, x), f64x2.splat(0))) == 0; // a bit mask is tested in one step, `all_true` in five
}

/** `finitePair` for loops that have a zero at hand. */
// @ts-ignore: decorator
@inline
export function isFinitePair(x: v128, zero: v128): bool {
  return i64x2.bitmask(f64x2.ne(f64x2.sub(x, x), zero)) == 0;
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

/**
 * What is left of values taken from themselves, added up: 0, or NaN when one was no value. A loop that cannot make −0 keeps this and calls
 * `settle` at its end, which costs less than `canonicalPair` on every pair.
 */
// @ts-ignore: decorator
@inline
export function blemish(so: v128, x: v128): v128 {
  return f64x2.add(so, f64x2.sub(x, x));
}

/** Makes results fit for a column when one of them was no value. A pair's last row may lie past the end, and be none by right. */
// @ts-ignore: decorator
@inline
export function settle(out: usize, end: usize, blemishes: v128): void {
  if (!finitePair(blemishes)) canonicalRows(out, end);
}

/** Makes values fit for a column. As a rule they are, and to see that costs a quarter of what making them so does. */
export function canonicalRows(at: usize, end: usize): void {
  const exponent = heldBits(0x7ff0_0000_0000_0000);
  const minusZero = heldBits(i64.MIN_VALUE);
  for (; at + 64 <= end; at += 64) {
    const odd = v128.or(
      v128.or(oddPair(v128.load(at), exponent, minusZero), oddPair(v128.load(at, 16), exponent, minusZero)),
      v128.or(oddPair(v128.load(at, 32), exponent, minusZero), oddPair(v128.load(at, 48), exponent, minusZero)),
    );
    if (i64x2.bitmask(odd) != 0) for (let k: usize = 0; k < 64; k += 16) v128.store(at + k, canonicalPair(v128.load(at + k)));
  }
  for (; at + 16 <= end; at += 16) v128.store(at, canonicalPair(v128.load(at)));
  if (at < end) store<f64>(at, canonical(load<f64>(at)));
}

/** True for lanes that are −0 or no value. */
// @ts-ignore: decorator
@inline
function oddPair(bits: v128, exponent: v128, minusZero: v128): v128 {
  return v128.or(i64x2.eq(bits, minusZero), i64x2.eq(v128.and(bits, exponent), exponent));
}

export function fillNaN(out: usize, rows: i32): void {
  const end = out + (<usize>rows << 3);
  for (; out < end; out += 8) store<f64>(out, NaN);
}
