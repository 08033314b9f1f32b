import { expect, test } from 'vitest';
import { schedules } from './schedules.ts';
import { simulate } from './world.ts';

test('the same seed gives the same story and the same lives', async () => {
  for (const seed of [1, 2, 3]) expect(await simulate(seed)).toEqual(await simulate(seed));
});

schedules(0, 500);
