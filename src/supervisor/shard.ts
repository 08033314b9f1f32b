// A shard: the slots one thread was given, each supervised apart, over the thread's own connection to the log. The member talks to
// it through ShardControl.
// Absent: the thread itself (shard-thread.ts), which slots to run (member).
import { Beginnings } from '#actors/beginnings.ts';
import { SlotActor } from '#actors/slot.ts';
import type { Part, SlotSettings, Wanted } from '#actors/slot-terms.ts';
import type { Bus } from '#bus/bus.ts';
import type { Share, Subjects } from '#bus/subjects.ts';
import type { CheckpointStore } from '#checkpoint/checkpoint.ts';
import type { Clock } from '#clock/clock.ts';
import type { Random } from '#clock/random.ts';
import { packNodes } from '#domain/packed-nodes.ts';
import { isFault } from '#domain/fault.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { Log } from '#telemetry/log.ts';
import { type NodeBytes, nodeBytesTogether } from '#telemetry/node-bytes.ts';
import type { SlotRecord } from './records.ts';
import { type Child, Supervisor } from './supervisor.ts';
import { TREE } from './tree.ts';

/** A member that was paused hears of its placements within milliseconds once it goes on. */
const LEASE_LOST_WAIT_MS = 1_000;

export interface ShardStatus {
  readonly shard: number;
  readonly slots: readonly SlotRecord[];
  /** Of the pages and states of all its nodes. */
  readonly nodeBytes: NodeBytes;
}

export interface ShardControl {
  /** Gives the shard a slot, or new nodes or another part for a slot it has. */
  want(slot: Share, wanted: Wanted, part: Part): Promise<void>;
  /** Takes a slot away; resolves when its last step is committed. */
  release(slot: Share): Promise<void>;
  status(): Promise<ShardStatus>;
  /** Releases every slot; the task then ends. */
  stop(): Promise<void>;
}

export interface ShardPorts {
  readonly bus: Bus;
  readonly store: CheckpointStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly subjects: Subjects;
}

export class Shard implements ShardControl {
  readonly #ports: ShardPorts;
  readonly #index: number;
  readonly #settings: SlotSettings;
  readonly #supervisor: Supervisor;
  readonly #wants = new Map<Share, { readonly wanted: Wanted; readonly part: Part }>();
  readonly #actors = new Map<Share, SlotActor>();
  readonly #beginnings: Beginnings;
  readonly #packed = new WeakMap<readonly NodeID[], Uint8Array>();
  /** Resolves when it was told to stop and every slot has, rejects when its slots failed too often. */
  readonly ended: Promise<void>;
  #end: () => void = () => {};

  constructor(ports: ShardPorts, index: number, settings: SlotSettings) {
    this.#ports = ports;
    this.#beginnings = new Beginnings(ports.clock);
    this.#index = index;
    this.#settings = settings;
    this.#supervisor = new Supervisor(ports.clock, ports.random, ports.log, TREE.shard);
    this.ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      void this.#supervisor.failed.then(reject);
    });
    this.ended.catch(() => {}); // whoever runs the shard is told; nobody else has to listen
  }

  async want(slot: Share, wanted: Wanted, part: Part): Promise<void> {
    // An owner lets go before it becomes a standby, and a standby of one handover before it is one of the next.
    const before = this.#wants.get(slot)?.part;
    if (before && part.role === 'standby' && before.handover !== part.handover) await this.release(slot);
    this.#wants.set(slot, { wanted, part });
    if (this.#supervisor.has(slot)) this.#actors.get(slot)?.want(wanted, part);
    else void this.#supervisor.add({ id: slot, restart: 'permanent', start: async () => this.#start(slot) });
  }

  async release(slot: Share): Promise<void> {
    await this.#supervisor.stop(slot);
    this.#actors.delete(slot);
    this.#wants.delete(slot);
  }

  async status(): Promise<ShardStatus> {
    const shown = this.#supervisor.status().flatMap(({ id, restarts, lastFailure }) => {
      const actor = this.#actors.get(id as Share);
      return actor ? [{ ...actor.status(), restarts, lastFailure: lastFailure ?? null }] : [];
    });
    return {
      shard: this.#index,
      slots: shown.map(({ nodeBytes: _bytes, nodes, ...slot }) => ({ ...slot, nodes: this.#pack(nodes) })),
      nodeBytes: nodeBytesTogether(shown.map(({ nodeBytes }) => nodeBytes)),
    };
  }

  /** Asked for at every sign of life, and mostly of the list it was asked for before. */
  #pack(nodes: readonly NodeID[]): Uint8Array {
    let packed = this.#packed.get(nodes);
    if (!packed) this.#packed.set(nodes, (packed = packNodes(nodes)));
    return packed;
  }

  async stop(): Promise<void> {
    await this.#supervisor.stopAll();
    this.#end();
  }

  #start(slot: Share): Child {
    const { clock } = this.#ports;
    const actor = new SlotActor(this.#ports, slot, this.#settings, this.#beginnings);
    const { wanted, part } = this.#wants.get(slot)!;
    actor.want(wanted, part);
    this.#actors.set(slot, actor);
    const stopped = new AbortController();
    const ended = actor.run().catch(async (error: unknown) => {
      // A slot that lost its lease comes back too, but not before this member could hear that it is another's now: to take it
      // back at once would only throw the new owner out.
      if (isFault(error) && error.code === 'LEASE_LOST') await clock.sleep(LEASE_LOST_WAIT_MS, stopped.signal).catch(() => {});
      throw error;
    });
    return {
      ended,
      stop: async () => {
        stopped.abort();
        actor.stop();
      },
    };
  }
}
