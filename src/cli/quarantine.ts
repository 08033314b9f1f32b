// qmtl quarantine: the nodes that stand still, and letting one go on.
import type { QuarantineRecord } from '#actors/quarantine.ts';
import { Fault } from '#domain/fault.ts';
import { beginsWith } from '#domain/id-beginning.ts';
import { type Cli, type Command, examples, jsonOption } from './cli.ts';
import { type ClusterOptions, withCluster, withClusterOptions } from './connect.ts';

interface Options extends ClusterOptions {
  readonly json?: true;
}

export function registerQuarantine(program: Command, cli: Cli): void {
  const group = program.command('quarantine').description('nodes that failed at the same row again and again and stand still there, and those that cannot run at all');
  withClusterOptions(group.command('list'))
    .description('which nodes, at which row, and why')
    .addOption(jsonOption())
    .addHelpText('after', examples(['qmtl quarantine list', 'who stands still'], ["qmtl quarantine list --json | jq -r '.[].reason'", 'for scripts']))
    .action((options: Options) => list(options, cli));
  withClusterOptions(group.command('release'))
    .description('try a node again, from the row it stands at if there is one; no row is lost or doubled, and it comes back here if it fails again')
    .argument('<NodeID>', 'the id, or its first digits')
    .addOption(jsonOption())
    .addHelpText('after', examples(['qmtl quarantine release 3f2a', 'by the first digits of its id'], ['qmtl quarantine release 3f2a --json', 'with the record it had']))
    .action((id: string, options: Options) => release(id, options, cli));
}

/** One line about a node in quarantine, for people. */
export function quarantineLine({ node, name, row, t, reason }: QuarantineRecord): string {
  return `node ${name === null ? '' : `${name} `}${node.slice(0, 16)} ${row === null ? 'cannot run' : `stands still at row ${row} (${new Date(t!).toISOString()})`}: ${reason}`;
}

async function list(options: Options, cli: Cli): Promise<void> {
  const records = await withCluster(options, cli, async ({ bus }) => (await (await bus.bucket<QuarantineRecord>('quarantine')).all()).map(({ value }) => value));
  if (options.json) cli.out.json(records);
  else if (records.length === 0) cli.out.line('no node is in quarantine');
  else for (const record of records) cli.out.line(`${quarantineLine(record)}; ${record.tries} tries, slot ${record.slot}; ${record.cure}`);
}

async function release(id: string, options: Options, cli: Cli): Promise<void> {
  const record = await withCluster(options, cli, async ({ bus }) => {
    const bucket = await bus.bucket<QuarantineRecord>('quarantine');
    const found = (await bucket.all()).filter(({ key }) => beginsWith(key, id));
    if (found.length !== 1) {
      throw new Fault('NODE_UNKNOWN', found.length === 0 ? `no node in quarantine has the id ${id}` : `${found.length} nodes in quarantine have ids that begin with ${id}`, {
        cure: found.length === 0 ? '`qmtl quarantine list` shows those there are' : 'give more digits of it',
        data: { id },
      });
    }
    await bucket.remove(found[0]!.key);
    return found[0]!.value;
  });
  if (options.json) cli.out.json(record);
  else cli.out.line(`node ${record.node.slice(0, 16)} ${record.row === null ? 'is tried again' : `goes on from row ${record.row}`}; \`qmtl quarantine list\` shows it again if it fails again`);
}
