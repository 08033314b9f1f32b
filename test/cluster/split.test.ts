// A slot of real processes that gets two owners while rows flow, loses both, and is made whole: the bits of the batch run, each row by
// the owner its source had.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replay } from '#actors/feed.ts';
import { Owners } from '#actors/owners.ts';
import { decodeFrame } from '#bus/frame.ts';
import { NatsBus } from '#bus/nats.ts';
import { shareName } from '#bus/shares.ts';
import { idIn, slotOf, subjects } from '#bus/subjects.ts';
import { systemRandom } from '#clock/random.ts';
import { SystemClock } from '#clock/system.ts';
import { loadConfig } from '#cluster/config.ts';
import { type Cluster, startCluster } from '#cluster/up.ts';
import type { DivideAnswer, DivideRequest } from '#dag/divisions.ts';
import { type Source, type SourceID, sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { ClusterStatus } from '#gateway/gateway.ts';
import type { MemberRecord } from '#supervisor/records.ts';
import { submit } from '#sdk/submit.ts';
import { logger } from '#telemetry/log.ts';
import { walk } from '../support/bars.ts';
import { entriesOn } from '../support/log.ts';
import { goldenCross } from '../support/strategies.ts';
import { batchRows, expectSameBits, rowsOfFrames } from '../support/truth.ts';
import { until } from '../support/until.ts';

const clock = new SystemClock();
const names = subjects('default');
const SLOTS = 2;
const ROWS = 1_600;
const SPEED = 60 * 200; // one-minute bars, 200 a second
const SOURCES: readonly Source[] = Array.from({ length: 20 }, (_, k) => ({ venue: 'split', instrument: `I${k}`, interval: interval('1m') }))
  .filter((source, _, all) => slotOf(sourceId(source), SLOTS) === slotOf(sourceId(all[0]!), SLOTS))
  .slice(0, 3);
const slot = slotOf(sourceId(SOURCES[0]!), SLOTS);

let dir: string;
let cluster: Cluster;
let bus: NatsBus;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'qmtl-split-'));
  const config = loadConfig(undefined, { flags: { dataDir: dir, slots: SLOTS, logLevel: 'warn', 'gateway.httpPort': 0, 'dagManager.httpPort': 0, 'lease.heartbeatEveryMs': 100, 'lease.memberTtlMs': 1_000, members: JSON.stringify(['m1', 'm2'].map((id) => ({ id, shards: 1, httpPort: 0 }))) } });
  cluster = await startCluster(config, { clock, random: systemRandom, log: logger({ role: 'test', level: 'silent' }), onEvent: () => {} });
  bus = await NatsBus.connect({ url: cluster.natsUrl, subjects: names, clock, name: 'test' });
});

afterAll(async () => {
  await bus?.close();
  await cluster?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const split = (shares: number, state: DivideAnswer['state']): Promise<true> =>
  until(`the slot is ${state}`, async () => (await bus.call<DivideRequest, DivideAnswer>(names.call('dag', 'split'), { slot, shares })).state === state);

/** Who runs a share, and from which row of all its sources on. */
async function ownerOf(share: string): Promise<{ member: string; pid: number; rows: number } | undefined> {
  const { members } = await bus.call<null, ClusterStatus>(names.call('gateway', 'status'), null);
  for (const { member, alive, pid, shards } of members) {
    const found = shards.flatMap(({ slots }) => slots).find((each) => each.slot === share && (each.state === 'running' || each.state === 'gathered'));
    if (alive && found) return { member, pid, rows: found.rows };
  }
  return undefined;
}

test('two owners for a slot, both killed, one owner again: the bits of the batch run, each row once, by the owner of its time', { timeout: 180_000 }, async () => {
  const data = new Map<SourceID, Float64Array[]>(SOURCES.map((source, k) => [sourceId(source), walk(ROWS, 300 + k)]));
  const specs = SOURCES.map(({ venue, instrument }) => goldenCross.declare({ venue, instrument, interval: '1m' }));
  for (const spec of specs) await submit(bus, names, spec, 'split');
  const feeding = Promise.all(SOURCES.map((source) => replay({ bus, clock, subjects: names }, SLOTS, source, data.get(sourceId(source))!, { speed: SPEED, rowsPerFrame: 4 }, () => {})));
  await until('rows flow', async () => ((await ownerOf(slot))?.rows ?? 0) > 200);

  await split(2, 'divided');
  const shares = [slot, shareName(slot, 1)];
  const owners = await Promise.all(shares.map((share) => until(`share ${share} runs`, () => ownerOf(share))));
  expect(new Set(owners.map(({ member }) => member)).size, 'each share has a member of its own').toBe(2);
  for (const { pid } of owners) process.kill(pid, 'SIGKILL');
  const dead = new Set(owners.map(({ pid }) => pid));
  for (const share of shares) {
    await until(`share ${share} runs again`, async () => {
      const now = await ownerOf(share);
      return now && !dead.has(now.pid);
    });
  }
  const states = new Set<string>();
  const unwatch = await (await bus.bucket<MemberRecord>('members')).watch((_, record) => record?.shards.forEach(({ slots }) => slots.forEach((each) => each.slot === slot && states.add(each.state))));
  await split(1, 'whole');
  unwatch();
  expect(states, 'its owner went along with the other before').toContain('gathered');
  await feeding;

  const truth = specs.map((spec) => batchRows(spec, data));
  await until('the last rows', async () => {
    const newest = new Map((await bus.lastOfEach('OUT', [names.outputs(slot)])).map(({ subject, data: bytes }) => [idIn<NodeID>(subject), decodeFrame(bytes, subject)]));
    return truth.every((nodes) => [...nodes].every(([id, rows]) => (newest.get(id)?.first ?? 0) + (newest.get(id)?.count ?? 0) === rows.first + rows.columns[0]!.length));
  });
  const entries = await entriesOn(bus, 'OUT', names.outputs(slot), names.lease(slot), names.shareLeases(slot));
  const held = new Owners();
  const sourceOfNode = new Map<NodeID, SourceID>(specs.flatMap((spec, k) => spec.nodes.map(({ id }) => [id, sourceId(SOURCES[k]!)])));
  let apart = 0;
  for (const { subject, sequence, data: bytes } of entries) {
    if (held.heard(subject, sequence, bytes)) continue;
    const id = idIn<NodeID>(subject);
    const { epoch } = decodeFrame(bytes, subject);
    expect(epoch, subject).toBe(held.epochOf(slot, sourceOfNode.get(id)!));
    if (epoch !== held.epochOf(slot, sourceId(SOURCES[0]!))) apart++;
  }
  expect(apart, 'two owners wrote side by side').toBeGreaterThan(0);
  for (const nodes of truth) for (const [id, rows] of nodes) expectSameBits(rowsOfFrames(entries.filter(({ subject }) => subject.endsWith(id))), rows, id.slice(0, 8));
  expect(await ownerOf(shares[1]!)).toBeUndefined();
});
