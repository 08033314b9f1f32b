// When `qmtl status` advises `qmtl split`.
import { expect, test } from 'vitest';
import { type BusyMember, hotSlots } from '#cli/hot-slots.ts';

const member = (slots: Readonly<Record<string, number>>, its: Partial<BusyMember> = {}): BusyMember => ({
  alive: true, drained: false, shards: 1, ...its, slots: Object.entries(slots).map(([slot, busyRatio]) => ({ slot, busyRatio })),
});

test.each<[string, BusyMember[], string[]]>([
  ['a slot that computes nearly all the time, beside a member with a shard', [member({ '001': 0.95, '002': 0.01 }), member({})], ['001']],
  ['the same with a second shard of its own member', [member({ '001': 0.95 }, { shards: 2 })], ['001']],
  ['a slot that leaves a fifth of it', [member({ '001': 0.8 }), member({})], []],
  ['two slots that share a shard, neither of which is too much alone', [member({ '001': 0.5, '002': 0.5 }), member({})], []],
  ['the only shard there is', [member({ '001': 0.95 })], []],
  ['the only shard that may run anything', [member({ '001': 0.95 }), member({}, { drained: true }), member({}, { alive: false })], []],
  ['shares of a slot that is divided already', [member({ '001': 0.95 }), member({ '001-1': 0.9 })], []],
  ['what a dead member said last', [member({ '001': 0.95 }, { alive: false }), member({}), member({})], []],
])('%s', (_, members, hot) => {
  expect(hotSlots(members).map(({ slot }) => slot)).toEqual(hot);
});
