// Operations on each row by itself: arithmetic, comparison, logic. No state beyond the constant that may stand for the second operand.
// E1. A result that is no finite number is NaN; so is every result of an operand that is no value. Logic reads 0 as false, all else as true.
import { input, output, stride } from '../operand';
import { OWN } from '../state';
import { blemish, heldPair, settle } from '../value';

export const ADD: i32 = 16;
export const SUB: i32 = 17;
export const MUL: i32 = 18;
export const DIV: i32 = 19;
export const GT: i32 = 20;
export const GTE: i32 = 21;
export const LT: i32 = 22;
export const LTE: i32 = 23;
export const EQ: i32 = 24;
export const AND: i32 = 25;
export const OR: i32 = 26;
export const NOT: i32 = 27;
export const NEG: i32 = 28;
export const ABS: i32 = 29;

// Markers for the operations; as type arguments they give each operation a loop of its own, with nothing left to decide in it.
class Add {}
class Sub {}
class Mul {}
class Div {}
class Greater {}
class GreaterOrEqual {}
class Less {}
class LessOrEqual {}
class Equal {}
class And {}
class Or {}
class Not {}
class Negate {}
class Absolute {}

// @ts-ignore: decorator
@inline
function is<O, P>(): bool {
  return idof<O>() == idof<P>();
}

export function rowwiseBytes(): usize {
  return OWN + 8;
}

/** Parameter 0 is the constant operand; the plan points the second input at it. */
export function rowwiseInit(state: usize, params: usize): void {
  store<f64>(state, load<f64>(params), OWN);
}

/** 1 or 0 by the mask, NaN where an operand is no value. */
// @ts-ignore: decorator
@inline
function truth(mask: v128, a: v128, b: v128): v128 {
  const spread = f64x2.add(f64x2.sub(a, a), f64x2.sub(b, b)); // 0, or NaN
  return f64x2.add(v128.and(mask, f64x2.splat(1)), spread);
}

/** What may be −0 is made 0; values hold none, so a sum or a difference of them is none. */
// @ts-ignore: decorator
@inline
function apply<O>(a: v128, b: v128): v128 {
  const zero = f64x2.splat(0);
  if (is<O, Add>()) return f64x2.add(a, b);
  if (is<O, Sub>()) return f64x2.sub(a, b);
  if (is<O, Mul>()) return f64x2.add(f64x2.mul(a, b), zero);
  if (is<O, Div>()) return f64x2.add(f64x2.div(a, b), zero);
  if (is<O, Greater>()) return truth(f64x2.gt(a, b), a, b);
  if (is<O, GreaterOrEqual>()) return truth(f64x2.ge(a, b), a, b);
  if (is<O, Less>()) return truth(f64x2.lt(a, b), a, b);
  if (is<O, LessOrEqual>()) return truth(f64x2.le(a, b), a, b);
  if (is<O, Equal>()) return truth(f64x2.eq(a, b), a, b);
  if (is<O, And>()) return truth(v128.and(f64x2.ne(a, zero), f64x2.ne(b, zero)), a, b);
  if (is<O, Or>()) return truth(v128.or(f64x2.ne(a, zero), f64x2.ne(b, zero)), a, b);
  if (is<O, Not>()) return truth(f64x2.eq(a, zero), a, a);
  if (is<O, Negate>()) return f64x2.sub(zero, a);
  return f64x2.abs(a);
}

export function rowwiseRun(op: i32, inputs: usize, outputs: usize, n: i32): void {
  switch (op) {
    case ADD: return each<Add>(inputs, outputs, n);
    case SUB: return each<Sub>(inputs, outputs, n);
    case MUL: return each<Mul>(inputs, outputs, n);
    case DIV: return each<Div>(inputs, outputs, n);
    case GT: return each<Greater>(inputs, outputs, n);
    case GTE: return each<GreaterOrEqual>(inputs, outputs, n);
    case LT: return each<Less>(inputs, outputs, n);
    case LTE: return each<LessOrEqual>(inputs, outputs, n);
    case EQ: return each<Equal>(inputs, outputs, n);
    case AND: return each<And>(inputs, outputs, n);
    case OR: return each<Or>(inputs, outputs, n);
    case NOT: return each<Not>(inputs, outputs, n);
    case NEG: return each<Negate>(inputs, outputs, n);
    case ABS: return each<Absolute>(inputs, outputs, n);
  }
}

/** Four rows at a time, then two, the last of which may lie one past the end (T2 of tile.ts). A constant stands still, as a pair. */
function each<O>(inputs: usize, outputs: usize, n: i32): void {
  const unary = is<O, Not>() || is<O, Negate>() || is<O, Absolute>();
  const step: usize = unary ? 16 : stride(inputs, 1) << 1;
  const out = output(outputs, 0);
  const bytes = <usize>n << 3;
  let a = input(inputs, 0);
  let b = unary ? a : input(inputs, 1);
  if (step == 0) b = heldPair(load<f64>(b));
  let blemishes = f64x2.splat(0);
  let k: usize = 0;
  for (; k + 32 <= bytes; k += 32, a += 32, b += step << 1) {
    const early = apply<O>(v128.load(a), v128.load(b));
    const late = apply<O>(v128.load(a, 16), v128.load(b + step));
    v128.store(out + k, early);
    v128.store(out + k, late, 16);
    blemishes = blemish(blemish(blemishes, early), late);
  }
  for (; k < bytes; k += 16, a += 16, b += step) {
    const result = apply<O>(v128.load(a), v128.load(b));
    v128.store(out + k, result);
    blemishes = blemish(blemishes, result);
  }
  settle(out, out + bytes, blemishes);
}
