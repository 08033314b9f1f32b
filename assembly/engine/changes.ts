// How a column changes from row to row.

/** x − x₋₁ of a tile of rows in a page; none on the first row of all, `seen` rows having come before these. */
export function changeRows(x: usize, seen: i64, out: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, f64x2.sub(v128.load(x + k), v128.load(x + k - 8)));
  if (seen == 0) store<f64>(out, NaN);
}

/** |x − x₋₁|, likewise. */
export function moveRows(x: usize, seen: i64, out: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, f64x2.abs(f64x2.sub(v128.load(x + k), v128.load(x + k - 8))));
  if (seen == 0) store<f64>(out, NaN);
}
