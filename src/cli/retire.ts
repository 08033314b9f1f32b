// qmtl retire: ends a strategy. What other strategies have too goes on.
import { retire } from '#sdk/submit.ts';
import { type Cli, type Command, examples, jsonOption } from './cli.ts';
import { type ClusterOptions, withCluster, withClusterOptions } from './connect.ts';

export function registerRetire(program: Command, cli: Cli): void {
  withClusterOptions(program.command('retire'))
    .description('end a strategy; nodes that no other one has stop after retention.nodesMs')
    .argument('<strategy>', 'its name, or the beginning of its id, as `qmtl status` shows them')
    .addOption(jsonOption())
    .addHelpText('after', examples(['qmtl retire golden-cross', 'the nodes it shares go on'], ['qmtl retire 3f2a --json', 'for scripts']))
    .action(async (strategy: string, options: ClusterOptions & { json?: true }) => {
      const answer = await withCluster(options, cli, ({ bus, subjects }) => retire(bus, subjects, strategy));
      if (options.json) cli.out.json(answer);
      else cli.out.line(`${answer.name} is ${answer.state}; nodes that no other strategy has are retired in their time`);
    });
}
