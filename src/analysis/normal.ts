// The distribution function of the standard normal, to about 15 digits in the middle and in both tails, and its inverse.

const TAIL_FROM = 3; // beyond it the series would have to cancel what the fraction gets directly
const FRACTION_DEPTH = 80; // enough at 3, where it converges slowest; more than enough beyond

/**
 * Share of a standard normal below `z`. In the middle the series of Marsaglia (2004), "Evaluating the Normal Distribution";
 * in the tails the continued fraction of Laplace (Abramowitz and Stegun 1964, 26.2.14).
 */
export function normalCdf(z: number): number {
  const size = Math.abs(z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (size > TAIL_FROM) {
    let fraction = size;
    for (let k = FRACTION_DEPTH; k > 0; k--) fraction = size + k / fraction;
    return z < 0 ? density / fraction : 1 - density / fraction;
  }
  let total = z;
  let term = z;
  for (let k = 3; Math.abs(term) > Number.EPSILON * Math.abs(total) / 4; k += 2) {
    term *= (z * z) / k;
    total += term;
  }
  return 0.5 + total * density;
}

const NEWTON_STEPS_MAX = 100;

/** The value below which a share of a standard normal lies, 0 < share < 1: the distribution function inverted by Newton's method, from the middle outwards. */
export function normalQuantile(share: number): number {
  if (!(share > 0 && share < 1)) return share === 0 ? Number.NEGATIVE_INFINITY : share === 1 ? Number.POSITIVE_INFINITY : Number.NaN;
  // The function is concave above 0 and convex below: from the far side of 0 every step stays on this side of the answer.
  if (share > 0.5) return 0 - normalQuantile(1 - share);
  let z = 0;
  for (let step = 0; step < NEWTON_STEPS_MAX; step++) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    // Newton on the logarithm: in the tail it is nearly a parabola, while the function itself is nearly flat.
    const below = normalCdf(z);
    const change = (Math.log(below / share) * below) / density;
    z -= change;
    if (Math.abs(change) <= Number.EPSILON * Math.max(1, Math.abs(z))) break;
  }
  return z;
}
