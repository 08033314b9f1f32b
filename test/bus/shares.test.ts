import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { evenSalt, indexIn, shareName, shareOf, SHARES_MAX, slotIn } from '#bus/shares.ts';
import { slotName, slotOf } from '#bus/subjects.ts';
import type { SourceID } from '#domain/bar.ts';

const source = (k: number): SourceID => createHash('sha256').update(`source ${k}`).digest('hex') as SourceID;

test('the first share of a slot goes by the slot’s own name, so a slot that was never divided looks as ever', () => {
  const slot = slotName(10);
  expect(shareName(slot, 0)).toBe(slot);
  for (let index = 0; index < SHARES_MAX; index++) {
    const share = shareName(slot, index);
    expect([slotIn(share), indexIn(share)]).toEqual([slot, index]);
  }
});

describe('the sources of a divided slot', () => {
  test('are each in one share, which follows from the source alone', () => {
    for (let k = 0; k < 200; k++) {
      const index = shareOf(source(k), { shares: 3, salt: 7 });
      expect([0, 1, 2]).toContain(index);
      expect(shareOf(source(k), { shares: 3, salt: 7 })).toBe(index);
      expect(shareOf(source(k), undefined)).toBe(0);
    }
  });

  test('are spread so that no share has more than one above its part, and none has nothing, also where their first digits are alike', () => {
    for (const [sources, shares] of [[2, 2], [4, 2], [4, 3], [5, 4], [8, 8], [9, 2], [64, 2]] as const) {
      const those = Array.from({ length: 100_000 }, (_, k) => source(k)).filter((id) => slotOf(id, 64) === slotName(5)).slice(0, sources);
      expect(those).toHaveLength(sources);
      const salt = evenSalt(those, shares);
      const counts = Array.from({ length: shares }, () => 0);
      for (const id of those) counts[shareOf(id, { shares, salt })]!++;
      expect(Math.min(...counts), `${sources} over ${shares}`).toBeGreaterThan(0);
      expect(Math.max(...counts), `${sources} over ${shares}`).toBeLessThanOrEqual(Math.ceil(sources / shares) + 1);
    }
  });
});
