// Against test/oracle-tools/overfit.py, which computes the same from the papers on Python's standard library.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { normalQuantile } from '#analysis/normal.ts';
import { type BlockSums, deflatedSharpe, expectedMaxSharpe, overfit, probabilisticSharpe } from '#analysis/overfit.ts';

interface Golden {
  readonly deflated: readonly { seed: number; count: number; drift: number; trials: number; variance: number; barSharpe: number; skew: number; kurtosis: number; expectedMax: number; deflated: number }[];
  readonly overfit: readonly { trials: number; count: number; blocks: number; edge: number; answer: { probability: number; splits: number; inSample: number; outOfSample: number } }[];
  readonly quantiles: readonly { share: number; z: number }[];
}
const golden = JSON.parse(readFileSync('test/analysis/overfit.golden.json', 'utf8')) as Golden;

/** The generator of the script. */
function returns(seed: number, count: number, drift: number): Float64Array {
  let x = BigInt(seed);
  return Float64Array.from({ length: count }, () => {
    x = (x * 1_103_515_245n + 12_345n) % 2n ** 31n;
    return (Number(x) / 2 ** 31 - 0.5) / 50 + drift;
  });
}

function blocksOf(values: Float64Array, blocks: number): BlockSums[] {
  const rows = values.length / blocks;
  return Array.from({ length: blocks }, (_, s) => {
    const own = values.subarray(s * rows, (s + 1) * rows);
    return { count: own.length, sum: own.reduce((sum, value) => sum + value, 0), squares: own.reduce((sum, value) => sum + value * value, 0) };
  });
}

test.each(golden.quantiles)('$share of a standard normal lies below $z', ({ share, z }) => {
  expect(normalQuantile(share)).toBeCloseTo(z, 12);
});

test.each(golden.deflated)('the deflated Sharpe ratio of the best of $trials trials is $deflated', ({ count, trials, variance, barSharpe, skew, kurtosis, expectedMax, deflated }) => {
  expect(expectedMaxSharpe(trials, variance)).toBeCloseTo(expectedMax, 10);
  expect(deflatedSharpe({ barSharpe, returns: count, skew, kurtosis }, trials, variance)).toBeCloseTo(deflated, 10);
});

test('the best of one trial is not deflated', () => {
  const evidence = { barSharpe: 0.1, returns: 400, skew: -0.3, kurtosis: 2 };
  expect(deflatedSharpe(evidence, 1, 0.01)).toBe(probabilisticSharpe(evidence, 0));
});

describe('the probability of overfitting', () => {
  test.each(golden.overfit)('of $trials trials in $blocks blocks is $answer.probability', ({ trials, count, blocks, edge, answer }) => {
    const found = overfit(Array.from({ length: trials }, (_, n) => blocksOf(returns(100 + n, count, n === 3 ? edge : 0), blocks)))!;
    expect(found.splits).toBe(answer.splits);
    expect(found.probability).toBeCloseTo(answer.probability, 10);
    expect(found.inSample).toBeCloseTo(answer.inSample, 10);
    expect(found.outOfSample).toBeCloseTo(answer.outOfSample, 10);
  });

  test('is 0 where one trial is better than all others in every block', () => {
    const trials = Array.from({ length: 10 }, (_, n) => blocksOf(returns(n + 1, 400, n === 4 ? 0.05 : 0), 8));
    expect(overfit(trials)!.probability).toBe(0);
  });

  test('is 1 where whatever won in one half lost in the other', () => {
    // Two trials that are each other's opposite in every block: what is best in sample is worst out of it, or even.
    const gain = { count: 10, sum: 1, squares: 1 };
    const loss = { count: 10, sum: -1, squares: 1 };
    expect(overfit([[gain, gain, loss, loss], [loss, loss, gain, gain]])!.probability).toBe(1);
  });

  test('is not defined for one trial, or an odd number of blocks', () => {
    const trial = blocksOf(returns(1, 120, 0), 6);
    expect(overfit([trial])).toBeNull();
    expect(overfit([trial.slice(1), trial.slice(1)])).toBeNull();
  });
});
