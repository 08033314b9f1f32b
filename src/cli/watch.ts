// qmtl watch: the rows of a node as they are committed.
import { type Cli, type Command, examples, InvalidArgumentError, jsonOption } from './cli.ts';
import type { FirstRow } from '#sdk/follow.ts';
import { type ClusterOptions, withCluster, withClusterOptions } from './connect.ts';

interface WatchOptions extends ClusterOptions {
  readonly new?: true;
  readonly follow: boolean;
  readonly count?: number;
  readonly json?: true;
}

export function registerWatch(program: Command, cli: Cli): void {
  withClusterOptions(program.command('watch'))
    .description('print the rows of a node, from the first one the log has, as they are committed')
    .argument('<NodeID>', 'the id, or its first digits')
    .option('--new', 'only rows that come from now on')
    .option('--no-follow', 'end at the last row there is now')
    .option('--count <n>', 'end after this many rows', wholeNumber)
    .addOption(jsonOption())
    .addHelpText('after', examples(['qmtl watch 3f2a', 'by the first digits of its id'], ['qmtl watch 3f2a --no-follow --json > rows.ndjson', 'every row so far, one JSON object a line: seq, ts, values']))
    .action((id: string, options: WatchOptions) => watch(id, options, cli));
}

async function watch(id: string, options: WatchOptions, cli: Cli): Promise<void> {
  const { findNode, follow } = await import('#sdk/follow.ts');
  const signal = cli.stopSignal();
  await withCluster(options, cli, async ({ bus, subjects }) => {
    const record = await findNode(bus, id);
    const { outputs } = record.node.spec.schema;
    const onFirst = ({ row, isPurgedBefore }: FirstRow): void => {
      if (isPurgedBefore) cli.out.note(`the rows before row ${row} are not in the log any more: retention has purged them`);
    };
    let left = options.count ?? Number.POSITIVE_INFINITY;
    if (!options.json) cli.out.line(cli.out.paint('bold', ['row', 'time', ...outputs].join('\t')));
    for await (const rows of follow(bus, subjects, record, { from: options.new ? 'new' : 'first', untilNow: !options.follow, signal, onFirst })) {
      for (let k = 0; k < rows.count && left > 0; k++, left--) {
        const values = outputs.map((_, c) => rows.columns[c]![k]!);
        if (options.json) {
          cli.out.jsonLine({ nodeId: record.node.id, seq: rows.first + k, ts: rows.t[k], values: Object.fromEntries(outputs.map((output, c) => [output, Number.isNaN(values[c]) ? null : values[c]])) });
        } else cli.out.line([rows.first + k, new Date(rows.t[k]!).toISOString(), ...values].join('\t'));
      }
      if (left <= 0) break;
    }
  });
  cli.exitCode = 0; // being interrupted is how following ends
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number of at least 1.');
  return value;
}
