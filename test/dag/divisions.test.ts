// The table of divisions.ts: what an operator asks of a slot, and how it goes on.
import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryBus, type MemoryLog } from '#bus/memory.ts';
import { shareName } from '#bus/shares.ts';
import { type Slot, slotOf } from '#bus/subjects.ts';
import { SimulatedClock } from '#clock/simulated.ts';
import type { DivideAnswer } from '#dag/divisions.ts';
import type { DagManager, DagNode, ReadsAnswer } from '#dag/manager.ts';
import { sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import { Strategy, StreamInput } from '#sdk/mod.ts';
import type { DivisionRecord, MemberRecord, PlacementRecord, SlotRecord } from '#supervisor/records.ts';
import { applyTo, heartbeat, killService, names, newLog, recordsIn, SLOTS, startManager } from '../support/control.ts';
import { goldenCross } from '../support/strategies.ts';

/** Four instruments of one slot, and one that is alone in its own. */
const all = Array.from({ length: 200 }, (_, k) => ({ instrument: `I${k}`, slot: slotOf(sourceId({ venue: 'test', instrument: `I${k}`, interval: interval('1m') }), SLOTS) }));
const { slot } = all[0]!;
const together = all.filter((each) => each.slot === slot).slice(0, 4);
const alone = all.find((each) => each.slot !== slot)!;

let server: MemoryLog;
let clock: SimulatedClock;
let manager: DagManager;

beforeEach(async () => {
  server = newLog();
  clock = new SimulatedClock();
  manager = await startManager(server, clock);
  for (const member of ['m1', 'm2']) await heartbeat(server, member);
  for (const { instrument } of [...together, alone]) await applyTo(server, goldenCross.declare({ venue: 'test', instrument, interval: '1m' }));
});

const ask = (shares: number, of: string = slot): Promise<DivideAnswer> => new MemoryBus(server).call(names.call('dag', 'split'), { slot: of, shares });
const record = async (): Promise<DivisionRecord | undefined> => (await (await new MemoryBus(server).bucket<DivisionRecord>('divisions')).get(slot))?.value;
const placed = async (): Promise<Map<string, PlacementRecord>> => recordsIn<PlacementRecord>(server, 'placement');

/** A sign of life of a member that waits for its share, or for all of them. */
async function ready(share: string, state: SlotRecord['state'] = 'ready'): Promise<void> {
  const { member } = (await placed()).get(share)!;
  const shown = { slot: share, state, nodes: new Uint8Array(), restarts: 0, lastFailure: null } as unknown as SlotRecord;
  await (await new MemoryBus(server).bucket<MemberRecord>('members')).put(member, { member, pid: 1, httpPort: 0, beat: 1, life: member, shards: [{ shard: 0, restarts: 0, slots: [shown] }] });
  await clock.advance(300);
}

test('what a share reads is all of its slot while that is whole, then its own sources, and always what it joins of other slots', async () => {
  const read = (instrument: string) => new StreamInput({ venue: 'test', instrument, interval: '1m' }).close;
  const joined = new Strategy({ name: 'joined', build: () => ({ outputs: { spread: read(together[0]!.instrument).minus(read(alone.instrument)) } }) });
  const reads = (): Promise<ReadsAnswer> => new MemoryBus(server).call(names.call('dag', 'reads'), null);
  const subjectOf = ({ instrument, slot: its }: (typeof all)[number]): string => names.input(its, sourceId({ venue: 'test', instrument, interval: interval('1m') }));
  expect(await reads()).toEqual({ [slot]: [names.inputs(slot)], [alone.slot]: [names.inputs(alone.slot)] });
  await applyTo(server, joined.declare());
  expect((await reads())[slot]).toEqual([names.inputs(slot), subjectOf(alone)]);
  await ask(2);
  await clock.advance(1_000);
  await ready(shareName(slot, 1));
  const { [slot]: first, [shareName(slot, 1)]: second } = await reads();
  expect([...first!, ...second!].toSorted()).toEqual([...together, alone].map(subjectOf).toSorted());
  expect(Math.min(first!.length, second!.length), 'a share without a source').toBeGreaterThan(0);
});

test('a slot of sources alone, which others join, is nobody’s: a member that is drained does not wait for it to be handed over', async () => {
  const other = all.find((each) => each.slot !== slot && each.slot !== alone.slot)!;
  const read = (instrument: string) => new StreamInput({ venue: 'test', instrument, interval: '1m' }).close;
  await applyTo(server, new Strategy({ name: 'joined', build: () => ({ outputs: { spread: read(together[0]!.instrument).minus(read(other.instrument)) } }) }).declare());
  await clock.advance(1_000);
  expect([...(await placed()).keys()].toSorted()).toEqual([slot, alone.slot].toSorted());
});

describe('a slot', () => {
  test('that shall have two shares gets an owner for the second beside that of the first, on another member, and is divided once that one is ready', async () => {
    expect(await ask(2)).toEqual({ slot, state: 'dividing', shares: 2 });
    const second = shareName(slot, 1);
    const owners = await placed();
    expect(owners.get(second)!.member).not.toBe(owners.get(slot)!.member);
    await clock.advance(1_000);
    expect((await record())!.state).toBe('dividing');
    await ready(second);
    expect(await ask(2)).toEqual({ slot, state: 'divided', shares: 2 });
    const { nodes } = await new MemoryBus(server).call<null, { nodes: DagNode[] }>(names.call('dag', 'show'), null);
    expect(new Set(nodes.filter((node) => node.slot === slot).map(({ member }) => member)), 'both are said to run nodes of it').toEqual(new Set(['m1', 'm2']));
  });

  test('that shall be whole again is so once the owner of its first share goes along with the others, or is waited for too long', async () => {
    for (const gathers of [true, false]) {
      await ask(2);
      const second = shareName(slot, 1);
      await ready(second);
      expect(await ask(1)).toMatchObject({ state: 'uniting' });
      await clock.advance(1_000);
      expect((await record())!.state).toBe('uniting');
      if (gathers) {
        await ready(slot, 'gathered');
        expect((await record())!.state).toBe('whole');
      }
      // The members show themselves all the while.
      for (let passedMs = 0; passedMs < (gathers ? 500 : 12_000); passedMs += 500) {
        for (const member of ['m1', 'm2']) await heartbeat(server, member);
        await clock.advance(500);
      }
      expect(await record()).toMatchObject({ state: 'whole', sharesMost: 2 });
      expect([...(await placed()).keys()]).not.toContain(second);
    }
    expect((await record())!.number, 'no two divisions have one number').toBe(2);
  });

  test('that was never divided for long is whole at once when it is called off', async () => {
    await ask(2);
    expect(await ask(1)).toEqual({ slot, state: 'whole', shares: 1 });
  });

  test('goes on being divided by the manager’s next life', async () => {
    await ask(2);
    manager.stop();
    killService(server, 'dag');
    await startManager(server, clock);
    for (const member of ['m1', 'm2']) await heartbeat(server, member);
    await ready(shareName(slot, 1));
    expect((await record())!.state).toBe('divided');
  });

  test.for<[string, number, string, RegExp]>([
    ['of one source', 2, alone.slot, /has 1 source, which is too few for 2 shares/],
    ['with more shares than sources', 5, slot, /has 4 sources, which are too few for 5 shares/],
    ['that nothing runs in', 2, 'fff', /no node runs in slot fff/],
  ])('%s is not divided', async ([, shares, of, says]) => {
    await expect(ask(shares, of as Slot)).rejects.toMatchObject({ code: 'SLOT_INDIVISIBLE', message: expect.stringMatching(says) as string, cure: expect.any(String) as string });
  });

  test('with shares is made whole before it gets another number of them', async () => {
    await ask(2);
    await expect(ask(3)).rejects.toMatchObject({ code: 'SLOT_INDIVISIBLE', cure: expect.stringContaining('--undo') as string });
  });
});
