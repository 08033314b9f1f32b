// What a scenario file may say: a cluster, a workload, and the faults that happen to it. What is checked is always everything there is
// to check (checker.ts), so a scenario cannot leave it out.
import { readChecked } from '#cluster/config.ts';
import { group, must, text, whole, z } from '#cluster/config-schema.ts';

const HOUR_MS = 3_600_000;

const ROLE_WORDS = 'gateway, dag-manager, owner (the member that runs the first instrument), members, or member:<id>';
const SERVER_WORDS = 'stream-leader (of the outputs), follower, nats-servers, or nats-server-<n>';

const role = text(ROLE_WORDS, /^(gateway|dag-manager|owner|members|member:[a-z0-9-]+)$/, ROLE_WORDS);
const server = text(SERVER_WORDS, /^(stream-leader|follower|nats-servers|nats-server-\d|nats-server)$/, SERVER_WORDS);
const process = text(`${ROLE_WORDS}; or ${SERVER_WORDS}`, /^(gateway|dag-manager|owner|members|member:[a-z0-9-]+|stream-leader|follower|nats-servers|nats-server-\d|nats-server)$/, 'process it happens to');

const atMs = whole(0, 24 * HOUR_MS, 'when it begins, in ms after the first row');
const forMs = whole(1, HOUR_MS, 'how long it lasts, in ms');

const fault = z
  .discriminatedUnion(
    'fault',
    [
      group('a process is killed with SIGKILL', { fault: z.literal('kill'), atMs, target: process }),
      group('a machine is lost: its member is killed, and begins again with an empty disk', { fault: z.literal('lose'), atMs, target: role }),
      group('a process stands still (SIGSTOP), then goes on', { fault: z.literal('pause'), atMs, target: process, forMs }),
      group('a process gets a tenth of its time, as with a slow disk or too few cores', { fault: z.literal('slow'), atMs, target: process, forMs }),
      group('nothing passes between a role and the log, or between a server and the others', { fault: z.literal('partition'), atMs, target: process, forMs }),
      group('everything between a role and the log takes longer', { fault: z.literal('delay'), atMs, target: role, forMs, byMs: whole(1, 10_000, 'how much longer, in ms') }),
      group('a shard’s thread ends in the middle of what it does', { fault: z.literal('kill-shard'), atMs, target: role }),
      group('a shard’s thread does nothing else any more for a while', { fault: z.literal('hang-shard'), atMs, target: role, forMs }),
      group('the disk of the log and the checkpoints is full for a while', { fault: z.literal('fill-disk'), atMs, forMs }),
      group('the disk of the log and the checkpoints is slow for a while', { fault: z.literal('slow-disk'), atMs, forMs, bytesPerSecond: whole(4_096, 1_000_000_000, 'what reaches it in a second') }),
      group('each process in turn is told to stop (SIGTERM), and the next only when it is back', { fault: z.literal('rolling-restart'), atMs, target: z.enum(['everything', 'members', 'nats-servers'], must('everything, members or nats-servers')) }),
      group('a member is drained by command, and takes its share again afterwards', { fault: z.literal('drain'), atMs, target: role, forMs }),
      group('the cluster is told to run on so many members', { fault: z.literal('scale'), atMs, members: whole(1, 8, 'how many') }),
      group('the slot of the first instrument is divided by command, or made whole', { fault: z.literal('split'), atMs, shares: whole(1, 8, 'how many owners it has then') }),
      group('every role is given a new process by command, members drained first', { fault: z.literal('restart'), atMs }),
      group('the leader of the outputs’ stream hands over as before a planned restart', { fault: z.literal('step-down'), atMs, target: server.optional() }),
    ],
    must('a fault: kill, lose, pause, slow, partition, delay, kill-shard, hang-shard, fill-disk, slow-disk, rolling-restart, drain, scale, split, restart or step-down'),
  )
  .describe('one thing that happens');

export const scenarioSchema = group('drill: a workload, what happens to the cluster meanwhile, and how long rows may pause', {
  name: text('a name of lower-case letters, digits and dashes', /^[a-z0-9-]{1,64}$/, 'name of the drill'),
  description: z.string(must('a text')).describe('what it shows'),
  cluster: group('cluster it runs on', {
    servers: z.union([z.literal(1), z.literal(3)], must('1 or 3')).describe('nats-servers').default(3),
    members: whole(1, 8, 'members').default(2),
    shards: whole(1, 8, 'shards of each').default(1),
    slots: whole(1, 256, 'units of placement').default(16),
    memberTtlMs: whole(1_000, 60_000, 'silence after which a member counts as dead').default(1_500),
    uploadEveryMs: whole(100, 3_600_000, 'longest time between two checkpoints that go where other machines find them').default(30_000),
    keepMs: whole(1, HOUR_MS, 'age at which rows of sources are purged from the log, where no slot needs them; the drill fails if none were').optional(),
  }).prefault({}),
  workload: group('what it computes meanwhile', {
    instruments: whole(1, 1_000, 'instruments, each with the same strategies').default(3),
    rows: whole(100, 100_000_000, 'rows of each instrument').default(3_000),
    rowsPerSecond: whole(1, 100_000, 'rows of each instrument a second').default(300),
    seed: whole(1, 2 ** 31, 'what the random walks begin with').default(1),
  }).prefault({}),
  faults: z.array(fault, must('a list of faults, each beginning with "- fault:"')).describe('what happens, in order of time'),
  pauseMsMax: whole(1, HOUR_MS, 'longest time without a row of an instrument').default(15_000),
});

export type Scenario = z.infer<typeof scenarioSchema>;
export type FaultSpec = Scenario['faults'][number];

/** Throws CONFIG_INVALID with the line and column of every mistake. */
export function readScenario(path: string): Scenario {
  return readChecked(path, scenarioSchema);
}
