// How busy something is, by a clock that is turned by hand. The figures are those of an exponential average with a memory of one minute.
import { expect, test } from 'vitest';
import type { Clock } from '#clock/clock.ts';
import { Load } from '#telemetry/load.ts';

let nowMs = 0;
const clock = { monotonicMs: () => nowMs } as Clock;

/** Computes for so much of each of so many seconds, asked at the end of each. */
function after(seconds: number, busyMs: number, load = new Load(clock)): number {
  let ratio = 0;
  for (let k = 0; k < seconds; k++) {
    load.compute(() => (nowMs += busyMs));
    nowMs += 1_000 - busyMs;
    ({ ratio } = load);
  }
  return ratio;
}

test('what always computes is said to do so only after a while, and what never does at once', () => {
  expect(after(60, 1_000)).toBeCloseTo(1 - 1 / Math.E, 9);
  expect(after(300, 1_000)).toBeGreaterThan(0.99);
  expect(after(60, 0)).toBe(0);
});

test('a load is its share of the time, and a burst is soon forgotten', () => {
  expect(after(600, 850)).toBeCloseTo(0.85, 3);
  const load = new Load(clock);
  after(5, 1_000, load);
  expect(after(120, 0, load)).toBeLessThan(0.02);
});

test('it does not matter how often it is asked, nor that it is asked twice at one moment', () => {
  const seldom = new Load(clock);
  const often = new Load(clock);
  for (let k = 0; k < 60; k++) {
    seldom.compute(() => often.compute(() => (nowMs += 400)));
    nowMs += 600;
    expect(often.ratio).toBe(often.ratio);
  }
  expect(seldom.ratio).toBeCloseTo(often.ratio, 9);
});

test('what throws was computed too', () => {
  const load = new Load(clock);
  expect(() => load.compute(() => {
    nowMs += 60_000;
    throw new Error('no');
  })).toThrow('no');
  expect(load.ratio).toBeCloseTo(1 - 1 / Math.E, 9);
});
