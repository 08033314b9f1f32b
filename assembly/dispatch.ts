// The table of kernels: op → bytes of state, initial state, run. The numbers are those of `src/kernels/catalog.ts` and are never reused.
import { atrBytes, atrInit, atrRun } from './kernel/atr';
import { bbandsBytes, bbandsInit, bbandsRun } from './kernel/bbands';
import { crossoverBytes, crossoverInit, crossoverRun } from './kernel/crossover';
import { emaBytes, emaInit, emaRun } from './kernel/ema';
import { latchBytes, latchInit, latchRun } from './kernel/latch';
import { macdBytes, macdInit, macdRun } from './kernel/macd';
import { maxBytes, maxInit, maxRun } from './kernel/max';
import { minBytes, minInit, minRun } from './kernel/min';
import { rsiBytes, rsiInit, rsiRun } from './kernel/rsi';
import { smaBytes, smaInit, smaRun } from './kernel/sma';
import { stddevBytes, stddevInit, stddevRun } from './kernel/stddev';
import { wmaBytes, wmaInit, wmaRun } from './kernel/wma';
import * as rowwise from './kernel/rowwise';
import { header } from './state';

const SMA: i32 = 1;
const WMA: i32 = 2;
const EMA: i32 = 3;
const STDDEV: i32 = 4;
const BBANDS: i32 = 5;
const RSI: i32 = 6;
const MACD: i32 = 7;
const ATR: i32 = 8;
const MIN: i32 = 9;
const MAX: i32 = 10;
const CROSSOVER: i32 = 11;
const LATCH: i32 = 12;

/** Bytes of a state block; `params` are doubles in the order of the catalogue. 0 for an unknown op. */
export function kernel_state_bytes(op: i32, params: usize): usize {
  switch (op) {
    case SMA: return smaBytes(params);
    case WMA: return wmaBytes(params);
    case EMA: return emaBytes();
    case STDDEV: return stddevBytes(params);
    case BBANDS: return bbandsBytes(params);
    case RSI: return rsiBytes();
    case MACD: return macdBytes();
    case ATR: return atrBytes();
    case MIN: return minBytes(params);
    case MAX: return maxBytes(params);
    case CROSSOVER: return crossoverBytes();
    case LATCH: return latchBytes();
    default: return op >= rowwise.ADD && op <= rowwise.ABS ? rowwise.rowwiseBytes() : 0;
  }
}

/** Writes the state of a kernel that has seen no rows. */
export function kernel_init(op: i32, params: usize, state: usize): void {
  header(state, op, kernel_state_bytes(op, params));
  switch (op) {
    case SMA: return smaInit(state, params);
    case WMA: return wmaInit(state, params);
    case EMA: return emaInit(state, params);
    case STDDEV: return stddevInit(state, params);
    case BBANDS: return bbandsInit(state, params);
    case RSI: return rsiInit(state, params);
    case MACD: return macdInit(state, params);
    case ATR: return atrInit(state, params);
    case MIN: return minInit(state, params);
    case MAX: return maxInit(state, params);
    case CROSSOVER: return crossoverInit(state, params);
    case LATCH: return latchInit(state, params);
    default: return rowwise.rowwiseInit(state, params);
  }
}

/** Runs a kernel over `n` new rows. */
// @ts-ignore: decorator
@inline
export function run(op: i32, state: usize, inputs: usize, outputs: usize, n: i32): void {
  switch (op) {
    case SMA: return smaRun(state, inputs, outputs, n);
    case WMA: return wmaRun(state, inputs, outputs, n);
    case EMA: return emaRun(state, inputs, outputs, n);
    case STDDEV: return stddevRun(state, inputs, outputs, n);
    case BBANDS: return bbandsRun(state, inputs, outputs, n);
    case RSI: return rsiRun(state, inputs, outputs, n);
    case MACD: return macdRun(state, inputs, outputs, n);
    case ATR: return atrRun(state, inputs, outputs, n);
    case MIN: return minRun(state, inputs, outputs, n);
    case MAX: return maxRun(state, inputs, outputs, n);
    case CROSSOVER: return crossoverRun(state, inputs, outputs, n);
    case LATCH: return latchRun(state, inputs, outputs, n);
    default: return rowwise.rowwiseRun(op, inputs, outputs, n);
  }
}
