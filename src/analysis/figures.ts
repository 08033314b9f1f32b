// How each metric is shown: its name, group, unit and what to say about it. Report and summary read these tables.
import type { BenchmarkMetrics } from './benchmark.ts';
import type { FigureUnit } from './format.ts';
import type { Metrics } from './metrics.ts';

export const FIGURE_GROUPS = ['Return', 'Risk', 'Tails', 'Periods', 'Trades', 'Long and short', 'Activity'] as const;

export interface Figure<Key extends string = keyof Metrics> {
  readonly key: Key;
  readonly group: (typeof FIGURE_GROUPS)[number] | 'Against buy and hold';
  readonly label: string;
  readonly unit: FigureUnit;
  readonly hint: string;
  /** True where the sign is good or bad news. */
  readonly signed?: true;
  /** True for those people look at first: all of the summary, and what the report shows before it is asked for more. */
  readonly isMain?: true;
}

export const FIGURES: readonly Figure[] = [
  { key: 'totalReturn', group: 'Return', label: 'Total return', unit: 'percent', hint: 'last equity against opening cash', signed: true, isMain: true },
  { key: 'cagr', group: 'Return', label: 'CAGR', unit: 'percent', hint: 'compound growth per year of 365.25 days', signed: true, isMain: true },
  { key: 'sharpe', group: 'Return', label: 'Sharpe', unit: 'number', hint: 'mean / deviation of bar returns, annualised, risk-free rate 0', signed: true, isMain: true },
  { key: 'sortino', group: 'Return', label: 'Sortino', unit: 'number', hint: 'mean / downside deviation of bar returns, annualised', signed: true, isMain: true },
  { key: 'calmar', group: 'Return', label: 'Calmar', unit: 'number', hint: 'CAGR / largest drawdown', signed: true, isMain: true },
  { key: 'omega', group: 'Return', label: 'Omega', unit: 'number', hint: 'gains / losses of bar returns, threshold 0', isMain: true },
  { key: 'sharpeStandardError', group: 'Return', label: 'Sharpe error', unit: 'number', hint: 'standard error of the Sharpe ratio, for independent returns' },
  { key: 'probabilisticSharpe', group: 'Return', label: 'Probabilistic Sharpe', unit: 'percent', hint: 'probability that the true Sharpe ratio is above 0' },
  { key: 'martin', group: 'Return', label: 'Martin', unit: 'number', hint: 'CAGR / ulcer index', signed: true },
  { key: 'burke', group: 'Return', label: 'Burke', unit: 'number', hint: 'CAGR / root of the squared drawdowns added up', signed: true },
  { key: 'sterling', group: 'Return', label: 'Sterling', unit: 'number', hint: 'CAGR / average drawdown', signed: true },
  { key: 'recoveryFactor', group: 'Return', label: 'Recovery factor', unit: 'number', hint: 'money gained / largest drawdown in cash', signed: true },
  { key: 'upsidePotential', group: 'Return', label: 'Upside potential', unit: 'number', hint: 'mean gain / downside deviation of bar returns' },
  { key: 'cagrPerExposure', group: 'Return', label: 'CAGR per exposure', unit: 'percent', hint: 'CAGR / share of bars in the market', signed: true },
  { key: 'stability', group: 'Return', label: 'Stability', unit: 'number', hint: 'R² of the logarithm of daily equity on time' },
  { key: 'volatility', group: 'Risk', label: 'Volatility', unit: 'percent', hint: 'deviation of bar returns, annualised', isMain: true },
  { key: 'maxDrawdownRatio', group: 'Risk', label: 'Max drawdown', unit: 'percent', hint: 'largest fall below an earlier peak', isMain: true },
  { key: 'maxDrawdownMs', group: 'Risk', label: 'Longest drawdown', unit: 'duration', hint: 'longest time below a peak', isMain: true },
  { key: 'ulcerIndex', group: 'Risk', label: 'Ulcer index', unit: 'percent', hint: 'root mean square of the drawdown', isMain: true },
  { key: 'downsideDeviation', group: 'Risk', label: 'Downside deviation', unit: 'percent', hint: 'root of the mean squared negative bar return, annualised' },
  { key: 'maxDrawdown', group: 'Risk', label: 'Max drawdown in cash', unit: 'cash', hint: 'largest fall below an earlier peak, in money' },
  { key: 'drawdowns', group: 'Risk', label: 'Drawdowns', unit: 'count', hint: 'times the equity left a peak' },
  { key: 'averageDrawdownRatio', group: 'Risk', label: 'Average drawdown', unit: 'percent', hint: 'mean of the depths of all drawdowns' },
  { key: 'averageDrawdownMs', group: 'Risk', label: 'Average length', unit: 'duration', hint: 'mean time from a peak until it is reached again' },
  { key: 'underWaterRatio', group: 'Risk', label: 'Under water', unit: 'percent', hint: 'share of bars below a peak' },
  { key: 'valueAtRisk95', group: 'Tails', label: 'VaR 95 %', unit: 'percent', hint: 'loss per bar not exceeded in 95 % of bars', isMain: true },
  { key: 'conditionalValueAtRisk95', group: 'Tails', label: 'CVaR 95 %', unit: 'percent', hint: 'mean loss of the worst 5 % of bars', isMain: true },
  { key: 'tailRatio', group: 'Tails', label: 'Tail ratio', unit: 'number', hint: '95 % quantile / 5 % quantile of bar returns, unsigned', isMain: true },
  { key: 'skew', group: 'Tails', label: 'Skew', unit: 'number', hint: 'of bar returns, bias corrected', isMain: true },
  { key: 'kurtosis', group: 'Tails', label: 'Excess kurtosis', unit: 'number', hint: 'of bar returns, bias corrected; 0 for a normal distribution', isMain: true },
  { key: 'valueAtRisk99', group: 'Tails', label: 'VaR 99 %', unit: 'percent', hint: 'loss per bar not exceeded in 99 % of bars' },
  { key: 'conditionalValueAtRisk99', group: 'Tails', label: 'CVaR 99 %', unit: 'percent', hint: 'mean loss of the worst 1 % of bars' },
  { key: 'commonSense', group: 'Tails', label: 'Common sense', unit: 'number', hint: 'omega × tail ratio; below 1 the tails eat what the middle earns' },
  { key: 'bestDay', group: 'Periods', label: 'Best day', unit: 'percent', hint: 'largest return of a UTC day', signed: true },
  { key: 'worstDay', group: 'Periods', label: 'Worst day', unit: 'percent', hint: 'smallest return of a UTC day', signed: true },
  { key: 'bestMonth', group: 'Periods', label: 'Best month', unit: 'percent', hint: 'largest return of a UTC month', signed: true },
  { key: 'worstMonth', group: 'Periods', label: 'Worst month', unit: 'percent', hint: 'smallest return of a UTC month', signed: true },
  { key: 'bestYear', group: 'Periods', label: 'Best year', unit: 'percent', hint: 'largest return of a UTC year, begun ones included', signed: true },
  { key: 'worstYear', group: 'Periods', label: 'Worst year', unit: 'percent', hint: 'smallest return of a UTC year, begun ones included', signed: true },
  { key: 'positiveBarRatio', group: 'Periods', label: 'Positive bars', unit: 'percent', hint: 'share of bars with a return above 0' },
  { key: 'positiveDayRatio', group: 'Periods', label: 'Positive days', unit: 'percent', hint: 'share of UTC days with a return above 0' },
  { key: 'positiveMonthRatio', group: 'Periods', label: 'Positive months', unit: 'percent', hint: 'share of UTC months with a return above 0' },
  { key: 'gainToPain', group: 'Periods', label: 'Gain to pain', unit: 'number', hint: 'sum of monthly returns / sum of the negative ones', signed: true },
  { key: 'roundTrips', group: 'Trades', label: 'Round trips', unit: 'count', hint: 'from flat to flat', isMain: true },
  { key: 'hitRatio', group: 'Trades', label: 'Hit ratio', unit: 'percent', hint: 'share of round trips that made money after fees', isMain: true },
  { key: 'profitFactor', group: 'Trades', label: 'Profit factor', unit: 'number', hint: 'money won / money lost', isMain: true },
  { key: 'payoffRatio', group: 'Trades', label: 'Payoff ratio', unit: 'number', hint: 'mean win / mean loss', isMain: true },
  { key: 'expectancy', group: 'Trades', label: 'Expectancy', unit: 'cash', hint: 'mean profit of a round trip after fees', signed: true, isMain: true },
  { key: 'expectancyRatio', group: 'Trades', label: 'Expectancy ratio', unit: 'number', hint: 'expectancy / average loss', signed: true },
  { key: 'systemQuality', group: 'Trades', label: 'System quality', unit: 'number', hint: '√n × mean / deviation of the profits of round trips', signed: true },
  { key: 'kelly', group: 'Trades', label: 'Kelly fraction', unit: 'percent', hint: 'share of the account to risk, from hit and payoff ratio', signed: true },
  { key: 'averageWin', group: 'Trades', label: 'Average win', unit: 'cash', hint: 'mean profit of winning round trips' },
  { key: 'averageLoss', group: 'Trades', label: 'Average loss', unit: 'cash', hint: 'mean loss of losing round trips' },
  { key: 'largestWin', group: 'Trades', label: 'Largest win', unit: 'cash', hint: 'of one round trip' },
  { key: 'largestLoss', group: 'Trades', label: 'Largest loss', unit: 'cash', hint: 'of one round trip' },
  { key: 'winsInRowMax', group: 'Trades', label: 'Wins in a row', unit: 'count', hint: 'longest run of winning round trips' },
  { key: 'lossesInRowMax', group: 'Trades', label: 'Losses in a row', unit: 'count', hint: 'longest run of losing round trips' },
  { key: 'adverseExcursion', group: 'Trades', label: 'Adverse excursion', unit: 'cash', hint: 'mean of the largest loss on the way through a round trip' },
  { key: 'favourableExcursion', group: 'Trades', label: 'Favourable excursion', unit: 'cash', hint: 'mean of the largest profit on the way through a round trip' },
  { key: 'longTrips', group: 'Long and short', label: 'Long round trips', unit: 'count', hint: 'that began with a purchase' },
  { key: 'longProfit', group: 'Long and short', label: 'Long profit', unit: 'cash', hint: 'sum of their profits after fees', signed: true },
  { key: 'longHitRatio', group: 'Long and short', label: 'Long hit ratio', unit: 'percent', hint: 'share of them that made money' },
  { key: 'shortTrips', group: 'Long and short', label: 'Short round trips', unit: 'count', hint: 'that began with a sale' },
  { key: 'shortProfit', group: 'Long and short', label: 'Short profit', unit: 'cash', hint: 'sum of their profits after fees', signed: true },
  { key: 'shortHitRatio', group: 'Long and short', label: 'Short hit ratio', unit: 'percent', hint: 'share of them that made money' },
  { key: 'trades', group: 'Activity', label: 'Trades', unit: 'count', hint: 'fills', isMain: true },
  { key: 'fees', group: 'Activity', label: 'Fees', unit: 'cash', hint: 'sum of all fees', isMain: true },
  { key: 'exposureRatio', group: 'Activity', label: 'Exposure', unit: 'percent', hint: 'share of bars that end with a position', isMain: true },
  { key: 'turnover', group: 'Activity', label: 'Turnover', unit: 'number', hint: 'value traded per year / mean equity, both sides', isMain: true },
  { key: 'holdingMs', group: 'Activity', label: 'Holding time', unit: 'duration', hint: 'mean from first to last fill of a round trip', isMain: true },
  { key: 'feeRatio', group: 'Activity', label: 'Fees of gross profit', unit: 'percent', hint: 'fees / what winning round trips made before fees' },
  { key: 'holdingMsMin', group: 'Activity', label: 'Shortest holding', unit: 'duration', hint: 'from first to last fill of a round trip' },
  { key: 'holdingMsMax', group: 'Activity', label: 'Longest holding', unit: 'duration', hint: 'from first to last fill of a round trip' },
];

