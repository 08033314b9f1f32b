// Backtest libraries from npm, told the crossover job: next open, one unit, 0.1 % a side. They are installed by the first run, in a folder of their own.
// They run in a process of their own: they leave so much behind in one that what is measured after them takes up to three times as long.
//
//   grademark 0.3.0             entry and exit rules at the next open; it books no account and knows no fee, so it gives trades
//   @backtest/framework 1.1.18  one booked account in floats, with a percent fee; its orders fill at the close or at a price that is named, so the
//                               strategy names the next candle's open. It keeps candles in SQLite through Prisma; here they come out of memory,
//                               in its favour. Its fee is taken out of what is bought, so its equity is not ours; its trades are.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { BarColumns } from '#domain/bar.ts';
import { install, isMissing, type Missing, orMissing } from '../install.ts';
import { type Contender, pairedRounds, type Times } from '../measure.ts';
import { barsOf } from './bars.ts';

const DIRECTORY = join(import.meta.dirname, 'rivals');
const load = createRequire(join(DIRECTORY, 'package.json'));
const BAR_MS = 60_000;

/** They take seconds a round. */
const ROUNDS = 2;

export interface RivalJob {
  readonly rows: number;
  readonly fast: number;
  readonly slow: number;
}

/** Milliseconds of each round, and what came of the last; or why a library is not there. */
export type RivalAnswer = { readonly name: string } & (Missing | { readonly times: Times; readonly told: string });

interface Rival extends Contender {
  /** What came of the last run. */
  readonly told: () => string;
}

/** 1 on the row the fast average rises above the slow one, −1 where it falls below. */
function crossings(close: Float64Array, fast: number, slow: number): Int8Array {
  const signals = new Int8Array(close.length);
  let [fastSum, slowSum, previous] = [0, 0, Number.NaN];
  for (let row = 0; row < close.length; row++) {
    fastSum += close[row]! - (row >= fast ? close[row - fast]! : 0);
    slowSum += close[row]! - (row >= slow ? close[row - slow]! : 0);
    if (row < slow - 1) continue;
    const difference = fastSum / fast - slowSum / slow;
    if (difference > 0 && previous <= 0) signals[row] = 1;
    else if (difference < 0 && previous >= 0) signals[row] = -1;
    previous = difference;
  }
  return signals;
}

interface GrademarkTools {
  readonly backtest: (rules: object, bars: unknown) => readonly unknown[];
  readonly DataFrame: new (columns: { readonly index: readonly number[]; readonly values: readonly object[] }) => unknown;
}

function grademark(bars: BarColumns, fast: number, slow: number): Rival {
  const { backtest, DataFrame } = { ...(load('grademark') as Pick<GrademarkTools, 'backtest'>), ...(load('data-forge') as Pick<GrademarkTools, 'DataFrame'>) };
  const [t, open, high, low, close, volume] = bars as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const signals = crossings(close, fast, slow);
  const values = Array.from(t, (time, row) => ({ time: new Date(time), open: open[row]!, high: high[row]!, low: low[row]!, close: close[row]!, volume: volume[row]!, signal: signals[row]! }));
  const series = new DataFrame({ index: [...values.keys()], values });
  const rules = {
    entryRule: (enter: () => void, { bar }: { bar: { signal: number } }) => { if (bar.signal === 1) enter(); },
    exitRule: (exit: () => void, { bar }: { bar: { signal: number } }) => { if (bar.signal === -1) exit(); },
  };
  let trips = 0;
  return { name: 'grademark 0.3.0: trades only, no account', run: () => void (trips = backtest(rules, series).length), told: () => `${trips} round trips` };
}

interface FrameworkResult {
  readonly allOrders: readonly { readonly type: 'buy' | 'sell' }[];
  readonly allWorths: readonly { readonly close: number }[];
}

function backtestFramework(bars: BarColumns, fast: number, slow: number): Rival {
  const [t, open, high, low, close, volume] = bars as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const candles = Array.from(t, (time, row) => ({
    openTime: BigInt(time), open: open[row]!, high: high[row]!, low: low[row]!, close: close[row]!, volume: volume[row]!, closeTime: BigInt(time + BAR_MS - 1), assetVolume: 0, numberOfTrades: 0,
  }));
  const times = { startTime: candles[0]!.closeTime, endTime: candles.at(-1)!.closeTime, creationTime: 0n, lastUpdatedTime: 0n };
  const metaCandle = { name: 'bars', symbol: 'ABC', interval: '1m', base: 'ABC', quote: 'USD', importedFromCSV: true, ...times };
  const strategy = { name: 'crossover', params: '["fast","slow"]', dynamicParams: false, creationTime: 0n, lastRunTime: 0n };
  replacePrisma({
    metaCandle: { findMany: async ({ include }: { include?: object } = {}) => [include ? { ...metaCandle, candles } : metaCandle] },
    strategy: { findMany: async () => [strategy], findUnique: async () => strategy, update: async () => strategy },
  });
  const { runStrategy } = load('@backtest/framework') as { runStrategy: (options: object) => Promise<FrameworkResult> };
  const options = { strategyName: 'crossover', historicalData: ['bars'], startingAmount: 100_000, percentFee: 0.1, params: { fast, slow }, rootPath: DIRECTORY };
  let result: FrameworkResult | undefined;
  return {
    name: '@backtest/framework 1.1.18: an account in floats',
    run: async () => void (result = await runStrategy(options)),
    told: () => `${result!.allOrders.filter(({ type }) => type === 'sell').length} round trips, worth ${result!.allWorths.at(-1)!.close.toFixed(2)}: its fee is part of what is bought`,
  };
}

/** Puts tables in memory where the framework would open its database. */
function replacePrisma(tables: object): void {
  const path = load.resolve('@prisma/client');
  class PrismaClient {
    constructor() {
      Object.assign(this, tables);
    }
  }
  load.cache[path] = Object.assign(Object.create(null) as NodeJS.Module, { id: path, filename: path, loaded: true, exports: { PrismaClient } });
}

async function answers({ rows, fast, slow }: RivalJob): Promise<RivalAnswer[]> {
  const bars = barsOf(rows);
  const installed = await orMissing(async () => {
    // Prisma's engine, which is all that a script would fetch, is not used.
    await install(DIRECTORY, ['--ignore-scripts']);
    return {};
  });
  const made = [['grademark 0.3.0', grademark], ['@backtest/framework 1.1.18', backtestFramework]] as const;
  const found: RivalAnswer[] = [];
  for (const [name, make] of made) {
    const rival = isMissing(installed) ? installed : await orMissing(async () => make(bars, fast, slow));
    if (isMissing(rival)) found.push({ name, ...rival });
    else {
      const [times] = await pairedRounds(ROUNDS, [rival]);
      found.push({ name: rival.name, times: times!, told: rival.told() });
    }
  }
  return found;
}

process.send!(await answers(JSON.parse(process.argv[2]!) as RivalJob));
