// The checker of drills, given logs as a cluster would leave them that broke a promise: each must be told.
import { afterEach, beforeAll, expect, test } from 'vitest';
import { replay } from '#actors/feed.ts';
import { SlotActor } from '#actors/slot.ts';
import type { LogEntry } from '#bus/bus.ts';
import { decodeFrame, encodeFrame } from '#bus/frame.ts';
import { MemoryBus, MemoryLog } from '#bus/memory.ts';
import { subjects } from '#bus/subjects.ts';
import { Checker } from '#chaos/checker.ts';
import { type Instrument, instruments } from '#chaos/workload.ts';
import { MemoryStore } from '#checkpoint/memory.ts';
import { SystemClock } from '#clock/system.ts';
import { logger } from '#telemetry/log.ts';

const SLOTS = 4;
const ROWS = 400;
const names = subjects('t');
const clock = new SystemClock();
const [instrument] = instruments(1, ROWS, 7, SLOTS) as [Instrument];
let good: readonly LogEntry[] = [];
let checker: Checker | undefined;

beforeAll(async () => {
  const server = new MemoryLog(names);
  const bus = new MemoryBus(server);
  const nodes = [...new Map(instrument.specs.flatMap((spec) => spec.nodes.map((node) => [node.id, node] as const))).values()];
  const actor = new SlotActor({ bus, store: new MemoryStore(), clock, log: logger({ role: 'test', level: 'silent' }), subjects: names }, instrument.slot, { member: 'm', slots: SLOTS, checkpointEveryRows: 1e9, checkpointEveryMs: 1e9, uploadEveryMs: 1e9, silentEveryMs: 1e9 });
  actor.want({ nodes, own: new Set(nodes.filter(({ spec }) => spec.nodeType !== 'stream').map(({ id }) => id)), origins: new Map() });
  const ended = actor.run();
  // Two steps, so that every node has two frames.
  for (const rows of [ROWS / 2, ROWS]) {
    await replay({ bus, clock, subjects: names }, SLOTS, instrument.source, instrument.bars.map((column) => column.subarray(0, rows)), { speed: Number.POSITIVE_INFINITY, rowsPerFrame: ROWS }, () => {});
    while (actor.status().rows < rows) await clock.sleep(1);
  }
  actor.stop();
  await ended;
  const { entries } = server.streams.OUT;
  good = entries.slice(0, entries.findLastIndex(isOutput) + 1); // its last word is that it gives the lease up
});

afterEach(() => checker?.stop());

/** What the checker says of a log with these entries. */
async function said(entries: readonly Pick<LogEntry, 'subject' | 'data'>[]): Promise<readonly string[]> {
  const bus = new MemoryBus(new MemoryLog(names));
  for (const { subject, data } of entries) await bus.append(subject, data);
  checker = new Checker(names, clock, [instrument], 100);
  await checker.start(bus);
  await checker.finished(200);
  return checker.violations;
}

const isOutput = ({ subject }: LogEntry): boolean => subject.includes('.o.');
const lastOutput = (): number => good.findLastIndex(isOutput);

test('a log that holds the batch run’s rows is found to', async () => {
  expect(await said(good)).toEqual([]);
  expect(checker!.tally).toMatchObject({ leases: 1, orders: expect.any(Number) as number });
  expect(checker!.tally.orders).toBeGreaterThan(10);
});

test('a frame that is there twice is told', async () => {
  expect(await said([...good, good[lastOutput()]!])).toEqual([expect.stringMatching(/rows are doubled$/)]);
});

test('a frame that is missing is told, and that its node is not done', async () => {
  expect(await said(good.toSpliced(lastOutput(), 1))).toEqual([expect.stringMatching(/^node \w+ has 200 rows of 400$/)]);
  const first = good.findIndex(isOutput);
  expect(await said(good.toSpliced(first, 1))).toEqual([expect.stringMatching(/rows are missing$/)]);
});

test('a value with one bit flipped is told with its row and column', async () => {
  const at = lastOutput();
  const frame = decodeFrame(good[at]!.data, 'test');
  const columns = frame.columns.map((column) => Float64Array.from(column));
  new Uint8Array(columns[1]!.buffer)[0]! ^= 1;
  expect(await said(good.with(at, { ...good[at]!, data: encodeFrame({ ...frame, columns }) }))).toEqual([expect.stringMatching(/row \d+, column 1 is .+, and .+ in the batch run$/)]);
});

test('a frame of an owner whose lease was passed is told', async () => {
  const lease = good.findIndex(({ subject }) => subject.includes('.lease.'));
  expect(await said([...good.slice(0, lastOutput()), good[lease]!, ...good.slice(lastOutput())])).toContainEqual(expect.stringMatching(/written under epoch 1, and \d+ stood$/));
});
