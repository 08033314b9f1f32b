#!/usr/bin/env python3
"""Deflated Sharpe ratio and probability of backtest overfitting, from their papers, on the standard library alone.

Writes test/analysis/overfit.golden.json. Returns come from an integer generator both sides share, so that the file needs no data:
  x = (x * 1103515245 + 12345) mod 2^31;  return = (x / 2^31 - 0.5) / 50 + drift
Run: python3 test/oracle-tools/overfit.py > test/analysis/overfit.golden.json
"""
import itertools
import json
import math
from statistics import NormalDist, fmean, stdev

N01 = NormalDist()


def returns(seed, count, drift):
    x, out = seed, []
    for _ in range(count):
        x = (x * 1103515245 + 12345) % 2**31
        out.append((x / 2**31 - 0.5) / 50 + drift)
    return out


def sharpe(values):
    return fmean(values) / stdev(values)


def shape(values):
    """g1 and g2, not bias corrected."""
    m = fmean(values)
    m2 = fmean([(v - m) ** 2 for v in values])
    return fmean([(v - m) ** 3 for v in values]) / m2**1.5, fmean([(v - m) ** 4 for v in values]) / m2**2 - 3


def expected_max(trials, variance):
    g = 0.5772156649015328606
    return math.sqrt(variance) * ((1 - g) * N01.inv_cdf(1 - 1 / trials) + g * N01.inv_cdf(1 - 1 / (trials * math.e)))


def deflated(best, trials, variance):
    s, n = sharpe(best), len(best)
    skew, excess = shape(best)
    kurtosis = excess + 3
    return N01.cdf((s - expected_max(trials, variance)) * math.sqrt(n - 1) / math.sqrt(1 - skew * s + (kurtosis - 1) / 4 * s * s))


def overfit(matrix, blocks):
    """matrix: one list of returns per trial; the rows are cut into `blocks` equal parts."""
    rows = len(matrix[0]) // blocks
    parts = [[trial[s * rows : (s + 1) * rows] for s in range(blocks)] for trial in matrix]
    bad = total = 0
    inside_sum = outside_sum = 0.0
    for chosen in itertools.combinations(range(blocks), blocks // 2):
        inside = [sharpe([r for s in chosen for r in trial[s]]) for trial in parts]
        outside = [sharpe([r for s in range(blocks) if s not in chosen for r in trial[s]]) for trial in parts]
        best = inside.index(max(inside))
        omega = sorted(outside).index(outside[best]) + 1
        bad += omega / (len(matrix) + 1) <= 0.5
        total += 1
        inside_sum += inside[best]
        outside_sum += outside[best]
    return {"probability": bad / total, "splits": total, "inSample": inside_sum / total, "outOfSample": outside_sum / total}


cases = []
for seed, count, drift, trials, variance in [(1, 500, 0.0003, 10, 0.001), (2, 2000, 0.0, 100, 0.0004), (3, 250, 0.002, 1000, 0.01), (4, 1000, -0.001, 45, 0.002)]:
    values = returns(seed, count, drift)
    skew, kurtosis = shape(values)
    cases.append({"seed": seed, "count": count, "drift": drift, "trials": trials, "variance": variance, "barSharpe": sharpe(values), "skew": skew, "kurtosis": kurtosis,
                  "expectedMax": expected_max(trials, variance), "deflated": deflated(values, trials, variance)})
searches = []
for trials, count, blocks, edge in [(12, 400, 4, 0.0), (20, 600, 6, 0.0), (8, 480, 8, 0.002), (30, 500, 10, 0.0005)]:
    matrix = [returns(100 + n, count, edge if n == 3 else 0.0) for n in range(trials)]
    searches.append({"trials": trials, "count": count, "blocks": blocks, "edge": edge, "answer": overfit(matrix, blocks)})
quantiles = [{"share": p, "z": N01.inv_cdf(p)} for p in (1e-12, 1e-6, 0.001, 0.025, 0.3, 0.5, 0.75, 0.975, 0.999999)]
print(json.dumps({"source": "python3 statistics.NormalDist; formulas of the papers named in src/analysis/overfit.ts", "deflated": cases, "overfit": searches, "quantiles": quantiles}, indent=1))
