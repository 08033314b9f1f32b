// A member of the cluster: one process, a thread per shard. It reads the desired state (placement and nodes) and makes its
// shards converge to it; starting, recovering and growing are the same path. Its sign of life says what it really runs.
// M1. A member gives a slot to one shard only, always the same one, so a slot never runs twice inside a process.
// M2. It hands over a node only once every upstream of it is known, so a half-read registry never reaches a shard.
import { indexIn, slotIn } from '#bus/shares.ts';
import type { Share } from '#bus/subjects.ts';
import type { Bus } from '#bus/bus.ts';
import type { Clock } from '#clock/clock.ts';
import type { Random } from '#clock/random.ts';
import { viewIdOf } from '#domain/origin.ts';
import type { Log } from '#telemetry/log.ts';
import type { Metrics } from '#telemetry/metrics.ts';
import { nodeBytesOf, nodeBytesTogether } from '#telemetry/node-bytes.ts';
import { PulseWatch } from '#telemetry/pulse.ts';
import { OWNER, type Part } from '#actors/slot-terms.ts';
import { rendezvous } from './placement.ts';
import { type DivisionRecord, type MemberRecord, type ShardRecord } from './records.ts';
import { type Placed, Registry } from './registry.ts';
import type { ShardControl, ShardStatus } from './shard.ts';
import { type Child, Supervisor } from './supervisor.ts';
import { TREE } from './tree.ts';

/** Records arrive one by one; those of one submission are handed over together. */
const SETTLE_MS = 20;
/** A registry that takes long to put in order is put in order less often, as many come to a large one. */
const SETTLE_ORDERINGS = 3;
const STOP_WAIT_MS = 5_000;
/** Of a shard that does not run. */
const NOTHING: Omit<ShardStatus, 'shard'> = { slots: [], nodeBytes: nodeBytesOf([]) };
/** Ten times as long as the longest that a shard computes without a sign of life, which is laying out a lane of 100,000 nodes. */
const HUNG_AFTER_MS = 20_000;

export interface MemberTerms {
  readonly member: string;
  readonly shards: number;
  readonly heartbeatEveryMs: number;
}

export interface RunningShard {
  readonly control: ShardControl;
  /** Resolves when it ended by itself or was stopped, rejects when it failed. */
  readonly ended: Promise<void>;
  /** Of a shard with a thread of its own. */
  readonly thread?: { readonly pulse: SharedArrayBuffer; readonly kill: () => void };
}

/** Where the shards run: threads, or the one thread of a simulation. */
export interface ShardHost {
  start(shard: number): RunningShard;
  close(): Promise<void>;
}

export interface MemberPorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly shards: ShardHost;
  /** Where it was read already. */
  readonly registry?: Registry | undefined;
}

interface Shard {
  readonly index: number;
  control: ShardControl | undefined;
  /** Of a thread that can hang. */
  watch: PulseWatch | undefined;
  kill: (() => void) | undefined;
  /** Resolves when its thread has ended. A call to a thread that is gone is never answered, so nobody waits for one alone. */
  ended: Promise<void>;
  /** What its thread was told; another thread begins with a new one. */
  told: Map<Share, string>;
}

export class Member {
  readonly #ports: MemberPorts;
  readonly #terms: MemberTerms;
  readonly #supervisor: Supervisor;
  readonly #shards: readonly Shard[];
  /** Undefined until it has read the desired state as it was at its start. */
  #registry: Registry | undefined;
  readonly #life: string;
  readonly #stops: (() => void)[] = [];
  #beat = 0;
  #lastShards: readonly (ShardStatus & Pick<ShardRecord, 'restarts'>)[] = [];
  #settling = false;
  /** What putting the registry in order took last. */
  #orderingMs = 0;
  #converging: Promise<void> = Promise.resolve();

  constructor(ports: MemberPorts, terms: MemberTerms) {
    this.#ports = ports;
    this.#terms = terms;
    this.#life = ports.random.id();
    this.#supervisor = new Supervisor(ports.clock, ports.random, ports.log, TREE.member);
    this.#shards = Array.from({ length: terms.shards }, (_, index) => ({ index, control: undefined, watch: undefined, kill: undefined, ended: Promise.resolve(), told: new Map() }));
  }

