// The threads of a member, which begin to load their program before the member's own process has loaded its.
import { join } from 'node:path';
import { ShardPool } from '#supervisor/shard-pool.ts';
import type { Config } from './config.ts';

/** A frame an hour is what a silent node costs, and two hours of the log what it may hold back. */
const SILENT_EVERY_MS = 3_600_000;

/** Undefined for an id no member of the configuration has. */
export function startThreads(id: string, config: Config, natsUrl: string): ShardPool | undefined {
  const member = config.members.find((each) => each.id === id);
  if (!member) return undefined;
  const { slots, checkpoint, dataDir, logLevel, tenant } = config;
  const settings = { member: id, slots, checkpointEveryRows: checkpoint.everyRows, checkpointEveryMs: checkpoint.everyMs, uploadEveryMs: checkpoint.uploadEveryMs, silentEveryMs: SILENT_EVERY_MS };
  return new ShardPool({ member: id, natsUrl, tenant, checkpointDir: join(dataDir, 'checkpoints', id), logLevel, settings }, member.shards);
}
