// qmtl publish: hands a strategy to the cluster.
import { newCorrelationId } from '#telemetry/log.ts';
import { accountOf } from './run-options.ts';
import { type Cli, collectPair, type Command, examples, jsonOption, numberIn } from './cli.ts';
import { type ClusterOptions, withCluster, withClusterOptions } from './connect.ts';

interface PublishOptions extends ClusterOptions {
  readonly set?: Readonly<Record<string, string>>;
  readonly cash?: number;
  readonly feeBps?: number;
  readonly slippageBps?: number;
  readonly json?: true;
}

export function registerPublish(program: Command, cli: Cli): void {
  withClusterOptions(program.command('publish'))
    .description('submit a strategy; nodes the cluster already has are reused')
    .argument('<strategy.ts>', 'a file that exports a Strategy')
    .option('--set <key=value>', 'override a parameter of the strategy (repeatable)', collectPair)
    .option('--cash <n>', 'opening cash of its paper account', numberIn(1e-8, 1e15))
    .option('--fee-bps <n>', 'fee per side, in basis points of the traded value', numberIn(-1e4, 1e4))
    .option('--slippage-bps <n>', 'slippage, in basis points of the price; positive is worse for you', numberIn(-1e4, 1e4))
    .addOption(jsonOption())
    .addHelpText('after', examples(['qmtl publish examples/golden-cross.ts --set fast=20', 'and see who computes what'], ["qmtl publish my.ts --json | jq -r '.map.nodes[].nodeId'", 'for scripts']))
    .action((file: string, options: PublishOptions) => publish(file, options, cli));
}

async function publish(file: string, options: PublishOptions, cli: Cli): Promise<void> {
  const [{ loadStrategy, withAuthor }, { submit }] = await Promise.all([import('./strategy-file.ts'), import('#sdk/submit.ts')]);
  const strategy = await loadStrategy(file);
  const spec = await withAuthor(file, () => strategy.declare(options.set, accountOf(options)));
  const answer = await withCluster(options, cli, ({ bus, subjects }) => submit(bus, subjects, spec, newCorrelationId()));
  if (options.json) {
    cli.out.json(answer);
    return;
  }
  cli.out.line(`${spec.name} is ${answer.state}: ${answer.map.created} nodes created, ${answer.map.reused} reused`);
  const late = answer.map.nodes.filter(({ origin }) => origin).length;
  if (late > 0) cli.out.line(`${late} of its nodes begin at the first rows the log still has: retention has purged those before`);
  cli.out.table(
    ['node', 'kind', 'name', 'action', 'slot', 'member'],
    answer.map.nodes.map(({ nodeId, kind, name, action, slot, member }) => [nodeId.slice(0, 16), kind, name ?? '', action, slot, member ?? 'not yet']),
  );
}
