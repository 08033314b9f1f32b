// qmtl backtest: a strategy over recorded bars.
import v8 from 'node:v8';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import type { DeclaredNode } from '#domain/node-spec.ts';
import { unwritable } from '#domain/unwritable.ts';
import type { Rows } from '#kernels/plan.ts';
import type { BacktestResult } from '#sdk/backtest.ts';
import { accountOf } from '#sdk/traded.ts';
import { type Cli, type Command, collect, examples } from './cli.ts';
import { writeFile } from './files.ts';
import { wantsColour } from './output.ts';
import { made, type RunFlags, runOptions, withAccountOptions, withDataOptions } from './run-options.ts';

export interface BacktestFlags extends RunFlags {
  readonly json?: string | true;
  readonly outputs?: string;
  readonly report?: string;
  readonly beside?: readonly string[];
  readonly sweep?: string;
  readonly watch?: true;
}

export function registerBacktest(program: Command, cli: Cli): void {
  withAccountOptions(withDataOptions(program.command('backtest')))
    .description('run a strategy over recorded bars: orders fill at the next bar’s open')
    .option('--json [out]', 'write the result as JSON to a file, or to stdout when none is named')
    .option('--outputs <out.csv>', 'write every row of every node: nodeId,ts,field,value')
    .option('--watch', 'run again whenever the strategy or its data changes')
    .option('--report <out.html>', 'write a report for a browser, one self-contained file, and the result as JSON beside it')
    .option('--beside <file.ts>', 'another strategy: tag queries find its nodes, and the report marks the nodes both have (repeatable)', collect)
    .option('--sweep <sweep.json>', 'a search by `qmtl sweep --out`: the report shows it as a surface')
    .addHelpText(
      'after',
      examples(
        ['qmtl backtest examples/golden-cross.ts --data bars.csv', 'a summary in the terminal'],
        ['qmtl backtest examples/golden-cross.ts --data bars.csv.gz --set fast=20 --set slow=50 --fee-bps 10 --report report.html', 'other parameters, a fee of 0.1 % a side, a report with charts'],
        ['qmtl backtest my.ts --data bars.csv --report report.html --beside other.ts --sweep found/sweep.json', 'marks what both strategies compute once, and shows the search'],
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
  const others = await Promise.all((flags.beside ?? []).map(loadStrategy));
  const rowsFile = flags.outputs === undefined ? undefined : new RowsFile(flags.outputs);
  const bars = { reading: cli.progress('reading bars'), running: cli.progress('running') };
  let result: BacktestResult;
  try {
    result = await withAuthor(file, () =>
      backtest(strategy, {
        ...runOptions(flags),
        beside: others,
        ...(rowsFile && { onRows: (node, rows) => rowsFile.write(node, rows) }),
        onProgress: (step, done, total) => bars[step].at(done, total),
      }),
    );
  } finally {
    bars.reading.end();
    bars.running.end();
    rowsFile?.close();
  }
  const isAnswered = flags.report !== undefined || flags.json !== undefined;
  const answer = isAnswered && answerOf(result, { made: { strategy: file, beside: flags.beside, ...made(flags) }, result: resultOf(result.run) });
  let beside: string | undefined;
  if (flags.report !== undefined) {
    const { writeReport } = await import('./report-files.ts');
    beside = await writeReport(result, answer, { ...flags, report: flags.report, beside: others });
  }
  if (typeof flags.json === 'string') writeFile(flags.json, `${JSON.stringify(answer, null, 2)}\n`);
  if (flags.json === true) {
    for (const warning of result.warnings) cli.out.warn(warning);
    cli.out.json(answer);
  } else {
    // The summary tells the warnings itself.
    const { summaryOf } = await import('./report-input.ts');
    cli.out.stdout.write(summaryOf(result, wantsColour(cli.out.stdout, cli.env)));
    for (const [what, path] of [['report', flags.report], ['', beside], ['json', flags.json], ['outputs', flags.outputs]] as const) if (path !== undefined) cli.out.line(`${what.padEnd(8)} ${path}`);
  }
}

/** What `--json` writes. */
function answerOf(result: BacktestResult, how: object): Record<string, unknown> {
  const { strategy, identity, params, account, metrics, trades, equityFinal, bars, elapsedMs, nodes, fingerprint, warnings } = result;
  return { strategy, params, account, bars, elapsedMs, equityFinal, metrics, fill: accountOf(result.spec)?.config.params.fillAt ?? 'next-open', identity, fingerprint, ...how, warnings, nodes, trades };
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
