// A tag query in a cluster of real processes: members come and go while rows flow and a member of the cluster is killed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replay } from '#actors/feed.ts';
import { withMembers } from '#actors/members.ts';
import { inputOf, membersIn } from '#actors/members-entry.ts';
import { decodeFrame } from '#bus/frame.ts';
import { NatsBus } from '#bus/nats.ts';
import { slotOf, subjects } from '#bus/subjects.ts';
import { systemRandom } from '#clock/random.ts';
import { SystemClock } from '#clock/system.ts';
import { loadConfig } from '#cluster/config.ts';
import { type Cluster, startCluster } from '#cluster/up.ts';
import { type BarColumns, type Source, type SourceID, sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { type ClusterStatus, strategyId } from '#gateway/gateway.ts';
import { retire, submit } from '#sdk/submit.ts';
import type { NodeRecord } from '#supervisor/records.ts';
import { logger } from '#telemetry/log.ts';
import { walk } from '../support/bars.ts';
import { entriesOn } from '../support/log.ts';
import leader from '../../examples/leader.ts';
import { breadth, leading } from '../support/queries.ts';
import { batchRows, expectSameBits, logRows, type NodeRows, rowsOfFrames } from '../support/truth.ts';
import { until } from '../support/until.ts';

const clock = new SystemClock();
const log = logger({ role: 'test', level: 'silent' });
const names = subjects('default');
const SLOTS = 64;
const ROWS = 1_000;
const SPEED = 60 * 200; // one-minute bars, 200 a second
const TOLD_WITHIN_MS = 1_000;
const source = (instrument: string): Source => ({ venue: 'test', instrument, interval: interval('1m') });

let dir: string;
let cluster: Cluster;
let bus: NatsBus;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'qmtl-tags-'));
  const config = loadConfig(undefined, { flags: { dataDir: dir, 'gateway.httpPort': 0, 'dagManager.httpPort': 0 } });
  cluster = await startCluster(config, { clock, random: systemRandom, log, onEvent: () => {} });
  bus = await NatsBus.connect({ url: cluster.natsUrl, subjects: names, clock, name: 'test' });
});

afterAll(async () => {
  await bus?.close();
  await cluster?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const query = breadth.declare().outputs['mean']!.node;
const average = (spec: StrategySpec): NodeID => spec.outputs['average']!.node;

/** Waits until a query is told exactly these members; answers after how long. */
async function toldAfterMs(members: readonly NodeID[], asked = query): Promise<number> {
  const sinceMs = clock.monotonicMs();
  for (;;) {
    const entry = await bus.last('IN', names.inputAnywhere(inputOf(asked)));
    if (entry && membersIn(entry).members.join() === members.toSorted().join()) return clock.monotonicMs() - sinceMs;
    if (clock.monotonicMs() - sinceMs > 10_000) throw new Error('the query was not told its members');
    await clock.sleep(10);
  }
}

async function expectRows(id: NodeID, rows: NodeRows): Promise<void> {
  for (const lateMs = clock.monotonicMs() + 30_000; clock.monotonicMs() < lateMs; await clock.sleep(50)) {
    const last = await bus.last('OUT', names.outputAnywhere(id));
    const frame = last && decodeFrame(last.data, id);
    if (frame && frame.first + frame.count >= rows.first + rows.columns[0]!.length) break;
  }
  expectSameBits(rowsOfFrames(await entriesOn(bus, 'OUT', names.outputAnywhere(id))), rows, id.slice(0, 8));
}

test('follows members that come and go within a second, and after a kill -9 its rows and those of what reads it are one run’s over the input log', async () => {
  const reader = breadth.declare();
  const [first, second, third] = [leading.declare(), leading.declare({ instrument: 'XYZ' }), leading.declare({ period: 9 })] as const;
  await submit(bus, names, reader, 'reader');
  const example = leader.declare({ venue: 'test', first: 'ABC', others: 'XYZ', period: 5 });
  await submit(bus, names, example, 'example');
  for (const { id, members } of withMembers(example).nodes) if (members) await toldAfterMs(members, id);
  const data = ['ABC', 'XYZ'].map((instrument, k): [SourceID, BarColumns] => [sourceId(source(instrument)), walk(ROWS, 40 + k)]);
  const feeding = Promise.all(['ABC', 'XYZ'].map((instrument, k) => replay({ bus, clock, subjects: names }, SLOTS, source(instrument), data[k]![1], { speed: SPEED, rowsPerFrame: 1 }, () => {})));
  const told: number[] = [];
  const publish = async (spec: StrategySpec, members: readonly StrategySpec[]): Promise<void> => {
    await submit(bus, names, spec, 'leader');
    told.push(await toldAfterMs(members.map(average)));
  };
  await publish(first, [first]);
  await publish(second, [first, second]);
  await clock.sleep(1_500);
  const slot = slotOf(inputOf(query), SLOTS);
  const owner = await until('the heartbeat of who runs the query', async () => {
    const { members } = await bus.call<null, ClusterStatus>(names.call('gateway', 'status'), null);
    return members.find((member) => member.shards.some((shard) => shard.slots.some((each) => each.slot === slot)))?.member;
  });
  process.kill(cluster.pidOf(`member:${owner}`)!, 'SIGKILL');
  await publish(third, [first, second, third]);
  await retire(bus, names, strategyId(first));
  told.push(await toldAfterMs([second, third].map(average)));
  await feeding;

  const records = new Map((await (await bus.bucket<NodeRecord>('nodes')).all()).map(({ key, value }) => [key as NodeID, value]));
  const truth = logRows(records, await entriesOn(bus, 'IN', 'q1.default.in.>'), reader.nodes.filter(({ spec }) => spec.nodeType !== 'stream').map(({ id }) => id));
  for (const [id, rows] of truth) {
    expect(rows.columns[0]!.length).toBeGreaterThan(500);
    await expectRows(id, rows);
  }
  // What ran all the time with the members it began with is the backtest's.
  for (const [id, rows] of batchRows(withMembers(example), new Map(data))) if (rows.first >= 0) await expectRows(id, rows);
  expect(Math.max(...told)).toBeLessThan(TOLD_WITHIN_MS);
}, 120_000);
