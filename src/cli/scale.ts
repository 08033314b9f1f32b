// qmtl scale and qmtl restart: other processes under a cluster that runs, without a pause for those who read it.
import type { RoleName } from '#cluster/roles.ts';
import type { RestartRequest, ScaleRequest, StewardAnswer } from '#cluster/steward.ts';
import { type Cli, type Command, examples, jsonOption, numberIn } from './cli.ts';
import { type ClusterOptions, withCluster, withClusterOptions } from './connect.ts';

/** Slots are handed over one after the other, and each member is waited for. */
const CHANGE_WAIT_MS = 15 * 60_000;

export function registerScale(program: Command, cli: Cli): void {
  withClusterOptions(program.command('scale'))
    .description('run the cluster on this many members; slots move while rows flow')
    .argument('<members>', 'how many', numberIn(1, 64))
    .addOption(jsonOption())
    .addHelpText('after', examples(['qmtl scale 4', 'more members; each takes its share of the slots'], ['qmtl scale 1', 'the last ones are drained first, then stopped; the next `qmtl up` starts what cluster.yml says']))
    .action((members: number, options: ClusterOptions & { json?: true }) => change<ScaleRequest>('scale', { members }, options, cli));

  withClusterOptions(program.command('restart'))
    .description('give every role a new process, one after the other, members drained first')
    .argument('[role]', 'only this one, e.g. member:m1 or gateway')
    .addOption(jsonOption())
    .addHelpText('after', examples(['qmtl restart', 'after an upgrade of QMTL'], ['qmtl restart member:m1', 'one process only']))
    .action((role: RoleName | undefined, options: ClusterOptions & { json?: true }) => change<RestartRequest>('restart', role === undefined ? {} : { role }, options, cli));
}

async function change<R>(endpoint: string, request: R, options: ClusterOptions & { json?: true }, cli: Cli): Promise<void> {
  const { roles } = await withCluster(options, cli, ({ bus, subjects }) => bus.call<R, StewardAnswer>(subjects.call('up', endpoint), request, CHANGE_WAIT_MS));
  if (options.json) cli.out.json({ roles });
  else cli.out.line(`running: ${roles.join(', ')}`);
}
