// A slot on a log that does not take every append: outputs of several frames a step, some refused, some stored with their answer lost.
import { expect, test } from 'vitest';
import type { AppendOptions } from '#bus/bus.ts';
import { MemoryBus, MemoryLog } from '#bus/memory.ts';
import { slotOf, subjects } from '#bus/subjects.ts';
import { MemoryStore } from '#checkpoint/memory.ts';
import { seededRandom } from '#clock/random.ts';
import { SystemClock } from '#clock/system.ts';
import { type Source, sourceId } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import { interval } from '#domain/interval.ts';
import { logger } from '#telemetry/log.ts';
import { replay } from '#actors/feed.ts';
import { SlotActor } from '#actors/slot.ts';
import { walk } from '../support/bars.ts';
import { goldenCross } from '../support/strategies.ts';
import { batchRows, expectSameBits, rowsOfFrames } from '../support/truth.ts';
import { UnreliableBus } from '../support/unreliable.ts';

const SLOTS = 4;
const ROWS = 5_000; // the account's rows of one step fill six frames
const names = subjects('t');
const log = logger({ role: 'test', level: 'silent' });
const clock = new SystemClock();
const source: Source = { venue: 'test', instrument: 'ABC', interval: interval('1m') };
const slot = slotOf(sourceId(source), SLOTS);
const spec = goldenCross.declare();
const columns = walk(ROWS, 9);
const wanted = { nodes: spec.nodes, own: new Set(spec.nodes.filter((node) => node.spec.nodeType !== 'stream').map((node) => node.id)), origins: new Map() };

async function fedLog(): Promise<MemoryLog> {
  const server = new MemoryLog(names);
  await replay({ bus: new MemoryBus(server), clock, subjects: names }, SLOTS, source, columns, { speed: Number.POSITIVE_INFINITY, rowsPerFrame: 1_000 }, () => {});
  return server;
}

function life(bus: MemoryBus): { actor: SlotActor; ended: Promise<void> } {
  const actor = new SlotActor({ bus, store: new MemoryStore(), clock, log, subjects: names }, slot, { member: 'm', slots: SLOTS, checkpointEveryRows: 1e9, checkpointEveryMs: 1e9, uploadEveryMs: 1e9, silentEveryMs: 1e9 });
  actor.want(wanted);
  return { actor, ended: actor.run() };
}

async function runToTheEnd(bus: MemoryBus): Promise<void> {
  const { actor, ended } = life(bus);
  while (actor.status().rows < ROWS) await clock.sleep(1);
  actor.stop();
  await ended;
}

function expectBatch(server: MemoryLog, what: string): void {
  for (const [id, rows] of batchRows(spec, new Map([[sourceId(source) as string, columns]]))) {
    expectSameBits(rowsOfFrames(server.streams.OUT.entries.filter((entry) => entry.subject.endsWith(id))), rows, `${what}, ${id.slice(0, 8)}`);
  }
}

const isOutput = (subject: string): boolean => subject.includes('.o.');

test('a frame that is refused is stored before the one that follows it on its subject', async () => {
  for (let seed = 1; seed <= 8; seed++) {
    const random = seededRandom(seed);
    const server = await fedLog();
    await runToTheEnd(new UnreliableBus(server, random, (subject) => isOutput(subject) && random.below(4) === 0));
    expectBatch(server, `seed ${seed}`);
  }
});

test('an owner that dies while a frame is still refused leaves no hole behind it', async () => {
  class DyingBus extends MemoryBus {
    readonly #refused = new Map<string, string>();

    override async append(subject: string, data: Uint8Array, options?: AppendOptions): Promise<number> {
      if (!isOutput(subject)) return super.append(subject, data, options);
      // The first frame of every node is refused; when one is tried again the process is dead.
      if (this.#refused.get(subject) === options!.messageId) throw new Error('dead');
      if (this.#refused.has(subject)) return super.append(subject, data, options);
      this.#refused.set(subject, options!.messageId!);
      throw new Fault('LOG_REFUSED', 'not now', { retry: true });
    }
  }
  const server = await fedLog();
  await expect(life(new DyingBus(server)).ended).rejects.toThrow('dead');
  await runToTheEnd(new MemoryBus(server));
  expectBatch(server, 'after the death');
});
