// The roles of the simulated cluster: the production code of gateway, DAG manager and member, each in a simulated process that is
// started again whenever it ended, as `up` does.
import type { Clock } from '#clock/clock.ts';
import type { Random } from '#clock/random.ts';
import type { SimulatedClock } from '#clock/simulated.ts';
import type { Slot, Subjects } from '#bus/subjects.ts';
import { MemoryStore } from '#checkpoint/memory.ts';
import { DagManager } from '#dag/manager.ts';
import type { RetentionTerms } from '#dag/retention.ts';
import { Fault } from '#domain/fault.ts';
import type { Parts } from '#domain/parts.ts';
import { Gateway } from '#gateway/gateway.ts';
import { Member, type RunningShard, type ShardHost } from '#supervisor/member.ts';
import { Shard, type ShardControl } from '#supervisor/shard.ts';
import { logger } from '#telemetry/log.ts';
import { createMetrics } from '#telemetry/metrics.ts';
import { MEMBERS, type MemberName, ROLES, type RoleName, SHARDS } from './faults.ts';
import { SimulatedBus, type SimulatedServer } from './network.ts';
import { SimulatedProcess } from './process.ts';

const MEMBER_TTL_MS = 700;
const HEARTBEAT_EVERY_MS = 100;
const START_AGAIN_MS = 150;

const log = logger({ role: 'simulation', level: 'silent' });
const metrics = createMetrics();

export interface WorldPorts {
  readonly clock: SimulatedClock;
  readonly random: Random;
  readonly server: SimulatedServer;
  readonly subjects: Subjects;
  readonly slots: number;
  readonly retention: RetentionTerms;
  readonly say: (text: string) => void;
}

/** A disk that may be full. What a process leaves on it, its next life finds. */
export class SimulatedDisk extends MemoryStore {
  readonly #clock: Clock;
  #fullUntilMs = 0;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  fill(ms: number): void {
    this.#fullUntilMs = Math.max(this.#fullUntilMs, this.#clock.monotonicMs() + ms);
  }

  heal(): void {
    this.#fullUntilMs = 0;
  }

  override async write(slot: string, parts: Parts): Promise<void> {
    if (this.#clock.monotonicMs() < this.#fullUntilMs) throw new Fault('DISK_FULL', `the checkpoint of slot ${slot} was not written`);
    await super.write(slot, parts);
  }
}

interface Life {
  readonly process: SimulatedProcess;
  /** Threads of a member. */
  readonly shards: SimulatedShards | undefined;
  /** The clean way to end; undefined while it starts. */
  stop: (() => Promise<void>) | undefined;
}

export class SimulatedRoles {
  readonly #ports: WorldPorts;
  readonly #lives = new Map<RoleName, Life>();
  readonly #disks = new Map<MemberName, readonly SimulatedDisk[]>();
  #over = false;

  constructor(ports: WorldPorts) {
    this.#ports = ports;
    for (const member of MEMBERS) this.#disks.set(member, Array.from({ length: SHARDS }, () => new SimulatedDisk(ports.clock)));
    for (const role of ROLES) this.#begin(role);
  }

  disksOf(member: MemberName): readonly SimulatedDisk[] {
    return this.#disks.get(member)!;
  }

  processOf(role: RoleName): SimulatedProcess {
    return this.#lives.get(role)!.process;
  }

  /** kill -9; it is started again after `downMs`. */
  kill(role: RoleName, downMs: number): void {
    this.processOf(role).kill();
    this.#beginAfter(role, this.#lives.get(role)!, downMs);
  }

  killShard(member: MemberName, shard: number): void {
    this.#lives.get(member)!.shards!.kill(shard);
  }

  /** Told to end, and started again once it has. */
  restart(role: RoleName): void {
    const life = this.#lives.get(role)!;
    if (!life.stop) return;
    const { stop } = life;
    life.stop = undefined;
    void stop().then(() => {
      life.process.kill();
      this.#beginAfter(role, life, 0);
    });
  }

