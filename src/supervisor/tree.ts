// The tree of supervision, from the leaves up. Each level keeps the one before it running, by the terms beside it; when those are
// passed it fails itself, and its own supervisor decides.
//
//   node → slot → shard (a thread) → member (a process) → cluster (`qmtl up`, or whatever keeps the process)
//
// A node is the exception: one that crashes on the same row again and again is quarantined, so that it never takes its slot along
// (actors/quarantine.ts).
import assert from 'node:assert/strict';
import type { RestartTerms } from './restart.ts';

const MINUTE_MS = 60_000;

/** What each level does about its children. They know nothing of each other, so none is ended for another's failure. */
export const TREE = {
  /** Slots of a shard. With the longest waits in between, ten failures take half a minute: a bug that comes at every start. */
  shard: { restartScope: 'one', restartsMax: 10, periodMs: MINUTE_MS },
  /** Shards of a member. A thread with fresh memory that fails like the one before is not the thread's fault. */
  member: { restartScope: 'one', restartsMax: 3, periodMs: 10 * MINUTE_MS },
  /** Processes of a cluster. Nobody stands above, so nothing is ever given up. */
  cluster: { restartScope: 'one', restartsMax: Infinity, periodMs: MINUTE_MS },
} as const satisfies Record<string, RestartTerms>;

// A shard must be able to pass its limit as often as the member counts, or nothing ever reaches the member.
assert(TREE.member.restartsMax * TREE.shard.periodMs < TREE.member.periodMs);
