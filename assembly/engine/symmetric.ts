// A value and the three before it, the two in the middle twice: the symmetric weights 1, 2, 2, 1.

/** Sums of a tile of rows of a trail that keeps three; they weigh 6. `out` may not be `x`. */
export function symmetricSums(x: usize, out: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 16) {
    const at = x + k;
    const middle = f64x2.add(v128.load(at - 8), v128.load(at - 16));
    v128.store(out + k, f64x2.add(f64x2.add(v128.load(at), v128.load(at - 24)), f64x2.add(middle, middle)));
  }
}
