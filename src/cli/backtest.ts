// qmtl backtest: a strategy over recorded bars.
import v8 from 'node:v8';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { Fault } from '#domain/fault.ts';
import type { DeclaredNode } from '#domain/node-spec.ts';
import type { Rows } from '#kernels/plan.ts';
import type { BacktestOptions, BacktestResult, BarData } from '#sdk/backtest.ts';
import { type Cli, type Command, collectPair, examples, numberIn } from './cli.ts';
import { unwritable, writeFile } from './files.ts';
import { wantsColour } from './output.ts';

export interface BacktestFlags {
  readonly data: readonly string[];
  readonly set: Readonly<Record<string, string>>;
  readonly cash?: number;
  readonly feeBps?: number;
  readonly slippageBps?: number;
  readonly negativePrices?: true;
  readonly start?: string;
  readonly end?: string;
  readonly json?: string | true;
  readonly outputs?: string;
  readonly report?: string;
  readonly watch?: true;
}

export function registerBacktest(program: Command, cli: Cli): void {
  program
    .command('backtest')
    .description('run a strategy over recorded bars: orders fill at the next bar’s open')
    .argument('<file.ts>', 'a file that exports a Strategy')
    .requiredOption('--data <csv>', 'bars (repeatable for several files; instrument=file for several sources)', (path: string, before: readonly string[]) => [...before, path], [])
    .option('--set <key=value>', 'override a parameter of the strategy (repeatable)', collectPair, {})
    .option('--cash <n>', 'opening cash', numberIn(1e-8, 1e15))
    .option('--fee-bps <n>', 'fee per side, in basis points of the traded value', numberIn(-1e4, 1e4))
    .option('--slippage-bps <n>', 'slippage, in basis points of the price; positive is worse for you', numberIn(-1e4, 1e4))
    .option('--negative-prices', 'take prices at and below zero for what they are')
    .option('--start <moment>', 'use bars from here on, e.g. 2020-01-01')
    .option('--end <moment>', 'use bars before this')
    .option('--json [out]', 'write the result as JSON to a file, or to stdout when none is named')
    .option('--outputs <out.csv>', 'write every row of every node: nodeId,ts,field,value')
    .option('--watch', 'run again whenever the strategy or its data changes')
    .option('--report <out.html>', 'write a report for a browser, one self-contained file')
    .addHelpText(
      'after',
      examples(
        ['qmtl backtest examples/golden-cross.ts --data bars.csv', 'a summary in the terminal'],
        ['qmtl backtest examples/golden-cross.ts --data bars.csv.gz --set fast=20 --set slow=50 --fee-bps 10 --report report.html', 'other parameters, a fee of 0.1 % a side, a report with charts'],
        ["qmtl backtest my.ts --data bars.csv --json | jq '.metrics.sharpe'", 'for scripts'],
      ),
    )
    .action((file: string, flags: BacktestFlags) => backtestFile(file, flags, cli));
}

async function backtestFile(file: string, flags: BacktestFlags, cli: Cli): Promise<void> {
  if (flags.watch) {
    const { rerunOnChange } = await import('./rerun.ts');
    const data = flags.data.map((given) => given.slice(given.indexOf('=') + 1));
    return rerunOnChange(process.argv.slice(2).filter((arg) => arg !== '--watch'), [file, ...data], cli);
  }
  // Half a million rows are over before the compiler would start to look for hot functions, so it looks from the first call on.
  v8.setFlagsFromString('--no-lazy-feedback-allocation');
  const [{ loadStrategy, withAuthor }, { backtest }, { resultOf }] = await Promise.all([import('./strategy-file.ts'), import('#sdk/backtest.ts'), import('#sdk/identity.ts')]);
  const strategy = await loadStrategy(file);
  const rowsFile = flags.outputs === undefined ? undefined : new RowsFile(flags.outputs);
  const bars = { reading: cli.progress('reading bars'), running: cli.progress('running') };
  let result: BacktestResult;
  try {
    result = await withAuthor(file, () =>
      backtest(strategy, {
        ...backtestOptions(flags),
        ...(rowsFile && { onRows: (node, rows) => rowsFile.write(node, rows) }),
        onProgress: (step, done, total) => bars[step].at(done, total),
      }),
    );
  } finally {
    bars.reading.end();
    bars.running.end();
    rowsFile?.close();
  }
  if (flags.report !== undefined) {
    const { reportOf } = await import('./report-input.ts');
    writeFile(flags.report, reportOf(result, { files: flags.data, beside: [] }));
  }
  if (typeof flags.json === 'string') writeFile(flags.json, `${JSON.stringify(answerOf(result, { made: { strategy: file, ...made(flags) }, result: resultOf(result.run) }), null, 2)}\n`);
  for (const warning of result.warnings) cli.out.note(`${cli.out.paintError('yellow', 'warning:')} ${warning}`);
  if (flags.json === true) cli.out.json(answerOf(result, { made: { strategy: file, ...made(flags) }, result: resultOf(result.run) }));
  else {
    const { summaryOf } = await import('./report-input.ts');
    cli.out.stdout.write(summaryOf(result, wantsColour(cli.out.stdout, cli.env)));
    for (const [what, path] of [['report', flags.report], ['json', flags.json], ['outputs', flags.outputs]] as const) if (path !== undefined) cli.out.line(`${what.padEnd(8)} ${path}`);
  }
}

