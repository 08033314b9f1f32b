// A drill: a cluster of real processes, a workload, faults, and the checks, in a directory of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STREAMS } from '#bus/bus.ts';
import { NatsBus } from '#bus/nats.ts';
import { subjects } from '#bus/subjects.ts';
import type { Clock } from '#clock/clock.ts';
import type { Random } from '#clock/random.ts';
import { loadConfig } from '#cluster/config.ts';
import { areLed, lookAtReplicas, replicaProblems } from '#cluster/replicas.ts';
import { type Cluster, startCluster } from '#cluster/up.ts';
import { isFault } from '#domain/fault.ts';
import { submit } from '#sdk/submit.ts';
import { logger, newCorrelationId } from '#telemetry/log.ts';
import { Checker, FLOWING_MS, type Tally } from './checker.ts';
import { mountDisk } from './disk.ts';
import { type Bed, inflict } from './faults.ts';
import { DrillNetwork } from './network.ts';
import type { FaultSpec, Scenario } from './scenario.ts';
import { feed, type Instrument, instruments } from './workload.ts';

const SETTLE_WAIT_MS = 60_000;
const RECOVER_WAIT_MS = 60_000;
const LOOK_EVERY_MS = 10;
/** Often enough for a drill of seconds. */
const PURGES_PER_KEEP = 4;
const PURGE_EVERY_MS_MAX = 20_000; // what a purge removes, the servers read into memory first
/** By then the checker has read an output, however busy the machine is. */
const CHECKED_AFTER_MS = 15_000;

export interface FaultReport {
  readonly fault: FaultSpec['fault'];
  /** What it happened to, as it was found. */
  readonly target: string;
  readonly atMs: number;
  /** From its beginning until rows of every instrument flowed again; 0 when they never stopped. */
  readonly recoveredMs: number;
  /** Of a killed server of several: from its beginning until every stream of the log had a leader again, which no write can outrun. */
  readonly electedMs?: number;
  /** The longest time without a row of an instrument, from then until the next fault. */
  readonly pauseMs: number;
}

export interface DrillReport {
  readonly name: string;
  readonly passed: boolean;
  readonly violations: readonly string[];
  readonly faults: readonly FaultReport[];
  /** The longest time without a row before the first fault. */
  readonly quietPauseMs: number;
  readonly checked: Tally;
  readonly seconds: number;
}

export interface DrillPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly onEvent: (event: string) => void;
  readonly signal: AbortSignal;
}

/** A drill's cluster with its workload under way. */
export interface Drill {
  readonly bed: Bed;
  readonly checker: Checker;
  /** Resolves when every row is in the log. */
  readonly fed: Promise<void>;
}

/** Runs a scenario to its end. Throws what keeps it from being run; what goes wrong in it is in the report. */
export function runScenario(scenario: Scenario, ports: DrillPorts): Promise<DrillReport> {
  return withDrill(scenario, ports, async ({ bed, checker, fed }) => {
    const { clock, onEvent, signal } = ports;
    const startedMs = clock.monotonicMs();
    const reports: FaultReport[] = [];
    let quietPauseMs = 0;
    for (const fault of scenario.faults.toSorted((a, b) => a.atMs - b.atMs)) {
      await clock.sleep(Math.max(0, fault.atMs - (clock.monotonicMs() - startedMs)), signal);
      const pauseMs = checker.takeLongestPauseMs();
      if (reports.length === 0) quietPauseMs = pauseMs;
      else reports.push({ ...reports.pop()!, pauseMs });
      const report = await suffer(fault, bed, checker, clock.monotonicMs() - startedMs);
      onEvent(`${report.fault} of ${report.target}: ${report.recoveredMs === 0 ? 'rows flowed on' : `rows flowed again after ${Math.round(report.recoveredMs)} ms`}`);
      reports.push(report);
    }
    await Promise.race([fed, new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }))]);
    await checker.finished(SETTLE_WAIT_MS);
    const last = reports.pop();
    if (last) reports.push({ ...last, pauseMs: Math.max(last.pauseMs, checker.takeLongestPauseMs()) });
    else quietPauseMs = checker.takeLongestPauseMs();
    const tooLong = reports.filter(({ pauseMs }) => pauseMs > scenario.pauseMsMax).map(({ fault, pauseMs }) => `${fault}: no row of an instrument for ${Math.round(pauseMs)} ms, and ${scenario.pauseMsMax} were allowed`);
    const violations = [...checker.violations, ...tooLong, ...(await replicasThatDiffer(bed)), ...(scenario.cluster.keepMs === undefined ? [] : await notPurged(bed))];
    return { name: scenario.name, passed: violations.length === 0, violations, faults: reports, quietPauseMs, checked: checker.tally, seconds: (clock.monotonicMs() - startedMs) / 1_000 };
  });
}

