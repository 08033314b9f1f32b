// qmtl chaos run: a drill on real processes.
import { systemRandom } from '#clock/random.ts';
import { Fault } from '#domain/fault.ts';
import type { DrillReport } from '#chaos/run.ts';
import { type Cli, type Command, examples, jsonOption } from './cli.ts';

export function registerChaos(program: Command, cli: Cli): void {
  const chaos = program.command('chaos').description('break a cluster of real processes on purpose, and check what it computes meanwhile');
  chaos
    .command('run')
    .description('run drills: each starts a cluster of its own, feeds it, breaks it, and compares every row with the batch run')
    .argument('<scenario.yml...>', 'what happens; scenarios/ has one for every fault')
    .addOption(jsonOption())
    .addHelpText('after', examples(['qmtl chaos run scenarios/kill-owner.yml', 'one drill, with the pause each fault caused'], ['qmtl chaos run scenarios/*.yml --json', 'all of them, for CI: exit code 1 when a promise was broken']))
    .action((files: string[], options: { json?: true }) => run(files, options, cli));
}

async function run(files: readonly string[], options: { json?: true }, cli: Cli): Promise<void> {
  const [{ readScenario }, { runScenario }] = await Promise.all([import('#chaos/scenario.ts'), import('#chaos/run.ts')]);
  // All are read before the first is run: a mistake in the last one should not cost the time of the others.
  const scenarios = files.map((file) => readScenario(file));
  const signal = cli.stopSignal();
  const reports: DrillReport[] = [];
  for (const scenario of scenarios) {
    const startedMs = cli.clock.monotonicMs();
    const onEvent = (event: string): void => cli.out.note(`${((cli.clock.monotonicMs() - startedMs) / 1_000).toFixed(1).padStart(6)} s  ${event}`);
    if (!options.json) cli.out.line(`${cli.out.paint('cyan', scenario.name)}: ${scenario.description}`);
    const report = await runScenario(scenario, { clock: cli.clock, random: systemRandom, onEvent: options.json ? () => {} : onEvent, signal });
    reports.push(report);
    if (!options.json) print(report, cli);
  }
  if (options.json) cli.out.json(reports.length === 1 ? reports[0] : reports);
  const broken = reports.filter(({ passed }) => !passed);
  if (broken.length === 0) return;
  if (options.json) cli.exitCode = 1;
  else throw new Fault('DRILL_FAILED', `${broken.length} of ${reports.length} drills broke a promise: ${broken.map(({ name }) => name).join(', ')}`, { cure: 'the violations are listed above; docs/guarantees.md says what is promised' });
}

function print({ faults, quietPauseMs, checked, violations, passed, seconds }: DrillReport, cli: Cli): void {
  const { out } = cli;
  const ms = (value: number): number => Math.round(value);
  out.table(
    ['fault', 'target', 'at ms', 'rows flow again after ms', 'longest pause ms'],
    [['none', '', 0, 0, ms(quietPauseMs)], ...faults.map(({ fault, target, atMs, recoveredMs, pauseMs }) => [fault, target, ms(atMs), ms(recoveredMs), ms(pauseMs)])],
  );
  out.line(`${checked.rows.toLocaleString('en')} rows in ${checked.frames.toLocaleString('en')} frames, ${checked.orders.toLocaleString('en')} orders, ${checked.leases} leases in ${seconds.toFixed(1)} s`);
  for (const violation of violations) out.line(out.paint('red', violation));
  if (passed) out.line(out.paint('green', 'every row is there once, in order, with the batch run’s bits'));
  out.line();
}
