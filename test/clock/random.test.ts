import { expect, test } from 'vitest';

import { seededRandom, systemRandom } from '#clock/random.ts';

// Golden: Rosetta Code, "Pseudo-random numbers/Splitmix64", seed 1234567.
const SPLITMIX64_1234567 = [6457827717110365317n, 3203168211198807973n, 9817491932198370423n, 4593380528125082431n];

test('the seeded sequence is SplitMix64', () => {
  const random = seededRandom(1234567);
  const words = [random.id(), random.id()].flatMap((id) => [BigInt(`0x${id.slice(0, 16)}`), BigInt(`0x${id.slice(16)}`)]);
  expect(words).toEqual(SPLITMIX64_1234567);
});

test('whole numbers fall as Rosetta Code counts them for seed 987654321', () => {
  const random = seededRandom(987654321);
  const counts = [0, 0, 0, 0, 0];
  for (let draw = 0; draw < 100_000; draw++) counts[random.below(5)]!++;
  expect(counts).toEqual([20027, 19892, 20073, 19978, 20030]);
});

test('equal seeds give equal runs, other seeds other runs', () => {
  expect(seededRandom(7).id()).toBe(seededRandom(7n).id());
  expect(seededRandom(7).id()).not.toBe(seededRandom(8).id());
});

test.each([
  ['seeded', seededRandom(1)],
  ['system', systemRandom],
])('%s: next stays in [0, 1), below stays under its bound, ids are 32 hex digits and do not repeat', (_name, random) => {
  const ids = new Set<string>();
  for (let draw = 0; draw < 2_000; draw++) {
    const value = random.next();
    expect(value >= 0 && value < 1).toBe(true);
    const whole = random.below(3);
    expect([0, 1, 2]).toContain(whole);
    const id = random.id();
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    ids.add(id);
  }
  expect(ids.size).toBe(2_000);
});
