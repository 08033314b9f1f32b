// A shard as a task of the member's thread pool: one thread, one memory, its own connection to the log and its own checkpoints.
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import type { SlotSettings } from '#actors/slot-terms.ts';
import { NatsBus } from '#bus/nats.ts';
import { subjects } from '#bus/subjects.ts';
import { LmdbStore } from '#checkpoint/lmdb.ts';
import { systemRandom } from '#clock/random.ts';
import { SystemClock } from '#clock/system.ts';
import type { ThreadTask } from '#kernels/pool.ts';
import { type LogLevel, logger } from '#telemetry/log.ts';
import { beat, showPulse } from '#telemetry/pulse.ts';
import { expose } from './link.ts';
import { Shard } from './shard.ts';

const PULSE_EVERY_MS = 100;

export interface ShardTerms {
  readonly member: string;
  readonly shard: number;
  readonly pulse: SharedArrayBuffer;
  readonly natsUrl: string;
  readonly tenant: string;
  /** Each shard keeps its checkpoints in a directory of its own below this one. */
  readonly checkpointDir: string;
  readonly logLevel: LogLevel;
  readonly settings: SlotSettings;
}

export default async function shardThread({ port, terms }: ThreadTask<ShardTerms>): Promise<void> {
  const clock = new SystemClock();
  showPulse(terms.pulse);
  const stopBeating = clock.every(PULSE_EVERY_MS, beat);
  const log = logger({ role: 'shard', member: terms.member, level: terms.logLevel }).child({ shard: terms.shard });
  const names = subjects(terms.tenant);
  const bus = await NatsBus.connect({ url: terms.natsUrl, subjects: names, clock, name: `${terms.member}/${terms.shard}` });
  const store = new LmdbStore(join(terms.checkpointDir, String(terms.shard)));
  const shard = new Shard({ bus, store, clock, random: systemRandom, log, subjects: names }, terms.shard, terms.settings);
  expose(shard, port);
  flushCompileCache(); // the next life of this shard begins with it, however this one ends
  const lost = bus.closed.then((error) => {
    if (error) throw error;
  });
  try {
    await Promise.race([shard.ended, lost]);
  } finally {
    // Also when the connection is lost for good: the thread is used again, and no slot of this life may run on in it.
    lost.catch(() => {});
    stopBeating();
    await shard.stop();
    await bus.close();
    await store.close();
  }
}
