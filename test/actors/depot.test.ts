// What lies in the depot of a slot, whoever brings it, in whatever order.
import { describe, expect, test } from 'vitest';
import type { ObjectBucket, ObjectBucketName } from '#bus/bus.ts';
import { MemoryBus, MemoryLog } from '#bus/memory.ts';
import { slotName, subjects } from '#bus/subjects.ts';
import { MemoryStore } from '#checkpoint/memory.ts';
import { SystemClock } from '#clock/system.ts';
import type { NodeID } from '#domain/node-spec.ts';
import { Parts } from '#domain/parts.ts';
import { logger } from '#telemetry/log.ts';
import { download, isUploadedFor, upload, uploadsOf } from '#actors/depot.ts';
import { givenBy, HEAD_PART, headOf, publishedIn, writeHead } from '#actors/lane-head.ts';

const names = subjects('t');
const slot = slotName(1);
const [a, b, c] = ['a', 'b', 'c'].map((letter) => letter.repeat(64) as NodeID) as [NodeID, NodeID, NodeID];
const portsOn = (bus: MemoryBus) => ({ bus, store: new MemoryStore(), clock: new SystemClock(), log: logger({ role: 'test', level: 'silent' }), subjects: names });

/** A checkpoint that holds nothing but its head. */
const checkpoint = (inputSequence: number, nodes: readonly NodeID[], log = 'log'): Parts =>
  Parts.of([[HEAD_PART, writeHead({ mark: null, log, inputSequence, ...givenBy(nodes, nodes.map(() => 2)) }, new Uint32Array(2 * nodes.length))]]);
const terms = (epoch: number, wanted: readonly NodeID[], handover?: number) => ({ epoch, handover, wanted: new Set(wanted) });

async function standsAt(bus: MemoryBus, log = 'log'): Promise<number[]> {
  return (await uploadsOf(portsOn(bus), slot, log)).map(({ inputSequence }) => inputSequence);
}

describe('a depot', () => {
  test('keeps the two newest uploads of every node that is wanted, and an older one as long as it is the last that holds a node', async () => {
    const log = new MemoryLog(names);
    const bus = new MemoryBus(log);
    const ports = portsOn(bus);
    for (const [at, nodes] of [[10, [a, b]], [20, [a, b]], [30, [a, b]]] as const) await upload(ports, slot, checkpoint(at, nodes), terms(5, [a, b]));
    expect(await standsAt(bus)).toEqual([30, 20]);
    // b stands still: what holds it stays, however often the others go on.
    for (const at of [40, 50, 60]) await upload(ports, slot, checkpoint(at, [a]), terms(5, [a, b]));
    expect(await standsAt(bus)).toEqual([60, 50, 30, 20]);
    // Nobody wants it any more.
    await upload(ports, slot, checkpoint(70, [a]), terms(5, [a]));
    expect(await standsAt(bus)).toEqual([70, 60]);
    expect(log.objects.get('checkpoints')!.size).toBe(2);
    const [newest] = await uploadsOf(ports, slot, 'log');
    const parts = (await download(ports, newest!))!;
    expect([headOf(parts).inputSequence, publishedIn(headOf(parts))]).toEqual([70, new Set([a])]);
  });

  test('takes nothing from an owner that was passed, and forgets what it brought', async () => {
    const log = new MemoryLog(names);
    const bus = new MemoryBus(log);
    let wake: () => void = () => {};
    const pause = new Promise<void>((resolve) => (wake = resolve));
    class SlowBus extends MemoryBus {
      override async objects(name: ObjectBucketName): Promise<ObjectBucket> {
        const inner = await super.objects(name);
        return { ...inner, put: (key, bytes) => pause.then(() => inner.put(key, bytes)) };
      }
    }
    const late = upload(portsOn(new SlowBus(log)), slot, checkpoint(10, [a]), terms(5, [a]));
    for (const at of [100, 200]) await upload(portsOn(bus), slot, checkpoint(at, [a]), terms(6, [a]));
    wake();
    await late;
    expect(await standsAt(bus)).toEqual([200, 100]);
    expect([...log.objects.get('checkpoints')!.keys()].every((object) => object.startsWith(`${slot}.6.`))).toBe(true);
    await upload(portsOn(bus), slot, checkpoint(150, [a]), terms(5, [a]));
    expect(await standsAt(bus)).toEqual([200, 100]);
  });

  test('stands still for an owner that computes again what the one before it had uploaded', async () => {
    const bus = new MemoryBus(new MemoryLog(names));
    for (const at of [100, 200]) await upload(portsOn(bus), slot, checkpoint(at, [a]), terms(5, [a]));
    await upload(portsOn(bus), slot, checkpoint(50, [a]), terms(6, [a], 9));
    expect(await standsAt(bus)).toEqual([200, 100]);
    expect(await isUploadedFor(portsOn(bus), slot, 9)).toBe(true);
    await upload(portsOn(bus), slot, checkpoint(60, [a, c]), terms(6, [a, c]));
    expect(await standsAt(bus)).toEqual([200, 100, 60]);
  });

  test('begins anew with a new log, and clears away what owners left that died on the way', async () => {
    const log = new MemoryLog(names);
    const bus = new MemoryBus(log);
    await upload(portsOn(bus), slot, checkpoint(100, [a]), terms(5, [a]));
    await (await bus.objects('checkpoints')).put(`${slot}.6.0`, new Uint8Array(1));
    await (await bus.objects('checkpoints')).put(`${slotName(2)}.6.0`, new Uint8Array(1));
    await upload(portsOn(bus), slot, checkpoint(7, [a], 'another log'), terms(8, [a]));
    expect(await standsAt(bus)).toEqual([]);
    expect(await standsAt(bus, 'another log')).toEqual([7]);
    expect([...log.objects.get('checkpoints')!.keys()].toSorted()).toEqual([`${slot}.8.0`, `${slotName(2)}.6.0`]);
  });
});
