// Drills on real processes: each kills or pauses a part of the cluster in the middle of a replay, and in the end every subject holds
// the batch run's rows: the same bits, none missing, none twice, each written by the one who held the slot's lease at that moment.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replay, type ReplayReport } from '#actors/feed.ts';
import { decode } from '#bus/codec.ts';
import { decodeFrame } from '#bus/frame.ts';
import { NatsBus } from '#bus/nats.ts';
import { type Slot, slotOf, subjects } from '#bus/subjects.ts';
import { systemRandom } from '#clock/random.ts';
import { SystemClock } from '#clock/system.ts';
import { loadConfig } from '#cluster/config.ts';
import type { RoleName } from '#cluster/roles.ts';
import { type Cluster, startCluster } from '#cluster/up.ts';
import { type Source, sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import type { DrainAnswer, DrainRequest } from '#dag/manager.ts';
import type { ClusterStatus, Submission, SubmissionAnswer } from '#gateway/gateway.ts';
import { logger } from '#telemetry/log.ts';
import { walk } from '../support/bars.ts';
import { entriesOn } from '../support/log.ts';
import { everything, goldenCross } from '../support/strategies.ts';
import { batchRows, expectSameBits, rowsOfFrames } from '../support/truth.ts';
import { until } from '../support/until.ts';

const SLOTS = 64;
const TTL_MS = 1_000;
const ROWS = 1_500;
const SPEED = 60 * 750; // one-minute bars, 750 a second: two seconds of replay
const clock = new SystemClock();
const log = logger({ role: 'test', level: 'silent' });
const names = subjects('default');

let dir: string;
let cluster: Cluster;
let bus: NatsBus;

const status = () => bus.call<null, ClusterStatus>(names.call('gateway', 'status'), null, 1_000);

/** One instrument of its own with two strategies on it, and a replay under way. */
class Drill {
  readonly #source: Source;
  readonly #specs: readonly StrategySpec[];
  readonly #columns: Float64Array[];
  readonly slot: Slot;
  readonly late: StrategySpec;

  constructor(instrument: string, seed: number) {
    const at = { venue: 'drill', instrument, interval: '1m' };
    this.#source = { ...at, interval: interval('1m') };
    this.#columns = walk(ROWS, seed);
    this.#specs = [everything.declare(at), goldenCross.declare(at), goldenCross.declare({ ...at, slow: 40 })];
    this.late = this.#specs[2]!;
    this.slot = slotOf(sourceId(this.#source), SLOTS);
  }

  async begin(): Promise<{ feeding: Promise<ReplayReport> }> {
    for (const spec of this.#specs.slice(0, 2)) await submitted(spec);
    await until('a member runs the slot', () => this.owner());
    const pace = { speed: SPEED, rowsPerFrame: 16 };
    const feeding = replay({ bus, clock, subjects: names }, SLOTS, this.#source, this.#columns, pace, () => {});
    await until('rows come out', async () => (await this.#rows(this.#specs[0]!.target!.account)) > ROWS / 4);
    return { feeding };
  }

  /** The member that says it runs the slot. */
  async owner(): Promise<string | undefined> {
    const { members } = await status();
    return members.find(({ alive, shards }) => alive && shards.some(({ slots }) => slots.some(({ slot, state }) => slot === this.slot && state === 'running')))?.member;
  }

  async #rows(node: string): Promise<number> {
    const last = await bus.last('OUT', names.output(this.slot, node as never));
    if (!last) return 0;
    const { first, count } = decodeFrame(last.data, node);
    return first + count;
  }

  /** Who took the slot's lease, and let go of it, in order. */
  async leases(): Promise<{ epoch: number; member: string; released?: object }[]> {
    const entries = await entriesOn(bus, 'OUT', names.lease(this.slot));
    return entries.map(({ sequence, data }) => ({ epoch: sequence, ...decode<{ member: string; released?: object }>(data, 'lease') }));
  }

  /** That every subject holds the batch run's bits, each frame from the holder of the lease. */
  async expectTruth(): Promise<void> {
    for (const spec of this.#specs) {
      for (const [id, rows] of batchRows(spec, new Map([[sourceId(this.#source) as string, this.#columns]]))) {
        const due = rows.first + rows.columns[0]!.length;
        await until(`rows of ${spec.name} ${id.slice(0, 8)}`, async () => (await this.#rows(id)) >= due);
        const entries = await entriesOn(bus, 'OUT', names.output(this.slot, id));
        expectSameBits(rowsOfFrames(entries), rows, `${spec.name} ${id.slice(0, 8)}`);
        const epochs = (await this.leases()).map((lease) => lease.epoch);
        for (const { data, sequence } of entries) expect(decodeFrame(data, id).epoch).toBe(epochs.findLast((epoch) => epoch < sequence));
      }
    }
  }
}

const kill = (pid: number | undefined, signal: NodeJS.Signals = 'SIGKILL'): void => void process.kill(pid!, signal);

async function comesBack(name: RoleName, before: number): Promise<void> {
  await until(`${name} is back`, async () => cluster.pidOf(name) !== before && cluster.file().roles.some((role) => role.name === name && role.pid !== before));
}

/** Submits until there is somebody to take it. */
const submitted = (spec: StrategySpec): Promise<SubmissionAnswer> => until('the strategy is taken', () => bus.call<Submission, SubmissionAnswer>(names.call('gateway', 'submit'), { spec, correlationId: 'drill' }, 1_000));

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'qmtl-chaos-'));
  const config = loadConfig(undefined, {
    flags: { dataDir: dir, logLevel: 'warn', 'gateway.httpPort': 0, 'dagManager.httpPort': 0, 'lease.heartbeatEveryMs': 100, 'lease.memberTtlMs': TTL_MS },
  });
  cluster = await startCluster(config, { clock, random: systemRandom, log, onEvent: () => {} });
  bus = await NatsBus.connect({ url: cluster.natsUrl, subjects: names, clock, name: 'drill' });
});

afterAll(async () => {
  await bus?.close();
  await cluster?.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('in the middle of a replay', () => {
  test('kill -9 of the gateway stops no row, and a strategy that comes then is taken by its next life', async () => {
    const drill = new Drill('GATEWAY', 1);
    const { feeding } = await drill.begin();
    const before = cluster.pidOf('gateway')!;
    kill(before);
    const { strategyId } = await submitted(drill.late);
    await comesBack('gateway', before);
    await feeding;
    await drill.expectTruth();
    await until('the late strategy executes', async () => (await status()).strategies.find((strategy) => strategy.id === strategyId)?.state === 'Executing');
    expect(await drill.leases()).toHaveLength(1);
  });

  test('kill -9 of the DAG manager stops no row, and a strategy that comes then is mapped by its next life', async () => {
    const drill = new Drill('DAG', 2);
    const { feeding } = await drill.begin();
    const before = cluster.pidOf('dag-manager')!;
    kill(before);
    await submitted(drill.late);
    await comesBack('dag-manager', before);
    await feeding;
    await drill.expectTruth();
    expect(await drill.leases()).toHaveLength(1);
  });

  test('kill -9 of nats-server: it comes back with its store, and everybody goes on with it', async () => {
    const drill = new Drill('NATS', 3);
    const { feeding } = await drill.begin();
    const before = cluster.file().logServers[0]!.pid;
    kill(before);
    await submitted(drill.late);
    expect(cluster.file().logServers[0]!.pid).not.toBe(before);
    expect(await feeding).toEqual({ published: ROWS, skipped: 0 });
    await drill.expectTruth();
  });

  test('kill -9 of both members at once: both come back from their checkpoints', async () => {
    const drill = new Drill('MEMBERS', 4);
    const { feeding } = await drill.begin();
    const before = (['member:m1', 'member:m2'] as const).map((name) => [name, cluster.pidOf(name)!] as const);
    for (const [, pid] of before) kill(pid);
    await submitted(drill.late);
    for (const [name, pid] of before) await comesBack(name, pid);
    await feeding;
    await drill.expectTruth();
  });

  test('drained members hand their slots over and back, each new owner where the last one let go', async () => {
    const drill = new Drill('DRAIN', 6);
    const { feeding } = await drill.begin();
    const first = await until('a member runs the slot', () => drill.owner());
    const drain = (member: string, drained: boolean): Promise<DrainAnswer> => bus.call<DrainRequest, DrainAnswer>(names.call('dag', 'drain'), { member, drained });
    await drain(first, true);
    await until('everything is handed over', async () => (await drill.owner()) !== first && (await drain(first, true)).slots === 0);
    await submitted(drill.late);
    await drain(first, false);
    await feeding;
    await drill.expectTruth();
    // Taken, released, taken: nobody was thrown out.
    const leases = await drill.leases();
    expect(leases.slice(0, 3).map(({ member, released }) => [member === first, released !== undefined])).toEqual([[true, false], [true, true], [false, false]]);
  });

  test('a member that stands still longer than its lease allows is passed, and writes nothing more when it goes on', async () => {
    const drill = new Drill('PAUSE', 5);
    const { feeding } = await drill.begin();
    const paused = await until('a member runs the slot', () => drill.owner());
    const pid = cluster.pidOf(`member:${paused}`)!;
    kill(pid, 'SIGSTOP');
    try {
      const next = await until('the other member takes the slot', async () => (await drill.leases()).at(-1)!.member !== paused && (await drill.leases()).at(-1));
      await submitted(drill.late);
      kill(pid, 'SIGCONT');
      await feeding;
      await drill.expectTruth();
      await until('the paused member does not believe any more that the slot is its', async () => {
        const { alive, shards } = (await status()).members.find((member) => member.member === paused)!;
        return alive && shards.every(({ slots }) => slots.every(({ slot, state, epoch }) => slot !== drill.slot || state !== 'running' || epoch > next.epoch));
      });
      // Whoever had it later was given it by the one who took it.
      for (const lease of (await drill.leases()).filter(({ epoch }) => epoch > next.epoch).slice(0, 1)) expect(lease.member).toBe(next.member);
      expect(cluster.pidOf(`member:${paused}`)).toBe(pid);
    } finally {
      kill(pid, 'SIGCONT');
    }
  });
});
