import { expect, test } from 'vitest';

import { SimulatedClock } from '#clock/simulated.ts';

test('time stands still until it is advanced', async () => {
  const clock = new SimulatedClock(1_000);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect([clock.now(), clock.monotonicMs()]).toEqual([1_000, 0]);
});

test('a timer sees exactly its due time', async () => {
  const clock = new SimulatedClock(1_000);
  const seen: number[] = [];
  clock.every(40, () => seen.push(clock.now()));
  await clock.advance(130);
  expect(seen).toEqual([1_040, 1_080, 1_120]);
  expect(clock.now()).toBe(1_130);
});

test('cutting the same span into other advances changes nothing', async () => {
  const story = async (cuts: number[]): Promise<string[]> => {
    const clock = new SimulatedClock();
    const lines: string[] = [];
    clock.every(7, () => lines.push(`seven at ${clock.now()}`));
    clock.every(5, () => lines.push(`five at ${clock.now()}`));
    for (const ms of cuts) await clock.advance(ms);
    return lines;
  };
  expect(await story([70])).toEqual(await story([1, 2, 3, 4, 50, 10]));
});

test('what a timer starts is finished before the next timer runs', async () => {
  const clock = new SimulatedClock();
  const lines: string[] = [];
  clock.after(1, () => {
    void (async () => {
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      lines.push('ten turns of the first');
    })();
  });
  clock.after(2, () => lines.push('second'));
  await clock.advance(2);
  expect(lines).toEqual(['ten turns of the first', 'second']);
});

test('pending counts the timers that would keep a process alive', async () => {
  const clock = new SimulatedClock();
  const cancel = clock.every(10, () => {});
  clock.after(5, () => {});
  expect(clock.pending).toBe(2);
  await clock.advance(5);
  expect(clock.pending).toBe(1);
  cancel();
  expect(clock.pending).toBe(0);
});

test('an aborted sleep leaves no timer', async () => {
  const clock = new SimulatedClock();
  const stop = new AbortController();
  const sleeping = clock.sleep(100, stop.signal).catch(() => 'aborted');
  stop.abort();
  expect(await sleeping).toBe('aborted');
  expect(clock.pending).toBe(0);
});

test('an error in a timer reaches whoever advances, and time can go on', async () => {
  const clock = new SimulatedClock();
  clock.after(1, () => {
    throw new Error('a bug');
  });
  await expect(clock.advance(5)).rejects.toThrow('a bug');
  await clock.advance(5);
  expect(clock.now()).toBe(6);
});

test('advancing from inside a timer is a bug', async () => {
  const clock = new SimulatedClock();
  let inner: Promise<void> | undefined;
  clock.after(1, () => {
    inner = clock.advance(1);
    inner.catch(() => {});
  });
  await clock.advance(1);
  await expect(inner).rejects.toThrow('already moving');
});
