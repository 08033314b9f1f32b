// The five indicators of the streaming set in other libraries: whole columns, and one bar after another.
import { isMissing } from '../install.ts';
import { library } from './peers.ts';
import type { Bars } from './bars.ts';
import { plainAtr, plainBands, plainEma, plainRsi, plainSma } from './plain.ts';

export const SET = ['sma', 'ema', 'rsi', 'atr', 'bbands'] as const;
export type SetName = (typeof SET)[number];
export const PERIODS: Readonly<Record<SetName, number>> = { sma: 20, ema: 20, rsi: 14, atr: 14, bbands: 20 };

/** Runs an indicator over whole columns. */
export type Batch = (bars: Bars) => void;
/** Takes the next bar of one instance: all five indicators of the set. */
export type Stream = (high: number, low: number, close: number) => void;

export interface Other {
  readonly name: string;
  readonly batch: Readonly<Record<SetName, Batch>>;
  /** A fresh instance; left out where a library takes no bars one by one. */
  readonly stream?: () => Stream;
}

interface Tulind {
  readonly version: string;
  readonly indicators: Readonly<Record<string, { indicator(inputs: readonly number[][], options: readonly number[], done: () => void): void }>>;
}

/** tulind takes arrays of numbers, and answers within the call. */
function tulindOf(tulind: Tulind): Other {
  const of = (name: string, options: number[], ...inputs: (keyof Bars)[]): Batch => {
    const arrays = new Map<Bars, number[][]>();
    return (bars) => {
      if (!arrays.has(bars)) arrays.set(bars, inputs.map((input) => Array.from(bars[input])));
      tulind.indicators[name]!.indicator(arrays.get(bars)!, options, () => {});
    };
  };
  const batch = { sma: of('sma', [20], 'close'), ema: of('ema', [20], 'close'), rsi: of('rsi', [14], 'close'), atr: of('atr', [14], 'high', 'low', 'close'), bbands: of('bbands', [20, 2], 'close') };
  return { name: `tulind ${tulind.version} (C)`, batch };
}

interface Updated {
  update(value: unknown, replace: boolean): unknown;
}

type TradingSignals = Readonly<Record<'SMA' | 'EMA' | 'RSI' | 'ATR' | 'BollingerBands', new (period: number, deviations?: number) => Updated>>;

function tradingSignalsOf(signals: TradingSignals): Other {
  const fresh: Record<SetName, () => Updated> = {
    sma: () => new signals.SMA(20),
    ema: () => new signals.EMA(20),
    rsi: () => new signals.RSI(14),
    atr: () => new signals.ATR(14),
    bbands: () => new signals.BollingerBands(20, 2),
  };
  const over = (name: SetName): Batch => ({ high, low, close }) => {
    const indicator = fresh[name]();
    if (name === 'atr') for (let row = 0; row < close.length; row++) indicator.update({ high: high[row], low: low[row], close: close[row] }, false);
    else for (let row = 0; row < close.length; row++) indicator.update(close[row], false);
  };
  return {
    name: 'trading-signals',
    batch: { sma: over('sma'), ema: over('ema'), rsi: over('rsi'), atr: over('atr'), bbands: over('bbands') },
    stream: () => {
      const [sma, ema, rsi, atr, bands] = SET.map((name) => fresh[name]()) as [Updated, Updated, Updated, Updated, Updated];
      return (high, low, close) => {
        sma.update(close, false);
        ema.update(close, false);
        rsi.update(close, false);
        atr.update({ high, low, close }, false);
        bands.update(close, false);
      };
    },
  };
}

interface Next {
  nextValue(value: unknown): unknown;
}

type TechnicalIndicators = Readonly<Record<'SMA' | 'EMA' | 'RSI' | 'ATR' | 'BollingerBands', new (input: object) => Next>>;

function technicalIndicatorsOf(module: TechnicalIndicators): Other {
  const fresh: Record<SetName, () => Next> = {
    sma: () => new module.SMA({ period: 20, values: [] }),
    ema: () => new module.EMA({ period: 20, values: [] }),
    rsi: () => new module.RSI({ period: 14, values: [] }),
    atr: () => new module.ATR({ period: 14, high: [], low: [], close: [] }),
    bbands: () => new module.BollingerBands({ period: 20, stdDev: 2, values: [] }),
  };
  const over = (name: SetName): Batch => ({ high, low, close }) => {
    const indicator = fresh[name]();
    if (name === 'atr') for (let row = 0; row < close.length; row++) indicator.nextValue({ high: high[row], low: low[row], close: close[row] });
    else for (let row = 0; row < close.length; row++) indicator.nextValue(close[row]);
  };
  return {
    name: 'technicalindicators',
    batch: { sma: over('sma'), ema: over('ema'), rsi: over('rsi'), atr: over('atr'), bbands: over('bbands') },
    stream: () => {
      const [sma, ema, rsi, atr, bands] = SET.map((name) => fresh[name]()) as [Next, Next, Next, Next, Next];
      return (high, low, close) => {
        sma.nextValue(close);
        ema.nextValue(close);
        rsi.nextValue(close);
        atr.nextValue({ high, low, close });
        bands.nextValue(close);
      };
    },
  };
}

function plain(): Other {
  const columns = new Map<number, Float64Array>();
  const over = (work: (bars: Bars, out: Float64Array, period: number) => void, period: number): Batch => (bars) => {
    if (!columns.has(bars.close.length)) columns.set(bars.close.length, new Float64Array(bars.close.length));
    work(bars, columns.get(bars.close.length)!, period);
  };
  return { name: 'plain JavaScript', batch: { sma: over(plainSma, 20), ema: over(plainEma, 20), rsi: over(plainRsi, 14), atr: over(plainAtr, 14), bbands: over(plainBands, 20) } };
}

/** All that can be had, and why the others cannot. */
export async function others(): Promise<{ found: readonly Other[]; missing: readonly string[] }> {
  const found: Other[] = [plain()];
  const missing: string[] = [];
  for (const [name, face] of [
    ['tulind', (module) => tulindOf(module as Tulind)],
    ['trading-signals', (module) => tradingSignalsOf(module as TradingSignals)],
    ['technicalindicators', (module) => technicalIndicatorsOf(module as TechnicalIndicators)],
  ] as const satisfies readonly (readonly [string, (module: object) => Other])[]) {
    const module = await library(name);
    if (isMissing(module)) missing.push(`${name} is not timed: ${module.missing}`);
    else found.push(face(module));
  }
  return { found, missing };
}
