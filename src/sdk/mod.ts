// Everything a strategy author imports: `import { Strategy, StreamInput, sma } from 'qmtl'`.
export type { BarField } from '#domain/bar.ts';
export { Fault } from '#domain/fault.ts';
export type { NodeID, NodeSpec } from '#domain/node-spec.ts';
export type { AccountTerms, StrategySpec } from '#domain/strategy-spec.ts';
export type { Built } from './assemble.ts';
export { Node, type NodeDeclaration } from './custom.ts';
export {
  ad, adosc, adx, adxr, ao, apo, aroon, aroonosc, atr, avgprice, bandwidth, bbands, beta, bop, cci, chop, cmf, cmo, correl, crossover,
  dema, donchian, dpo, dx, ema, emv, force, hma, ichimoku, kama, keltner, latch, linearreg, linearregangle, linearregintercept,
  linearregslope, macd, max, medprice, mfi, midpoint, midprice, min, minusdi, mom, natr, nvi, obv, percentb, plusdi, ppo, psar, pvi, pvt,
  r2, rma, roc, rocp, rocr, rsi, sma, stddev, stoch, stochf, stochrsi, supertrend, t3, tema, tr, trima, trix, tsf, tsi, typprice, ultosc,
  variance, vortex, vwap, vwapr, vwma, wclprice, willr, wma, zlema, zscore, var,
} from './indicators.ts';
export { type Operand, Output } from './operators.ts';
export type { StrategyParams } from './params.ts';
export { Strategy, type StrategyDeclaration } from './strategy.ts';
export { type StreamConfig, StreamInput } from './stream-input.ts';
export { type TagQuery, TagQueryNode } from './tag-query.ts';
export type { Broker, ClientOrderId } from '#broker/broker.ts';
export type { BacktestOptions, BacktestResult, BarData } from './backtest.ts';
export { type AccountEvent, type ClusterAddress, ClusterRun, type NodeValue } from './cluster-run.ts';
export { type ClusterOptions, LIVE_CONFIRMATION, type LiveOptions, type LiveRun, Runner } from './runner.ts';
