// Pivot points: levels for the period after a row, from its prices.
//   own: 0 method, its place in the catalogue's list
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonicalPair } from '../value';
import { typicalPair } from '../engine/price';

const CLASSIC: i32 = 0;
const FIBONACCI: i32 = 1;
const WOODIE: i32 = 2;
const CAMARILLA: i32 = 3;

/** Outputs: the pivot, four levels above it and four below. */
const ABOVE: usize = 1;
const BELOW: usize = 5;
const LEVELS: usize = 4;

export function pivotsBytes(): usize {
  return OWN + 8;
}

export function pivotsInit(state: usize, params: usize): void {
  store<f64>(state, load<f64>(params), OWN);
}

export function pivotsRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const method = <i32>load<f64>(state, OWN);
  for (let k: usize = 0; k < end; k += 16) {
    const open = v128.load(input(inputs, 0) + k);
    const high = v128.load(input(inputs, 1) + k);
    const low = v128.load(input(inputs, 2) + k);
    const close = v128.load(input(inputs, 3) + k);
    switch (method) {
      case CLASSIC:
        classic(outputs, k, high, low, close);
        break;
      case FIBONACCI:
        fibonacci(outputs, k, high, low, close);
        break;
      case WOODIE:
        woodie(outputs, k, high, low, close);
        break;
      case CAMARILLA:
        camarilla(outputs, k, high, low, close);
        break;
      default:
        demark(outputs, k, open, high, low, close);
    }
  }
}

// @ts-ignore: decorator
@inline
function give(outputs: usize, column: usize, k: usize, value: v128): void {
  v128.store(output(outputs, column) + k, canonicalPair(value));
}

/** Level `level`, 1 … 4, on both sides. */
// @ts-ignore: decorator
@inline
function levels(outputs: usize, k: usize, level: usize, above: v128, below: v128): void {
  give(outputs, ABOVE + level - 1, k, above);
  give(outputs, BELOW + level - 1, k, below);
}

/** The levels that lie a multiple of the range from a price. */
// @ts-ignore: decorator
@inline
function around(outputs: usize, k: usize, level: usize, price: v128, range: v128, multiple: f64): void {
  const distance = f64x2.mul(range, f64x2.splat(multiple));
  levels(outputs, k, level, f64x2.add(price, distance), f64x2.sub(price, distance));
}

// @ts-ignore: decorator
@inline
function twice(value: v128): v128 {
  return f64x2.add(value, value);
}

function classic(outputs: usize, k: usize, high: v128, low: v128, close: v128): void {
  const pivot = typicalPair(high, low, close);
  const range = f64x2.sub(high, low);
  give(outputs, 0, k, pivot);
  levels(outputs, k, 1, f64x2.sub(twice(pivot), low), f64x2.sub(twice(pivot), high));
  for (let level: usize = 2; level <= LEVELS; level++) around(outputs, k, level, pivot, range, <f64>(level - 1));
}

function fibonacci(outputs: usize, k: usize, high: v128, low: v128, close: v128): void {
  const pivot = typicalPair(high, low, close);
  const range = f64x2.sub(high, low);
  give(outputs, 0, k, pivot);
  around(outputs, k, 1, pivot, range, 0.382);
  around(outputs, k, 2, pivot, range, 0.618);
  around(outputs, k, 3, pivot, range, 1);
  withoutFrom(outputs, k, 4);
}

function woodie(outputs: usize, k: usize, high: v128, low: v128, close: v128): void {
  const pivot = f64x2.mul(f64x2.add(f64x2.add(high, low), twice(close)), f64x2.splat(0.25));
  const range = f64x2.sub(high, low);
  const above = f64x2.add(high, twice(f64x2.sub(pivot, low)));
  const below = f64x2.sub(low, twice(f64x2.sub(high, pivot)));
  give(outputs, 0, k, pivot);
  levels(outputs, k, 1, f64x2.sub(twice(pivot), low), f64x2.sub(twice(pivot), high));
  around(outputs, k, 2, pivot, range, 1);
  levels(outputs, k, 3, above, below);
  levels(outputs, k, 4, f64x2.add(above, range), f64x2.sub(below, range));
}

function camarilla(outputs: usize, k: usize, high: v128, low: v128, close: v128): void {
  const range = f64x2.sub(high, low);
  give(outputs, 0, k, typicalPair(high, low, close));
  around(outputs, k, 1, close, range, 1.1 / 12);
  around(outputs, k, 2, close, range, 1.1 / 6);
  around(outputs, k, 3, close, range, 1.1 / 4);
  around(outputs, k, 4, close, range, 1.1 / 2);
}

/** The extreme that the row closed towards counts twice; the close does where it is the open. */
function demark(outputs: usize, k: usize, open: v128, high: v128, low: v128, close: v128): void {
  const heavy = v128.bitselect(high, v128.bitselect(low, close, f64x2.lt(close, open)), f64x2.gt(close, open));
  const sum = f64x2.add(f64x2.add(f64x2.add(high, low), close), f64x2.add(heavy, f64x2.sub(open, open))); // an open that is no value leaves none
  const half = f64x2.mul(sum, f64x2.splat(0.5));
  give(outputs, 0, k, f64x2.mul(half, f64x2.splat(0.5)));
  levels(outputs, k, 1, f64x2.sub(half, low), f64x2.sub(half, high));
  withoutFrom(outputs, k, 2);
}

/** The method has no levels from this one on. */
function withoutFrom(outputs: usize, k: usize, level: usize): void {
  const none = f64x2.splat(NaN);
  for (; level <= LEVELS; level++) levels(outputs, k, level, none, none);
}
