#!/usr/bin/env python3
"""Reference values for src/analysis/metrics.ts and benchmark.ts, from the formulas and the Python standard library only.

Sums are exact fractions, the quantiles are statistics.quantiles(method="inclusive") (type 7), covariance and correlation those of statistics (Python 3.10 and later).
usage: python3 metrics.py <sp500-2000.csv of vega-datasets> > ../analysis/metrics.golden.json
"""
import bisect, csv, datetime, hashlib, itertools, json, math, platform, statistics, sys
from fractions import Fraction as F

YEAR_MS = F("365.25") * 86_400_000


def root(x):
    """Square root of a fraction to 40 digits, as a float."""
    scale = 10 ** 40
    return float(F(math.isqrt(int(x * scale * scale)), scale))


def ratio(a, b):
    return None if a is None or b is None or b == 0 else float(a) / float(b)


def quotient(a, b):
    """a / b in exact fractions, None where b is none or zero."""
    return None if a is None or not b else F(a) / F(b)


def average(values):
    return F(sum(values)) / len(values) if values else None


def plain(value):
    return float(value) if isinstance(value, F) else value


def normal_cdf(z):
    return math.erfc(-z / math.sqrt(2)) / 2


def round_trips(trades):
    """Cut every trade at zero, then add up the cash between two moments of being flat. A trip keeps the pieces it is made of."""
    pieces, position = [], F(0)
    for t, side, quantity, price, fee in trades:
        quantity, sign = F(quantity), (1 if side == "buy" else -1)
        closing = min(quantity, abs(position)) if position * sign < 0 else F(0)
        for part in (closing, quantity - closing):
            if part:
                pieces.append((t, sign * part, F(price), F(fee) * part / quantity))
        position += sign * quantity
    trips, current, position = [], [], F(0)
    for piece in pieces:
        current.append(piece)
        position += piece[1]
        if position == 0:
            trips.append(current)
            current = []
    return trips


def profit_of(trip):
    return -sum(change * price + fee for _, change, price, fee in trip)


def excursion(trip, t, high, low):
    """What closing at each price of the way would have made of the trip: every fill's own, and every high and low of a bar that ends with a position."""
    seen = [F(0)]
    for k in range(1, len(trip) + 1):
        cash = -sum(change * price + fee for _, change, price, fee in trip[:k])
        held = sum(change for _, change, _, _ in trip[:k])
        seen.append(cash + held * trip[k - 1][2])
        if k < len(trip):
            for row in range(bisect.bisect_left(t, trip[k - 1][0]), bisect.bisect_left(t, trip[k][0])):
                seen += [cash + held * F(high[row]), cash + held * F(low[row])]
    return -min(seen), max(seen)


def streak(trips, sign):
    """Longest run of trips whose profit has this sign."""
    return max((len(list(group)) for same, group in itertools.groupby(profit_of(x) * sign > 0 for x in trips) if same), default=0)


def trip_metrics(trips, t, high, low):
    profits = [profit_of(x) for x in trips]
    won, lost = [p for p in profits if p > 0], [-p for p in profits if p < 0]
    hit, win, loss, mean = quotient(len(won), len(trips)), average(won), average(lost), average(profits)
    payoff = quotient(win, loss)
    held = [x[-1][0] - x[0][0] for x in trips]
    ways = [excursion(x, t, high, low) for x in trips]
    fees = [sum(fee for *_, fee in x) for x in trips]
    deviation = statistics.stdev(profits) if len(profits) > 1 else 0
    result = {
        "roundTrips": len(trips), "hitRatio": hit, "profitFactor": quotient(sum(won), sum(lost)), "expectancy": mean, "expectancyRatio": quotient(mean, loss),
        "payoffRatio": payoff, "kelly": hit - (1 - hit) / payoff if payoff else None,
        "systemQuality": math.sqrt(len(trips)) * float(mean) / float(deviation) if deviation else None,
        "averageWin": win, "averageLoss": loss, "largestWin": max(won, default=None), "largestLoss": max(lost, default=None),
        "winsInRowMax": streak(trips, 1), "lossesInRowMax": streak(trips, -1),
        "holdingMs": average(held), "holdingMsMin": min(held, default=None), "holdingMsMax": max(held, default=None),
        "adverseExcursion": average([a for a, _ in ways]), "favourableExcursion": average([f for _, f in ways]),
        "feeRatio": quotient(sum(fees), sum(max(p + f, 0) for p, f in zip(profits, fees))),
    }
    for name, sign in (("long", 1), ("short", -1)):
        side = [p for p, x in zip(profits, trips) if x[0][1] * sign > 0]
        result |= {name + "Trips": len(side), name + "Profit": F(sum(side)), name + "HitRatio": quotient(sum(1 for p in side if p > 0), len(side))}
    return result


