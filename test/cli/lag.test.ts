// The lag that `qmtl status` shows: entries of the log from the first on that a slot reads and has not taken.
import { expect, test } from 'vitest';
import { MemoryBus, MemoryLog } from '#bus/memory.ts';
import { type Slot, subjects } from '#bus/subjects.ts';
import type { SourceID } from '#domain/bar.ts';
import { lagOf } from '#cli/lag.ts';

const names = subjects('t');
const [a, b, c] = ['a', 'b', 'c'].map((name) => name.repeat(64) as SourceID) as [SourceID, SourceID, SourceID];
const on = (slot: string, source: SourceID): string => names.input(slot as Slot, source);
const whole = names.inputs('000' as Slot);

test.each<[string, string[], number, number]>([
  ['one that took all has none', [whole], 5, 0],
  ['what others get is no lag of a slot whose sources are quiet', [whole], 3, 0],
  ['from the first entry of the slot on, all that came is', [whole], 1, 3],
  ['what it joins of another slot counts', [whole, on('001', b)], 3, 2],
  ['what that slot has beside does not', [whole, on('001', c)], 4, 0],
  ['a share of a slot reads what is its own', [on('000', c)], 0, 0],
])('%s', async (_, reads, taken, lag) => {
  const bus = new MemoryBus(new MemoryLog(names));
  for (const subject of [on('000', a), on('001', b), on('000', a), on('001', b), on('001', b)]) await bus.append(subject, new Uint8Array(1));
  const { lastSequence } = await bus.state('IN');
  expect(await lagOf(bus, reads, taken, lastSequence)).toBe(lag);
});
