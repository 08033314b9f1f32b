// qmtl check: whether a strategy may be believed.
import { withMembers } from '#actors/members.ts';
import { Fault } from '#domain/fault.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import type { BarColumns, SourceID } from '#domain/bar.ts';
import type { LookAheadReport } from '#trust/look-ahead.ts';
import type { WarmUp, WarmUpReport } from '#trust/warm-up.ts';
import { type Cli, type Command, examples, InvalidArgumentError, jsonOption, numberIn } from './cli.ts';
import { type DataFlags, dataOptions, withDataOptions } from './run-options.ts';
import { search, type SearchFlags, wholeNumber, withSearchOptions } from './sweep.ts';

interface CheckFlags extends DataFlags {
  readonly json?: true;
}

export function registerCheck(program: Command, cli: Cli): void {
  const group = program.command('check').description('look for what makes a backtest too good: look-ahead, short warm-up, overfitting');

  withDataOptions(group.command('lookahead'))
    .addOption(jsonOption())
    .description('every value is computed again before any later bar is known, and must be the same bits')
    .addHelpText('after', examples(['qmtl check lookahead my.ts --data bars.csv', 'exit code 1 and the first difference of each node when there is one']))
    .action((file: string, flags: CheckFlags) => lookAhead(file, flags, cli));

  withDataOptions(group.command('warmup'))
    .addOption(jsonOption())
    .description('how long what is computed depends on where the data begins')
    .option('--tolerance <ratio>', 'what still counts as the same value', numberIn(0, 1), 1e-9)
    .addHelpText('after', examples(['qmtl check warmup my.ts --data bars.csv', 'declared and needed rows of every node'], ['qmtl check warmup my.ts --data bars.csv --tolerance 1e-4', 'for indicators that forget slowly']))
    .action((file: string, flags: CheckFlags & { tolerance: number }) => warmUp(file, flags, cli));

  withSearchOptions(group.command('overfit'))
    .description('whether the best of a search is more than luck')
    .option('--blocks <n>', 'blocks of time for the probability of overfitting, an even number', evenNumber, 10)
    .option('--groups <n>', 'groups of the cross-validation', wholeNumber, 6)
    .option('--tests <n>', 'groups that each split tests', wholeNumber, 2)
    .option('--purge <ratio>', 'bars before a test group that are not trained on, as a share of all', numberIn(0, 0.5), 0)
    .option('--embargo <ratio>', 'bars behind a test group that are not trained on, as a share of all', numberIn(0, 0.5), 0.01)
    .addHelpText('after', examples(['qmtl check overfit examples/golden-cross.ts --data bars.csv', 'probability of overfitting, deflated Sharpe ratio, cross-validation of the strategy’s own space']))
    .action((file: string, flags: OverfitFlags) => overfitFile(file, flags, cli));
}

interface OverfitFlags extends SearchFlags {
  readonly blocks: number;
  readonly groups: number;
  readonly tests: number;
  readonly purge: number;
  readonly embargo: number;
}

async function overfitFile(file: string, flags: OverfitFlags, cli: Cli): Promise<void> {
  const { assessOverfit } = await import('#sdk/validate.ts');
  const terms = { blocks: flags.blocks, groups: flags.groups, tests: flags.tests, purgeRatio: flags.purge, embargoRatio: flags.embargo };
  const result = await search(file, flags, cli, (strategy, options) => assessOverfit(strategy, { ...options, ...terms }));
  if (flags.json) {
    cli.out.json(result);
    return;
  }
  const { strategy, trials, best, sharpe, sharpeByLuck, deflatedSharpe, overfit, crossValidation, barsPerYear } = result;
  const perYear = (barSharpe: number | null): string => (barSharpe === null ? '–' : (barSharpe * Math.sqrt(barsPerYear)).toFixed(2));
  const percent = (share: number | null): string => (share === null ? '–' : `${(share * 100).toFixed(1)} %`);
  const paths = crossValidation.paths.map(({ barSharpe }) => barSharpe);
  cli.out.line(`${cli.out.paint('bold', strategy)}  the best of ${trials.toLocaleString('en')} trials is ${Object.entries(best).map(([name, value]) => `${name}=${String(value)}`).join(' ')}, Sharpe ${sharpe?.toFixed(2) ?? '–'}`);
  cli.out.line();
  cli.out.table(
    ['question', 'answer', ''],
    [
      ['Sharpe the luckiest of as many worthless trials has', sharpeByLuck.toFixed(2), 'expected maximum'],
      ['probability that the best is better than that', percent(deflatedSharpe), 'deflated Sharpe ratio; below 95 % is no evidence'],
      ['probability of overfitting', percent(overfit?.probability ?? null), overfit ? `${overfit.splits} splits; the best has ${perYear(overfit.inSample)} in sample and ${perYear(overfit.outOfSample)} out of it` : 'needs two trials'],
      ['Sharpe on bars the choice has not seen', paths.map(perYear).join(' '), `${crossValidation.splits.length} splits, ${paths.length} paths of purged cross-validation`],
    ],
  );
}