def drawdown_metrics(t, equity, cash0, cagr):
    peaks = list(itertools.accumulate(equity, max, initial=F(cash0)))[1:]
    depths = [(peak - value) / peak for peak, value in zip(peaks, equity)]
    # One drawdown is a run of rows below the peak; it lasts from the row before the run to the row after it, where there are such rows.
    episodes, row = [], 0
    for below, group in itertools.groupby(depths, key=lambda depth: depth > 0):
        count = len(list(group))
        if below:
            episodes.append((max(depths[row:row + count]), t[min(row + count, len(t) - 1)] - t[max(row - 1, 0)]))
        row += count
    worst, ulcer = max(depths), root(sum(d * d for d in depths) / len(depths))
    deepest = max(peak - value for peak, value in zip(peaks, equity))
    average_depth = average([depth for depth, _ in episodes])
    return {
        "maxDrawdownRatio": worst, "maxDrawdown": deepest, "maxDrawdownMs": max((ms for _, ms in episodes), default=0), "drawdowns": len(episodes),
        "averageDrawdownRatio": average_depth, "averageDrawdownMs": average([ms for _, ms in episodes]), "underWaterRatio": F(sum(d > 0 for d in depths), len(depths)),
        "ulcerIndex": ulcer, "calmar": ratio(cagr, worst), "martin": ratio(cagr, ulcer), "burke": ratio(cagr, root(sum(d * d for d, _ in episodes))),
        "sterling": ratio(cagr, average_depth), "recoveryFactor": quotient(equity[-1] - F(cash0), deepest),
    }


def period_returns(t, equity, cash0, form):
    """Last equity of each period against that of the one before. The period is the date as text, cut short by the form."""
    last = {}
    for stamp, value in zip(t, equity):
        last[(datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=stamp)).strftime(form)] = value
    closes = [F(cash0), *last.values()]
    return [b / a - 1 for a, b in zip(closes, closes[1:])], closes[1:]


def calendar_metrics(t, equity, cash0):
    (days, closes), (months, _), (years, _) = (period_returns(t, equity, cash0, form) for form in ("%Y-%m-%d", "%Y-%m", "%Y"))
    return {
        "bestDay": max(days), "worstDay": min(days), "bestMonth": max(months), "worstMonth": min(months), "bestYear": max(years), "worstYear": min(years),
        "positiveDayRatio": F(sum(x > 0 for x in days), len(days)), "positiveMonthRatio": F(sum(x > 0 for x in months), len(months)),
        "gainToPain": quotient(sum(months), -sum(x for x in months if x < 0)),
        "stability": statistics.correlation(range(len(closes)), [math.log(x) for x in closes]) ** 2,
    }


def tail(r, percent):
    """Value at risk and its conditional mean: the quantile of type 7, and the mean of what lies at or beyond it."""
    low = statistics.quantiles([float(x) for x in r], n=100, method="inclusive")[percent - 1]
    return -low, -average([x for x in r if float(x) <= low])


def return_metrics(r, per_year):
    m = len(r)
    mean = sum(r) / m
    central = [sum((x - mean) ** k for x in r) / m for k in (2, 3, 4)]
    deviation = root(central[0] * m / (m - 1))
    downside = root(sum(min(x, 0) ** 2 for x in r) / m)
    cuts = statistics.quantiles([float(x) for x in r], n=20, method="inclusive")
    tail_ratio = abs(cuts[-1]) / abs(cuts[0])
    g1, g2 = float(central[1]) / float(central[0]) ** 1.5, float(central[2] / central[0] ** 2) - 3
    gains, losses, s = sum(x for x in r if x > 0), -sum(x for x in r if x < 0), float(mean) / deviation
    return {
        "volatility": deviation * math.sqrt(per_year), "downsideDeviation": downside * math.sqrt(per_year),
        "sharpe": s * math.sqrt(per_year), "sharpeStandardError": math.sqrt((1 + s * s / 2) / m) * math.sqrt(per_year),
        "probabilisticSharpe": normal_cdf(s * math.sqrt(m - 1) / math.sqrt(1 - g1 * s + (g2 + 3 - 1) / 4 * s * s)),
        "sortino": float(mean) / downside * math.sqrt(per_year), "omega": quotient(gains, losses), "upsidePotential": float(gains / m) / downside,
        "positiveBarRatio": F(sum(x > 0 for x in r), m),
        "valueAtRisk95": tail(r, 5)[0], "conditionalValueAtRisk95": tail(r, 5)[1], "valueAtRisk99": tail(r, 1)[0], "conditionalValueAtRisk99": tail(r, 1)[1],
        "tailRatio": tail_ratio, "commonSense": float(gains / losses) * tail_ratio,
        "skew": g1 * math.sqrt(m * (m - 1)) / (m - 2), "kurtosis": (m - 1) / ((m - 2) * (m - 3)) * ((m + 1) * g2 + 6),
    }


