// A pulse that stands still, and one that does not.
import { expect, test } from 'vitest';
import { beat, newPulse, PulseWatch, showPulse } from '#telemetry/pulse.ts';

test('a pulse that stood still at as many looks as allowed is that of a thread that hangs, and any beat in between begins anew', () => {
  const shared = newPulse();
  showPulse(shared);
  const watch = new PulseWatch(shared, 3);
  const looks = (pattern: string): boolean[] =>
    pattern.split('').map((step) => {
      if (step === 'b') beat();
      return watch.look();
    });
  expect(looks('..')).toEqual([false, false]);
  expect(looks('b..')).toEqual([false, false, false]);
  expect(looks('b...')).toEqual([false, false, false, true]);
  expect(looks('b')).toEqual([false]);
});

test('a pulse that wraps around is still one', () => {
  const shared = newPulse();
  new Int32Array(shared)[0] = 2 ** 31 - 1;
  showPulse(shared);
  const watch = new PulseWatch(shared, 1);
  beat();
  expect(watch.look()).toBe(false);
});
