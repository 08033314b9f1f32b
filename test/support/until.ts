// Waiting in a test for what happens in other processes.
import { SystemClock } from '#clock/system.ts';
import { isFault } from '#domain/fault.ts';

const LOOK_EVERY_MS = 20;
const clock = new SystemClock();

/** Answers what `find` finds as soon as it finds something; fails after a while, naming what was waited for. A part of a cluster may be away meanwhile. */
export async function until<T>(what: string, find: () => Promise<T | undefined | false> | T | undefined | false, waitMs = 30_000): Promise<T> {
  for (const lateMs = clock.monotonicMs() + waitMs; ; await clock.sleep(LOOK_EVERY_MS)) {
    try {
      const found = await find();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      if (!isFault(error) || !error.retry) throw error;
    }
    if (clock.monotonicMs() > lateMs) throw new Error(`${what}: not within ${waitMs} ms`);
  }
}