def bar_returns(values):
    return [F(float(b / a)) - 1 for a, b in zip(values, values[1:])]


def metrics(t, equity, position, trades, cash0, high, low):
    equity = [F(e) for e in equity]
    n = len(equity)
    years = F(t[-1] - t[0]) / YEAR_MS
    growth = equity[-1] / F(cash0)
    cagr = float(growth) ** (1 / float(years)) - 1
    exposure = F(sum(1 for p in position if p), n)
    traded = sum(F(q) * F(p) for _, _, q, p, _ in trades)
    result = {
        "totalReturn": growth - 1, "cagr": cagr, **return_metrics(bar_returns(equity), (n - 1) / years), **drawdown_metrics(t, equity, cash0, cagr),
        **calendar_metrics(t, equity, cash0), **trip_metrics(round_trips(trades), t, high, low),
        "exposureRatio": exposure, "cagrPerExposure": ratio(cagr, exposure), "turnover": traded / years / (sum(equity) / n),
        "fees": sum(F(f) for *_, f in trades), "trades": len(trades),
    }
    return {name: plain(value) for name, value in result.items()}


def benchmark_metrics(run, benchmark):
    """Both are lists of (t, value); rows at times both have."""
    ours, theirs = dict(run), dict(benchmark)
    t = sorted(set(ours) & set(theirs))
    a, b = [F(ours[x]) for x in t], [F(theirs[x]) for x in t]
    years = F(t[-1] - t[0]) / YEAR_MS
    per_year = (len(t) - 1) / years
    growth = [float(x[-1] / x[0]) ** (1 / float(years)) - 1 for x in (a, b)]
    a_r, b_r = bar_returns(a), bar_returns(b)
    active = [x - y for x, y in zip(a_r, b_r)]
    mean_a, mean_b = average(a_r), average(b_r)
    beta = statistics.covariance(b_r, a_r) / statistics.variance(b_r)
    deviation = root(statistics.variance(active))
    up, down = ([(x, y) for x, y in zip(a_r, b_r) if y * sign > 0] for sign in (1, -1))
    result = {
        "benchmarkReturn": b[-1] / b[0] - 1, "benchmarkCagr": growth[1], "excessCagr": growth[0] - growth[1],
        "alpha": (mean_a - F(beta) * mean_b) * per_year, "beta": beta, "correlation": statistics.correlation(a_r, b_r),
        "trackingError": deviation * math.sqrt(per_year), "informationRatio": float(average(active)) / deviation * math.sqrt(per_year), "treynor": mean_a * per_year / F(beta),
        "upCapture": sum(x for x, _ in up) / sum(y for _, y in up), "downCapture": sum(x for x, _ in down) / sum(y for _, y in down),
        "battingAverage": F(sum(x > 0 for x in active), len(active)),
    }
    return {name: plain(value) for name, value in result.items()}


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
    high = [100 + row * 7 % 11 + 0.5 for row in range(30)]
    low = [100 - row * 5 % 13 - 0.25 for row in range(30)]
    return dict(t=t, equity=equity, position=position, trades=trades, cash0=2_500.0, high=high, low=low)


def small_benchmark(t):
    """A row for every second day of the small case and one that it does not have, in 64ths."""
    state, value, rows = 99, 6_400, []
    for stamp in sorted([*t[::2], *t[1::4], t[3] + 1]):
        state = (state * 1_103_515_245 + 12_345) % 2 ** 31
        value += (state >> 8) % 201 - 95
        rows.append((stamp, value / 64))
    return rows


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
    high, low = [float(row["high"]) for row in rows], [float(row["low"]) for row in rows]
    return dict(t=t, equity=equity, position=position, trades=trades, cash0=50_000.0, high=high, low=low), list(zip(t, close))


def main():
    path = sys.argv[1]
    small, (index, closes) = small_case(), index_case(path)
    benchmark = small_benchmark(small["t"])
    print(json.dumps({
        "source": "test/oracle-tools/metrics.py, python " + platform.python_version() + ", fractions and statistics of the standard library",
        "small": {"input": small, "metrics": metrics(**small), "benchmark": benchmark, "benchmarkMetrics": benchmark_metrics(list(zip(small["t"], small["equity"])), benchmark)},
        "index": {
            "file": "vega-datasets/data/sp500-2000.csv", "sha256": hashlib.sha256(open(path, "rb").read()).hexdigest(), "rows": len(index["t"]),
            "rule": index_case.__doc__, "cash0": index["cash0"], "metrics": metrics(**index), "benchmarkMetrics": benchmark_metrics(list(zip(index["t"], index["equity"])), closes),
        },
        "normal": [[z, normal_cdf(z)] for z in (-30, -8, -4, -3, -2.5, -1, -0.001, 0, 0.5, 1.96, 2.999, 3, 3.001, 6)],
    }, indent=1))


main()
