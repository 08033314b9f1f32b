#!/usr/bin/env python3
"""Reference values for src/analysis/metrics.ts, from the formulas and the Python standard library only.

Sums are exact fractions, the quantiles are statistics.quantiles(method="inclusive") (type 7), drawdowns are searched row by row.
usage: python3 metrics.py <sp500-2000.csv of vega-datasets> > ../analysis/metrics.golden.json
"""
import csv, datetime, hashlib, json, math, platform, statistics, sys
from fractions import Fraction as F

YEAR_MS = F("365.25") * 86_400_000


def root(x):
    """Square root of a fraction to 40 digits, as a float."""
    scale = 10 ** 40
    return float(F(math.isqrt(int(x * scale * scale)), scale))


def ratio(a, b):
    return None if a is None or b is None or b == 0 else float(a) / float(b)


def round_trips(trades):
    """Cut every trade at zero, then add up the cash between two moments of being flat."""
    pieces, position = [], F(0)
    for t, side, quantity, price, fee in trades:
        quantity, sign = F(quantity), (1 if side == "buy" else -1)
        closing = min(quantity, abs(position)) if position * sign < 0 else F(0)
        for part in (closing, quantity - closing):
            if part:
                pieces.append((t, sign * part, F(price), F(fee) * part / quantity))
        position += sign * quantity
    trips, position, profit, opened = [], F(0), F(0), None
    for t, change, price, fee in pieces:
        if position == 0:
            opened, profit = t, F(0)
        profit -= change * price + fee
        position += change
        if position == 0:
            trips.append((opened, t, profit))
    return trips


def drawdowns(t, equity, cash0):
    worst, squares, longest = F(0), F(0), F(0)
    for i in range(len(equity)):
        peak = max([F(cash0)] + equity[: i + 1])
        depth = (peak - equity[i]) / peak
        worst, squares = max(worst, depth), squares + depth * depth
        before = max([F(cash0)] + equity[:i])
        last_at = max([j for j in range(i) if equity[j] == before], default=0)
        under_before = i > 0 and equity[i - 1] < before
        if depth > 0 or under_before:
            longest = max(longest, F(t[i] - t[last_at]))
    return worst, root(squares / len(equity)), longest


def metrics(t, equity, position, trades, cash0):
    equity = [F(e) for e in equity]
    n = len(equity)
    years = F(t[-1] - t[0]) / YEAR_MS
    per_year = (n - 1) / years
    growth = equity[-1] / F(cash0)
    r = [F(float(b / a)) - 1 for a, b in zip(equity, equity[1:])]
    m = len(r)
    mean = sum(r) / m
    central = [sum((x - mean) ** k for x in r) / m for k in (2, 3, 4)]
    deviation = root(central[0] * m / (m - 1))
    downside = root(sum(min(x, 0) ** 2 for x in r) / m)
    cagr = float(growth) ** (1 / float(years)) - 1
    cuts = statistics.quantiles([float(x) for x in r], n=20, method="inclusive")
    low, high = cuts[0], cuts[-1]
    tail = [x for x in r if float(x) <= low]
    worst, ulcer, longest = drawdowns(t, equity, cash0)
    g1, g2 = float(central[1]) / float(central[0]) ** 1.5, float(central[2] / central[0] ** 2) - 3
    trips = round_trips(trades)
    won = [p for _, _, p in trips if p > 0]
    lost = [-p for _, _, p in trips if p < 0]
    traded = sum(F(q) * F(p) for _, _, q, p, _ in trades)
    return {
        "totalReturn": float(growth - 1),
        "cagr": cagr,
        "volatility": deviation * math.sqrt(per_year),
        "sharpe": float(mean) / deviation * math.sqrt(per_year),
        "sortino": float(mean) / downside * math.sqrt(per_year),
        "calmar": cagr / float(worst),
        "omega": ratio(sum(x for x in r if x > 0), -sum(x for x in r if x < 0)),
        "maxDrawdownRatio": float(worst),
        "maxDrawdownMs": float(longest),
        "ulcerIndex": ulcer,
        "valueAtRisk95": -low,
        "conditionalValueAtRisk95": float(-sum(tail) / len(tail)),
        "tailRatio": abs(high) / abs(low),
        "skew": g1 * math.sqrt(m * (m - 1)) / (m - 2),
        "kurtosis": (m - 1) / ((m - 2) * (m - 3)) * ((m + 1) * g2 + 6),
        "roundTrips": len(trips),
        "hitRatio": ratio(len(won), len(trips)),
        "profitFactor": ratio(sum(won), sum(lost)),
        "expectancy": ratio(sum(p for _, _, p in trips), len(trips)),
        "payoffRatio": ratio(F(sum(won), len(won)), F(sum(lost), len(lost))) if won and lost else None,
        "holdingMs": ratio(sum(b - a for a, b, _ in trips), len(trips)),
        "exposureRatio": sum(1 for p in position if p) / n,
        "turnover": float(traded / years / (sum(equity) / n)),
        "fees": float(sum(F(f) for *_, f in trades)),
        "trades": len(trades),
    }


