// The interval of a file is the distance most of its rows keep; gaps and sessions do not move the median.

/** Median of the distances between neighbouring values; the upper one of an even number, 0 below two values. */
export function medianStep(values: Float64Array): number {
  const steps = new Float64Array(Math.max(values.length - 1, 0));
  for (let k = 0; k < steps.length; k++) steps[k] = values[k + 1]! - values[k]!;
  if (steps.length === 0) return 0;

  // A step that more than half of the rows share is the median, and one pass finds it (Boyer and Moore 1981, MJRTY).
  let candidate = 0;
  let lead = 0;
  for (let k = 0; k < steps.length; k++) {
    if (lead === 0) candidate = steps[k]!;
    lead += steps[k] === candidate ? 1 : -1;
  }
  let count = 0;
  for (let k = 0; k < steps.length; k++) count += Number(steps[k] === candidate);
  return count * 2 > steps.length ? candidate : steps.toSorted()[steps.length >> 1]!;
}
