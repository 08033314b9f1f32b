// The envelope of a series: it rises with a new high at once, and gives up a share of its height with every row that is lower.
// AssemblyScript. Made with: asc envelope.ts -o envelope.wasm -O --runtime stub --maximumMemory 16

/** Bytes of state, 0 in the beginning: the height, and how many rows it stands for. */
export function state_bytes(share: f64): i32 {
  return 16;
}

/** Rows that are needed before the first value. */
export function warmup(share: f64): i32 {
  return 0;
}

/** Takes `count` rows of a column of f64 and writes as many. */
export function run(state: usize, x: usize, out: usize, count: i32, share: f64): void {
  let height = load<f64>(state, 8);
  let rows = load<f64>(state);
  for (let end = x + (<usize>count << 3); x < end; x += 8, out += 8) {
    const value = load<f64>(x);
    if (value == value) {
      height = rows == 0.0 ? value : max(value, height - share * (height - value));
      rows += 1.0;
    }
    store<f64>(out, rows == 0.0 ? NaN : height);
  }
  store<f64>(state, rows);
  store<f64>(state, height, 8);
}
