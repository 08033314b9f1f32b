// qmtl status: who is alive, what runs where, how far it is.
import type { QuarantineRecord } from '#actors/quarantine.ts';
import { slotIn } from '#bus/shares.ts';
import { diskFullMessage, isDiskFull } from '#cluster/disk-watch.ts';
import { lastingProblems } from '#cluster/replicas.ts';
import type { ReadsAnswer } from '#dag/manager.ts';
import type { StreamReport } from '#dag/retention.ts';
import { type ClusterStatus } from '#gateway/gateway.ts';
import type { Clock } from '#clock/clock.ts';
import { packedCount } from '#domain/packed-nodes.ts';
import type { DrainRecord } from '#supervisor/records.ts';
import { type Cli, type Command, examples, jsonOption } from './cli.ts';
import { hotSlots } from './hot-slots.ts';
import { lagOf } from './lag.ts';
import { quarantineLine } from './quarantine.ts';
import { type ClusterOptions, type Connection, withCluster, withClusterOptions } from './connect.ts';

const NO_DAG_MANAGER =
  'the DAG manager does not answer: rows flow, and what is submitted or retired waits for it, nothing is purged, and the lag of a slot leaves out what its joins read; where qmtl up does not start it again by itself, logs/dag-manager.log in the data directory says why';

export interface StatusAnswer {
  readonly natsUrl: string;
  readonly ready: boolean;
  /** What an operator has to mend. */
  readonly problems: readonly string[];
  readonly log: { readonly inputSequence: number; readonly outputSequence: number };
  /** What the streams hold, and who keeps what is due to be purged; null while no DAG manager answers. */
  readonly streams: readonly StreamReport[] | null;
  readonly strategies: ClusterStatus['strategies'];
  /** Nodes that stand still until the operator releases them. */
  readonly quarantine: readonly QuarantineRecord[];
  readonly members: readonly {
    readonly member: string;
    readonly alive: boolean;
    /** Told by `qmtl drain` to run nothing. */
    readonly drained: boolean;
    readonly pid: number;
    readonly httpPort: number;
    readonly shards: number;
    readonly slots: readonly { readonly slot: string; readonly shard: number; readonly state: string; readonly epoch: number; readonly nodes: number; readonly rows: number; readonly inputSequence: number; /** Entries of the log from the first on that it reads and has not taken; 0 when there is none. */ readonly lag: number; readonly residentBytes: number; readonly busyRatio: number; readonly restarts: number; readonly restoredFrom?: string; readonly lastFailure?: string; readonly waiting: readonly string[] }[];
  }[];
}

export function registerStatus(program: Command, cli: Cli): void {
  withClusterOptions(program.command('status'))
    .description('what the cluster runs, where, and how far it is')
    .addOption(jsonOption())
    .addHelpText('after', examples(['qmtl status', 'strategies, members, slots'], ["qmtl status --json | jq '.members[].slots[].lag'", 'for scripts']))
    .action(async (options: ClusterOptions & { json?: true }) => {
      const status = await withCluster(options, cli, (connection) => statusOf(connection, cli.clock));
      if (options.json) cli.out.json(status);
      else print(status, cli);
      if (!status.ready) cli.exitCode = 3;
    });
}

