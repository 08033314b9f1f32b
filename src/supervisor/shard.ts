// A shard: one thread, one memory, its own connection to the log, and the slots it was given, each supervised apart.
// Runs as a task of the member's thread pool; the member talks to it through ShardControl.
import { join } from 'node:path';
import { SlotActor, type SlotSettings, type Wanted } from '#actors/slot.ts';
import { NatsBus } from '#bus/nats.ts';
import { type Slot, subjects } from '#bus/subjects.ts';
import { LmdbStore } from '#checkpoint/lmdb.ts';
import { systemRandom } from '#clock/random.ts';
import { SystemClock } from '#clock/system.ts';
import { isFault } from '#domain/fault.ts';
import type { ThreadTask } from '#kernels/pool.ts';
import { type LogLevel, logger } from '#telemetry/log.ts';
import { expose } from './link.ts';
import type { ShardRecord } from './records.ts';
import { Supervisor } from './supervisor.ts';

/** A member that was paused hears of its placements within milliseconds once it goes on. */
const LEASE_LOST_WAIT_MS = 1_000;

export interface ShardTerms {
  readonly member: string;
  readonly shard: number;
  readonly natsUrl: string;
  readonly tenant: string;
  readonly checkpointDir: string;
  readonly logLevel: LogLevel;
  readonly settings: SlotSettings;
}

export interface ShardControl {
  /** Gives the shard a slot, or new nodes for a slot it has. */
  want(slot: Slot, wanted: Wanted): Promise<void>;
  /** Takes a slot away; resolves when its last step is committed. */
  release(slot: Slot): Promise<void>;
  status(): Promise<Omit<ShardRecord, 'restarts'>>;
  /** Releases every slot; the task then ends. */
  stop(): Promise<void>;
}

export default async function shard({ port, terms }: ThreadTask<ShardTerms>): Promise<void> {
  const clock = new SystemClock();
  const log = logger({ role: 'shard', member: terms.member, level: terms.logLevel }).child({ shard: terms.shard });
  const names = subjects(terms.tenant);
  const bus = await NatsBus.connect({ url: terms.natsUrl, subjects: names, clock, name: `${terms.member}/${terms.shard}` });
  const store = new LmdbStore(join(terms.checkpointDir, String(terms.shard)));
  const supervisor = new Supervisor(clock, systemRandom, log);
  const wants = new Map<Slot, Wanted>();
  const actors = new Map<Slot, SlotActor>();
  let ended: () => void = () => {};
  const end = new Promise<void>((resolve) => (ended = resolve));

  const control: ShardControl = {
    want: async (slot, wanted) => {
      wants.set(slot, wanted);
      if (supervisor.has(slot)) {
        actors.get(slot)?.want(wanted);
        return;
      }
      supervisor.add({
        id: slot,
        restart: 'permanent',
        start: async () => {
          const actor = new SlotActor({ bus, store, clock, log, subjects: names }, slot, terms.settings);
          actor.want(wants.get(slot)!);
          actors.set(slot, actor);
          const stopped = new AbortController();
          const life = actor.run().catch(async (error: unknown) => {
            // A slot that lost its lease comes back too, but not before this member could hear that it is another's now: to take it
            // back at once would only throw the new owner out.
            if (isFault(error) && error.code === 'LEASE_LOST') await clock.sleep(LEASE_LOST_WAIT_MS, stopped.signal).catch(() => {});
            throw error;
          });
          const stop = async (): Promise<void> => {
            stopped.abort();
            actor.stop();
          };
          return { ended: life, stop };
        },
      });
    },
    release: async (slot) => {
      await supervisor.stop(slot);
      actors.delete(slot);
      wants.delete(slot);
    },
    status: async () => ({
      shard: terms.shard,
      slots: supervisor.status().flatMap(({ id, restarts, lastFailure }) => {
        const actor = actors.get(id as Slot);
        return actor ? [{ ...actor.status(), restarts, lastFailure: lastFailure ?? null }] : [];
      }),
    }),
    stop: async () => {
      await supervisor.stopAll();
      ended();
    },
  };
  expose(control, port);
  const lost = bus.closed.then((error) => {
    if (error) throw error;
  });
  try {
    await Promise.race([end, lost]);
  } finally {
    // Also when the connection is lost for good: the thread is used again, and no slot of this life may run on in it.
    lost.catch(() => {});
    await supervisor.stopAll();
    await bus.close();
    await store.close();
  }
}
