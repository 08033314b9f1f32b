// A member with 100,000 actors starts: its process, its threads, the registry, the checkpoints in LMDB, the plans, the log. How long until
// its sign of life says that all of them run. First after it was told to stop, when its leases say how far it came; then after kill -9,
// when the log is asked how far the outputs are; both without the process that stands by, which is ended before. Last with that.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replay } from '#actors/feed.ts';
import { NatsBus } from '#bus/nats.ts';
import { type Slot, slotOf, type Subjects, subjects } from '#bus/subjects.ts';
import { walk } from '#chaos/walk.ts';
import { systemRandom } from '#clock/random.ts';
import { isAlive } from '#cluster/cluster-file.ts';
import { loadConfig } from '#cluster/config.ts';
import { type Cluster, startCluster } from '#cluster/up.ts';
import { type Source, sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { bbands, ema, rsi, sma, Strategy, StreamInput } from '#sdk/mod.ts';
import { packedCount } from '#domain/packed-nodes.ts';
import type { MemberRecord, NodeRecord, PlacementRecord } from '#supervisor/records.ts';
import { logger } from '#telemetry/log.ts';
import { clock, type Figure, type Section } from '../measure.ts';

const ACTORS = 100_000;
const INSTRUMENTS = 400;
const SLOTS = 64;
const ROWS = 60;
const MEMBER = 'm1';
const PUTS_AT_ONCE = 500;
const LOOK_EVERY_MS = 50;
const START_WAIT_MS = 5 * 60_000;
/** By then the process that stands by has read the registry, also on a busy machine. */
const SPARE_READS_MS = 10_000;

interface Instrument {
  readonly source: Source;
  readonly slot: Slot;
  readonly spec: StrategySpec;
}

/** An instrument with its share of the actors: averages, oscillators and bands of one period each, and what compares them. */
function instrument(k: number): Instrument {
  const source: Source = { venue: 'bench', instrument: `COLD-${k}`, interval: interval('1m') };
  const strategy = new Strategy({
    name: `cold-${k}`,
    build() {
      const price = new StreamInput(source);
      const ofPeriod = (period: number) => {
        const [fast, slow] = [ema(price, { period }), sma(price, { period })];
        return [fast.gt(slow), rsi(price, { period }), bbands(price, { period }).upper] as const;
      };
      const outputs = Array.from({ length: ACTORS / INSTRUMENTS / 5 }, (_, at) => ofPeriod(at + 2)).flat();
      return { outputs: Object.fromEntries(outputs.map((output, at) => [`o${at}`, output])) };
    },
  });
  return { source, slot: slotOf(sourceId(source), SLOTS), spec: strategy.declare() };
}

export async function coldStart(onEvent: (event: string) => void): Promise<Section> {
  const dir = mkdtempSync(join(tmpdir(), 'qmtl-cold-start-'));
  const members = JSON.stringify([{ id: MEMBER, shards: 2, httpPort: 0 }]);
  const config = loadConfig(undefined, { flags: { dataDir: dir, slots: SLOTS, logLevel: 'warn', 'gateway.httpPort': 0, 'dagManager.httpPort': 0, 'lease.heartbeatEveryMs': 250, members } });
  const names = subjects(config.tenant);
  let cluster: Cluster | undefined;
  let bus: NatsBus | undefined;
  try {
    cluster = await startCluster(config, { clock, random: systemRandom, log: logger({ role: 'bench', level: 'silent' }), onEvent });
    bus = await NatsBus.connect({ url: cluster.natsUrl, subjects: names, clock, name: 'bench' });
    const records = await bus.bucket<MemberRecord>('members');
    const actors = await deploy(bus, names, Array.from({ length: INSTRUMENTS }, (_, k) => instrument(k)), onEvent);
    const running = async (unlike: string | undefined): Promise<MemberRecord> => {
      for (const lateMs = clock.monotonicMs() + START_WAIT_MS; clock.monotonicMs() < lateMs; await clock.sleep(LOOK_EVERY_MS)) {
        const record = (await records.get(MEMBER))?.value;
        if (record === undefined || record.life === unlike) continue;
        const slots = record.shards.flatMap((shard) => shard.slots);
        const [nodes, rows] = [slots.reduce((sum, slot) => sum + packedCount(slot.nodes), 0), slots.reduce((sum, slot) => sum + slot.rows, 0)];
        if (nodes === actors && rows === INSTRUMENTS * ROWS && slots.every(({ state }) => state === 'running')) return record;
      }
      throw new Error(`${START_WAIT_MS / 1_000} s passed before ${actors} actors ran`);
    };
    let { life } = await running(undefined);
    onEvent(`${actors.toLocaleString('en')} actors run`);
    const figures: Figure[] = [];
    for (const [signal, isCold, name] of [
      ['SIGTERM', true, `${actors.toLocaleString('en')} actors start from LMDB → all run`],
      ['SIGKILL', true, 'the same after kill -9'],
      ['SIGKILL', false, 'the same after kill -9, with the process that stood by'],
    ] as const) {
      const role = `member:${MEMBER}` as const;
      while (cluster.spareOf(role) === undefined) await clock.sleep(LOOK_EVERY_MS);
      if (isCold) {
        process.kill(cluster.spareOf(role)!, 'SIGKILL');
        while (cluster.spareOf(role) !== undefined) await clock.sleep(1);
      } else await clock.sleep(SPARE_READS_MS);
      const pid = cluster.pidOf(role)!;
      process.kill(pid, signal);
      while (isAlive(pid)) await clock.sleep(1);
      const startedMs = clock.monotonicMs();
      const record = await running(life);
      const value = clock.monotonicMs() - startedMs;
      ({ life } = record);
      const others = record.shards.flatMap(({ slots }) => slots).filter(({ restoredFrom }) => restoredFrom !== 'checkpoint').length;
      if (others > 0) throw new Error(`${others} slots did not begin from their checkpoint`);
      figures.push({ name, value, unit: 'ms', target: { requirement: 'issue 4', atMost: 5_000 } });
    }
    return { title: 'Cold start', figures };
  } finally {
    await bus?.close();
    await cluster?.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Writes what a DAG manager would, and feeds the rows; answers how many actors there are. */
async function deploy(bus: NatsBus, names: Subjects, all: readonly Instrument[], onEvent: (event: string) => void): Promise<number> {
  const nodes = await bus.bucket<NodeRecord>('nodes');
  const placement = await bus.bucket<PlacementRecord>('placement');
  const records = all.flatMap(({ slot, spec }) => spec.nodes.map((node): NodeRecord => ({ node, slot })));
  for (let at = 0; at < records.length; at += PUTS_AT_ONCE) await Promise.all(records.slice(at, at + PUTS_AT_ONCE).map((record) => nodes.put(record.node.id, record)));
  await Promise.all(Array.from(new Set(all.map(({ slot }) => slot)), (slot) => placement.put(slot, { member: MEMBER })));
  onEvent(`${records.length.toLocaleString('en')} nodes are in the registry`);
  for (const [k, { source }] of all.entries()) await replay({ bus, clock, subjects: names }, SLOTS, source, walk(ROWS, k + 1), { speed: Number.POSITIVE_INFINITY, rowsPerFrame: ROWS }, () => {});
  return records.filter(({ node }) => node.spec.nodeType !== 'stream').length;
}
