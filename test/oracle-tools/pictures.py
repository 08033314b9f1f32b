#!/usr/bin/env python3
"""Reference values for src/analysis/rolling.ts, histogram.ts and worst-drawdowns.ts, from the formulas and the Python standard library only.

The equity is 100,000 with the close of the S&P 500 held ten times on top: cash + 10 × (close − first close).
usage: python3 pictures.py <sp500-2000.csv of vega-datasets> > ../analysis/pictures.golden.json
"""
import csv, datetime, json, math, platform, statistics, sys
from fractions import Fraction as F

CASH = 100_000.0


def main(path):
    with open(path) as file:
        rows = list(csv.DictReader(file))
    t = [int(datetime.datetime.fromisoformat(row["date"]).replace(tzinfo=datetime.timezone.utc).timestamp() * 1000) for row in rows]
    closes = [float(row["close"]) for row in rows]
    equity = [CASH + 10 * (close - closes[0]) for close in closes]
    returns = [b / a - 1 for a, b in zip(equity, equity[1:])]
    years = (t[-1] - t[0]) / (365.25 * 86_400_000)
    per_year = (len(t) - 1) / years
    window = int(math.floor(min(per_year / 2, len(returns) / 4) + 0.5))
    json.dump({
        "python": platform.python_version(),
        "barsPerYear": per_year,
        "windowBars": window,
        "rolling": {str(points): rolling(returns, per_year, window, points) for points in (10_000, 300)},
        "histogram": histogram(returns),
        "drawdowns": drawdowns(equity),
    }, sys.stdout, indent=1)


def rolling(returns, per_year, window, points_max):
    """Every `stride` returns the figures of the last whole number of strides nearest to the window; some of them, spread over the run."""
    stride = max(min(len(returns) // points_max, window), 1)
    bars = int(math.floor(window / stride + 0.5)) * stride
    ends = list(range(bars, len(returns) + 1, stride))
    found = []
    for k in range(0, len(ends), max(len(ends) // 40, 1)):
        own = returns[ends[k] - bars:ends[k]]
        deviation = statistics.stdev([F(value) for value in own])
        mean = float(sum(map(F, own)) / bars)
        found.append({"at": k, "row": ends[k], "sharpe": mean / float(deviation) * math.sqrt(per_year), "volatility": float(deviation) * math.sqrt(per_year)})
    return {"windowBars": bars, "count": len(ends), "some": found}


def histogram(values):
    quartiles = statistics.quantiles(values, n=4, method="inclusive")
    wanted, least = 2 * (quartiles[2] - quartiles[0]) / len(values) ** (1 / 3), (max(values) - min(values)) / 80
    steps = sorted(digit * 10.0 ** power for power in range(-12, 3) for digit in (1, 2, 5))
    width = max(max(step for step in steps if step <= wanted), min(step for step in steps if step >= least))
    first = math.floor(min(values) / width)
    counts = [0] * (math.floor(max(values) / width) - first + 1)
    for value in values:
        counts[math.floor(value / width) - first] += 1
    return {"from": first * width, "width": width, "counts": counts, "mean": float(sum(map(F, values)) / len(values)), "deviation": float(statistics.stdev([F(value) for value in values]))}


def drawdowns(equity):
    """Every row that is a new peak, or equals it, ends one; what lies between two of them is a drawdown."""
    tops, peak = [-1], CASH
    for row, value in enumerate(equity):
        if value >= peak:
            peak = value
            tops.append(row)
    found = []
    for top, next_top in zip(tops, tops[1:] + [len(equity)]):
        between = range(top + 1, next_top)
        if not between:
            continue
        high = CASH if top < 0 else equity[top]
        trough = min(between, key=lambda row: (equity[row], row))
        found.append({"depthRatio": (high - equity[trough]) / high, "depth": high - equity[trough], "peakRow": top, "troughRow": trough, "recoveryRow": next_top if next_top < len(equity) else None})
    return sorted(found, key=lambda each: (-each["depthRatio"], each["peakRow"]))[:5]


main(sys.argv[1])
