// A cluster of the bench's own on free ports, in a directory that goes away with it, and what every section does with it: publish,
// wait until the nodes run, feed, follow.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Pace, replay } from '#actors/feed.ts';
import { NatsBus } from '#bus/nats.ts';
import { slotOf, type Subjects, subjects } from '#bus/subjects.ts';
import { systemRandom } from '#clock/random.ts';
import { type Config, loadConfig } from '#cluster/config.ts';
import { type Cluster, startCluster } from '#cluster/up.ts';
import { type BarColumns, sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { ClusterStatus } from '#gateway/gateway.ts';
import { findNode, follow, type FollowedRows } from '#sdk/follow.ts';
import { submit } from '#sdk/submit.ts';
import { logger } from '#telemetry/log.ts';
import { isPacked, unpackNodes } from '#domain/packed-nodes.ts';
import type { NodeRecord } from '#supervisor/records.ts';
import { type Dag, requireSameAsUnbroken, threeNodes } from '../dag.ts';
import { clock } from '../measure.ts';

const STATUS_WAIT_MS = 30_000;
const STATUS_EVERY_MS = 25;
const SLOTS = 64;
export const AS_FAST_AS_POSSIBLE = Number.POSITIVE_INFINITY;

/** Of nats-server, of all members, and of this process, which feeds and reads. */
export interface CpuMs {
  readonly server: number;
  readonly members: number;
  readonly bench: number;
}

export class Bed {
  readonly cluster: Cluster;
  readonly bus: NatsBus;
  readonly subjects: Subjects;
  readonly #dir: string;
  readonly #slotsUsed = new Set<string>();
  #instruments = 0;

  private constructor(cluster: Cluster, bus: NatsBus, config: Config, dir: string) {
    this.cluster = cluster;
    this.bus = bus;
    this.subjects = subjects(config.tenant);
    this.#dir = dir;
  }

  /** Starts a cluster with these members. */
  static async start(members: Config['members']): Promise<Bed> {
    const dir = mkdtempSync(join(tmpdir(), 'qmtl-bench-'));
    const flags = { dataDir: dir, slots: SLOTS, logLevel: 'warn', 'gateway.httpPort': 0, 'dagManager.httpPort': 0, members: JSON.stringify(members) };
    const config = loadConfig(undefined, { flags });
    const cluster = await startCluster(config, { clock, random: systemRandom, log: logger({ role: 'bench', level: 'silent' }), onEvent: () => {} });
    const bus = await NatsBus.connect({ url: cluster.natsUrl, subjects: subjects(config.tenant), clock, name: 'bench' });
    return new Bed(cluster, bus, config, dir);
  }

  async stop(): Promise<void> {
    await this.bus.close();
    await this.cluster.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  /** An instrument nobody used, in a slot nobody used: what ran before does not warm up with it. */
  freshInstrument(): string {
    for (;;) {
      const instrument = `BENCH-${this.#instruments++}`;
      const slot = slotOf(sourceId({ venue: 'bench', instrument, interval: interval('1m') }), SLOTS);
      if (this.#slotsUsed.has(slot)) continue;
      this.#slotsUsed.add(slot);
      return instrument;
    }
  }

  /** Publishes the DAG under each name and answers it once all of them execute; `submitMs` is until the last execution map. */
  async publish(instrument: string, names: readonly string[]): Promise<{ dag: Dag; node: NodeRecord; submitMs: number }> {
    const submitted = new Set<string>();
    const startedMs = clock.monotonicMs();
    for (const name of names) submitted.add((await submit(this.bus, this.subjects, threeNodes(instrument, name).spec, 'bench')).strategyId);
    const submitMs = clock.monotonicMs() - startedMs;
    await this.#until('the strategies execute', ({ strategies }) => strategies.filter(({ id, state }) => submitted.has(id) && state === 'Executing').length === submitted.size || undefined);
    const dag = threeNodes(instrument);
    return { dag, node: await findNode(this.bus, dag.signal), submitMs };
  }

  /** The member that runs a node, as its newest sign of life says; waits for one. */
  owner(node: NodeID): Promise<string> {
    const runs = ({ alive, shards }: ClusterStatus['members'][number]): boolean => alive && shards.some((shard) => shard.slots.some(({ state, nodes }) => state === 'running' && runsIn(nodes, node)));
    return this.#until(`a member runs node ${node}`, ({ members }) => members.find(runs)?.member);
  }

  /** Asks the gateway until the answer is found in its status. */
  async #until<T>(what: string, find: (status: ClusterStatus) => T | undefined): Promise<T> {
    const deadlineMs = clock.monotonicMs() + STATUS_WAIT_MS;
    while (clock.monotonicMs() < deadlineMs) {
      const found = find(await this.bus.call<null, ClusterStatus>(this.subjects.call('gateway', 'status'), null));
      if (found !== undefined) return found;
      await clock.sleep(STATUS_EVERY_MS);
    }
    throw new Error(`${STATUS_WAIT_MS / 1_000} s passed before ${what}`);
  }

  feed(dag: Dag, bars: BarColumns, pace: Pace, onRows: (rows: number) => void = () => {}): Promise<unknown> {
    return replay({ bus: this.bus, clock, subjects: this.subjects }, SLOTS, dag.source, bars, pace, onRows);
  }

  rowsOf(node: NodeRecord): AsyncGenerator<FollowedRows> {
    return follow(this.bus, this.subjects, node, { from: 'first' });
  }

  /** Milliseconds of processor time spent so far; undefined where the system does not tell. */
  cpuMs(): CpuMs | undefined {
    const { logServers, roles } = this.cluster.file();
    const members = roles.filter(({ name }) => name.startsWith('member:'));
    const [servers, shares] = [logServers, members].map((processes) => processes.map(({ pid }) => cpuMsOf(pid)));
    if (servers![0] === undefined) return undefined;
    const sum = (times: readonly (number | undefined)[]): number => times.reduce<number>((total, time) => total + time!, 0);
    const { user, system } = process.cpuUsage();
    return { server: sum(servers!), members: sum(shares!), bench: (user + system) / 1_000 };
  }
}

/** Feeds bars and answers the milliseconds from the first append until the last signal was read. Throws WrongAnswer for a signal that is missing or not right. */
export async function feedThrough(bed: Bed, dag: Dag, node: NodeRecord, bars: BarColumns, rowsPerFrame: number): Promise<number> {
  const rows = bars[0]!.length;
  const signals = new Float64Array(rows).fill(Number.NaN);
  const read = (async () => {
    for await (const { first, count, columns } of bed.rowsOf(node)) {
      signals.set(columns[0]!, first);
      if (first + count === rows) return;
    }
  })();
  const startedMs = clock.monotonicMs();
  await Promise.all([bed.feed(dag, bars, { speed: AS_FAST_AS_POSSIBLE, rowsPerFrame }), read]);
  const elapsedMs = clock.monotonicMs() - startedMs;
  requireSameAsUnbroken(bars, signals, `${rowsPerFrame} rows per message`);
  return elapsedMs;
}

/** Linux counts in hundredths of a second; the name, second of the fields, may hold blanks. */
function cpuMsOf(pid: number): number | undefined {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return undefined;
  const fields = readFileSync(path, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function runsIn(packed: Uint8Array, node: NodeID): boolean {
  const unpacked = new Set<string>();
  unpackNodes(packed, unpacked);
  return isPacked(node, unpacked);
}
