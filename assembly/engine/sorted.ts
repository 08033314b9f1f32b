// The values of a window in order of size.
// O1. It holds the values since the last gap, at most `period` of them: the one that leaves is taken out, the new one put in its place.
//
//   0 period │ 8 values held │ 16 values, least first
const HELD: usize = 8;
const VALUES: usize = 16;

export function sortedBytes(period: i32): usize {
  return VALUES + (<usize>period << 3);
}

export function sortedInit(at: usize, period: f64): void {
  store<f64>(at, period);
  store<f64>(at, 0, HELD);
}

/** Forgets everything: a gap has come. */
export function sortedClear(at: usize): void {
  store<f64>(at, 0, HELD);
}

/** Takes the value at `x`, a column whose window lies before it. True when the window is full. */
export function sortedTake(at: usize, x: usize): bool {
  const period = <usize>load<f64>(at);
  let held = <usize>load<f64>(at, HELD);
  const values = at + VALUES;
  if (held == period) {
    const gone = values + (placeOf(values, held, load<f64>(x - (period << 3))) << 3);
    memory.copy(gone, gone + 8, values + (--held << 3) - gone);
  }
  const place = values + (placeOf(values, held, load<f64>(x)) << 3);
  memory.copy(place + 8, place, values + (held << 3) - place);
  store<f64>(place, load<f64>(x));
  store<f64>(at, <f64>(held + 1), HELD);
  return held + 1 == period;
}

/** How many of the values are less than `value`. */
function placeOf(values: usize, held: usize, value: f64): usize {
  let from: usize = 0;
  let to = held;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (load<f64>(values + (middle << 3)) < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The value that a part `q` of the others lies below: between two values, in proportion. */
export function sortedQuantile(at: usize, q: f64): f64 {
  const place = q * (load<f64>(at) - 1);
  const low = floor(place);
  const value = load<f64>(at + (<usize>low << 3), VALUES);
  const share = place - low;
  return share == 0 ? value : value + (load<f64>(at + (<usize>low << 3), VALUES + 8) - value) * share;
}

/**
 * The median of the distances from the median, of a full window. Both sides of the median are in order of their distance from it, so that the nearer
 * half of all is found by how many of it lie below: a search by halves.
 */
export function sortedDeviation(at: usize): f64 {
  const count = <i32>load<f64>(at);
  const median = sortedQuantile(at, 0.5);
  const below = count >> 1;
  const near = (count + 1) >> 1; // how many the nearer half has
  let least = max(0, near - (count - below));
  let most = min(near, below);
  while (least < most) {
    const taken = (least + most) >> 1;
    if (median - valueAt(at, below - 1 - taken) < valueAt(at, below + near - taken - 1) - median) least = taken + 1;
    else most = taken;
  }
  const above = near - least;
  const inner = max(least > 0 ? median - valueAt(at, below - least) : 0, above > 0 ? valueAt(at, below + above - 1) - median : 0);
  if ((count & 1) == 1) return inner;
  const outer = min(
    least < below ? median - valueAt(at, below - 1 - least) : Infinity,
    below + above < count ? valueAt(at, below + above) - median : Infinity,
  );
  return inner + (outer - inner) * 0.5;
}

// @ts-ignore: decorator
@inline
function valueAt(at: usize, place: i32): f64 {
  return load<f64>(at + (<usize>place << 3), VALUES);
}
