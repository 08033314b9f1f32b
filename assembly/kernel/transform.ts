// Elementary functions of each row by itself, two rows at a time; NaN where a value has none.
import { acos, asin, atan, holdAtan } from '../engine/arc';
import { cosh, exp, holdExp, holdHyperbolic, sinh, tanh } from '../engine/exponential';
import { Decimal, Natural, holdLog, log } from '../engine/logarithm';
import { Cosine, Sine, Tangent, holdWave, wave } from '../engine/wave';
import { input, output } from '../operand';
import { OWN } from '../state';
import { blemish, first, second, settle } from '../value';

export const SQRT: i32 = 131;
export const EXP: i32 = 132;
export const LN: i32 = 133;
export const LOG10: i32 = 134;
export const SIN: i32 = 135;
export const COS: i32 = 136;
export const TAN: i32 = 137;
export const ASIN: i32 = 138;
export const ACOS: i32 = 139;
export const ATAN: i32 = 140;
export const SINH: i32 = 141;
export const COSH: i32 = 142;
export const TANH: i32 = 143;
export const CEIL: i32 = 144;
export const FLOOR: i32 = 145;

// Markers for those that have no other; as type arguments they give each function a loop of its own.
class Root {}
class Exponential {}
class Logarithm {}
class DecimalLogarithm {}
class ArcSine {}
class ArcCosine {}
class ArcTangent {}
class HyperbolicSine {}
class HyperbolicCosine {}
class HyperbolicTangent {}
class Ceiling {}
class Floor {}

export function transformBytes(): usize {
  return OWN;
}

export function transformRun(op: i32, inputs: usize, outputs: usize, n: i32): void {
  const x = input(inputs, 0);
  const out = output(outputs, 0);
  const bytes = <usize>n << 3;
  switch (op) {
    case SQRT: return each<Root>(x, out, bytes);
    case EXP: return each<Exponential>(x, out, bytes);
    case LN: return each<Logarithm>(x, out, bytes);
    case LOG10: return each<DecimalLogarithm>(x, out, bytes);
    case SIN: return each<Sine>(x, out, bytes);
    case COS: return each<Cosine>(x, out, bytes);
    case TAN: return each<Tangent>(x, out, bytes);
    case ASIN: return each<ArcSine>(x, out, bytes);
    case ACOS: return each<ArcCosine>(x, out, bytes);
    case ATAN: return each<ArcTangent>(x, out, bytes);
    case SINH: return each<HyperbolicSine>(x, out, bytes);
    case COSH: return each<HyperbolicCosine>(x, out, bytes);
    case TANH: return each<HyperbolicTangent>(x, out, bytes);
    case CEIL: return each<Ceiling>(x, out, bytes);
    case FLOOR: return each<Floor>(x, out, bytes);
  }
}

/** Pairs of rows, the last of which may lie one past the end (T2 of tile.ts). */
function each<F>(x: usize, out: usize, bytes: usize): void {
  const zero = f64x2.splat(0);
  let blemishes = zero;
  hold<F>();
  for (let k: usize = 0; k < bytes; k += 16) {
    const values = functionOf<F>(v128.load(x + k));
    if (isSettled<F>()) {
      v128.store(out + k, values);
    } else {
      const settled = f64x2.add(values, zero);
      v128.store(out + k, settled);
      blemishes = blemish(blemishes, settled);
    }
  }
  if (!isSettled<F>()) settle(out, out + bytes, blemishes);
}

/** True for functions whose results are fit for a column as they are. */
// @ts-ignore: decorator
@inline
function isSettled<F>(): bool {
  return is<F, Exponential>() || is<F, Logarithm>() || is<F, DecimalLogarithm>() || is<F, Sine>() || is<F, Cosine>() || is<F, Tangent>();
}

// @ts-ignore: decorator
@inline
function is<F, G>(): bool {
  return idof<F>() == idof<G>();
}

// @ts-ignore: decorator
@inline
function hold<F>(): void {
  if (is<F, Exponential>()) holdExp();
  if (is<F, Logarithm>()) holdLog<Natural>();
  if (is<F, DecimalLogarithm>()) holdLog<Decimal>();
  if (is<F, Sine>() || is<F, Cosine>() || is<F, Tangent>()) holdWave();
  if (is<F, ArcTangent>()) holdAtan();
  if (is<F, HyperbolicSine>() || is<F, HyperbolicCosine>() || is<F, HyperbolicTangent>()) holdHyperbolic();
}

// @ts-ignore: decorator
@inline
function functionOf<F>(x: v128): v128 {
  if (is<F, Root>()) return f64x2.sqrt(x);
  if (is<F, Exponential>()) return exp(x);
  if (is<F, Logarithm>()) return log<Natural>(x);
  if (is<F, DecimalLogarithm>()) return log<Decimal>(x);
  if (is<F, Sine>() || is<F, Cosine>() || is<F, Tangent>()) return wave<F>(x);
  if (is<F, ArcSine>()) return f64x2(asin(first(x)), asin(second(x)));
  if (is<F, ArcCosine>()) return f64x2(acos(first(x)), acos(second(x)));
  if (is<F, ArcTangent>()) return atan(x);
  if (is<F, HyperbolicSine>()) return sinh(x);
  if (is<F, HyperbolicCosine>()) return cosh(x);
  if (is<F, HyperbolicTangent>()) return tanh(x);
  if (is<F, Ceiling>()) return f64x2.ceil(x);
  return f64x2.floor(x);
}
