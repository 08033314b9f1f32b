// Everything a strategy author imports: `import { Strategy, StreamInput, sma } from 'qmtl'`.
export type { BarField } from '#domain/bar.ts';
export { Fault } from '#domain/fault.ts';
export type { NodeID, NodeSpec } from '#domain/node-spec.ts';
export type { AccountTerms, StrategySpec } from '#domain/strategy-spec.ts';
export {
  Account, account, type AccountOptions, fixedSlippage, type InstrumentView, leanFactors, makerTakerFee, type OrderOptions, type Orders, type OrderView, percentFee, perShareFee,
  spreadSlippage, squareRootImpact, tieredFee, type Traded, volumeShareSlippage,
} from './account.ts';
export type { AccountConventions, CorporateAction } from '#domain/account-terms.ts';
export type { OrderEvent, Trade } from '#domain/order.ts';
export type { Built } from './assemble.ts';
export { rankAcross, zscoreAcross } from './cross-section.ts';
export { Node, type NodeDeclaration } from './custom.ts';
export { kernel } from './indicator.ts';
export * from './candles.ts';
export * from './indicators.ts';
export { Bars, type ResampleSettings } from './bars.ts';
export { type KeyedOutputs, type KeyedSettings, type Operand, Output, type SessionOutputs, type WindowOutputs, type WindowSettings } from './operators.ts';
export type { StrategyParams } from './params.ts';
export { Strategy, type StrategyDeclaration } from './strategy.ts';
export { type StreamConfig, StreamInput } from './stream-input.ts';
export { type TagQuery, TagQueryNode } from './tag-query.ts';
export { barsOfTrades, type TradeColumns } from './trades.ts';
export { type WasmDeclaration, WasmKernel, wasmKernel } from './wasm-kernel.ts';
export { HttpVenue } from '#broker/http-venue.ts';
export { pathBars } from '#broker/path.ts';
export type { ClientOrderId, Filled, Venue, VenueReport } from '#broker/venue.ts';
export type { Dealt } from '#actors/dealer.ts';
export type { LiveStanding } from '#actors/live-ledger.ts';
export type { BacktestOptions, BacktestResult, BarData } from './backtest.ts';
export { type AccountEvent, type ClusterAddress, ClusterRun, type NodeValue } from './cluster-run.ts';
export type { ClusterForming } from './cluster-forming.ts';
export type { Forming, FormingBar, Provisional } from './forming.ts';
export { type ClusterOptions, LIVE_CONFIRMATION, type LiveOptions, type LiveRun, Runner } from './runner.ts';
export { choice, type Dimension, int, type Point, real, type Space } from '#search/space.ts';
export type { FigureName, Search, SweepOptions, SweepResult, SweepRow, TrialFigures } from './sweep.ts';
export type { WalkForward } from '#search/folds.ts';
export type { WalkForwardResult, WalkForwardWindow } from './validate.ts';
