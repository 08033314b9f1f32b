// Nodes that give nothing for long beside others that give much: the log before may go, and nobody takes what they are spoken for with for rows.
import { beforeEach, expect, test } from 'vitest';
import { decodeFrame, encodeFrame } from '#bus/frame.ts';
import { MemoryBus, MemoryLog } from '#bus/memory.ts';
import { idIn, slotOf, subjects } from '#bus/subjects.ts';
import { MemoryStore } from '#checkpoint/memory.ts';
import { SimulatedClock } from '#clock/simulated.ts';
import { sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import type { NodeID } from '#domain/node-spec.ts';
import { logger } from '#telemetry/log.ts';
import type { QuarantineMark } from '#actors/quarantine.ts';
import { SlotActor } from '#actors/slot.ts';
import { follow } from '#sdk/follow.ts';
import { sma, Strategy, StreamInput } from '#sdk/mod.ts';
import { walk } from '../support/bars.ts';
import { poison } from '../support/poison.ts';
import { batchRows, expectSameBits, rowsOfFrames } from '../support/truth.ts';

const ROWS = 170;
const EVERY_MS = 1_000;
const names = subjects('t');
const source = sourceId({ venue: 'test', instrument: 'ABC', interval: interval('1m') });
const slot = slotOf(source, 1);
const columns = walk(ROWS, 5);
const often = new Strategy({ name: 'often', build: () => ({ outputs: { average: sma(price(), { period: 2 }), seldom: price().close.resample('1h') } }) }).declare();
const seldom = often.outputs['seldom']!.node;
/** A node that stands still at row 20, and one that waits for it. */
const held = poison('ABC', columns, 20, 'traps');
const nodes = [...new Map([...often.nodes, ...held.spec.nodes].map((node) => [node.id, node])).values()];
const own = new Set(nodes.filter((node) => node.spec.nodeType !== 'stream').map(({ id }) => id));

function price(): StreamInput {
  return new StreamInput({ venue: 'test', instrument: 'ABC', interval: '1m' });
}

let clock: SimulatedClock;
let server: MemoryLog;
let bus: MemoryBus;
let marks: Map<NodeID, QuarantineMark>;

beforeEach(async () => {
  clock = new SimulatedClock();
  server = new MemoryLog(names);
  bus = new MemoryBus(server);
  marks = new Map();
  await (await bus.bucket('quarantine')).watch((id, value, revision) => void marks.set(id as NodeID, { revision, isReleased: value === undefined }));
});

/** Runs the slot while rows come, one in 100 ms. */
async function run(from: number, to: number): Promise<void> {
  const settings = { member: 'm1', slots: 1, checkpointEveryRows: 1e9, checkpointEveryMs: 1e9, uploadEveryMs: 1e9, silentEveryMs: EVERY_MS };
  const actor = new SlotActor({ bus, store: new MemoryStore(), clock, log: logger({ role: 'test', level: 'silent' }), subjects: names }, slot, settings);
  actor.want({ nodes, own, origins: new Map(), quarantine: marks });
  const life = actor.run();
  for (let row = from; row < to; row++) {
    const rows = columns.map((column) => column.slice(row, row + 1));
    await bus.append(names.input(slot, source), encodeFrame({ kind: 'source', id: source, epoch: 0, first: row, count: 1, inputSequence: 0, watermark: rows[0]![0]!, chains: new Uint32Array(6), columns: rows }));
    await clock.advance(100);
  }
  actor.stop();
  await clock.advance(10);
  await life;
}

const framesOf = (id: NodeID) => server.streams.OUT.entries.filter(({ subject }) => idIn<NodeID>(subject) === id);

function expectBatch(): void {
  const truth = batchRows(often, new Map([[source, columns]]));
  for (const [id, rows] of truth) expectSameBits(rowsOfFrames(framesOf(id)), rows, id);
  const before = batchRows(held.spec, new Map([[source, columns.map((column) => column.subarray(0, 20))]]));
  for (const id of [held.node, held.reader]) expectSameBits(rowsOfFrames(framesOf(id)), before.get(id)!, id);
}

test('the newest frame of every node is at most two periods old, also of one that stands still, whose reader waits, or that has a row an hour', async () => {
  await run(0, ROWS);
  expect((await (await bus.bucket('quarantine')).all()).map(({ key }) => key)).toEqual([held.node]);
  // Ten entries of input a period, each with a frame of what gives a row a minute.
  const newest = await bus.lastOfEach('OUT', [names.outputs(slot)]);
  expect(newest.map(({ subject }) => idIn<NodeID>(subject)).toSorted()).toEqual([...own].toSorted());
  for (const { subject, data } of newest) expect(decodeFrame(data, subject).inputSequence, subject).toBeGreaterThan(ROWS - 30);
  expect(framesOf(seldom).length).toBeGreaterThan(10);
  expectBatch();
});

test('the next owner goes on from such frames as from those with rows', async () => {
  await run(0, 75);
  expect(decodeFrame(framesOf(seldom).at(-1)!.data, seldom)).toMatchObject({ first: 1, count: 0 });
  const spoken = framesOf(seldom).length;
  await run(75, 115);
  expect(framesOf(seldom).length, 'and speaks for who gave it nothing yet').toBeGreaterThan(spoken);
  await run(115, ROWS);
  expectBatch();
});

test('a reader is given rows and nothing else, wherever it begins', async () => {
  await run(0, 95);
  await bus.purge('OUT', names.output(slot, seldom), framesOf(seldom).at(-1)!.sequence);
  const read: number[] = [];
  const told: unknown[] = [];
  const reading = (async () => {
    const record = { node: nodes.find(({ id }) => id === seldom)!, slot };
    for await (const { first, count } of follow(bus, names, record, { from: 'first', onFirst: ({ row, isPurgedBefore }) => void told.push([row, isPurgedBefore]) })) {
      read.push(first, count);
      break;
    }
  })();
  await run(95, ROWS);
  await reading;
  expect([read, told]).toEqual([[1, 1], [[1, true]]]);
});
