// A bounded channel against a model that is nothing but a list and a flag.
import { describe, expect, test } from 'vitest';
import { BYTES_MAX, CAPACITY, Channel } from '#bus/channel.ts';
import { MemoryBus, MemoryLog } from '#bus/memory.ts';
import { subjects } from '#bus/subjects.ts';
import { seededRandom } from '#clock/random.ts';

const entry = (sequence: number, bytes = 8) => ({ subject: 's', sequence, data: new Uint8Array(bytes) });

function heard(): { channel: Channel; said: string[] } {
  const said: string[] = [];
  return { channel: new Channel({ onHigh: () => said.push('high'), onLow: () => said.push('low') }), said };
}

test('holds 2,048 entries, says high at three quarters and low once taken, and begins anew', async () => {
  const { channel, said } = heard();
  for (let round = 0; round < 3; round++) {
    for (let k = 1; k < 1_536; k++) channel.push(entry(k));
    expect(said).toEqual([]);
    for (let k = 1_536; k <= CAPACITY; k++) channel.push(entry(k));
    expect(said.splice(0)).toEqual(['high']);
    expect((await channel.take())!.map(({ sequence }) => sequence)).toEqual(Array.from({ length: CAPACITY }, (_, k) => k + 1));
    expect(said.splice(0)).toEqual(['low']);
  }
});

test('an entry more than it has room for is a bug', () => {
  const { channel } = heard();
  for (let k = 0; k < CAPACITY; k++) channel.push(entry(k));
  expect(() => channel.push(entry(CAPACITY))).toThrow('high mark was not heeded');
});

test('large entries fill it too', async () => {
  const { channel, said } = heard();
  for (let k = 0; k < 11; k++) channel.push(entry(k, BYTES_MAX / 16));
  expect(said).toEqual([]);
  channel.push(entry(11, BYTES_MAX / 16));
  expect(said).toEqual(['high']);
  await channel.take();
  expect(said).toEqual(['high', 'low']);
});

test('under any mixture of coming and taking it does what the model does', async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = seededRandom(seed);
    const { channel, said } = heard();
    const model: { waiting: number[]; isFull: boolean; said: string[] } = { waiting: [], isFull: false, said: [] };
    let sequence = 0;
    for (let step = 0; step < 200; step++) {
      if (random.below(6) > 0) {
        for (let k = random.below(300); k > 0 && model.waiting.length < CAPACITY; k--) {
          channel.push(entry(++sequence));
          model.waiting.push(sequence);
          if (!model.isFull && model.waiting.length >= 1_536) {
            model.isFull = true;
            model.said.push('high');
          }
        }
      } else if (model.waiting.length > 0) {
        expect((await channel.take())!.map((each) => each.sequence)).toEqual(model.waiting);
        model.waiting = [];
        if (model.isFull) model.said.push('low');
        model.isFull = false;
      }
      expect([channel.size, said]).toEqual([model.waiting.length, model.said]);
    }
    expect(said.length).toBeGreaterThan(2);
  }
});

describe('a reader that nobody takes from', () => {
  test('stops at the high mark, the log goes on, and nothing is missing when it is taken from again', async () => {
    const names = subjects('t');
    const bus = new MemoryBus(new MemoryLog(names));
    const reader = await bus.read('EVENT', [names.event('*')], 1);
    for (let k = 0; k < 10_000; k++) await bus.append(names.event('x'), new Uint8Array(8));
    const sizes: number[] = [];
    const sequences: number[] = [];
    while (sequences.length < 10_000) {
      const taken = (await reader.take())!;
      sizes.push(taken.length);
      sequences.push(...taken.map(({ sequence }) => sequence));
    }
    expect(Math.max(...sizes)).toBe(1_536);
    expect(sequences).toEqual(Array.from({ length: 10_000 }, (_, k) => k + 1));
    reader.close();
  });
});