/** A run against the instrument it traded, bought at the first close and held. */
export const HOLDING_FIGURES: readonly Figure<keyof BenchmarkMetrics>[] = [
  { key: 'benchmarkReturn', group: 'Against buy and hold', label: 'Its return', unit: 'percent', hint: 'last close against the first', signed: true },
  { key: 'benchmarkCagr', group: 'Against buy and hold', label: 'Its CAGR', unit: 'percent', hint: 'compound growth per year of 365.25 days', signed: true },
  { key: 'excessCagr', group: 'Against buy and hold', label: 'Excess CAGR', unit: 'percent', hint: 'CAGR of the run − its CAGR', signed: true },
  { key: 'alpha', group: 'Against buy and hold', label: 'Alpha', unit: 'percent', hint: 'mean bar return beyond beta times its own, annualised', signed: true },
  { key: 'beta', group: 'Against buy and hold', label: 'Beta', unit: 'number', hint: 'slope of bar returns on its bar returns' },
  { key: 'correlation', group: 'Against buy and hold', label: 'Correlation', unit: 'number', hint: 'of bar returns with its bar returns' },
  { key: 'informationRatio', group: 'Against buy and hold', label: 'Information ratio', unit: 'number', hint: 'mean / deviation of the difference of bar returns, annualised', signed: true },
  { key: 'trackingError', group: 'Against buy and hold', label: 'Tracking error', unit: 'percent', hint: 'deviation of the difference of bar returns, annualised' },
  { key: 'treynor', group: 'Against buy and hold', label: 'Treynor', unit: 'percent', hint: 'mean bar return / beta, annualised', signed: true },
  { key: 'upCapture', group: 'Against buy and hold', label: 'Up capture', unit: 'percent', hint: 'share of its gains had in the bars it rose' },
  { key: 'downCapture', group: 'Against buy and hold', label: 'Down capture', unit: 'percent', hint: 'share of its losses had in the bars it fell' },
  { key: 'battingAverage', group: 'Against buy and hold', label: 'Batting average', unit: 'percent', hint: 'share of bars better than its own' },
];

/** What a figure is told in, by the name a search gives it; money for what is no metric. */
export function unitOf(name: string): FigureUnit {
  return FIGURES.find(({ key }) => key === name)?.unit ?? 'cash';
}
