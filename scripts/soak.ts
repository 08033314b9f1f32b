// npm run soak -- --minutes 60 [--json <file>]: a fault every 20 s on a cluster of three replicating servers, every row compared with the
// batch run all the while, and the memory of every process watched. Ends with 1 when a promise is broken or memory keeps growing.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { suffer, withDrill } from '#chaos/run.ts';
import { type FaultSpec, scenarioSchema } from '#chaos/scenario.ts';
import { Output } from '#cli/output.ts';
import { seededRandom, systemRandom } from '#clock/random.ts';
import { SystemClock } from '#clock/system.ts';

const FAULT_EVERY_MS = 20_000;
const MINUTE_MS = 60_000;
const ROWS_PER_SECOND = 50;
const SETTLE_MS = 90_000;
/** More than this in the second half of the soak over the first is no noise. */
const GROWTH_RATIO_MAX = 1.3;

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
}

const rows = Math.ceil(minutes * 60 * ROWS_PER_SECOND);
const scenario = scenarioSchema.parse({ name: 'soak', description: 'a fault every 20 s', workload: { instruments: 3, rows, rowsPerSecond: ROWS_PER_SECOND }, faults: [] });
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
    const { roles, logServers } = bed.file();
    const line: Minute = {
      minute,
      faults,
      rows: checker.tally.rows - lastRows,
      longestPauseMs: Math.round(checker.takeLongestPauseMs()),
      violations: checker.violations.length,
      membersMb: residentMb(roles.filter(({ name }) => name.startsWith('member:')).map(({ pid }) => pid)),
      serversMb: residentMb(logServers.map(({ pid }) => pid)),
      checkerMb: residentMb([process.pid]),
    };
    lastRows = checker.tally.rows;
    told.push(line);
    out.line(Object.entries(line).map(([name, value]) => `${name} ${value}`).join('  '));
  }
  await Promise.race([fed, clock.sleep(SETTLE_MS, stop.signal)]);
  await checker.finished(SETTLE_MS);
  return checker.violations;
});

const half = Math.floor(told.length / 2);
const mean = (lines: readonly Minute[], of: (line: Minute) => number): number => lines.reduce((sum, line) => sum + of(line), 0) / Math.max(1, lines.length);
const growth = { members: ratioOf((line) => line.membersMb), servers: ratioOf((line) => line.serversMb) };
const isFlat = growth.members < GROWTH_RATIO_MAX;
for (const violation of violations) out.line(out.paint('red', violation));
out.line(`${violations.length} violations in ${minutes} minutes; memory of the second half over the first: members × ${growth.members.toFixed(2)}, servers × ${growth.servers.toFixed(2)}`);
if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify({ minutes, violations, growth, told }, null, 2)}\n`);
process.exitCode = violations.length > 0 || !isFlat ? 1 : 0;

function ratioOf(of: (line: Minute) => number): number {
  return half === 0 ? 1 : mean(told.slice(half), of) / mean(told.slice(0, half), of);
}

/** Linux tells it; elsewhere 0. A process that is being started again counts when it is there. */
function residentMb(pids: readonly number[]): number {
  const pages = pids.map((pid) => (existsSync(`/proc/${pid}/statm`) ? Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) : 0));
  return Math.round((pages.reduce((sum, each) => sum + each, 0) * 4_096) / 2 ** 20);
}
