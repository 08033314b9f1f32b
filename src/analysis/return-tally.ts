// The sums that most figures of a run are made of, taken as the returns come by.
// T1. A return of 0 changes none of them, so the rows without a position need not be visited: only their number counts.
// T2. They depend on the order of the returns and on nothing else, so a run in pieces has the bits of the run as a whole.

/** Below this share of the sum of squares the variance is what rounding left of a difference, and is taken around the mean instead. */
const CANCELLED = 2 ** -8;

export class ReturnTally {
  #sum = 0;
  #error = 0;
  /** Sum of the squares. */
  squares = 0;
  /** Sum of the positive returns, and of the negative ones, unsigned. */
  gains = 0;
  losses = 0;
  #downside = 0;
  /** Returns above 0. */
  positives = 0;

  /** Adds the first `count` of some returns. */
  add(returns: Float64Array, count: number): void {
    let total = this.#sum;
    let error = this.#error;
    let { squares, gains, losses, positives } = this;
    let downside = this.#downside;
    for (let row = 0; row < count; row++) {
      const value = returns[row]!;
      const next = total + value;
      // A mean near zero is the difference of large sums, so their rounding error is carried along: Neumaier (1974).
      error += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
      total = next;
      squares += value * value;
      // Halves of |x| ± x are exact and need no branch; the sign of a return is what a branch predictor cannot learn.
      const size = Math.abs(value);
      const loss = (size - value) / 2;
      gains += (size + value) / 2;
      losses += loss;
      downside += loss * loss;
      positives += Number(value > 0);
    }
    this.#sum = total;
    this.#error = error;
    this.squares = squares;
    this.gains = gains;
    this.losses = losses;
    this.#downside = downside;
    this.positives = positives;
  }

  get sum(): number {
    return this.#sum + this.#error;
  }

  /** Standard deviation of a sample (n − 1) of `n` returns; undefined where only the returns themselves tell it. */
  deviation(n: number): number | undefined {
    const second = this.squares - (this.sum * this.sum) / n;
    return n > 1 && second > this.squares * CANCELLED ? Math.sqrt(second / (n - 1)) : undefined;
  }

  /** Root of the mean of min(return, 0)², over `n` returns. */
  downsideDeviation(n: number): number {
    return Math.sqrt(this.#downside / n);
  }
}
