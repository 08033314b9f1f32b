// Who may write, while a slot is divided and made whole: whatever anybody believes, one at a time.
import { beforeEach, describe, expect, test } from 'vitest';
import { claim, divide, isDivided, leaseOf, releaseLease, type Tenure } from '#actors/lease.ts';
import { Owners } from '#actors/owners.ts';
import type { SlotPorts } from '#actors/slot-terms.ts';
import { MemoryBus, MemoryLog } from '#bus/memory.ts';
import { type Division, shareName } from '#bus/shares.ts';
import { slotName, subjects } from '#bus/subjects.ts';
import { MemoryStore } from '#checkpoint/memory.ts';
import { SimulatedClock } from '#clock/simulated.ts';
import type { SourceID } from '#domain/bar.ts';
import type { NodeID } from '#domain/node-spec.ts';
import { logger } from '#telemetry/log.ts';

const names = subjects('t');
const slot = slotName(7);
const second = shareName(slot, 1);
const halves: Division = { number: 1, shares: 2, salt: 0 };
const released = { inputSequence: 5, nodes: 'n', chains: 'c' };

let server: MemoryLog;
let ports: SlotPorts;

beforeEach(() => {
  server = new MemoryLog(names);
  ports = { bus: new MemoryBus(server), store: new MemoryStore(), clock: new SimulatedClock(), log: logger({ role: 'test', level: 'silent' }), subjects: names };
});

const writes = ({ fence }: Tenure): Promise<number> => ports.bus.append(names.output(slot, 'a'.repeat(64) as NodeID), new Uint8Array(1), { fence });
const isRefused = async (what: Promise<unknown>): Promise<void> => expect(what).rejects.toMatchObject({ code: 'LEASE_LOST' });

describe('a slot that is divided', () => {
  test('has no owner of all of it any more, from that entry on, and no owner of another share before it', async () => {
    const whole = await claim(ports, slot, 'm1', undefined);
    await isRefused(claim(ports, second, 'm2', halves));
    const first = await divide(ports, slot, 'm1', halves, whole);
    await isRefused(writes(whole));
    const other = await claim(ports, second, 'm2', halves);
    await writes(first);
    await writes(other);
  });

  test('stays so for every later owner of each share, who throws out nobody but the one before', async () => {
    const first = await divide(ports, slot, 'm1', halves, await claim(ports, slot, 'm1', undefined));
    const other = await claim(ports, second, 'm2', halves);
    await releaseLease(ports, slot, 'm1', first, released);
    const firstAgain = await claim(ports, slot, 'm3', halves);
    expect(firstAgain).toMatchObject({ divided: first.divided, before: { released } });
    await writes(other);
    const otherAgain = await claim(ports, second, 'm3', halves);
    await isRefused(writes(other));
    await isRefused(writes(first));
    await writes(otherAgain);
    await writes(firstAgain);
  });

  test('tells the first owner of each other share where it stood, and no later one', async () => {
    const left = [released, { ...released, inputSequence: 6 }];
    const [thirds, third] = [{ ...halves, shares: 3 }, shareName(slot, 2)];
    const first = await divide(ports, slot, 'm1', thirds, await claim(ports, slot, 'm1', undefined), left);
    expect(await leaseOf(ports, third, thirds)).toMatchObject({ sequence: 0, released: left[1] });
    expect((await claim(ports, second, 'm2', thirds)).before).toMatchObject({ released: left[0] });
    expect((await claim(ports, second, 'm3', thirds)).before!.released, 'm2 may have written since').toBeUndefined();
    await releaseLease(ports, slot, 'm1', first, released);
    expect((await claim(ports, third, 'm2', thirds)).before, 'who comes later asks the log').toBeUndefined();
  });

  test('is not what somebody knows who has heard of another division', async () => {
    await divide(ports, slot, 'm1', halves, await claim(ports, slot, 'm1', undefined));
    expect(await isDivided(ports, slot, halves)).toBe(true);
    expect(await isDivided(ports, slot, { ...halves, number: 2 })).toBe(false);
    expect(await leaseOf(ports, second, { ...halves, number: 2 })).toBeUndefined();
    await isRefused(claim(ports, second, 'm2', { ...halves, number: 2 }));
  });
});

