// npm run soak -- --minutes 60 [--json <file>]: a fault every 20 s on a cluster of three replicating servers, every row compared with the
// batch run all the while, and a line a minute: memory and heap of the processes, their open handles, what the servers store, and
// their consumers, streams and connections. Ends with 1 when a promise is broken or one of these keeps growing (chaos/trend.ts).
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { suffer, withDrill } from '#chaos/run.ts';
import { type FaultSpec, scenarioSchema } from '#chaos/scenario.ts';
import { trendOf } from '#chaos/trend.ts';
import type { ClusterFile } from '#cluster/cluster-file.ts';
import { Output } from '#cli/output.ts';
import { seededRandom, systemRandom } from '#clock/random.ts';
import { SystemClock } from '#clock/system.ts';

const FAULT_EVERY_MS = 20_000;
const MINUTE_MS = 60_000;
const ROWS_PER_SECOND = 50;
const SETTLE_MS = 90_000;
/** So that the log, and what the servers keep of it in memory, have their size before the warm-up is over. */
const KEEP_MS = 300_000;
/** Caches and compilers take their share first. */
const WARM_UP_RATIO = 0.2;

const FAULTS: readonly FaultSpec[] = [
  { fault: 'kill', target: 'owner', atMs: 0 },
  { fault: 'kill', target: 'stream-leader', atMs: 0 },
  { fault: 'pause', target: 'owner', atMs: 0, forMs: 4_000 },
  { fault: 'kill', target: 'follower', atMs: 0 },
  { fault: 'partition', target: 'owner', atMs: 0, forMs: 4_000 },
  { fault: 'step-down', atMs: 0 },
  { fault: 'kill', target: 'gateway', atMs: 0 },
  { fault: 'kill-shard', target: 'owner', atMs: 0 },
  { fault: 'delay', target: 'members', atMs: 0, forMs: 4_000, byMs: 30 },
  { fault: 'kill', target: 'dag-manager', atMs: 0 },
  { fault: 'partition', target: 'follower', atMs: 0, forMs: 5_000 },
  { fault: 'kill', target: 'members', atMs: 0 },
];

