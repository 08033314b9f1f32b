import { expect, test } from 'vitest';
import { Beginnings } from '#actors/beginnings.ts';
import { SimulatedClock } from '#clock/simulated.ts';

/** Slots that begin in one shard, each as long as it is told to; `on` are those that went on. */
async function begin(takeMs: readonly number[]): Promise<{ clock: SimulatedClock; begun: number[]; on: number[] }> {
  const clock = new SimulatedClock();
  const beginnings = new Beginnings(clock);
  const [begun, on]: [number[], number[]] = [[], []];
  for (const [slot, ms] of takeMs.entries()) {
    void (async () => {
      await beginnings.turn(async () => {
        begun.push(slot);
        await clock.sleep(ms);
      });
      await beginnings.gathered();
      on.push(slot);
    })();
  }
  await clock.advance(0);
  return { clock, begun, on };
}

test('four slots begin at once, the next when one of them has', async () => {
  const { clock, begun } = await begin([10, 20, 30, 40, 50]);
  expect(begun).toEqual([0, 1, 2, 3]);
  await clock.advance(10);
  expect(begun).toEqual([0, 1, 2, 3, 4]);
});

test('a slot that has begun goes on when all have', async () => {
  const { clock, on } = await begin([10, 20, 30, 40, 50]);
  await clock.advance(59);
  expect(on).toEqual([]);
  await clock.advance(1);
  expect(on).toEqual([0, 1, 2, 3, 4]);
});

test('a slot that takes long to begin holds up the others for a second', async () => {
  const { clock, on } = await begin([10, 5_000]);
  await clock.advance(1_009);
  expect(on).toEqual([]);
  await clock.advance(1);
  expect(on).toEqual([0]);
  await clock.advance(3_990);
  expect(on).toEqual([0, 1]);
});

test('a slot that begins alone goes on at once', async () => {
  const { clock, on } = await begin([10]);
  await clock.advance(10);
  expect(on).toEqual([0]);
});
