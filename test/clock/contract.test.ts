import { describe, expect, test } from 'vitest';

import type { Clock } from '#clock/clock.ts';
import { SimulatedClock } from '#clock/simulated.ts';
import { SystemClock } from '#clock/system.ts';

interface Rig {
  readonly clock: Clock;
  /** Lets at least `ms` go by on this clock. */
  readonly pass: (ms: number) => Promise<void>;
}

const rigs: Record<string, () => Rig> = {
  SystemClock: () => {
    const clock = new SystemClock();
    return { clock, pass: (ms) => clock.sleep(ms) };
  },
  SimulatedClock: () => {
    const clock = new SimulatedClock(1_700_000_000_000);
    return { clock, pass: (ms) => clock.advance(ms) };
  },
};

describe.each(Object.entries(rigs))('%s keeps the contract of Clock', (_name, rig) => {
  test('now is whole milliseconds and monotonicMs grows by at least the wait', async () => {
    const { clock, pass } = rig();
    const [startMs, startMono] = [clock.now(), clock.monotonicMs()];
    await pass(20);
    expect(Number.isInteger(clock.now())).toBe(true);
    expect(clock.now() - startMs).toBeGreaterThanOrEqual(19); // the wall rounds to whole milliseconds
    expect(clock.monotonicMs() - startMono).toBeGreaterThanOrEqual(19);
  });

  test('timers fire in the order of their due times, equal ones in the order they were set', async () => {
    const { clock, pass } = rig();
    const fired: string[] = [];
    clock.after(30, () => fired.push('late'));
    clock.after(10, () => fired.push('early, set first'));
    clock.after(10, () => fired.push('early, set second'));
    await pass(60);
    expect(fired).toEqual(['early, set first', 'early, set second', 'late']);
  });

  test('a cancelled timer never fires, and cancelling twice is harmless', async () => {
    const { clock, pass } = rig();
    let fired = 0;
    const cancel = clock.after(10, () => fired++);
    const cancelEvery = clock.every(10, () => fired++);
    cancel();
    cancelEvery();
    cancel();
    cancelEvery();
    await pass(40);
    expect(fired).toBe(0);
  });

  test('a repeating timer can cancel itself from inside', async () => {
    const { clock, pass } = rig();
    let fired = 0;
    const cancel = clock.every(5, () => {
      fired++;
      if (fired === 3) cancel();
    });
    await pass(100);
    expect(fired).toBe(3);
  });

  test('a timer set by a timer fires in the same wait', async () => {
    const { clock, pass } = rig();
    let reached = false;
    clock.after(5, () => {
      clock.after(5, () => {
        reached = true;
      });
    });
    await pass(60);
    expect(reached).toBe(true);
  });

  test('sleeps one after another add up', async () => {
    const { clock, pass } = rig();
    const startMono = clock.monotonicMs();
    let tookMs = 0;
    const walk = (async () => {
      await clock.sleep(10);
      await clock.sleep(10);
      tookMs = clock.monotonicMs() - startMono;
    })();
    await pass(80);
    await walk;
    expect(tookMs).toBeGreaterThanOrEqual(19);
  });

  test('an aborted sleep rejects with the reason, before or during the wait', async () => {
    const { clock, pass } = rig();
    await expect(clock.sleep(10, AbortSignal.abort('gone'))).rejects.toBe('gone');
    const stop = new AbortController();
    const sleeping = expect(clock.sleep(60_000, stop.signal)).rejects.toBe('enough');
    await pass(5);
    stop.abort('enough');
    await sleeping;
  });

  test('a wait no timer can hold is refused instead of firing at once', () => {
    const { clock } = rig();
    expect(() => clock.after(2 ** 31, () => {})).toThrow('cannot wait');
    expect(() => clock.after(-1, () => {})).toThrow('cannot wait');
    expect(() => clock.every(0, () => {})).toThrow('cannot repeat');
    expect(() => clock.after(Number.NaN, () => {})).toThrow('cannot wait');
  });
});
