// qmtl reproduce: a backtest run again as its JSON says, and compared with it.
import { Fault } from '#domain/fault.ts';
import type { RunIdentity } from '#sdk/identity.ts';
import { type Cli, type Command, examples, jsonOption } from './cli.ts';
import { readTextFile } from './files.ts';
import { type RunFlags, runOptions } from './run-options.ts';

interface Recorded {
  readonly made: RunFlags & { readonly strategy: string; readonly beside?: readonly string[] };
  readonly identity: RunIdentity;
  readonly fingerprint: string;
  readonly result: string;
}

export function registerReproduce(program: Command, cli: Cli): void {
  program
    .command('reproduce')
    .description('run a backtest again as its JSON says, and compare code, params, data, version and result')
    .argument('<run.json>', 'what `qmtl backtest --json <file>` wrote; its paths are taken from the directory this runs in')
    .addOption(jsonOption())
    .addHelpText('after', examples(['qmtl backtest my.ts --data bars.csv --json run.json', 'the run to keep'], ['qmtl reproduce run.json', 'exit code 0 when every bit is the same']))
    .action((path: string, { json }: { json?: true }) => reproduce(path, json ?? false, cli));
}

async function reproduce(path: string, asJson: boolean, cli: Cli): Promise<void> {
  const recorded = readRun(path);
  const [{ loadStrategy, withAuthor }, { backtest }, { resultOf }] = await Promise.all([import('./strategy-file.ts'), import('#sdk/backtest.ts'), import('#sdk/identity.ts')]);
  const { made } = recorded;
  const strategy = await loadStrategy(made.strategy);
  const beside = await Promise.all((made.beside ?? []).map(loadStrategy));
  const running = cli.progress('running');
  const again = await withAuthor(made.strategy, () => backtest(strategy, { ...runOptions(made), beside, onProgress: (_, done, total) => running.at(done, total) })).finally(() => running.end());
  const result = resultOf(again.run);
  const differs = differences(recorded.identity, again.identity);
  if (recorded.fingerprint !== again.fingerprint && differs.length === 0) differs.push('the graph');
  if (result !== recorded.result || again.fingerprint !== recorded.fingerprint) {
    const same = result === recorded.result ? 'the result is the same all the same' : 'the result is another';
    throw new Fault('RUN_DIFFERS', `${path}: ${differs.length > 0 ? `what the run was made of has changed: ${differs.join(', ')}; ${same}` : 'code, params, data and version are the same, and the result is another'}`, {
      cure: differs.length > 0 ? 'bring back what the run was made of' : 'keep both and report it: equal runs must give equal bits',
      data: { differs, recorded: recorded.result, result },
    });
  }
  if (asJson) cli.out.json({ reproduced: true, fingerprint: again.fingerprint, result });
  else cli.out.line(`reproduced: ${again.bars.toLocaleString('en')} bars and ${again.trades.length.toLocaleString('en')} trades, every bit the same`);
}

/** The parts that differ, in words. */
function differences(before: RunIdentity, now: RunIdentity): string[] {
  const sources = [...new Set([...Object.keys(before.data), ...Object.keys(now.data)])];
  return [
    ...(before.code === now.code ? [] : ['the code']),
    ...(before.params === now.params ? [] : ['the params']),
    ...sources.filter((source) => before.data[source] !== now.data[source]).map((source) => `the data of ${source}`),
    ...(before.version === now.version ? [] : [`the version of QMTL (${before.version}, now ${now.version})`]),
  ];
}

function readRun(path: string): Recorded {
  let value: unknown;
  try {
    value = JSON.parse(readTextFile(path));
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
  }
  const run = value as Partial<Recorded> | undefined;
  if (run?.made?.strategy === undefined || run.identity === undefined || run.result === undefined) {
    throw new Fault('DATA_FILE_UNREADABLE', `${path} is no run of \`qmtl backtest --json\``, { cure: 'give the file that `qmtl backtest … --json <file>` wrote', data: { path } });
  }
  return run as Recorded;
}