  /** Starts the shards and follows the desired state; resolves when others could hear of it. `httpPort` is told to them. */
  async start(httpPort: number): Promise<void> {
    const { bus, clock } = this.#ports;
    for (const shard of this.#shards) {
      void this.#supervisor.add({ id: `shard ${shard.index}`, restart: 'permanent', start: () => this.#startShard(shard), stopWaitMs: STOP_WAIT_MS });
    }
    const members = await bus.bucket<MemberRecord>('members');
    const registry = this.#ports.registry ?? (await Registry.open(bus));
    this.#stops.push(() => registry.close());
    this.#registry = registry;
    registry.onChange = () => this.#settle();
    this.#settle();
    const beat = (): Promise<void> => this.#heartbeat(members, httpPort).catch((error: unknown) => this.#ports.log.warn({ error }, 'a sign of life was not written'));
    this.#stops.push(clock.every(this.#terms.heartbeatEveryMs, () => void beat()));
    await beat();
  }

  /** Resolves with the reason when its shards failed too often: the process should end, and be started anew. */
  get failed(): Promise<Error> {
    return this.#supervisor.failed;
  }

  /** Undefined when every shard runs, else which does not. */
  problem(): string | undefined {
    const down = this.#shards.filter((shard) => !shard.control).map((shard) => shard.index);
    return down.length === 0 ? undefined : `shard ${down.join(', ')} is not running`;
  }

  /** Commits what is in flight, takes the last checkpoints and ends. */
  async stop(): Promise<void> {
    for (const stop of this.#stops) stop();
    await this.#supervisor.stopAll();
    await this.#ports.shards.close();
  }

  async #startShard(shard: Shard): Promise<Child> {
    const running = this.#ports.shards.start(shard.index);
    const { control, thread } = running;
    // From its birth on, since it may hang in that too.
    shard.watch = thread && new PulseWatch(thread.pulse, Math.ceil(HUNG_AFTER_MS / this.#terms.heartbeatEveryMs));
    shard.kill = thread?.kill;
    const ended = running.ended.finally(() => {
      shard.control = shard.watch = shard.kill = undefined;
      shard.told = new Map();
    });
    // Its first answer says that it is connected; a thread that dies before never gives one.
    await Promise.race([control.status(), ended]);
    shard.control = control;
    shard.ended = ended.catch(() => {});
    this.#settle();
    return {
      ended,
      // A thread that dies of being stopped has stopped.
      stop: () => Promise.race([control.stop(), shard.ended]),
      ...(thread && { kill: thread.kill }),
    };
  }

  #settle(): void {
    // A registry of ten thousand nodes is put in order once, and not at every twentieth of a second it takes to read.
    const registry = this.#registry;
    if (this.#settling || !registry) return;
    this.#settling = true;
    this.#ports.clock.after(Math.max(SETTLE_MS, SETTLE_ORDERINGS * this.#orderingMs), () => {
      this.#settling = false;
      this.#converging = this.#converging.then(() => this.#converge(registry)).catch((error: unknown) => this.#ports.log.error({ error }, 'the shards could not be told what to run'));
    });
  }

