// qmtl dag show: the global DAG, with what is shared.
import type { DagNode } from '#dag/manager.ts';
import { type Cli, type Command, examples, jsonOption } from './cli.ts';
import { type ClusterOptions, withCluster, withClusterOptions } from './connect.ts';

export function registerDag(program: Command, cli: Cli): void {
  const group = program.command('dag').description('the graph all strategies form');
  withClusterOptions(group.command('show'))
    .description('every node, its subject, and the strategies that share it')
    .addOption(jsonOption())
    .addHelpText('after', examples(['qmtl dag show', 'as a table'], ["qmtl dag show --json | jq '.nodes[] | select(.strategies | length > 1)'", 'nodes that several strategies share']))
    .action(async (options: ClusterOptions & { json?: true }) => {
      const dag = await withCluster(options, cli, ({ bus, subjects }) => bus.call<null, { nodes: DagNode[] }>(subjects.call('dag', 'show'), null));
      if (options.json) {
        cli.out.json(dag);
        return;
      }
      cli.out.table(
        ['node', 'kind', 'params', 'reads', 'slot', 'member', 'strategies'],
        dag.nodes.map(({ nodeId, kind, params, upstreams, slot, member, strategies }) => [nodeId.slice(0, 12), kind, JSON.stringify(params), upstreams.map((id) => id.slice(0, 6)).join(' '), slot, member ?? 'not yet', strategies.join(', ')]),
      );
      const shared = dag.nodes.filter((node) => node.strategies.length > 1).length;
      cli.out.line();
      cli.out.line(`${dag.nodes.length} nodes, ${shared} of them shared`);
    });
}