/** What a run was asked for beside its strategy, so that `qmtl reproduce` can ask for it again. */
function made({ data, set, cash, feeBps, slippageBps, start, end, negativePrices }: BacktestFlags): object {
  return { data, set, cash, feeBps, slippageBps, start, end, negativePrices };
}

/** Strategy and data of a run, and its account, as flags ask for them. */
export function backtestOptions(flags: BacktestFlags): BacktestOptions {
  return {
    data: dataOf(flags.data),
    start: flags.start ?? 0,
    end: flags.end ?? Number.MAX_SAFE_INTEGER / 4,
    params: flags.set,
    ...(flags.negativePrices && { negativePrices: true }),
    account: accountOf(flags),
  };
}

/** What `--json` writes. */
function answerOf(result: BacktestResult, how: object): Record<string, unknown> {
  const { strategy, identity, params, account, metrics, trades, equityFinal, bars, elapsedMs, nodes, fingerprint, warnings } = result;
  return { strategy, params, account, bars, elapsedMs, equityFinal, metrics, fill: 'next-open', identity, fingerprint, ...how, warnings, nodes, trades };
}

/** `bars.csv`, or `instrument=bars.csv` for each of several sources; several files of one source are one series. */
export function dataOf(given: readonly string[]): BarData | Record<string, BarData> {
  const pairs = given.map((text) => /^([^=/\\]+)=(.+)$/.exec(text));
  if (!pairs.some((pair) => pair)) return given.length === 1 ? given[0]! : given;
  const bad = given.find((_, k) => !pairs[k]);
  if (bad !== undefined) throw new Fault('USAGE', `--data ${bad} names no source, and others do`, { cure: 'write each as instrument=file.csv' });
  const named = Map.groupBy(pairs, (pair) => pair![1]!);
  return Object.fromEntries([...named].map(([source, files]) => [source, files.length === 1 ? files[0]![2]! : files.map((file) => file![2]!)]));
}

export function accountOf(flags: Pick<BacktestFlags, 'cash' | 'feeBps' | 'slippageBps'>): Partial<{ cash: number; feeBps: number; slippageBps: number }> {
  const { cash, feeBps, slippageBps } = flags;
  return { ...(cash !== undefined && { cash }), ...(feeBps !== undefined && { feeBps }), ...(slippageBps !== undefined && { slippageBps }) };
}

/** Rows as text, `nodeId,ts,field,value`; a value's shortest text reads back as the same bits. */
class RowsFile {
  readonly #path: string;
  readonly #file: number;
  #lines: string[] = ['nodeId,ts,field,value'];

  constructor(path: string) {
    this.#path = path;
    try {
      this.#file = openSync(path, 'w');
    } catch (cause) {
      throw unwritable(path, cause);
    }
  }

  write(node: DeclaredNode, rows: Rows): void {
    for (let row = 0; row < rows.count; row++) {
      for (const [k, field] of node.spec.schema.outputs.entries()) this.#lines.push(`${node.id},${rows.t[row]},${field},${rows.columns[k]![row]}`);
    }
    if (this.#lines.length > 20_000) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    if (this.#lines.length === 0) return;
    try {
      // Not writeSync: on a disk about to be full that writes a part and says nothing.
      writeFileSync(this.#file, `${this.#lines.join('\n')}\n`);
    } catch (cause) {
      throw unwritable(this.#path, cause);
    }
    this.#lines = [];
  }
}
