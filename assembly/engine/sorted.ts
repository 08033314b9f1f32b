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
