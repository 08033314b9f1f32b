// qmtl walk-forward: params chosen on one window of the past, traded on the next.
import { formatFigure } from '#analysis/format.ts';
import type { FigureName } from '#sdk/sweep.ts';
import type { WalkForwardResult } from '#sdk/validate.ts';
import { type Cli, type Command, examples, numberIn } from './cli.ts';
import { search, type SearchFlags, spell, spellFigure, wholeNumber, withSearchOptions } from './sweep.ts';

interface WalkForwardFlags extends SearchFlags {
  readonly objective: string;
  readonly windows: number;
  readonly train: number;
  readonly anchored?: true;
}

export function registerWalkForward(program: Command, cli: Cli): void {
  withSearchOptions(program.command('walk-forward'))
    .description('choose params on each window of the past and trade them on the window behind it')
    .option('--objective <figure>', 'what the params are chosen by', 'sharpe')
    .option('--windows <n>', 'test windows, one behind the other', wholeNumber, 6)
    .option('--train <ratio>', 'length of a training window in test windows', numberIn(0.01, 1_000), 3)
    .option('--anchored', 'every training window begins at the first bar')
    .addHelpText(
      'after',
      examples(
        ['qmtl walk-forward examples/golden-cross.ts --data bars.csv --fee-bps 2', 'what was chosen in each window, and what came of it'],
        ['qmtl walk-forward my.ts --data bars.csv --windows 12 --train 5 --anchored --objective calmar', 'more windows, all the past to train on'],
      ),
    )
    .action((file: string, flags: WalkForwardFlags) => walkForwardFile(file, flags, cli));
}

async function walkForwardFile(file: string, flags: WalkForwardFlags, cli: Cli): Promise<void> {
  const { walkForward } = await import('#sdk/validate.ts');
  const terms = { windows: flags.windows, trainRatio: flags.train, isAnchored: flags.anchored ?? false, objective: flags.objective as FigureName };
  const result = await search(file, flags, cli, (strategy, options) => walkForward(strategy, { ...options, ...terms }));
  if (flags.json) {
    const { t, equity, ...answer } = result;
    cli.out.json({ ...answer, t: [...t], equity: [...equity] });
  } else show(result, cli);
}

function show({ strategy, objective, trials, windows, metrics, efficiency }: WalkForwardResult, { out }: Cli): void {
  out.line(`${out.paint('bold', strategy)}  the best of ${trials.toLocaleString('en')} trials by ${objective} in each training window, traded in the window behind it`);
  out.line();
  const names = Object.keys(windows[0]?.params ?? {});
  out.table(
    ['traded from', 'to', ...names, `${objective} then`, `${objective} after`, 'return', 'trades'],
    windows.map(({ test, params, trainFigures, testFigures }) => [day(test.fromMs), day(test.toMs), ...names.map((name) => spell(params[name]!)), spellFigure(objective, trainFigures[objective]), spellFigure(objective, testFigures[objective]), spellFigure('totalReturn', testFigures.totalReturn), testFigures.trades]),
  );
  out.line();
  out.line(`all windows  return ${spellFigure('totalReturn', metrics.totalReturn)}  sharpe ${spellFigure('sharpe', metrics.sharpe)}  max drawdown ${spellFigure('maxDrawdownRatio', metrics.maxDrawdownRatio)}  efficiency ${formatFigure(efficiency, 'number')}`);
}

function day(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 10) : 'the end';
}