function evenNumber(text: string): number {
  const value = wholeNumber(text);
  if (value % 2 !== 0 || value > 20) throw new InvalidArgumentError('It must be an even number of at most 20.');
  return value;
}

/** Strategy and bars, and what runs over them with errors told in the author's lines. */
async function checked<R>(file: string, flags: CheckFlags, cli: Cli, check: (spec: StrategySpec, data: ReadonlyMap<SourceID, BarColumns>) => Promise<R>): Promise<R> {
  const [{ loadStrategy, withAuthor }, { bind }] = await Promise.all([import('./strategy-file.ts'), import('#sdk/backtest.ts')]);
  const strategy = await loadStrategy(file);
  const reading = cli.progress('reading bars');
  return withAuthor(file, async () => {
    const spec = withMembers(strategy.declare(flags.set));
    const warnings: string[] = [];
    const data = await bind(spec, { ...dataOptions(flags), onProgress: (_, done, total) => reading.at(done, total) }, warnings);
    reading.end();
    if (!flags.json) for (const warning of warnings) cli.out.warn(warning);
    return check(spec, data);
  });
}

async function lookAhead(file: string, flags: CheckFlags, cli: Cli): Promise<void> {
  const report = await checked(file, flags, cli, async (spec, data): Promise<LookAheadReport> => {
    const { checkLookAhead } = await import('#trust/look-ahead.ts');
    const running = cli.progress('checking');
    try {
      return checkLookAhead(spec, data, (done, total) => running.at(done, total));
    } finally {
      running.end();
    }
  });
  const { nodes, values, found, given } = report;
  const [first] = found;
  if (first) {
    const { node, output, row, ts, knowing, honest } = first;
    const more = found.length > 1 ? `; ${found.length - 1} more nodes differ behind it` : '';
    throw new Fault('LOOK_AHEAD', `${file}: node ${node} knows the future: at row ${row + 1}, the bar of ${new Date(ts).toISOString()}, ${output} is ${knowing} with later bars in memory and ${honest} without (${first.rows} such rows${more})`, {
      cure: 'compute a row from its window and params alone',
      data: { found },
    });
  }
  if (flags.json) {
    cli.out.json(report);
    return;
  }
  for (const { node, param, numbers } of given) cli.out.warn(`node ${node} was given ${numbers.toLocaleString('en')} numbers as param ${param}: if they were made from later bars, no run can tell`);
  cli.out.line(`no look-ahead: ${values.toLocaleString('en')} values of ${nodes} nodes are the same bits whether later bars are known or not`);
}

async function warmUp(file: string, flags: CheckFlags & { tolerance: number }, cli: Cli): Promise<void> {
  const report = await checked(file, flags, cli, async (spec, data): Promise<WarmUpReport> => {
    const { checkWarmUp } = await import('#trust/warm-up.ts');
    return checkWarmUp(spec, data, flags.tolerance);
  });
  if (flags.json) {
    cli.out.json(report);
    return;
  }
  cli.out.table(
    ['node', 'declared', 'needed', ''],
    report.nodes.map((node) => [node.nodeId === report.target ? `${node.node} (target)` : node.node, node.declaredRows, node.settledRows ?? '–', verdict(node)]),
  );
  const slow = report.nodes.filter(({ declaredRows, settledRows }) => settledRows === undefined || settledRows > declaredRows);
  cli.out.line();
  if (slow.length === 0) cli.out.line('every value is independent of where the data begins from its first row on');
  else cli.out.line(`begin the data at least ${Math.max(...slow.map(({ settledRows }) => settledRows ?? 0)).toLocaleString('en')} rows before the first decision that counts`);
}

function verdict({ declaredRows, settledRows }: WarmUp): string {
  if (settledRows === undefined) return 'depends on where the data begins for good';
  return settledRows > declaredRows ? `within the tolerance only ${(settledRows - declaredRows).toLocaleString('en')} rows after its first value` : '';
}
