// A machine with the one nats-server loses power, and the log its end: an older copy of the store is what is left. Checkpoints, which know
// more than the log then, are not believed, and every subject holds the batch run's rows once the feed has brought its rows again.
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SlotActor } from '#actors/slot.ts';
import type { LogEntry } from '#bus/bus.ts';
import { encodeFrame } from '#bus/frame.ts';
import { NatsBus } from '#bus/nats.ts';
import { slotOf, subjects } from '#bus/subjects.ts';
import { MemoryStore } from '#checkpoint/memory.ts';
import { SystemClock } from '#clock/system.ts';
import { startNatsServer } from '#cluster/nats-server.ts';
import { sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import { logger } from '#telemetry/log.ts';
import { walk } from '../support/bars.ts';
import { natsForTest } from '../support/nats.ts';
import { everything } from '../support/strategies.ts';
import { batchRows, expectSameBits, rowsOfFrames } from '../support/truth.ts';

const SLOTS = 4;
const ROWS = 600;
const clock = new SystemClock();
const names = subjects('t');
const source = sourceId({ venue: 'test', instrument: 'ABC', interval: interval('1m') });
const slot = slotOf(source, SLOTS);
const columns = walk(ROWS, 7);
const spec = everything.declare();
const wanted = { nodes: spec.nodes, own: new Set(spec.nodes.filter((node) => node.spec.nodeType !== 'stream').map(({ id }) => id)), origins: new Map() };

async function feed(bus: NatsBus, from: number, to: number, rowsPerFrame: number): Promise<void> {
  for (let first = from; first < to; first += rowsPerFrame) {
    const rows = columns.map((column) => column.slice(first, Math.min(to, first + rowsPerFrame)));
    const count = rows[0]!.length;
    await bus.append(names.input(slot, source), encodeFrame({ kind: 'source', id: source, epoch: 0, first, count, inputSequence: 0, watermark: rows[0]!.at(-1)!, chains: new Uint32Array(6), columns: rows }));
  }
}

async function outputs(bus: NatsBus): Promise<LogEntry[]> {
  const { lastSequence } = await bus.state('OUT');
  const reader = await bus.read('OUT', [names.outputs(slot), names.lease(slot)], 1);
  const entries: LogEntry[] = [];
  while ((entries.at(-1)?.sequence ?? 0) < lastSequence) entries.push(...((await reader.take()) ?? []));
  reader.close();
  return entries;
}

test('an owner on another machine, which goes on meanwhile, notices that the log ends before what it read, and stops', async () => {
  const nats = await natsForTest();
  const port = Number(new URL(nats.url).port);
  const [kept, backup] = [join(nats.dir, 'store'), join(nats.dir, 'backup')];
  const connected = (): Promise<NatsBus> => NatsBus.connect({ url: nats.url, subjects: names, clock, name: 'power' });
  let bus = await connected();
  try {
    await bus.createStreams();
    await feed(bus, 0, 100, 5);
    await bus.close();
    await nats.stop();
    cpSync(kept, backup, { recursive: true });
    let server = await startNatsServer({ dir: nats.dir, port, clock });
    bus = await connected();
    await feed(bus, 100, 200, 5);
    const reader = await bus.read('IN', [names.inputs(slot)], 1);
    let read = 0;
    while (read < 40) read += (await reader.take())!.length;
    await server.stop();
    rmSync(kept, { recursive: true });
    cpSync(backup, kept, { recursive: true });
    server = await startNatsServer({ dir: nats.dir, port, clock });
    expect(await reader.take(), 'a slot takes the end of its reader for a failure, and begins anew').toBeUndefined();
    await server.stop();
  } finally {
    await bus.close();
    await nats.dispose();
  }
});

test.for(['before', 'after'] as const)('an owner that begins %s the feed brought its rows again rebuilds what it had from the log', async (when) => {
  const nats = await natsForTest();
  const port = Number(new URL(nats.url).port);
  const [kept, backup] = [join(nats.dir, 'store'), join(nats.dir, 'backup')];
  const store = new MemoryStore();
  const connected = (): Promise<NatsBus> => NatsBus.connect({ url: nats.url, subjects: names, clock, name: 'power' });
  /** The slot until all rows of the log are computed. */
  const runs = async (bus: NatsBus, rows: number, meanwhile: () => Promise<void> = async () => {}): Promise<SlotActor> => {
    const actor = new SlotActor({ bus, store, clock, log: logger({ role: 'test', level: 'silent' }), subjects: names }, slot, { member: 'm1', slots: SLOTS, checkpointEveryRows: 40, checkpointEveryMs: 1e9, uploadEveryMs: 1e9, silentEveryMs: 1e9 });
    actor.want(wanted);
    const life = actor.run();
    await meanwhile();
    while (actor.status().rows < rows) await Promise.race([clock.sleep(5), life]);
    actor.stop();
    await life;
    return actor;
  };
  try {
    let bus = await connected();
    await bus.createStreams();
    await feed(bus, 0, 300, 5);
    await runs(bus, 300);
    await bus.close();
    await nats.stop();
    cpSync(kept, backup, { recursive: true });

    let server = await startNatsServer({ dir: nats.dir, port, clock });
    bus = await connected();
    await feed(bus, 300, 500, 5);
    expect((await runs(bus, 500)).status().restoredFrom).toBe('checkpoint');
    await bus.close();
    await server.stop();
    rmSync(kept, { recursive: true });
    cpSync(backup, kept, { recursive: true });

    server = await startNatsServer({ dir: nats.dir, port, clock });
    bus = await connected();
    const again = (): Promise<void> => feed(bus, 300, ROWS, 3);
    if (when === 'after') await again();
    const actor = await runs(bus, ROWS, when === 'before' ? again : undefined);
    expect(actor.status()).toMatchObject({ restoredFrom: 'log', gapRows: 0 });
    const entries = await outputs(bus);
    for (const [id, rows] of batchRows(spec, new Map([[source as string, columns]]))) expectSameBits(rowsOfFrames(entries.filter(({ subject }) => subject.endsWith(id))), rows, id.slice(0, 8));
    await bus.close();
    await server.stop();
  } finally {
    await nats.dispose();
  }
});