  heal(): void {
    for (const { process, shards } of this.#lives.values()) {
      process.heal();
      shards?.heal();
    }
    for (const disks of this.#disks.values()) for (const disk of disks) disk.heal();
  }

  end(): void {
    this.#over = true;
    for (const { process } of this.#lives.values()) process.kill();
  }

  #beginAfter(role: RoleName, life: Life, ms: number): void {
    this.#ports.clock.after(ms, () => {
      if (!this.#over && this.#lives.get(role) === life) this.#begin(role);
    });
  }

  #begin(role: RoleName): void {
    const { clock, random, server, subjects, slots, retention, say } = this.#ports;
    const process = new SimulatedProcess(role, clock, random);
    const bus = new SimulatedBus(server, process, clock);
    const ports = { bus, clock: process.clock(), random, log, metrics, subjects };
    const shards = isMember(role) ? new SimulatedShards(this.#ports, role, process, this.disksOf(role)) : undefined;
    const life: Life = { process, shards, stop: undefined };
    this.#lives.set(role, life);
    const start = async (): Promise<() => Promise<void>> => {
      if (role === 'gateway') {
        const gateway = new Gateway(ports, MEMBER_TTL_MS);
        await gateway.start();
        return async () => gateway.stop();
      }
      if (role === 'dag-manager') {
        const manager = new DagManager(ports, { slots, memberTtlMs: MEMBER_TTL_MS, retention });
        await manager.start();
        return async () => manager.stop();
      }
      const member = new Member({ ...ports, shards: shards! }, { member: role, shards: SHARDS, heartbeatEveryMs: HEARTBEAT_EVERY_MS });
      void member.failed.then((reason) => {
        if (process.isDead) return;
        say(`${role} gives up (${reason.message}) and is started again`);
        process.kill();
        this.#beginAfter(role, life, START_AGAIN_MS);
      });
      await member.start(0);
      return () => member.stop();
    };
    start().then(
      (stop) => (life.stop = stop),
      (error: unknown) => {
        say(`${role} could not start (${(error as Error).message}) and is started again`);
        process.kill();
        this.#beginAfter(role, life, START_AGAIN_MS);
      },
    );
  }
}

function isMember(role: RoleName): role is MemberName {
  return (MEMBERS as readonly string[]).includes(role);
}

/** The threads of a simulated member. Its calls to them travel, and are not answered by a thread that is gone. */
class SimulatedShards implements ShardHost {
  readonly #ports: WorldPorts;
  readonly #member: MemberName;
  readonly #process: SimulatedProcess;
  readonly #disks: readonly SimulatedDisk[];
  readonly #threads = new Map<number, { process: SimulatedProcess; fail: (reason: Error) => void }>();

  constructor(ports: WorldPorts, member: MemberName, process: SimulatedProcess, disks: readonly SimulatedDisk[]) {
    this.#ports = ports;
    this.#member = member;
    this.#process = process;
    this.#disks = disks;
  }

  start(index: number): RunningShard {
    const { clock, random, server, subjects, slots } = this.#ports;
    const process = new SimulatedProcess(`${this.#member}/${index}`, clock, random, this.#process);
    const bus = new SimulatedBus(server, process, clock);
    const settings = { member: this.#member, slots, checkpointEveryRows: 30, checkpointEveryMs: 300, uploadEveryMs: 1_000, silentEveryMs: 400 };
    const shard = new Shard({ bus, store: this.#disks[index]!, clock: process.clock(), random, log, subjects }, index, settings);
    const failed = new Promise<never>((_, reject) => this.#threads.set(index, { process, fail: reject }));
    failed.catch(() => {});
    const asked = async <T>(ask: () => Promise<T>): Promise<T> => {
      await process.running();
      const answer = await ask();
      await process.running();
      return answer;
    };
    const control: ShardControl = {
      want: (slot, wanted, part) => asked(() => shard.want(slot, wanted, part)),
      release: (slot: Slot) => asked(() => shard.release(slot)),
      status: () => asked(() => shard.status()),
      stop: () => asked(() => shard.stop()),
    };
    return { control, ended: Promise.race([shard.ended, failed]) };
  }

  kill(index: number): void {
    const thread = this.#threads.get(index);
    thread?.process.kill();
    thread?.fail(new Error('the thread was ended'));
  }

  heal(): void {
    for (const { process } of this.#threads.values()) process.heal();
  }

  async close(): Promise<void> {}
}
