// Who should run a slot: every slot somebody, moves only where they must be.
import { describe, expect, test } from 'vitest';
import { type Slot, slotName } from '#bus/subjects.ts';
import { placements, rendezvous } from '#supervisor/placement.ts';

const SLOTS = Array.from({ length: 256 }, (_, index) => slotName(index));
const members = (count: number): string[] => Array.from({ length: count }, (_, k) => `m${k + 1}`);
const placed = (alive: readonly string[], present: ReadonlyMap<Slot, string> = new Map()): Map<Slot, string> => new Map([...present, ...placements(SLOTS, present, alive)]);

describe('rendezvous', () => {
  test('answers the same candidate in whatever order they are named', () => {
    for (const slot of SLOTS) expect(rendezvous(slot, members(5).toReversed())).toBe(rendezvous(slot, members(5)));
  });

  test('has no answer without candidates', () => {
    expect(rendezvous('000', [])).toBeUndefined();
  });

  test('of one candidate less changes only what was that one’s', () => {
    for (const gone of members(5)) {
      const left = members(5).filter((member) => member !== gone);
      for (const slot of SLOTS) {
        const before = rendezvous(slot, members(5));
        if (before !== gone) expect(rendezvous(slot, left)).toBe(before);
      }
    }
  });

  test('gives each candidate about its share', () => {
    const counts = Map.groupBy(SLOTS, (slot) => rendezvous(slot, members(4)));
    // 256 slots on 4: 64 each, with a standard deviation of 7.
    for (const mine of counts.values()) expect(Math.abs(mine.length - 64)).toBeLessThan(28);
  });
});

describe('placements', () => {
  test('give every slot that has none to a member that lives', () => {
    const all = placed(members(3));
    expect(all.size).toBe(256);
    expect(new Set(all.values())).toEqual(new Set(members(3)));
  });

  test('move nothing while its member lives, whoever comes', () => {
    const before = placed(members(2));
    expect(placements(SLOTS, before, members(6)).size).toBe(0);
  });

  test('of a dead member’s slots go to those who live, and no others move', () => {
    const before = placed(members(3));
    const moved = placements(SLOTS, before, ['m1', 'm3']);
    expect([...moved.keys()]).toEqual(SLOTS.filter((slot) => before.get(slot) === 'm2'));
    expect(new Set(moved.values())).toEqual(new Set(['m1', 'm3']));
  });

  test('stay as they are when nobody lives', () => {
    expect(placements(SLOTS, placed(members(3)), []).size).toBe(0);
    expect(placements(SLOTS, new Map(), []).size).toBe(0);
  });
});