const { values: flags } = parseArgs({ options: { minutes: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' }, json: { type: 'string' } } });
const minutes = Number(flags.minutes);
const random = seededRandom(Number(flags.seed));
const out = new Output(process.stdout, process.stderr, process.env);
const clock = new SystemClock();
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(new Error(`stopped by ${name}`)));

interface Minute {
  readonly minute: number;
  readonly faults: number;
  readonly rows: number;
  readonly longestPauseMs: number;
  readonly violations: number;
  /** Resident megabytes of all members, all nats-servers, and this process. */
  readonly membersMb: number;
  readonly serversMb: number;
  readonly checkerMb: number;
  /** Heap in use, of all members and of this process. */
  readonly membersHeapMb: number;
  readonly checkerHeapMb: number;
  /** Files and sockets the members have open. */
  readonly membersHandles: number;
  /** As the server with the most of them tells. */
  readonly consumers: number;
  readonly streams: number;
  readonly connections: number;
  readonly storedMb: number;
}

/** What may not keep growing. */
const WATCHED = ['membersMb', 'serversMb', 'membersHeapMb', 'membersHandles', 'consumers', 'streams', 'connections', 'storedMb'] as const satisfies readonly (keyof Minute)[];

const rows = Math.ceil(minutes * 60 * ROWS_PER_SECOND);
const scenario = scenarioSchema.parse({ name: 'soak', description: 'a fault every 20 s', cluster: { keepMs: KEEP_MS }, workload: { instruments: 3, rows, rowsPerSecond: ROWS_PER_SECOND }, faults: [] });
const told: Minute[] = [];
const violations = await withDrill(scenario, { clock, random: systemRandom, onEvent: (event) => out.note(`  ${event}`), signal: stop.signal }, async ({ bed, checker, fed }) => {
  const startedMs = clock.monotonicMs();
  let faults = 0;
  let lastRows = 0;
  for (let minute = 1; minute <= minutes; minute++) {
    while (clock.monotonicMs() - startedMs < minute * MINUTE_MS - FAULT_EVERY_MS / 2) {
      const dueMs = startedMs + (faults + 0.5) * FAULT_EVERY_MS;
      await clock.sleep(Math.max(0, dueMs - clock.monotonicMs()), stop.signal);
      const { fault, target, recoveredMs } = await suffer(FAULTS[random.below(FAULTS.length)]!, bed, checker, 0);
      out.note(`  ${fault} of ${target}: rows flowed again after ${Math.round(recoveredMs)} ms`);
      faults++;
    }
    const line: Minute = {
      minute,
      faults,
      rows: checker.tally.rows - lastRows,
      longestPauseMs: Math.round(checker.takeLongestPauseMs()),
      violations: checker.violations.length,
      ...(await measured(bed.file())),
    };
    lastRows = checker.tally.rows;
    told.push(line);
    out.line(Object.entries(line).map(([name, value]) => `${name} ${value}`).join('  '));
  }
  // A timer that still runs would keep the process alive behind its answer.
  const over = new AbortController();
  await Promise.race([fed, clock.sleep(SETTLE_MS, AbortSignal.any([stop.signal, over.signal]))]).finally(() => over.abort());
  await checker.finished(SETTLE_MS);
  return checker.violations;
});

const settled = told.slice(Math.floor(told.length * WARM_UP_RATIO));
const trends = Object.fromEntries(WATCHED.map((name) => [name, trendOf(settled.map((line) => line[name]))]));
for (const violation of violations) out.line(out.paint('red', violation));
for (const [name, { growthRatio, z, isFlat }] of Object.entries(trends)) {
  const verdict = isFlat === undefined ? 'too few minutes to tell' : isFlat ? 'flat' : out.paint('red', 'grows');
  out.line(`${name}: ${verdict} (${(100 * growthRatio).toFixed(1)} % over ${settled.length} minutes, z ${z.toFixed(1)})`);
}
out.line(`${violations.length} violations in ${minutes} minutes`);
if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify({ minutes, violations, trends, told }, null, 2)}\n`);
process.exitCode = violations.length > 0 || Object.values(trends).some(({ isFlat }) => isFlat === false) ? 1 : 0;

type Measures = Omit<Minute, 'minute' | 'faults' | 'rows' | 'longestPauseMs' | 'violations'>;

/** A process that is being started again counts when it is there. */
async function measured({ roles, logServers }: ClusterFile): Promise<Measures> {
  const members = roles.filter(({ name }) => name.startsWith('member:'));
  const pids = members.map(({ pid }) => pid);
  const heaps = await Promise.all(members.map(({ httpPort }) => heapBytes(httpPort)));
  const counts = await Promise.all(logServers.map(({ monitorUrl }) => countsOf(monitorUrl!)));
  const most = (name: keyof ServerCounts): number => Math.max(0, ...counts.map((each) => each?.[name] ?? 0));
  return {
    membersMb: residentMb(pids),
    serversMb: residentMb(logServers.map(({ pid }) => pid)),
    checkerMb: residentMb([process.pid]),
    membersHeapMb: megabytes(heaps.reduce((sum, bytes) => sum + bytes, 0)),
    checkerHeapMb: megabytes(process.memoryUsage().heapUsed),
    membersHandles: pids.reduce((sum, pid) => sum + (existsSync(`/proc/${pid}/fd`) ? readdirSync(`/proc/${pid}/fd`).length : 0), 0),
    consumers: most('consumers'),
    streams: most('streams'),
    connections: most('connections'),
    storedMb: megabytes(most('storedBytes')),
  };
}

/** Of a role's main thread, by its metrics; 0 when it does not answer. */
async function heapBytes(httpPort: number): Promise<number> {
  const text = await fetch(`http://127.0.0.1:${httpPort}/metrics`).then((answer) => answer.text(), () => '');
  return Number(/^nodejs_heap_size_used_bytes (\S+)$/m.exec(text)?.[1] ?? 0);
}

interface ServerCounts {
  readonly consumers: number;
  readonly streams: number;
  readonly connections: number;
  readonly storedBytes: number;
}

/** Undefined when the server does not answer. */
async function countsOf(monitorUrl: string): Promise<ServerCounts | undefined> {
  try {
    const [jsz, varz] = await Promise.all(['jsz', 'varz'].map(async (page) => (await (await fetch(`${monitorUrl}/${page}`)).json()) as Record<string, number | undefined>));
    return { consumers: jsz!['consumers'] ?? 0, streams: jsz!['streams'] ?? 0, connections: varz!['connections'] ?? 0, storedBytes: jsz!['storage'] ?? 0 };
  } catch {
    return undefined;
  }
}

/** Linux tells it; elsewhere 0. */
function residentMb(pids: readonly number[]): number {
  const pages = pids.map((pid) => (existsSync(`/proc/${pid}/statm`) ? Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) : 0));
  return megabytes(pages.reduce((sum, each) => sum + each, 0) * 4_096);
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