describe('a slot that is made whole', () => {
  test('ends the owner of every share first, however long that one was away, and nobody takes the share again', async () => {
    const first = await divide(ports, slot, 'm1', halves, await claim(ports, slot, 'm1', undefined));
    const other = await claim(ports, second, 'm2', halves);
    const whole = await divide(ports, slot, 'm1', undefined, first);
    await isRefused(writes(other));
    await isRefused(claim(ports, second, 'm2', halves));
    await writes(whole);
  });

  test('ends a share that nobody had taken yet, so that who is about to comes too late', async () => {
    const first = await divide(ports, slot, 'm1', halves, await claim(ports, slot, 'm1', undefined));
    const lease = names.shareLease(slot, first.divided!.at, 1);
    await divide(ports, slot, 'm1', undefined, first);
    await isRefused(ports.bus.append(lease, new Uint8Array(1), { fence: { subject: lease, sequence: 0 } }));
  });

  test('by an owner that was passed meanwhile ends nothing', async () => {
    const first = await divide(ports, slot, 'm1', halves, await claim(ports, slot, 'm1', undefined));
    const other = await claim(ports, second, 'm2', halves);
    const firstNow = await claim(ports, slot, 'm3', halves);
    await isRefused(divide(ports, slot, 'm1', undefined, first));
    await writes(other);
    await writes(firstNow);
  });

  test('by an owner that dies half-way is divided anew by the next one that shall carry the division on', async () => {
    const thirds: Division = { ...halves, shares: 3 };
    const first = await divide(ports, slot, 'm1', thirds, await claim(ports, slot, 'm1', undefined));
    const third = await claim(ports, shareName(slot, 2), 'm2', thirds);
    const ended = new MemoryBus(server);
    // Its first entry only, as a crash leaves it.
    let left = 1;
    const append = ended.append.bind(ended);
    ended.append = async (...args) => {
      if (left-- === 0) throw new Error('dead');
      return append(...args);
    };
    await expect(divide({ ...ports, bus: ended }, slot, 'm1', undefined, first)).rejects.toThrow('dead');
    const next = await claim(ports, slot, 'm3', thirds);
    expect(next.divided!.at).toBeGreaterThan(first.divided!.at);
    await isRefused(writes(third));
    await writes(await claim(ports, second, 'm2', thirds));
    await writes(await claim(ports, shareName(slot, 2), 'm2', thirds));
  });
});

test('the entries of a log tell at each place whose epoch the rows of a source bear', async () => {
  const sources = ['00', '01', '02', '03'].map((digits) => (digits.repeat(4) + digits.repeat(28)) as SourceID);
  const owners = new Owners();
  let read = 0;
  const epochs = (): (number | undefined)[] => {
    for (; read < server.streams.OUT.entries.length; read++) {
      const { subject, sequence, data } = server.streams.OUT.entries[read]!;
      owners.heard(subject, sequence, data);
    }
    return sources.map((source) => owners.epochOf(slot, source));
  };
  const whole = await claim(ports, slot, 'm1', undefined);
  expect(epochs()).toEqual(sources.map(() => whole.fence.sequence));
  const first = await divide(ports, slot, 'm1', halves, whole);
  expect(new Set(epochs())).toEqual(new Set([first.fence.sequence, undefined]));
  const other = await claim(ports, second, 'm2', halves);
  expect(new Set(epochs())).toEqual(new Set([first.fence.sequence, other.fence.sequence]));
  const again = await divide(ports, slot, 'm1', undefined, first);
  expect(epochs()).toEqual(sources.map(() => again.fence.sequence));
});
