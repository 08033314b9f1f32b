// For every kernel of the catalogue: the parameters its tests run with. A kernel without a row here fails `every kernel has cases`.
import type { Params } from '#domain/node-spec.ts';
import type { KernelName } from '#kernels/catalog.ts';

const PERIODS: readonly Params[] = [1, 2, 5, 14, 20, 64, 300].map((period) => ({ period }));
const OPERANDS: readonly Params[] = [{}, { b: 100 }, { b: 0 }, { b: -0.5 }];
const NO_PARAMS: readonly Params[] = [{}];

export const CASES: Readonly<Record<KernelName, readonly Params[]>> = {
  sma: PERIODS,
  wma: PERIODS,
  ema: PERIODS,
  stddev: PERIODS,
  min: PERIODS,
  max: PERIODS,
  rsi: PERIODS,
  atr: PERIODS,
  bbands: [...PERIODS, { period: 20, multUp: 1, multDown: 3 }, { period: 5, multUp: 0, multDown: 2.5 }],
  macd: [{}, { fast: 3, slow: 7, signal: 2 }, { fast: 26, slow: 12, signal: 9 }, { fast: 1, slow: 1, signal: 1 }, { fast: 5, slow: 5, signal: 40 }],
  crossover: NO_PARAMS,
  latch: NO_PARAMS,
  add: OPERANDS,
  sub: OPERANDS,
  mul: OPERANDS,
  div: OPERANDS,
  gt: OPERANDS,
  gte: OPERANDS,
  lt: OPERANDS,
  lte: OPERANDS,
  eq: OPERANDS,
  and: OPERANDS,
  or: OPERANDS,
  not: NO_PARAMS,
  neg: NO_PARAMS,
  abs: NO_PARAMS,
};