/** Asks the gateway and the log. Throws CLUSTER_NOT_READY when the gateway does not answer. */
export async function statusOf({ bus, subjects, natsUrl, dataDir, logServers }: Connection, clock: Clock): Promise<StatusAnswer> {
  const { strategies, members } = await bus.call<null, ClusterStatus>(subjects.call('gateway', 'status'), null);
  const [input, output, quarantine, drains, replicas, streams, reads] = await Promise.all([
    bus.state('IN'),
    bus.state('OUT'),
    bus.bucket<QuarantineRecord>('quarantine').then((bucket) => bucket.all()),
    bus.bucket<DrainRecord>('drains').then((bucket) => bucket.all()),
    lastingProblems(subjects, logServers, clock),
    bus.call<null, StreamReport[]>(subjects.call('dag', 'retention'), null).catch(() => null),
    bus.call<null, ReadsAnswer>(subjects.call('dag', 'reads'), null).catch(() => null),
  ]);
  const all = members.flatMap(({ shards }) => shards.flatMap(({ slots }) => slots));
  const lags = new Map(await Promise.all(all.map(async (slot) => [slot, await lagOf(bus, reads?.[slot.slot] ?? [subjects.inputs(slotIn(slot.slot))], slot.inputSequence, input.lastSequence)] as const)));
  const drained = new Set(drains.map(({ key }) => key));
  return {
    natsUrl,
    ready: members.some((member) => member.alive),
    problems: [...(dataDir !== undefined && isDiskFull(dataDir) ? [diskFullMessage(dataDir)] : []), ...(reads ? [] : [NO_DAG_MANAGER]), ...replicas],
    log: { inputSequence: input.lastSequence, outputSequence: output.lastSequence },
    streams,
    strategies,
    quarantine: quarantine.map(({ value }) => value),
    members: members.map(({ member, alive, pid, httpPort, shards }) => ({
      member,
      alive,
      drained: drained.has(member),
      pid,
      httpPort,
      shards: shards.length,
      slots: shards.flatMap(({ shard, slots }) =>
        slots.map((running) => {
          const { slot, state, epoch, nodes, rows, inputSequence, residentBytes, busyRatio, restarts, restoredFrom, lastFailure, waiting } = running;
          return {
            slot, shard, state, epoch, nodes: packedCount(nodes), rows, inputSequence, lag: lags.get(running)!, residentBytes, busyRatio, restarts, waiting,
            ...(restoredFrom && { restoredFrom }),
            ...(lastFailure && { lastFailure }),
          };
        }),
      ),
    })),
  };
}

function print({ natsUrl, problems, strategies, quarantine, members, log, streams }: StatusAnswer, cli: Cli): void {
  const { out } = cli;
  for (const problem of problems) out.line(out.paint('red', problem));
  out.line(`log ${natsUrl}: ${log.inputSequence} entries in, ${log.outputSequence} out`);
  for (const { stream, entries, bytes, firstSequence } of streams ?? []) out.line(`  stream ${stream} holds ${entries} entries from ${firstSequence} on, ${Math.ceil(bytes / 2 ** 20)} MiB`);
  out.line();
  if (strategies.length === 0) out.line('no strategy yet; `qmtl publish <strategy.ts>` submits one');
  else out.table(['strategy', 'state', 'nodes', 'id'], strategies.map(({ name, state, nodes, id }) => [name, state, nodes, id.slice(0, 16)]));
  out.line();
  out.table(['member', 'alive', 'pid', 'http', 'shards'], members.map(({ member, alive, drained, pid, httpPort, shards }) => [member, `${alive ? 'yes' : 'no'}${drained ? ', drained' : ''}`, pid, httpPort, shards]));
  const slots = members.flatMap(({ member, slots: each }) => each.map((slot) => ({ member, ...slot })));
  if (slots.length > 0) {
    out.line();
    out.table(['slot', 'member', 'shard', 'state', 'nodes', 'rows', 'lag', 'memory', 'busy', 'restarts'], slots.map(({ slot, member, shard, state, nodes, rows, lag, residentBytes, busyRatio, restarts }) => [slot, member, shard, state, nodes, rows, lag, `${Math.ceil(residentBytes / 1024)} KiB`, percent(busyRatio), restarts]));
  }
  for (const { stream, heldBy, dueSequence } of streams ?? []) if (heldBy) out.line(out.paint('yellow', heldLine(stream, heldBy, dueSequence)));
  for (const record of quarantine) out.line(out.paint('yellow', quarantineLine(record)));
  for (const { slot, busyRatio } of hotSlots(members)) out.line(out.paint('yellow', `slot ${slot} computes ${percent(busyRatio)} of its shard’s time: \`qmtl split ${slot}\` gives it another owner, if it has more sources than one`));
  for (const { slot, waiting, lastFailure } of slots) {
    if (waiting.length > 0) out.line(out.paint('yellow', `slot ${slot}: nodes that stand still or wait for one that does: ${waiting.length}`));
    if (lastFailure) out.line(out.paint('yellow', `slot ${slot} was started again: ${lastFailure}`));
  }
}

function percent(ratio: number): string {
  return `${Math.round(100 * ratio)} %`;
}

function heldLine(stream: string, { slot, node, sequence, why }: NonNullable<StreamReport['heldBy']>, dueSequence: number): string {
  return `stream ${stream} is not purged up to ${dueSequence}: slot ${slot} needs entries from ${sequence} on for node ${node.slice(0, 16)}, ${why}`;
}