def small_case():
    """Thirty rows with a weekend, a reversal through zero, an addition, a partial exit and a trip left open."""
    t, clock, state = [], 1_700_000_000_000, 12_345
    equity, value = [], 10_000.0
    for row in range(30):
        state = (state * 1_103_515_245 + 12_345) % 2 ** 31
        value += (state >> 8) % 401 - 190
        equity.append(value / 4)
        t.append(clock)
        clock += 3 * 86_400_000 if row % 5 == 4 else 86_400_000
    trades = [
        (t[2], "buy", 3.0, 100.25, 0.5), (t[5], "buy", 1.5, 98.5, 0.25), (t[8], "sell", 4.5, 103.75, 0.75),
        (t[10], "sell", 2.0, 101.0, 0.5), (t[13], "buy", 5.0, 104.5, 1.25), (t[16], "sell", 1.0, 107.0, 0.25),
        (t[18], "sell", 2.0, 105.5, 0.5), (t[20], "buy", 0.5, 99.0, 0.125), (t[23], "sell", 0.5, 98.0, 0.125), (t[27], "buy", 1.0, 97.0, 0.25),
    ]
    held, position = 0.0, []
    for stamp in t:
        held += sum(q if side == "buy" else -q for s, side, q, _, _ in trades if s == stamp)
        position.append(held)
    return dict(t=t, equity=equity, position=position, trades=trades, cash0=2_500.0)


def index_case(path):
    """Ten units of the index from the first row of every odd month to the first row of the next even one, at closes, without fees."""
    rows = list(csv.DictReader(open(path, newline="")))
    t = [int(datetime.datetime.fromisoformat(row["date"] + "T00:00:00+00:00").timestamp() * 1000) for row in rows]
    close = [float(row["close"]) for row in rows]
    cash, held, month, trades, equity, position = F(50_000), 0, None, [], [], []
    for row, stamp, price in zip(rows, t, close):
        if row["date"][5:7] != month:
            month = row["date"][5:7]
            wanted = 10 if int(month) % 2 else 0
            if wanted != held:
                trades.append((stamp, "buy" if wanted else "sell", 10.0, price, 0.0))
                cash -= (wanted - held) * F(price)
                held = wanted
        equity.append(float(cash + held * F(price)))
        position.append(float(held))
    return dict(t=t, equity=equity, position=position, trades=trades, cash0=50_000.0)


def main():
    path = sys.argv[1]
    small, index = small_case(), index_case(path)
    print(json.dumps({
        "source": "test/oracle-tools/metrics.py, python " + platform.python_version() + ", fractions and statistics of the standard library",
        "small": {"input": small, "metrics": metrics(**small)},
        "index": {
            "file": "vega-datasets/data/sp500-2000.csv", "sha256": hashlib.sha256(open(path, "rb").read()).hexdigest(), "rows": len(index["t"]),
            "rule": index_case.__doc__, "cash0": index["cash0"], "metrics": metrics(**index),
        },
    }, indent=1))


main()