/** One fault, and the time until rows flow again. */
export async function suffer(fault: FaultSpec, bed: Bed, checker: Checker, atMs: number): Promise<FaultReport> {
  const { clock } = bed;
  const beganMs = clock.monotonicMs();
  const target = await inflict(fault, bed);
  const flowing = new AbortController();
  const election = fault.fault === 'kill' && bed.file().logServers.length > 1 ? elected(target, bed, flowing.signal) : undefined;
  // What was on its way comes still: whether rows stopped is seen only once that had its time.
  await clock.sleep(2 * checker.flowingMs);
  while (checker.silentMs() > checker.flowingMs && clock.monotonicMs() - beganMs < RECOVER_WAIT_MS) await clock.sleep(LOOK_EVERY_MS);
  flowing.abort();
  const electedMs = await election;
  return { fault: fault.fault, target, atMs, recoveredMs: Math.max(0, checker.resumedMs - beganMs), pauseMs: 0, ...(electedMs !== undefined && { electedMs: electedMs - beganMs }) };
}

/** When every stream had a leader again, as the servers say themselves; undefined when that was not seen before rows flowed. */
async function elected(killed: string, { clock, file, subjects: names }: Bed, flowing: AbortSignal): Promise<number | undefined> {
  const streams = STREAMS.map((stream) => names.streamName(stream));
  while (!flowing.aborted) {
    if (areLed(await lookAtReplicas(file().logServers), streams, killed)) return clock.monotonicMs();
    await clock.sleep(LOOK_EVERY_MS);
  }
  return undefined;
}

/** Starts a cluster with a workload, and takes everything down again whatever happens in between. */
export async function withDrill<T>(scenario: Scenario, ports: DrillPorts, run: (drill: Drill) => Promise<T>): Promise<T> {
  const { clock, random, onEvent, signal } = ports;
  const { servers, members, shards, slots, memberTtlMs, uploadEveryMs, keepMs } = scenario.cluster;
  const dir = mkdtempSync(join(tmpdir(), 'qmtl-drill-'));
  const flags = {
    dataDir: join(dir, 'data'), slots, logLevel: 'warn', 'nats.servers': servers, 'gateway.httpPort': 0, 'dagManager.httpPort': 0,
    'lease.heartbeatEveryMs': Math.min(250, Math.floor(memberTtlMs / 4)), 'lease.memberTtlMs': memberTtlMs,
    'checkpoint.uploadEveryMs': uploadEveryMs,
    ...(keepMs !== undefined && { 'retention.everyMs': Math.min(PURGE_EVERY_MS_MAX, Math.ceil(keepMs / PURGES_PER_KEEP)), 'retention.in.keepMs': keepMs, 'retention.out.keepMs': CHECKED_AFTER_MS }),
    members: JSON.stringify(Array.from({ length: members }, (_, k) => ({ id: `m${k + 1}`, shards, httpPort: 0 }))),
  };
  const config = loadConfig(undefined, { flags });
  const names = subjects(config.tenant);
  const network = new DrillNetwork(clock);
  const stopped = new AbortController();
  let unmountDisk = (): void => {};
  let cluster: Cluster | undefined;
  let bus: NatsBus | undefined;
  let checker: Checker | undefined;
  let fed: Promise<void> = Promise.resolve();
  try {
    unmountDisk = mountDisk(config.dataDir, scenario.faults.map(({ fault }) => fault));
    cluster = await startCluster(config, { clock, random, log: logger({ role: 'drill', level: 'silent' }), onEvent, network });
    bus = await NatsBus.connect({ url: cluster.natsUrl, subjects: names, clock, name: 'drill' });
    const all = instruments(scenario.workload.instruments, scenario.workload.rows, scenario.workload.seed, slots);
    checker = new Checker(names, clock, all, scenario.workload.rowsPerSecond);
    await checker.start(bus);
    await submitAll(bus, names, all, clock);
    fed = Promise.all(all.map((instrument) => feed({ bus: bus!, clock, subjects: names }, slots, instrument, scenario.workload.rowsPerSecond, stopped.signal))).then(() => {});
    fed.catch(() => {}); // met by who waits for it
    while (checker.tally.rows === 0) {
      signal.throwIfAborted();
      await Promise.race([clock.sleep(LOOK_EVERY_MS), fed]);
    }
    return await run({ bed: { bus, clock, subjects: names, network, dataDir: config.dataDir, instruments: all, file: cluster.file }, checker, fed });
  } finally {
    stopped.abort();
    await fed.catch(() => {});
    await checker?.stop();
    await bus?.close();
    await cluster?.stop();
    network.close();
    unmountDisk();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function submitAll(bus: NatsBus, names: ReturnType<typeof subjects>, all: readonly Instrument[], clock: Clock): Promise<void> {
  for (const spec of all.flatMap(({ specs }) => specs)) {
    for (;;) {
      try {
        await submit(bus, names, spec, newCorrelationId());
        break;
      } catch (error) {
        if (!isFault(error) || !error.retry) throw error;
        await clock.sleep(LOOK_EVERY_MS);
      }
    }
  }
}

async function notPurged({ bus }: Bed): Promise<string[]> {
  const { entries, lastSequence } = await bus.state('IN');
  return entries < lastSequence ? [] : ['no row was purged from the log'];
}

/** In the end every copy of the log must hold the same; the servers are given time to get there. */
async function replicasThatDiffer({ file, subjects: names, clock }: Bed): Promise<string[]> {
  const deadlineMs = clock.monotonicMs() + SETTLE_WAIT_MS;
  for (;;) {
    const look = await lookAtReplicas(file().logServers);
    const problems = replicaProblems(names, look, look);
    if (problems.length === 0 || clock.monotonicMs() > deadlineMs) return problems;
    await clock.sleep(FLOWING_MS);
  }
}
