// Elementary functions of single values, for kernels that need one now and then. Each is a lane of the function of pairs, and has its bits.
//
// F1. All are computed inside the module by additions, multiplications and divisions alone, so that every engine and machine gives the same bits.
//     Nothing is imported from the host. There are no tables: the module has no data, since its memory belongs to the host. Of AssemblyScript's
//     NativeMath only what keeps none is used.
// F2. Every result is within one unit in the last place of the exact value; of tan and the hyperbolic functions, which are made of others, within two
//     (test/kernels/math.test.ts). Arguments are reduced exactly; the polynomials come from test/oracle-tools/coefficients.py, which says how little
//     each leaves out.
// F3. Sine, cosine and tangent take arguments up to 2²⁰ quarter turns; larger ones, which prices are not angles of, give NaN.
import { first } from '../value';
import { atanOf as atansOf } from './arc';
import { exp as exps } from './exponential';
import { Decimal, Natural, log as logs } from './logarithm';
import { Cosine, Sine, wave } from './wave';

export { holdAtan } from './arc';
export { holdExp } from './exponential';
export { holdLog } from './logarithm';
export { holdWave } from './wave';

/** eˣ; after holdExp. */
export function exp(x: f64): f64 {
  return first(exps(f64x2.splat(x)));
}

/** ln x; after holdLog. */
export function log(x: f64): f64 {
  return first(logs<Natural>(f64x2.splat(x)));
}

/** log₁₀ x; after holdLog. */
export function log10(x: f64): f64 {
  return first(logs<Decimal>(f64x2.splat(x)));
}

/** arctan y / x, x not being 0; after holdAtan. */
// @ts-ignore: decorator
@inline
export function atanOf(y: f64, x: f64): f64 {
  return first(atansOf(f64x2.splat(y), f64x2.splat(x)));
}

/** sin x; after holdWave. */
export function sin(x: f64): f64 {
  return first(wave<Sine>(f64x2.splat(x)));
}

/** cos x; after holdWave. */
export function cos(x: f64): f64 {
  return first(wave<Cosine>(f64x2.splat(x)));
}
