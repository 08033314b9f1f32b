// Who should run a slot: every slot somebody, moves only where they must be.
import { describe, expect, test } from 'vitest';
import { type Share, slotName } from '#bus/subjects.ts';
import { placements, rendezvous } from '#supervisor/placement.ts';
import type { PlacementRecord } from '#supervisor/records.ts';

const SLOTS = Array.from({ length: 256 }, (_, index) => slotName(index));
const members = (...weights: number[]): Map<string, number> => new Map(weights.map((weight, k) => [`m${k + 1}`, weight]));
const equal = (count: number): Map<string, number> => members(...Array.from({ length: count }, () => 1));
const without = (all: ReadonlyMap<string, number>, gone: string): Map<string, number> => new Map([...all].filter(([member]) => member !== gone));

describe('rendezvous', () => {
  test('answers the same candidate in whatever order they are named', () => {
    for (const slot of SLOTS) expect(rendezvous(slot, new Map([...equal(5)].toReversed()))).toBe(rendezvous(slot, equal(5)));
  });

  test('has no answer without candidates', () => {
    expect(rendezvous('000', new Map())).toBeUndefined();
  });

  test('of one candidate less changes only what was that one’s', () => {
    for (const gone of equal(5).keys()) {
      for (const slot of SLOTS) {
        const before = rendezvous(slot, equal(5));
        if (before !== gone) expect(rendezvous(slot, without(equal(5), gone))).toBe(before);
      }
    }
  });

  test('gives each candidate about its share, by its weight', () => {
    const shares = (candidates: Map<string, number>): number[] => [...candidates.keys()].map((member) => SLOTS.filter((slot) => rendezvous(slot, candidates) === member).length);
    // 256 slots on 4: 64 each, with a standard deviation of 7.
    for (const share of shares(equal(4))) expect(Math.abs(share - 64)).toBeLessThan(28);
    // 1 : 3 of 256: 64 and 192.
    const [small, large] = shares(members(1, 3));
    expect(Math.abs(small! - 64)).toBeLessThan(28);
    expect(small! + large!).toBe(256);
  });

  test('a candidate that grows takes slots, and loses none', () => {
    for (const slot of SLOTS) {
      const before = rendezvous(slot, members(1, 1, 1));
      const after = rendezvous(slot, members(1, 4, 1));
      if (before !== after) expect(after).toBe('m2');
      if (before === 'm2') expect(after).toBe('m2');
    }
  });
});

const slot = slotName(1);
/** The member that the slot is due to, and one that it is not. */
const due = rendezvous(slot, equal(2))!;
const other = due === 'm1' ? 'm2' : 'm1';

// The table of placement.ts, row by row. `alive` names who lives of m1, m2 and m3; m3 is never due anything else.
const ROWS: readonly { why: string; present?: PlacementRecord; alive: readonly string[]; drained?: readonly string[]; ready?: boolean; late?: boolean; settled?: boolean; written: PlacementRecord | undefined }[] = [
  { why: 'a slot without a member goes to the one it is due to', alive: [due, other], written: { member: due } },
  { why: 'nobody lives: nothing changes', alive: [], written: undefined },
  { why: 'nobody lives, and somebody was its member', present: { member: due }, alive: [], written: undefined },
  { why: 'its member is dead: the one that is left takes it', present: { member: due }, alive: [other], written: { member: other } },
  { why: 'its member is dead, the next one lives but is not ready', present: { member: due, next: other }, alive: [other], written: { member: other } },
  { why: 'its member is dead, the next one is drained', present: { member: 'm3', next: other }, alive: [due, other], drained: [other], written: { member: due } },
  { why: 'both are dead', present: { member: 'm3', next: 'm4' }, alive: [due, other], written: { member: due } },
  { why: 'the next one is ready', present: { member: other, next: due }, alive: [due, other], ready: true, written: { member: due } },
  { why: 'the next one is ready though it is not due', present: { member: due, next: other }, alive: [due, other], ready: true, written: { member: other } },
  { why: 'the next one is not ready yet', present: { member: other, next: due }, alive: [due, other], settled: true, written: undefined },
  { why: 'the next one does not get ready', present: { member: other, next: due }, alive: [due, other], settled: true, late: true, written: { member: other } },
  { why: 'the next one got ready at last', present: { member: other, next: due }, alive: [due, other], ready: true, late: true, written: { member: due } },
  { why: 'the next one died', present: { member: due, next: other }, alive: [due], written: { member: due } },
  { why: 'the next one is drained meanwhile', present: { member: due, next: other }, alive: [due, other], drained: [other], ready: true, written: { member: due } },
  { why: 'its member lives, it is due elsewhere, members come and go', present: { member: other }, alive: [due, other], written: undefined },
  { why: 'its member lives, it is due elsewhere, members have settled', present: { member: other }, alive: [due, other], settled: true, written: { member: other, next: due } },
  { why: 'its member is drained', present: { member: due }, alive: [due, other], drained: [due], written: { member: due, next: other } },
  { why: 'its member is where it is due', present: { member: due }, alive: [due, other], settled: true, written: undefined },
  { why: 'all who live are drained: it stays', present: { member: due }, alive: [due, other], drained: [due, other], settled: true, written: undefined },
];

describe('placements', () => {
  test.each(ROWS)('$why', ({ present, alive, drained = [], ready = false, late = false, settled = false, written }) => {
    const answer = placements([slot], new Map(present ? [[slot, present]] : []), {
      alive: new Map(alive.map((member) => [member, 1])),
      drained: new Set(drained),
      settled,
      isReady: (member, asked) => ready && asked === slot && member === present?.next,
      isLate: (asked) => late && asked === slot,
    });
    expect(answer.get(slot)).toEqual(written);
    expect(answer.size).toBe(written ? 1 : 0);
  });

  const quiet = { drained: new Set<string>(), settled: false, isReady: () => false, isLate: () => false };
  const placed = (alive: ReadonlyMap<string, number>): Map<Share, PlacementRecord> => placements(SLOTS, new Map(), { ...quiet, alive });

  test('of a dead member’s slots go to those who live, and no others move', () => {
    const before = placed(equal(3));
    expect(before.size).toBe(256);
    const moved = placements(SLOTS, before, { ...quiet, alive: without(equal(3), 'm2'), settled: true });
    expect([...moved.keys()]).toEqual(SLOTS.filter((each) => before.get(each)!.member === 'm2'));
    expect(new Set(Array.from(moved.values(), ({ member }) => member))).toEqual(new Set(['m1', 'm3']));
  });

  test('hand over four slots at a time, until a drained member has none', () => {
    const present = placed(equal(2));
    const facts = { ...quiet, alive: equal(2), drained: new Set(['m1']), settled: false };
    let rounds = 0;
    for (; [...present.values()].some(({ member }) => member === 'm1'); rounds++) {
      for (const [each, record] of placements(SLOTS, present, { ...facts, isReady: () => true })) present.set(each, record);
      expect([...present.values()].filter(({ next }) => next !== undefined).length).toBeLessThanOrEqual(4);
      if (rounds > 200) throw new Error('it does not end');
    }
    expect([...present.values()].every(({ member, next }) => member === 'm2' && next === undefined)).toBe(true);
  });

  test('of a member that comes back are handed over to it, exactly those it is due', () => {
    const present = placed(without(equal(3), 'm3'));
    for (let round = 0; round < 200; round++) for (const [each, record] of placements(SLOTS, present, { ...quiet, alive: equal(3), settled: true, isReady: () => true })) present.set(each, record);
    for (const each of SLOTS) expect(present.get(each)).toEqual({ member: rendezvous(each, equal(3)) });
  });
});
