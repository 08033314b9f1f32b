// Elementary functions of each row by itself. They are computed inside the module (assembly/engine/math.ts), alike on every machine.
import { CLOSE, VALUE, define, none, talib } from './catalog-entry.ts';

function transform<const N extends string>(name: N, op: number, title: string, doc: string, version = '1.0.1') {
  return define(name, {
    version,
    op,
    title,
    inputs: CLOSE,
    outputs: VALUE,
    params: {},
    talib: talib(name.toUpperCase()),
    lookback: none,
    history: none,
    doc,
  });
}

const EXACT = 'Within one unit in the last place.';
const NEARLY = 'Within two units in the last place.';
const TURNS = 'NaN beyond 2²⁰ quarter turns.';

export const transforms = {
  sqrt: transform('sqrt', 131, 'Square root', '√x, correctly rounded. NaN below 0.', '1.0.0'),
  exp: transform('exp', 132, 'Exponential', `eˣ. ${EXACT} NaN where it is beyond the range of a double.`),
  ln: transform('ln', 133, 'Natural logarithm', `ln x. ${EXACT} NaN where x is not above 0.`),
  log10: transform('log10', 134, 'Decimal logarithm', `log₁₀ x. ${EXACT} NaN where x is not above 0.`),
  sin: transform('sin', 135, 'Sine', `sin x, x in radians. ${EXACT} ${TURNS}`),
  cos: transform('cos', 136, 'Cosine', `cos x, x in radians. ${EXACT} ${TURNS}`),
  tan: transform('tan', 137, 'Tangent', `tan x, x in radians. ${NEARLY} ${TURNS}`),
  asin: transform('asin', 138, 'Arc sine', `arcsin x, in radians. ${EXACT} NaN outside −1 … 1.`, '1.0.0'),
  acos: transform('acos', 139, 'Arc cosine', `arccos x, in radians. ${EXACT} NaN outside −1 … 1.`, '1.0.0'),
  atan: transform('atan', 140, 'Arc tangent', `arctan x, in radians. ${EXACT}`),
  sinh: transform('sinh', 141, 'Hyperbolic sine', `(eˣ − e⁻ˣ) / 2. ${NEARLY} NaN where it is beyond the range of a double.`),
  cosh: transform('cosh', 142, 'Hyperbolic cosine', `(eˣ + e⁻ˣ) / 2. ${NEARLY} NaN where it is beyond the range of a double.`),
  tanh: transform('tanh', 143, 'Hyperbolic tangent', `sinh x / cosh x. ${NEARLY}`),
  ceil: transform('ceil', 144, 'Ceiling', 'Least whole number not below x.', '1.0.0'),
  floor: transform('floor', 145, 'Floor', 'Greatest whole number not above x.', '1.0.0'),
} as const;
