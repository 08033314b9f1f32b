// What every command that runs a strategy over recorded bars is told, and how it asks for it.
import { Fault } from '#domain/fault.ts';
import type { BacktestOptions, BarData } from '#sdk/backtest.ts';
import { type Command, collect, collectPair, numberIn } from './cli.ts';

export interface DataFlags {
  readonly data: readonly string[];
  readonly set?: Readonly<Record<string, string>>;
  readonly negativePrices?: true;
  readonly start?: string;
  readonly end?: string;
}

export interface AccountFlags {
  readonly cash?: number;
  readonly feeBps?: number;
  readonly slippageBps?: number;
}

export type RunFlags = DataFlags & AccountFlags;

export function withDataOptions(command: Command): Command {
  return command
    .argument('<file.ts>', 'a file that exports a Strategy')
    .requiredOption('--data <file>', 'bars (repeatable for several files; instrument=file for several sources)', collect)
    .option('--set <key=value>', 'override a parameter of the strategy (repeatable)', collectPair)
    .option('--negative-prices', 'take prices at and below zero for what they are')
    .option('--start <moment>', 'use bars from here on, e.g. 2020-01-01')
    .option('--end <moment>', 'use bars before this');
}

export function withAccountOptions(command: Command): Command {
  return command
    .option('--cash <n>', 'opening cash', numberIn(1e-8, 1e15))
    .option('--fee-bps <n>', 'fee per side, in basis points of the traded value', numberIn(-1e4, 1e4))
    .option('--slippage-bps <n>', 'slippage, in basis points of the price; positive is worse for you', numberIn(-1e4, 1e4));
}

/** What a run was asked for beside its strategy, so that `qmtl reproduce` can ask for it again. */
export function made({ data, set, cash, feeBps, slippageBps, start, end, negativePrices }: RunFlags): object {
  return { data, set, cash, feeBps, slippageBps, start, end, negativePrices };
}

export function dataOptions({ data, start, end, negativePrices }: DataFlags): Pick<BacktestOptions, 'data' | 'start' | 'end' | 'negativePrices'> {
  return { data: dataOf(data), start: start ?? 0, end: end ?? Number.MAX_SAFE_INTEGER / 4, ...(negativePrices && { negativePrices }) };
}

export function runOptions(flags: RunFlags): BacktestOptions {
  return { ...dataOptions(flags), ...(flags.set && { params: flags.set }), account: accountOf(flags) };
}

export function accountOf(flags: AccountFlags): AccountFlags {
  const { cash, feeBps, slippageBps } = flags;
  return { ...(cash !== undefined && { cash }), ...(feeBps !== undefined && { feeBps }), ...(slippageBps !== undefined && { slippageBps }) };
}

/** `bars.csv`, or `instrument=bars.csv` for each of several sources; several files of one source are one series. */
function dataOf(given: readonly string[]): BarData | Record<string, BarData> {
  const pairs = given.map((text) => /^([^=/\\]+)=(.+)$/.exec(text));
  if (!pairs.some((pair) => pair)) return given.length === 1 ? given[0]! : given;
  const bad = given.find((_, k) => !pairs[k]);
  if (bad !== undefined) throw new Fault('USAGE', `--data ${bad} names no source, and others do`, { cure: 'write each as instrument=file.csv' });
  const named = Map.groupBy(pairs, (pair) => pair![1]!);
  return Object.fromEntries([...named].map(([source, files]) => [source, files.length === 1 ? files[0]![2]! : files.map((file) => file![2]!)]));
}
