// A cluster that grows, is restarted process by process and shrinks, while rows flow: every subject holds the batch run's rows, and
// no owner was thrown out, but let go.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replay } from '#actors/feed.ts';
import { decode } from '#bus/codec.ts';
import { NatsBus } from '#bus/nats.ts';
import { type Slot, slotOf, subjects } from '#bus/subjects.ts';
import { systemRandom } from '#clock/random.ts';
import { SystemClock } from '#clock/system.ts';
import { loadConfig } from '#cluster/config.ts';
import type { RestartRequest, ScaleRequest, StewardAnswer } from '#cluster/steward.ts';
import { type Cluster, startCluster } from '#cluster/up.ts';
import { type Source, type SourceID, sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import type { ClusterStatus } from '#gateway/gateway.ts';
import { submit } from '#sdk/submit.ts';
import { logger } from '#telemetry/log.ts';
import { walk } from '../support/bars.ts';
import { entriesOn } from '../support/log.ts';
import { goldenCross } from '../support/strategies.ts';
import { batchRows, expectSameBits, rowsOfFrames } from '../support/truth.ts';
import { until } from '../support/until.ts';

const clock = new SystemClock();
const log = logger({ role: 'test', level: 'silent' });
const names = subjects('default');
const SLOTS = 64;
const ROWS = 3_000;
const SPEED = 60 * 200; // one-minute bars, 200 a second: a quarter of a minute of replay
const SOURCES: readonly Source[] = Array.from({ length: 6 }, (_, k) => ({ venue: 'scale', instrument: `I${k}`, interval: interval('1m') }));

let dir: string;
let cluster: Cluster;
let bus: NatsBus;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'qmtl-scale-'));
  const config = loadConfig(undefined, {
    flags: { dataDir: dir, 'gateway.httpPort': 0, 'dagManager.httpPort': 0, 'lease.heartbeatEveryMs': 100, 'lease.memberTtlMs': 1_000 },
  });
  cluster = await startCluster({ ...config, members: [{ id: 'm1', shards: 1, httpPort: 0 }] }, { clock, random: systemRandom, log, onEvent: () => {} });
  bus = await NatsBus.connect({ url: cluster.natsUrl, subjects: names, clock, name: 'test' });
});

afterAll(async () => {
  await bus?.close();
  await cluster?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const scale = (members: number): Promise<StewardAnswer> => bus.call<ScaleRequest, StewardAnswer>(names.call('up', 'scale'), { members }, 60_000);
const restart = (): Promise<StewardAnswer> => bus.call<RestartRequest, StewardAnswer>(names.call('up', 'restart'), {}, 60_000);

/** Members by the slots they own. */
async function owners(): Promise<Map<string, number>> {
  const { members } = await bus.call<null, ClusterStatus>(names.call('gateway', 'status'), null);
  return new Map(members.map(({ member, shards }) => [member, shards.flatMap(({ slots }) => slots).filter(({ state }) => state === 'running').length]));
}

test('one member, three, new processes for all, one member: the bits of the batch run', { timeout: 120_000 }, async () => {
  const data = new Map<SourceID, Float64Array[]>(SOURCES.map((source, k) => [sourceId(source), walk(ROWS, 100 + k)]));
  const specs = SOURCES.map(({ venue, instrument }) => goldenCross.declare({ venue, instrument, interval: '1m' }));
  for (const spec of specs) await submit(bus, names, spec, 'scale');
  const feeding = Promise.all(SOURCES.map((source) => replay({ bus, clock, subjects: names }, SLOTS, source, data.get(sourceId(source))!, { speed: SPEED, rowsPerFrame: 4 }, () => {})));

  expect((await scale(3)).roles).toContain('member:m3');
  await until('other members take their share', async () => [...(await owners()).values()].filter((slots) => slots > 0).length > 1);
  const before = new Map(cluster.file().roles.map(({ name, pid }) => [name, pid]));
  await restart();
  for (const { name, pid } of cluster.file().roles) expect(pid, name).not.toBe(before.get(name));
  expect((await scale(1)).roles.filter((role) => role.startsWith('member:'))).toEqual(['member:m1']);
  await feeding;

  for (const [k, spec] of specs.entries()) {
    const slot = slotOf(sourceId(SOURCES[k]!), SLOTS);
    for (const [id, rows] of batchRows(spec, data)) {
      await until(`rows of ${id.slice(0, 8)}`, async () => rowsOfFrames(await entriesOn(bus, 'OUT', names.output(slot, id))).columns[0]?.length === rows.columns[0]!.length);
      expectSameBits(rowsOfFrames(await entriesOn(bus, 'OUT', names.output(slot, id))), rows, id.slice(0, 8));
    }
    await expectCourteous(slot);
  }
  expect([...(await owners()).keys()]).toEqual(['m1']);
});

/** Whoever took the slot's lease found it released, the first one apart. */
async function expectCourteous(slot: Slot): Promise<void> {
  const leases = (await entriesOn(bus, 'OUT', names.lease(slot))).map(({ data }) => decode<{ released?: object }>(data).released !== undefined);
  expect(leases).toEqual(leases.map((_, at) => at % 2 === 1));
  expect(leases.length).toBeGreaterThan(2);
}
