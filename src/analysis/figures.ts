// How each metric is shown: its name, group, unit and what to say about it. Report and summary read this one table.
import type { FigureUnit } from './format.ts';
import type { Metrics } from './metrics.ts';

export const FIGURE_GROUPS = ['Return', 'Risk', 'Tails', 'Trades', 'Activity'] as const;

export interface Figure {
  readonly key: keyof Metrics;
  readonly group: (typeof FIGURE_GROUPS)[number];
  readonly label: string;
  readonly unit: FigureUnit;
  readonly hint: string;
  /** True where the sign is good or bad news. */
  readonly signed?: true;
}

export const FIGURES: readonly Figure[] = [
  { key: 'totalReturn', group: 'Return', label: 'Total return', unit: 'percent', hint: 'last equity against opening cash', signed: true },
  { key: 'cagr', group: 'Return', label: 'CAGR', unit: 'percent', hint: 'compound growth per year of 365.25 days', signed: true },
  { key: 'sharpe', group: 'Return', label: 'Sharpe', unit: 'number', hint: 'mean / deviation of bar returns, annualised, risk-free rate 0', signed: true },
  { key: 'sortino', group: 'Return', label: 'Sortino', unit: 'number', hint: 'mean / downside deviation of bar returns, annualised', signed: true },
  { key: 'calmar', group: 'Return', label: 'Calmar', unit: 'number', hint: 'CAGR / largest drawdown', signed: true },
  { key: 'omega', group: 'Return', label: 'Omega', unit: 'number', hint: 'gains / losses of bar returns, threshold 0' },
  { key: 'volatility', group: 'Risk', label: 'Volatility', unit: 'percent', hint: 'deviation of bar returns, annualised' },
  { key: 'maxDrawdownRatio', group: 'Risk', label: 'Max drawdown', unit: 'percent', hint: 'largest fall below an earlier peak' },
  { key: 'maxDrawdownMs', group: 'Risk', label: 'Longest drawdown', unit: 'duration', hint: 'longest time below a peak' },
  { key: 'ulcerIndex', group: 'Risk', label: 'Ulcer index', unit: 'percent', hint: 'root mean square of the drawdown' },
  { key: 'valueAtRisk95', group: 'Tails', label: 'VaR 95 %', unit: 'percent', hint: 'loss per bar not exceeded in 95 % of bars' },
  { key: 'conditionalValueAtRisk95', group: 'Tails', label: 'CVaR 95 %', unit: 'percent', hint: 'mean loss of the worst 5 % of bars' },
  { key: 'tailRatio', group: 'Tails', label: 'Tail ratio', unit: 'number', hint: '95 % quantile / 5 % quantile of bar returns, unsigned' },
  { key: 'skew', group: 'Tails', label: 'Skew', unit: 'number', hint: 'of bar returns, bias corrected' },
  { key: 'kurtosis', group: 'Tails', label: 'Excess kurtosis', unit: 'number', hint: 'of bar returns, bias corrected; 0 for a normal distribution' },
  { key: 'roundTrips', group: 'Trades', label: 'Round trips', unit: 'count', hint: 'from flat to flat' },
  { key: 'hitRatio', group: 'Trades', label: 'Hit ratio', unit: 'percent', hint: 'share of round trips that made money after fees' },
  { key: 'profitFactor', group: 'Trades', label: 'Profit factor', unit: 'number', hint: 'money won / money lost' },
  { key: 'payoffRatio', group: 'Trades', label: 'Payoff ratio', unit: 'number', hint: 'mean win / mean loss' },
  { key: 'expectancy', group: 'Trades', label: 'Expectancy', unit: 'cash', hint: 'mean profit of a round trip after fees', signed: true },
  { key: 'trades', group: 'Activity', label: 'Trades', unit: 'count', hint: 'fills' },
  { key: 'fees', group: 'Activity', label: 'Fees', unit: 'cash', hint: 'sum of all fees' },
  { key: 'exposureRatio', group: 'Activity', label: 'Exposure', unit: 'percent', hint: 'share of bars that end with a position' },
  { key: 'turnover', group: 'Activity', label: 'Turnover', unit: 'number', hint: 'value traded per year / mean equity, both sides' },
  { key: 'holdingMs', group: 'Activity', label: 'Holding time', unit: 'duration', hint: 'mean from first to last fill of a round trip' },
];
