// How far a slot is behind the log.
import type { Bus } from '#bus/bus.ts';

/**
 * Entries of the log, up to `lastSequence`, from the first on that lies behind `inputSequence` on one of the subjects a slot reads. One whose
 * sources are quiet has nothing to take, however much others get: 0.
 */
export async function lagOf(bus: Pick<Bus, 'next'>, reads: readonly string[], inputSequence: number, lastSequence: number): Promise<number> {
  if (inputSequence >= lastSequence) return 0;
  const firsts = await Promise.all(reads.map((subject) => bus.next('IN', subject, inputSequence + 1)));
  const first = Math.min(...firsts.map((entry) => entry?.sequence ?? Infinity));
  return Math.max(0, lastSequence - first + 1);
}
