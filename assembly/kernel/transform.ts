// Elementary functions of each row by itself; NaN where a value has none.
import { acos, asin, atan, cos, cosh, exp, log, log10, sin, sinh, tan, tanh } from '../engine/math';
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonical, canonicalPair } from '../value';

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

export function transformBytes(): usize {
  return OWN;
}

export function transformRun(op: i32, inputs: usize, outputs: usize, n: i32): void {
  const x = input(inputs, 0);
  const out = output(outputs, 0);
  const end = <usize>n << 3;
  let k = hasPairs(op) ? pairs(op, x, out, end) : 0;
  for (; k < end; k += 8) store<f64>(out + k, canonical(valueOf(op, load<f64>(x + k))));
}

/** True for what the processor does itself, two rows to an instruction. */
// @ts-ignore: decorator
@inline
function hasPairs(op: i32): bool {
  return op == SQRT || op == CEIL || op == FLOOR;
}

/** Answers the bytes taken: all but an odd row. */
function pairs(op: i32, x: usize, out: usize, end: usize): usize {
  const most = end & ~15;
  if (op == SQRT) for (let k: usize = 0; k < most; k += 16) v128.store(out + k, canonicalPair(f64x2.sqrt(v128.load(x + k))));
  else if (op == CEIL) for (let k: usize = 0; k < most; k += 16) v128.store(out + k, canonicalPair(f64x2.ceil(v128.load(x + k))));
  else for (let k: usize = 0; k < most; k += 16) v128.store(out + k, canonicalPair(f64x2.floor(v128.load(x + k))));
  return most;
}

function valueOf(op: i32, x: f64): f64 {
  switch (op) {
    case SQRT: return sqrt(x);
    case EXP: return exp(x);
    case LN: return log(x);
    case LOG10: return log10(x);
    case SIN: return sin(x);
    case COS: return cos(x);
    case TAN: return tan(x);
    case ASIN: return asin(x);
    case ACOS: return acos(x);
    case ATAN: return atan(x);
    case SINH: return sinh(x);
    case COSH: return cosh(x);
    case TANH: return tanh(x);
    case CEIL: return ceil(x);
    default: return floor(x);
  }
}
