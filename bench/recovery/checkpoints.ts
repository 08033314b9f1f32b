// What checkpoints cost a shard with 10,000 actors: the same rows through the same slots with and without them, round by round, and how
// long the thread does nothing else while it puts one together. The log is the one in memory, so that nothing but the shard is measured;
// the checkpoints go to LMDB.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lane } from '#actors/lane.ts';
import { rowsId } from '#actors/lane-output.ts';
import { SlotActor } from '#actors/slot.ts';
import type { SlotSettings, Wanted } from '#actors/slot-terms.ts';
import { encodeFrame, extendChains } from '#bus/frame.ts';
import { MemoryBus, MemoryLog } from '#bus/memory.ts';
import { type Slot, subjects } from '#bus/subjects.ts';
import { type Instrument, instruments } from '#chaos/workload.ts';
import { LmdbStore } from '#checkpoint/lmdb.ts';
import { sourceId } from '#domain/bar.ts';
import type { DeclaredNode } from '#domain/node-spec.ts';
import { logger } from '#telemetry/log.ts';
import { clock, median, pairedRatio, pairedRounds, type Section } from '../measure.ts';

const INSTRUMENTS = 625; // of 16 actors each
const SLOTS = 64;
const ROWS = 40;
const ROUNDS = 5;
const PAUSE_ROUNDS = 21;
/** As configured when nobody says otherwise. */
const EVERY_MS = 500;
const NEVER_MS = 1e9;

const names = subjects('bench');

export async function checkpoints(): Promise<Section> {
  const dir = mkdtempSync(join(tmpdir(), 'qmtl-checkpoints-'));
  const store = new LmdbStore(dir);
  try {
    const all = instruments(INSTRUMENTS, ROWS, 1, SLOTS);
    const slots = wantedBySlot(all);
    const [with_, without] = (await pairedRounds(ROUNDS, [
      { name: 'with', run: () => through(store, slots, all, EVERY_MS) },
      { name: 'without', run: () => through(store, slots, all, NEVER_MS) },
    ])) as [number[], number[]];
    const inOne = new Map([['000' as Slot, merged([...slots.values()])]]);
    return {
      title: 'Checkpoints of 10,000 actors',
      figures: [
        { name: `rows take longer with a checkpoint of each slot every ${EVERY_MS} ms`, value: 100 * (pairedRatio(with_, without) - 1), unit: '%', decimals: 1, target: { requirement: 'issue 4', atMost: 10 }, note: `${ROUNDS} paired rounds` },
        { name: `longest pause for the checkpoint of a slot, of ${slots.size}`, value: await longestPause(store, slots, all), unit: 'ms', target: { requirement: 'issue 4', atMost: 10 }, note: `median of ${PAUSE_ROUNDS} rounds` },
        { name: 'the same with all 10,000 in one slot', value: await longestPause(store, inOne, all), unit: 'ms', target: { requirement: 'issue 4', atMost: 10 }, note: `median of ${PAUSE_ROUNDS} rounds` },
      ],
    };
  } finally {
    await store.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

function wantedBySlot(all: readonly Instrument[]): Map<Slot, Wanted> {
  return new Map([...Map.groupBy(all, ({ slot }) => slot)].map(([slot, those]) => [slot, wantedOf(those.flatMap(({ specs }) => specs.flatMap((spec) => spec.nodes)))]));
}

function wantedOf(nodes: readonly DeclaredNode[]): Wanted {
  const once = [...new Map(nodes.map((node) => [node.id, node])).values()];
  return { nodes: once, own: new Set(once.filter(({ spec }) => spec.nodeType !== 'stream').map(({ id }) => id)), origins: new Map() };
}

function merged(all: readonly Wanted[]): Wanted {
  return wantedOf(all.flatMap(({ nodes }) => nodes));
}

/** Row `row` of an instrument as a feed would send it. */
function frameOf({ source, bars }: Instrument, row: number, count = 1): { id: string; data: Uint8Array } {
  const id = sourceId(source);
  const columns = bars.map((column) => column.subarray(row, row + count));
  const chains = new Uint32Array(columns.length);
  extendChains(chains, columns, 0, count);
  return { id, data: encodeFrame({ kind: 'source', id, epoch: 0, first: row, count, inputSequence: 0, watermark: columns[0]![count - 1]!, chains, columns }) };
}

/** Milliseconds from the first row until every slot has committed the last. */
async function through(store: LmdbStore, slots: ReadonlyMap<Slot, Wanted>, all: readonly Instrument[], checkpointEveryMs: number): Promise<number> {
  const server = new MemoryLog(names);
  const bus = new MemoryBus(server);
  const settings: SlotSettings = { member: 'bench', slots: SLOTS, checkpointEveryRows: NEVER_MS, checkpointEveryMs, uploadEveryMs: NEVER_MS, silentEveryMs: 1e9 };
  const actors = [...slots].map(([slot, wanted]) => {
    const actor = new SlotActor({ bus, store, clock, log: logger({ role: 'bench', level: 'silent' }), subjects: names }, slot, settings);
    actor.want(wanted);
    return { actor, ended: actor.run() };
  });
  const committed = async (rows: number): Promise<void> => {
    while (actors.reduce((sum, { actor }) => sum + actor.status().rows, 0) < rows * INSTRUMENTS) await clock.sleep(1);
  };
  while (actors.some(({ actor }) => actor.status().state !== 'running')) await clock.sleep(1);
  const startedMs = clock.monotonicMs();
  for (let row = 0; row < ROWS; row++) {
    await Promise.all(
      all.map((instrument) => {
        const { id, data } = frameOf(instrument, row);
        return bus.append(names.input(instrument.slot, id as never), data, { messageId: rowsId(id, row, 1) });
      }),
    );
    await committed(row + 1);
  }
  const elapsedMs = clock.monotonicMs() - startedMs;
  for (const { actor } of actors) actor.stop();
  await Promise.all(actors.map(({ ended }) => ended));
  return elapsedMs;
}

/** The longest a slot's checkpoint kept the thread, in the median round. */
async function longestPause(store: LmdbStore, slots: ReadonlyMap<Slot, Wanted>, all: readonly Instrument[]): Promise<number> {
  const lanes = [...slots].map(([slot, { nodes, own }]) => {
    const lane = new Lane(nodes, own);
    const read = all.filter(({ source }) => lane.inputs.includes(sourceId(source)));
    lane.apply(read.map((instrument, k) => {
      const { id, data } = frameOf(instrument, 0, ROWS);
      return { subject: names.input(slot, id as never), sequence: k + 1, data };
    }));
    lane.takeFrames(1);
    return { slot, lane };
  });
  const longest: number[] = [];
  for (let round = 0; round < PAUSE_ROUNDS; round++) {
    let longestMs = 0;
    for (const { slot, lane } of lanes) {
      const beganMs = clock.monotonicMs();
      const written = store.write(slot, lane.checkpoint('bench'));
      longestMs = Math.max(longestMs, clock.monotonicMs() - beganMs);
      await written;
    }
    longest.push(longestMs);
  }
  return median(longest);
}
