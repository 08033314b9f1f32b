// Objects, on every bus.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Bus, ObjectBucket } from '#bus/bus.ts';
import { BUSES, type OpenedBus } from '../support/buses.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe.each(BUSES)('the $name bus', ({ open }) => {
  let bus: Bus;
  let other: Bus;
  let opened: OpenedBus | undefined;

  beforeAll(async () => {
    opened = await open();
    bus = await opened.make();
    other = await opened.make();
  }, 40_000);
  afterAll(() => opened?.end());

  test('an object is read as it was stored last, also a large one, and by others', async () => {
    const objects = await bus.objects('checkpoints');
    expect(await objects.get('none')).toBeUndefined();
    const large = Uint8Array.from({ length: 300_000 }, (_, at) => at % 251);
    await objects.put('slot', bytes('small'));
    await objects.put('slot', large);
    expect(await (await other.objects('checkpoints')).get('slot')).toEqual(large);
    await objects.put('slot', new Uint8Array());
    expect((await objects.get('slot'))!.length).toBe(0);
  });

  test('objects are listed until they are removed', async () => {
    const objects = await bus.objects('checkpoints');
    for (const key of ['001.5.0', '001.5.1', '002.7.0']) await objects.put(key, bytes(key));
    await objects.remove('001.5.0');
    await objects.remove('001.5.0');
    await objects.remove('never there');
    const theirs = await other.objects('checkpoints');
    const listed = async (bucket: ObjectBucket): Promise<string[]> => (await bucket.keys()).filter((key) => key.startsWith('00')).toSorted();
    await expect.poll(() => listed(theirs)).toEqual(['001.5.1', '002.7.0']);
    expect(await objects.get('001.5.0')).toBeUndefined();
    await objects.put('001.5.0', bytes('again'));
    await expect.poll(() => listed(objects)).toEqual(['001.5.0', '001.5.1', '002.7.0']);
  });

  test('an object that is replaced and removed while others read it is read whole or not at all', async () => {
    const [mine, theirs] = [await bus.objects('checkpoints'), await other.objects('checkpoints')];
    const filled = (k: number): Uint8Array => new Uint8Array(400_000).fill(k);
    await mine.put('busy', filled(0));
    const over = new AbortController();
    const reading = (async () => {
      const seen = new Set<number | undefined>();
      while (!over.signal.aborted) {
        const found = await theirs.get('busy');
        if (found) expect(Buffer.compare(found, filled(found[0]!))).toBe(0);
        seen.add(found?.[0]);
      }
      return seen;
    })();
    for (let k = 1; k <= 12; k++) {
      await mine.put('busy', filled(k));
      if (k % 4 === 0) await mine.remove('busy');
    }
    over.abort();
    expect((await reading).size).toBeGreaterThan(1);
    expect(await mine.get('busy')).toBeUndefined();
  });
});
