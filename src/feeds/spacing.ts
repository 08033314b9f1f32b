// The interval of a file is the distance most of its rows keep; gaps and sessions do not move the median.

/** Median of the distances between neighbouring values; the upper one of an even number, 0 below two values. */
export function medianStep(values: Float64Array): number {
  const count = values.length - 1;
  if (count < 1) return 0;

  // A step that more than half of the rows share is the median, and one pass finds it (Boyer and Moore 1981, MJRTY).
  let candidate = 0;
  let lead = 0;
  for (let k = 0; k < count; k++) {
    const step = values[k + 1]! - values[k]!;
    if (lead === 0) candidate = step;
    lead += step === candidate ? 1 : -1;
  }
  let shared = 0;
  for (let k = 0; k < count; k++) {
    const step = values[k + 1]! - values[k]!;
    shared += Number(step === candidate);
  }
  if (shared * 2 > count) return candidate;
  return Float64Array.from({ length: count }, (_, k) => values[k + 1]! - values[k]!).toSorted()[count >> 1]!;
}
