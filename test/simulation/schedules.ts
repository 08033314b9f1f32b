// A range of schedules as one test. Two files share them, so that two cores can.
import { expect, test } from 'vitest';
import { simulate } from './world.ts';

export function schedules(first: number, count: number): void {
  test(`seeds ${first} to ${first + count - 1}: crashes, pauses, cuts and moves leave the batch run’s rows, none missing, none twice, each by the owner of its time`, { timeout: 900_000 }, async () => {
    let lives = 0;
    let divisions = 0;
    for (let seed = first; seed < first + count; seed++) {
      const { violation, story, lives: lived, divisions: divided } = await simulate(seed);
      lives += lived;
      divisions += divided;
      if (violation !== undefined) throw new Error(`${story.join('\n')}\n\nseed ${seed}: ${violation}\nrepeat it with: npm run simulate -- --seeds 1 --first ${seed}`);
    }
    // Schedules in which nobody ever dies would prove nothing, nor those in which no slot is divided.
    expect(lives / count).toBeGreaterThan(5);
    expect(divisions / count).toBeGreaterThan(0.2);
  });
}
