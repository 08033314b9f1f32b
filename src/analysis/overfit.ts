// What a search does to a good result: the best of many trials looks good by chance alone.
import { ratio } from './defined.ts';
import { normalCdf, normalQuantile } from './normal.ts';

/** Euler's constant γ. */
const EULER = 0.577_215_664_901_532_9;

export interface SharpeEvidence {
  /** Sharpe ratio of one bar, and of how many returns. */
  readonly barSharpe: number;
  readonly returns: number;
  /** Skewness g1 and excess kurtosis g2 of the returns, not bias corrected. */
  readonly skew: number;
  readonly kurtosis: number;
}

/**
 * The largest Sharpe ratio to be expected of `trials` independent trials that have none, when those of all trials have the variance given:
 * √V · ((1 − γ)·Φ⁻¹(1 − 1/N) + γ·Φ⁻¹(1 − 1/(N·e))). Bailey and López de Prado (2014), "The Deflated Sharpe Ratio", equation 1. 0 for a single trial.
 */
export function expectedMaxSharpe(trials: number, variance: number): number {
  if (trials <= 1) return 0;
  return Math.sqrt(variance) * ((1 - EULER) * normalQuantile(1 - 1 / trials) + EULER * normalQuantile(1 - 1 / (trials * Math.E)));
}

/**
 * Probability that the true Sharpe ratio is above `benchmark`, both of one bar:
 * Φ((S − S*)·√(n − 1) / √(1 − g1·S + (g2 + 2)/4·S²)). Bailey and López de Prado (2012), "The Sharpe Ratio Efficient Frontier". Null where it is not defined.
 */
export function probabilisticSharpe({ barSharpe, returns, skew, kurtosis }: SharpeEvidence, benchmark: number): number | null {
  const spread = 1 - skew * barSharpe + ((kurtosis + 2) / 4) * barSharpe ** 2;
  const score = ratio((barSharpe - benchmark) * Math.sqrt(returns - 1), Math.sqrt(spread));
  return score === null ? null : normalCdf(score);
}

/** Probability that the best of a search is better than the luckiest of as many trials without any merit. Bailey and López de Prado (2014), equation 2. */
export function deflatedSharpe(best: SharpeEvidence, trials: number, variance: number): number | null {
  return probabilisticSharpe(best, expectedMaxSharpe(trials, variance));
}

/** Sums of the returns of one trial in one block of time. */
export interface BlockSums {
  readonly count: number;
  readonly sum: number;
  readonly squares: number;
}

export interface Overfit {
  /** Share of the splits in which the best in sample is at or below the median out of sample. */
  readonly probability: number;
  /** Ways to part the blocks into two halves. */
  readonly splits: number;
  /** Mean of the Sharpe ratios, of one bar, of the best in sample: in sample, and out of sample. */
  readonly inSample: number;
  readonly outOfSample: number;
}

/**
 * Probability of backtest overfitting by combinatorially symmetric cross-validation: Bailey, Borwein, López de Prado and Zhu (2017), "The
 * Probability of Backtest Overfitting". Half of the blocks are in sample, the rest out of it, in every way there is. `trials[n][s]` holds
 * trial n in block s; blocks are even in number. With ω the rank out of sample of the best in sample, over N + 1, it counts ω ≤ ½. A Sharpe ratio that is
 * not defined counts as 0. Null below two trials.
 */
export function overfit(trials: readonly (readonly BlockSums[])[]): Overfit | null {
  const blocks = trials[0]?.length ?? 0;
  if (trials.length < 2 || blocks < 2 || blocks % 2 !== 0) return null;
  let overfitted = 0;
  let splits = 0;
  let inSample = 0;
  let outOfSample = 0;
  const totals = trials.map((own) => addUp(own, () => true));
  for (let mask = 0; mask < 2 ** blocks; mask++) {
    if (bitsOf(mask) !== blocks / 2) continue;
    splits++;
    let best = 0;
    let bestSharpe = Number.NEGATIVE_INFINITY;
    const outside = new Float64Array(trials.length);
    for (const [n, own] of trials.entries()) {
      const inside = addUp(own, (s) => ((mask >> s) & 1) === 1);
      const total = totals[n]!;
      const sharpe = sharpeOf(inside);
      outside[n] = sharpeOf({ count: total.count - inside.count, sum: total.sum - inside.sum, squares: total.squares - inside.squares });
      if (sharpe > bestSharpe) [best, bestSharpe] = [n, sharpe];
    }
    const own = outside[best]!;
    // Ranks from below, equal ones at their middle.
    let rank = 0.5;
    for (const other of outside) rank += other < own ? 1 : other === own ? 0.5 : 0;
    if (rank / (trials.length + 1) <= 0.5) overfitted++;
    inSample += bestSharpe;
    outOfSample += own;
  }
  return { probability: overfitted / splits, splits, inSample: inSample / splits, outOfSample: outOfSample / splits };
}

function addUp(blocks: readonly BlockSums[], isIn: (block: number) => boolean): BlockSums {
  let [count, sum, squares] = [0, 0, 0];
  for (const [s, block] of blocks.entries()) {
    if (!isIn(s)) continue;
    count += block.count;
    sum += block.sum;
    squares += block.squares;
  }
  return { count, sum, squares };
}

/** Mean / sample deviation of the returns behind some sums, 0 where it is not defined. */
function sharpeOf({ count, sum, squares }: BlockSums): number {
  const second = squares - (sum * sum) / count;
  return count > 1 && second > 0 ? sum / count / Math.sqrt(second / (count - 1)) : 0;
}

function bitsOf(mask: number): number {
  let count = 0;
  for (let rest = mask; rest > 0; rest &= rest - 1) count++;
  return count;
}
