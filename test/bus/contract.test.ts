// One suite for every bus: the memory twin must answer like the real log, or tests on it prove nothing.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeId } from '#domain/node-id.ts';
import type { NodeID } from '#domain/node-spec.ts';
import { interval } from '#domain/interval.ts';
import { sourceId } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import { SystemClock } from '#clock/system.ts';
import type { Bus, LogEntry, LogReader } from '#bus/bus.ts';
import { matches } from '#bus/bus.ts';
import { slotName, slotOf, subjects } from '#bus/subjects.ts';
import { BUSES, type OpenedBus } from '../support/buses.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (entry: LogEntry): string => new TextDecoder().decode(entry.data);

async function takeCount(reader: LogReader, count: number): Promise<LogEntry[]> {
  const taken: LogEntry[] = [];
  while (taken.length < count) taken.push(...((await reader.take()) ?? []));
  return taken;
}

let number = 0;
describe.each(BUSES)('the $name bus', ({ open }) => {
  let bus: Bus;
  let other: Bus;
  let opened: OpenedBus | undefined;
  const names = subjects('t');
  const slot = slotName(7);
  // Every test writes under an id of its own, because the streams are shared.
  const freshOutput = (): string => names.output(slot, nodeId({ nodeType: 'stream', code: { stream: 'bars', version: '1.0.0' }, config: { venue: 'v', instrument: `i${number++}`, interval: interval('1m'), field: 'close' }, schema: { outputs: ['value'] } }));

  beforeAll(async () => {
    opened = await open();
    bus = await opened.make();
    other = await opened.make();
  }, 40_000);
  afterAll(() => opened?.end());

  test('an append answers the sequence that a reader later sees, in order', async () => {
    const subject = freshOutput();
    const first = await bus.append(subject, bytes('a'));
    const second = await bus.append(subject, bytes('b'));
    expect(second).toBeGreaterThan(first);
    const reader = await other.read('OUT', [subject], 1);
    const entries = await takeCount(reader, 2);
    expect(entries.map((entry) => [entry.sequence, text(entry)])).toEqual([[first, 'a'], [second, 'b']]);
    reader.close();
    expect(await reader.take()).toBeUndefined();
  });

  test('the newest entry of several subjects is the newest of all that the filter matches', async () => {
    const slotHere = slotName(9);
    const nodes = ['a', 'b'].map((letter) => letter.repeat(64) as NodeID);
    expect(await bus.last('OUT', names.outputs(slotHere))).toBeUndefined();
    await bus.append(names.output(slotHere, nodes[1]!), bytes('first'));
    await bus.append(names.output(slotHere, nodes[0]!), bytes('second'));
    await bus.append(names.output(slotName(10), nodes[0]!), bytes('elsewhere'));
    expect(text((await bus.last('OUT', names.outputs(slotHere)))!)).toBe('second');
  });

  test('the newest entries of many subjects come at once, in the order of the log, and not from before what is known', async () => {
    const here = slotName(11);
    const nodes = Array.from({ length: 300 }, (_, k) => k.toString(16).padStart(64, '0') as NodeID);
    for (const round of ['old', 'new']) for (const node of nodes) await bus.append(names.output(here, node), bytes(`${round} ${node.slice(-3)}`));
    const lease = await bus.append(names.lease(here), bytes('lease'));
    const newest = await bus.append(names.output(here, nodes[0]!), bytes('newest'));
    await bus.append(names.output(slotName(12), nodes[1]!), bytes('elsewhere'));
    const found = await bus.lastOfEach('OUT', [names.outputs(here), names.lease(here)], newest);
    expect(found.map(text)).toEqual([...nodes.slice(1).map((node) => `new ${node.slice(-3)}`), 'lease', 'newest']);
    expect(found.every(({ sequence }, k) => k === 0 || sequence > found[k - 1]!.sequence)).toBe(true);
    // Asked for what came behind an entry, the log leaves out the subjects that had none since.
    await bus.append(names.output(here, nodes[7]!), bytes('newer'));
    const ofSeven = await bus.append(names.output(here, nodes[7]!), bytes('newest of 7'));
    const since = await bus.lastOfEach('OUT', [names.outputs(here), names.lease(here)], ofSeven, found.at(-3)!.sequence);
    expect(since.map(text)).toEqual(['lease', 'newest', 'newest of 7']);
    expect(await bus.lastOfEach('OUT', [names.outputs(here)], undefined, since.at(-1)!.sequence)).toEqual([]);
    await bus.append(names.lease(here), bytes('another'));
    // A replica that has not heard of it yet answers as if the first stood still.
    for (const after of [found.at(-3)!.sequence, undefined]) {
      const refusal = (): Promise<unknown> => bus.lastOfEach('OUT', [names.outputs(here), names.lease(here)], lease, after).then(() => 'an answer', (error: unknown) => (error as Fault).code);
      await expect.poll(refusal).toBe('LEASE_LOST');
    }
  });

  test('what is purged is gone for every reader, and the rest keeps its sequences', async () => {
    const here = slotName(13);
    const [a, b] = ['a', 'b'].map((letter) => names.output(here, letter.repeat(64) as NodeID)) as [string, string];
    const sequences: number[] = [];
    for (const [k, subject] of [a, b, a, b, a].entries()) sequences.push(await bus.append(subject, bytes(`${k}`)));
    const before = await bus.state('OUT');
    for (const [sequence, gone] of [[0, 0], [1, 0], [sequences[4]!, 2], [sequences[4]!, 0]] as const) expect(await bus.purge('OUT', a, sequence)).toBe(gone);
    const after = await bus.state('OUT');
    expect([after.entries, after.lastSequence]).toEqual([before.entries - 2, before.lastSequence]);
    expect(after.bytes).toBeLessThan(before.bytes);
    const left = async (): Promise<unknown> => {
      const reader = await other.read('OUT', [names.outputs(here)], 1);
      const entries = await takeCount(reader, 3);
      reader.close();
      return entries.map((entry) => [entry.sequence, text(entry)]);
    };
    await expect.poll(left).toEqual([[sequences[1], '1'], [sequences[3], '3'], [sequences[4], '4']]); // a replica that lags has the others still
    expect(text((await bus.last('OUT', a))!)).toBe('4');
    expect(await bus.purge('OUT', names.outputs(here), sequences[4]! + 1)).toBe(3);
    expect(await bus.last('OUT', a)).toBeUndefined();
    await bus.append(a, bytes('new'), { fence: { subject: a, sequence: 0 } }); // the subject is as if it had never been written
    expect(text((await bus.last('OUT', a))!)).toBe('new');
  });

  test('the first entry from a sequence on is found, with the moment it was stored', async () => {
    const here = slotName(14);
    const [a, b] = ['a', 'b'].map((letter) => names.output(here, letter.repeat(64) as NodeID)) as [string, string];
    const first = await bus.append(a, bytes('first'));
    const second = await bus.append(b, bytes('second'));
    const third = await bus.append(a, bytes('third'));
    expect(text((await bus.next('OUT', names.outputs(here), 1))!)).toBe('first');
    expect(text((await bus.next('OUT', a, first + 1))!)).toBe('third');
    expect(text((await bus.next('OUT', names.outputs(here), second))!)).toBe('second');
    expect(await bus.next('OUT', a, third + 1)).toBeUndefined();
    const [early, late] = [(await bus.next('OUT', a, 1))!.storedMs, (await bus.next('OUT', a, third))!.storedMs];
    expect(Math.abs(early - opened!.now())).toBeLessThan(60_000);
    expect(late).toBeGreaterThanOrEqual(early);
  });

  test('a reader hands over what is appended after it was opened, and starts where it is told', async () => {
    const subject = freshOutput();
    await bus.append(subject, bytes('old'));
    const from = await bus.append(subject, bytes('start'));
    const reader = await other.read('OUT', [subject], from);
    const later = takeCount(reader, 3);
    await bus.append(subject, bytes('x'));
    await bus.append(subject, bytes('y'));
    expect((await later).map(text)).toEqual(['start', 'x', 'y']);
    reader.close();
  });

  test('two thousand appends in flight keep their order and none is lost', async () => {
    const subject = freshOutput();
    const sequences = await Promise.all(Array.from({ length: 2000 }, (_, k) => bus.append(subject, bytes(String(k)))));
    expect(sequences.toSorted((a, b) => a - b)).toEqual(sequences);
    const reader = await other.read('OUT', [subject], 1);
    expect((await takeCount(reader, 2000)).map(text)).toEqual(Array.from({ length: 2000 }, (_, k) => String(k)));
    reader.close();
  });

  test('a reader that nobody takes from holds no more than its channel, and misses nothing when it is taken from again', async () => {
    const subject = freshOutput();
    const reader = await other.read('OUT', [subject], 1);
    for (let from = 0; from < 6_000; from += 1_000) await Promise.all(Array.from({ length: 1_000 }, (_, k) => bus.append(subject, bytes(String(from + k)))));
    await new SystemClock().sleep(300); // two heartbeats: whatever was going to be sent has come
    const first = (await reader.take())!;
    expect(first.length).toBeLessThanOrEqual(2_048);
    const rest = await takeCount(reader, 6_000 - first.length);
    expect([...first, ...rest].map(text)).toEqual(Array.from({ length: 6_000 }, (_, k) => String(k)));
    reader.close();
  });

  test('the same message id inside the duplicate window is stored once and answered with the same sequence', async () => {
    const subject = freshOutput();
    const first = await bus.append(subject, bytes('a'), { messageId: `${subject}:0` });
    expect(await other.append(subject, bytes('a'), { messageId: `${subject}:0` })).toBe(first);
    expect((await bus.last('OUT', subject))!.sequence).toBe(first);
  });

  test('a step is stored under its fence, in order per subject; a second try of it stores nothing twice', async () => {
    const [a, b] = [freshOutput(), freshOutput()];
    const fence = { subject: names.lease(slotName(100 + (number++ % 100))), sequence: 0 };
    const held = { ...fence, sequence: await bus.append(fence.subject, bytes('m1'), { fence }) };
    const step = [[a, '1'], [b, '2'], [a, '3']].map(([subject, word], k) => ({ subject: subject!, data: bytes(word!), messageId: `${a} ${k}` }));
    const { left, newest } = await bus.appendStep(step, held);
    expect(left).toEqual([]);
    expect((await bus.state('OUT')).lastSequence).toBe(newest!.sequence);
    expect(Buffer.compare((await bus.next('OUT', '>', newest!.sequence))!.data, newest!.data)).toBe(0);
    expect((await bus.appendStep(step, held)).left).toEqual([]);
    expect((await bus.state('OUT')).lastSequence).toBe(newest!.sequence);
    const reader = await other.read('OUT', [a, b], held.sequence + 1);
    const entries = await takeCount(reader, 3);
    expect(entries.filter(({ subject }) => subject === a).map(text)).toEqual(['1', '3']);
    reader.close();
  });

  test('a step whose fence was passed is refused with LEASE_LOST and leaves nothing behind', async () => {
    const [a, b] = [freshOutput(), freshOutput()];
    const fence = { subject: names.lease(slotName(100 + (number++ % 100))), sequence: 0 };
    const held = { ...fence, sequence: await bus.append(fence.subject, bytes('m1'), { fence }) };
    await other.append(fence.subject, bytes('m2'), { fence: held });
    const step = [a, b].map((subject) => ({ subject, data: bytes('x'), messageId: `${subject} late` }));
    await expect(bus.appendStep(step, held)).rejects.toMatchObject({ code: 'LEASE_LOST', retry: false });
    expect([await bus.last('OUT', a), await bus.last('OUT', b)]).toEqual([undefined, undefined]);
  });

  test('a step on its fence’s own subject is stored entry behind entry, and not at all once another entry came there', async () => {
    const subject = freshOutput();
    const step = (from: number, count: number) => Array.from({ length: count }, (_, k) => ({ subject, data: bytes(String(from + k)), messageId: `${subject} ${from + k}` }));
    const first = await bus.appendStep(step(0, 40), { subject, sequence: 0 });
    const second = await bus.appendStep(step(40, 1_100), { subject, sequence: first.newest!.sequence });
    expect([first.left, second.left]).toEqual([[], []]);
    await other.append(subject, bytes('another'));
    await expect(bus.appendStep(step(1_140, 3), { subject, sequence: second.newest!.sequence })).rejects.toMatchObject({ code: 'LEASE_LOST', retry: false });
    const reader = await other.read('OUT', [subject], 1);
    expect((await takeCount(reader, 1_141)).map(text)).toEqual([...Array.from({ length: 1_140 }, (_, k) => String(k)), 'another']);
    reader.close();
    expect(text((await bus.last('OUT', subject))!)).toBe('another');
  });

  test('a step on its fence’s own subject whose midst the log has already is refused, and nothing stands behind the place where it broke', async () => {
    const subject = freshOutput();
    const step = ['0', '1', '2', '3'].map((word) => ({ subject, data: bytes(word), messageId: `${subject} ${word}` }));
    const known = await other.append(subject, bytes('1'), { messageId: `${subject} 1` });
    await expect(bus.appendStep(step, { subject, sequence: known })).rejects.toMatchObject({ code: 'LEASE_LOST', retry: false });
    expect(['0', '1']).toContain(text((await bus.last('OUT', subject))!));
  });

  test('steps of one owner that come together are all stored', async () => {
    const fence = { subject: names.lease(slotName(100 + (number++ % 100))), sequence: 0 };
    const held = { ...fence, sequence: await bus.append(fence.subject, bytes('m1'), { fence }) };
    const outputs = Array.from({ length: 20 }, freshOutput);
    const outcomes = await Promise.all(outputs.map((subject) => bus.appendStep([1, 2].map((k) => ({ subject, data: bytes(String(k)), messageId: `${subject} ${k}` })), held)));
    expect(outcomes.flatMap(({ left }) => left)).toEqual([]);
    for (const subject of outputs) expect(text((await bus.last('OUT', subject))!)).toBe('2');
  });

  test('an append whose fence was passed by another owner is refused with LEASE_LOST and leaves nothing behind', async () => {
    const subject = freshOutput();
    const fence = names.lease(slotName(100 + (number++ % 100)));
    const epoch = await bus.append(fence, bytes('m1'));
    const stored = await bus.append(subject, bytes('a'), { fence: { subject: fence, sequence: epoch } });
    await other.append(fence, bytes('m2'), { fence: { subject: fence, sequence: epoch } });
    await expect(bus.append(subject, bytes('b'), { fence: { subject: fence, sequence: epoch } })).rejects.toMatchObject({ code: 'LEASE_LOST', retry: false });
    expect((await bus.last('OUT', subject))!.sequence).toBe(stored);
  });

  test('of two owners that take a free lease at once exactly one gets it', async () => {
    const fence = names.lease(slotName(200 + (number++ % 50)));
    const tries = await Promise.allSettled([bus, other].map((each) => each.append(fence, bytes('me'), { fence: { subject: fence, sequence: 0 } })));
    expect(tries.map((result) => result.status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('the last entry of a subject nobody wrote is undefined', async () => {
    expect(await bus.last('OUT', freshOutput())).toBeUndefined();
  });

  test('an append to a subject of no stream is refused and may be tried again', async () => {
    await expect(bus.append('elsewhere.x', bytes('a'))).rejects.toMatchObject({ code: 'LOG_REFUSED', retry: true });
  });

  test('a wildcard reader sees a slot’s subjects in one order and nothing of another slot', async () => {
    const mine = slotName(60);
    const a = names.output(mine, 'a'.repeat(64) as never);
    const b = names.output(mine, 'b'.repeat(64) as never);
    const before = (await bus.state('OUT')).lastSequence;
    for (const [subject, word] of [[a, '1'], [freshOutput(), 'no'], [b, '2'], [a, '3']] as const) await bus.append(subject, bytes(word));
    const reader = await other.read('OUT', [`q1.t.o.${mine}.>`], before + 1);
    expect((await takeCount(reader, 3)).map(text)).toEqual(['1', '2', '3']);
    reader.close();
  });

  test('a reader of several filters sees the entries of all of them in stream order', async () => {
    const [a, b] = [freshOutput(), freshOutput()];
    for (const [subject, word] of [[a, '1'], [freshOutput(), 'no'], [b, '2'], [a, '3']] as const) await bus.append(subject, bytes(word));
    const reader = await other.read('OUT', [a, b], 1);
    expect((await takeCount(reader, 3)).map(text)).toEqual(['1', '2', '3']);
    reader.close();
  });

  test.each(['all records', 'its key'])('a record is created once, replaced only at its revision, watched among %s and removed', async (among) => {
    const records = await bus.bucket<{ n: number }>('nodes');
    const key = `k${number++}`;
    expect(await records.get(key)).toBeUndefined();
    expect(await records.replace(key, { n: 1 }, 0)).toBe(true);
    expect(await records.replace(key, { n: 9 }, 0)).toBe(false);
    const { revision } = (await records.get(key))!;
    const only = among === 'its key' ? key : undefined;
    await records.put(`${key}0`, { n: 4 });
    const seen: unknown[] = [];
    let wake: () => void = () => {};
    const stop = await (await other.bucket<{ n: number }>('nodes')).watch((changed, value) => {
      if (changed === key || only) seen.push(value);
      wake();
    }, only);
    expect(seen).toEqual([{ n: 1 }]);
    expect(await records.replace(key, { n: 2 }, revision)).toBe(true);
    expect(await records.replace(key, { n: 3 }, revision)).toBe(false);
    // A watcher that is slow may be told of the newest value only, so each is waited for.
    while (seen.length < 2) await new Promise<void>((go) => (wake = go));
    await records.remove(key);
    while (seen.length < 3) await new Promise<void>((go) => (wake = go));
    expect(seen).toEqual([{ n: 1 }, { n: 2 }, undefined]);
    expect(await records.get(key)).toBeUndefined();
    expect((await records.all()).some((record) => record.key === key)).toBe(false);
    stop();
  });

  test('watching an empty bucket, or a key without a record, resolves at once', async () => {
    const stop = await (await bus.bucket('placement')).watch(() => {});
    stop();
    const stopOne = await (await bus.bucket('nodes')).watch(() => {}, 'nobody');
    stopOne();
  });

  test('a call is answered by the service; its Fault reaches the caller with code, text and cure', async () => {
    const subject = names.call('echo', `n${number++}`);
    await bus.serve({
      name: 'echo',
      version: '1.0.0',
      description: 'for the contract',
      endpoints: {
        twice: {
          subject,
          answer: async (question: number) => {
            if (question < 0) throw new Fault('PARAM_INVALID', 'negative', { cure: 'give a positive one' });
            return question * 2;
          },
        },
      },
    });
    // Servers tell each other of a new service a moment later; until then a caller is told to try again.
    const answer = async (): Promise<number> => {
      for (const lateMs = Date.now() + 5_000; ; await new Promise((go) => setTimeout(go, 10))) {
        const answered = await other.call<number, number>(subject, 21).catch((error: unknown) => (error instanceof Fault && error.retry && Date.now() < lateMs ? undefined : Promise.reject(error)));
        if (answered !== undefined) return answered;
      }
    };
    expect(await answer()).toBe(42);
    await expect(other.call(subject, -1)).rejects.toMatchObject({ name: 'Fault', code: 'PARAM_INVALID', message: 'negative', cure: 'give a positive one' });
    await expect(other.call(names.call('nobody', 'home'), 1)).rejects.toMatchObject({ code: 'CLUSTER_NOT_READY', retry: true });
  });
});

test('filters match as the server’s do', () => {
  expect(matches('a.*.c', 'a.b.c')).toBe(true);
  expect(matches('a.*', 'a.b.c')).toBe(false);
  expect(matches('a.>', 'a.b.c')).toBe(true);
  expect(matches('a.>', 'a')).toBe(false);
  expect(matches('a.b', 'a')).toBe(false);
});

test('a source’s slot depends on the source alone and stays below the number of slots', () => {
  const id = sourceId({ venue: 'v', instrument: 'i', interval: interval('1m') });
  expect(slotOf(id, 64)).toBe(slotName(Number.parseInt(id.slice(0, 8), 16) % 64));
  expect(slotName(255)).toBe('0ff');
});
