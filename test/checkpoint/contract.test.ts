import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CheckpointStore, seal, unseal } from '#checkpoint/checkpoint.ts';
import { LmdbStore } from '#checkpoint/lmdb.ts';
import { MemoryStore } from '#checkpoint/memory.ts';
import { Parts } from '#domain/parts.ts';

const parts = (entries: Record<string, number[]>): Parts => Parts.of(Object.entries(entries).map(([key, bytes]) => [key, Uint8Array.from(bytes)]));

/** By name, what a checkpoint holds. */
const held = (found: Parts | undefined): Record<string, number[]> => Object.fromEntries(Array.from(found!, ([name, part]) => [name, [...part]]));

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'qmtl-checkpoint-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe.each([
  ['memory', () => new MemoryStore()],
  ['lmdb', () => new LmdbStore(dir)],
] as [string, () => CheckpointStore][])('the %s store', (_name, open) => {
  test('gives back what was written, slot by slot, and undefined for a slot never written', async () => {
    const store = open();
    await store.write('001', parts({ head: [1, 2], a: [3] }));
    await store.write('002', parts({ head: [9] }));
    expect(held(store.read('001'))).toEqual({ head: [1, 2], a: [3] });
    expect(held(store.read('002'))).toEqual({ head: [9] });
    expect(store.read('003')).toBeUndefined();
    await store.close();
  });

  test('replaces the whole checkpoint: a part that is not written again is gone', async () => {
    const store = open();
    await store.write('001', parts({ head: [1], old: [3] }));
    await store.write('001', parts({ head: [2] }));
    expect(held(store.read('001'))).toEqual({ head: [2] });
    await store.remove('001');
    expect(store.read('001')).toBeUndefined();
    await store.close();
  });
});

test('what is sealed comes back part by part, each on 8 bytes, whatever the lengths', () => {
  for (const lengths of [[], [0], [1], [8, 0, 3], [5, 16, 7, 1]]) {
    const given = new Map(lengths.map((length, k) => [`part ${k}`, new Uint8Array(length).fill(k + 1)]));
    const found = new Map(unseal(seal(Parts.of(given)), 'x'));
    expect(found).toEqual(given);
    for (const part of found.values()) expect(part.byteOffset % 8).toBe(0);
  }
});

test('a checkpoint with any bit flipped is refused by its checksum or its format', () => {
  const sealed = seal(parts({ head: [1, 2, 3], a: [4] }));
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const bad = sealed.slice();
    bad[bit >> 3]! ^= 1 << (bit & 7);
    expect(() => unseal(bad, 'slot 001')).toThrow(expect.objectContaining({ code: 'CHECKPOINT_DAMAGED', message: expect.stringContaining('slot 001') as string }));
  }
  expect(() => unseal(sealed.subarray(0, 5), 'x')).toThrow(/cut short/);
  expect(() => unseal(sealed.subarray(0, 24), 'x')).toThrow(/checksum/);
});

test('a part damaged on the disk is noticed', async () => {
  const store = new LmdbStore(dir);
  await store.write('001', Parts.of([['page', new Uint8Array(64).fill(0x5a)]]));
  await store.close();
  const file = join(dir, readdirSync(dir).find((name) => name.startsWith('data'))!);
  const bytes = readFileSync(file);
  const at = bytes.indexOf(Buffer.alloc(64, 0x5a));
  expect(at).toBeGreaterThan(0);
  bytes[at + 5]! ^= 4;
  writeFileSync(file, bytes);
  const again = new LmdbStore(dir);
  expect(() => again.read('001')).toThrow(/checksum/);
  await again.close();
});

describe('a store whose file is damaged', () => {
  const damages: [string, (bytes: Buffer) => Uint8Array][] = [
    ['is not a store at all', (bytes) => Buffer.alloc(bytes.length, 0x7f)],
    ['is cut off', (bytes) => bytes.subarray(0, 100)],
    ['is text', () => Buffer.from('hello')],
    ['has lost its first pages', (bytes) => bytes.fill(0x7f, 0, 8192)],
    ['has lost all other pages', (bytes) => bytes.fill(0x7f, 8192)],
  ];
  test.each(damages)('%s: it gives nothing back, and is whole again at the latest after one write that failed', async (_, damage) => {
    const store = new LmdbStore(dir);
    await store.write('001', Parts.of([['head', new Uint8Array(50_000)]]));
    await store.close();
    const file = join(dir, 'data.mdb');
    writeFileSync(file, damage(readFileSync(file)));
    const again = new LmdbStore(dir);
    try {
      expect(again.read('001')).toBeUndefined();
    } catch (error) {
      expect(error).toMatchObject({ code: 'CHECKPOINT_DAMAGED' });
      await expect(again.write('001', parts({ head: [1] }))).rejects.toMatchObject({ code: 'CHECKPOINT_DAMAGED' });
    }
    await again.write('001', parts({ head: [2] }));
    expect(held(again.read('001'))).toEqual({ head: [2] });
    await again.close();
  });
});

test('a process killed while it writes leaves one whole checkpoint, the last it was told of or a later one', async () => {
  const program = join(dir, 'writer.ts');
  // The process writes checkpoint k, whose two parts both hold k, and reports k once the store has taken it.
  writeFileSync(
    program,
    `const { LmdbStore } = await import(${JSON.stringify(new URL('../../src/checkpoint/lmdb.ts', import.meta.url).href)});
     const { Parts } = await import(${JSON.stringify(new URL('../../src/domain/parts.ts', import.meta.url).href)});
     const store = new LmdbStore(${JSON.stringify(join(dir, 'store'))});
     for (let k = 1; ; k++) { const bytes = new Uint8Array(20000).fill(k & 255); await store.write('001', Parts.of([['a', bytes], ['b', bytes]])); process.send(k); }`,
  );
  for (let round = 0; round < 4; round++) {
    const child: ChildProcess = fork(program, { stdio: 'ignore', execArgv: [] });
    let told = 0;
    await new Promise<void>((enough) => child.on('message', (k) => ((told = k as number) > 30 + round * 17 ? enough() : undefined)));
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await gone;
    const store = new LmdbStore(join(dir, 'store'));
    const found = store.read('001')!;
    const k = found.get('a')![0]!;
    expect(found.get('b')!.every((byte) => byte === k)).toBe(true);
    expect((k - (told & 255) + 256) % 256).toBeLessThan(200); // at or after the last one reported
    await store.close();
  }
});