  async #converge(registry: Registry): Promise<void> {
    const beganMs = this.#ports.clock.monotonicMs();
    registry.index(); // by M2
    this.#orderingMs = this.#ports.clock.monotonicMs() - beganMs;
    const mine = new Map(Array.from(registry.placements, ([share, placed]) => [share, partOf(this.#terms.member, placed)] as const).filter((entry): entry is [Share, Part] => entry[1] !== undefined));
    const calls = new Map(this.#shards.map((shard) => [shard, this.#release(shard, mine)]));
    // All slots at once, or each would wait for what those before it compute; and as they come, so that no shard waits while another is told.
    for (const [share, placed] of mine) {
      const shard = this.#shards[this.#shardOf(share)]!; // by M1
      const call = this.#tell(shard, share, placed, registry);
      if (call) calls.get(shard)!.push(call);
    }
    await Promise.all(Array.from(calls, ([{ ended }, answers]) => Promise.race([Promise.all(answers), ended])));
  }

  /** Takes from a shard what is another's now. */
  #release({ control, told }: Shard, mine: ReadonlyMap<Share, Part>): Promise<void>[] {
    if (!control) return [];
    const gone = Array.from(told.keys()).filter((share) => !mine.has(share));
    for (const share of gone) told.delete(share);
    return gone.map((share) => control.release(share));
  }

  /** Tells a shard what it should run and does not know yet; undefined when there is nothing to tell. */
  #tell({ control, told }: Shard, share: Share, placed: Part, registry: Registry): Promise<void> | undefined {
    if (!control) return undefined;
    const division = registry.divisions.get(slotIn(share));
    const part = partIn(placed, share, division);
    const wanted = part && registry.index().wantedOf(share, registry.quarantine, division);
    // A slot whose nodes are all retired is nobody's.
    if (!wanted || wanted.own.size === 0) return told.delete(share) ? control.release(share) : undefined;
    const known = [part.role, part.handover, wanted.division?.number, wanted.soon?.size, wanted.sharesMost, wanted.kept?.size, ...Array.from(wanted.own, (id) => viewIdOf(id, wanted.origins.get(id))), ...Array.from(wanted.quarantine!, ([id, { revision }]) => `${id}@${revision}`)].join();
    if (told.get(share) === known) return undefined;
    told.set(share, known);
    return control.want(share, wanted, part);
  }

  /** The shares of a slot go to shards side by side. */
  #shardOf(share: Share): number {
    const first = Number(rendezvous(slotIn(share), new Map(this.#shards.map((shard) => [String(shard.index), 1]))));
    return (first + indexIn(share)) % this.#shards.length;
  }

  #endIfHung({ index, watch, kill }: Shard): void {
    if (!watch?.look()) return;
    this.#ports.log.error({ shard: index }, `a shard gave no sign of life for ${HUNG_AFTER_MS / 1000} s and is replaced`);
    kill!();
  }

  async #heartbeat(members: { put(key: string, value: MemberRecord): Promise<number> }, httpPort: number): Promise<void> {
    for (const shard of this.#shards) this.#endIfHung(shard);
    const restarts = this.#supervisor.status().map((child) => child.restarts);
    const shards = await Promise.all(
      this.#shards.map(async ({ index, control }) => {
        // A shard that does not answer in time is shown as it was last.
        const late = this.#ports.clock.sleep(this.#terms.heartbeatEveryMs).then(() => undefined);
        const status = control && (await Promise.race([control.status(), late]));
        return { ...(status ?? (control && this.#lastShards[index]) ?? NOTHING), shard: index, restarts: restarts[index]! };
      }),
    );
    this.#lastShards = shards;
    const slots = shards.flatMap((shard) => shard.slots);
    this.#ports.metrics.nodecacheResident(slots.reduce((sum, slot) => sum + slot.residentBytes, 0), nodeBytesTogether(shards.map(({ nodeBytes }) => nodeBytes)));
    this.#ports.metrics.unevenRows(new Map(slots.flatMap((slot) => Object.entries(slot.counts))));
    this.#ports.metrics.sentinelGaps(slots.reduce((sum, slot) => sum + slot.gapRows, 0));
    const records = shards.map(({ nodeBytes: _bytes, ...shard }): ShardRecord => shard);
    await members.put(this.#terms.member, { member: this.#terms.member, pid: process.pid, httpPort, beat: this.#beat++, life: this.#life, shards: records });
  }
}

/** What a placement makes a member to the slot; undefined when it is another's business. */
export function partOf(member: string, { record, revision }: Placed): Part | undefined {
  if (record.next === member) return { role: 'standby', handover: revision };
  if (record.member !== member) return undefined;
  return record.next === undefined ? OWNER : { role: 'owner', handover: revision };
}

/** What a division makes of it; undefined when the slot has no such share. By the number below 0 owner and heirs of a division know each other. */
export function partIn(placed: Part, share: Share, division: DivisionRecord | undefined): Part | undefined {
  const isFirst = indexIn(share) === 0;
  if (!division || division.state === 'whole') return isFirst ? placed : undefined;
  const { number, shares, state } = division;
  if (indexIn(share) >= shares) return undefined;
  if (state === 'dividing' && !isFirst) return { role: 'standby', handover: -number };
  const uploads = state === 'dividing' || (state === 'uniting' && !isFirst);
  return uploads ? { role: placed.role, handover: placed.handover ?? -number } : placed;
}
