// A pipe to a child process that this thread reads and writes without its event loop, and never waits on for longer than it wants.
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync, writevSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saysDiskFull } from '#domain/unwritable.ts';
import { HALF_BYTES } from './wire.ts';

/** Two ends each; the child's block, ours do not. And a file both may read and write, for what is more than a pipe takes in one go: in memory where the system has a place for that. */
export interface Pipes {
  readonly child: { readonly input: number; readonly output: number };
  readonly ours: { readonly input: number; readonly output: number };
  readonly shared: number;
}

export type Transfer = 'done' | 'closed' | 'late';

/** Tries that cost a few microseconds each, for who needs the answer at once. Then the thread sleeps between them, longer each time, for to wake costs as much as to compute some rows. */
export const EAGER_TRIES = 8;
const SLEEP_MS_FIRST = 0.02;
const SLEEP_MS_MAX = 1;
const neverWoken = new Int32Array(new SharedArrayBuffer(4));

/** Opens a pipe to a child and one back. The files are gone when it returns: what is open stays open. Throws what mkfifo throws. */
export function openPipes(): Pipes {
  const dir = temporaryDirectory();
  try {
    const [there, back] = [join(dir, 'there'), join(dir, 'back')];
    execFileSync('mkfifo', ['-m', '600', there, back], { stdio: 'ignore' });
    const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;
    // A pipe opens only when both ends are there, but for a reader that does not block.
    const reader = openSync(there, O_RDONLY | O_NONBLOCK);
    const output = openSync(there, O_WRONLY | O_NONBLOCK);
    const childInput = openSync(there, O_RDONLY);
    closeSync(reader);
    const input = openSync(back, O_RDONLY | O_NONBLOCK);
    const childOutput = openSync(back, O_WRONLY);
    const shared = openSync(join(dir, 'shared'), constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
    return { child: { input: childInput, output: childOutput }, ours: { input, output }, shared };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function temporaryDirectory(): string {
  for (const parent of ['/dev/shm', tmpdir()]) {
    try {
      return mkdtempSync(join(parent, 'qmtl-pipe-'));
    } catch {
      // Not every system has the first, and the last says why itself.
    }
  }
  return mkdtempSync(join(tmpdir(), 'qmtl-pipe-'));
}

/** Writes parts of `bytes` together into a half of a shared file, one behind the other. False where there is no room for them. */
export function writeShared(shared: number, half: number, parts: readonly Uint8Array[], bytes: number): boolean {
  try {
    return writevSync(shared, parts, half * HALF_BYTES) === bytes; // a file is written as a whole, or full
  } catch (error) {
    if (saysDiskFull(error)) return false;
    throw error;
  }
}

/** Fills `bytes` from `from` to `to` with the beginning of a half of a shared file. */
export function readShared(shared: number, half: number, bytes: Uint8Array, from: number, to: number): void {
  for (let at = from; at < to; ) {
    const got = readSync(shared, bytes, at, to - at, half * HALF_BYTES + at - from);
    if (got === 0) throw new Error(`a shared file ends after ${at - from} bytes, and ${to - from} were told of`);
    at += got;
  }
}

/** Fills `bytes` from `from` to `to`. `isLate` is asked between two tries; after `eagerTries` it sleeps between them. */
export function readFully(input: number, bytes: Uint8Array, from: number, to: number, isLate: () => boolean, eagerTries: number): Transfer {
  return transfer(from, to, isLate, eagerTries, (at) => readSync(input, bytes, at, to - at, null));
}

export function writeFully(output: number, bytes: Uint8Array, length: number, isLate: () => boolean): Transfer {
  return transfer(0, length, isLate, EAGER_TRIES, (at) => writeSync(output, bytes, at, length - at));
}

function transfer(from: number, to: number, isLate: () => boolean, eagerTries: number, move: (at: number) => number): Transfer {
  for (let at = from, tries = 0; at < to; ) {
    try {
      const moved = move(at);
      if (moved === 0) return 'closed';
      at += moved;
      tries = 0;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE' || code === 'EOF') return 'closed';
      if (code !== 'EAGAIN') throw error;
      if (isLate()) return 'late';
      if (++tries > eagerTries) Atomics.wait(neverWoken, 0, 0, Math.min(SLEEP_MS_MAX, SLEEP_MS_FIRST * 2 ** (tries - eagerTries - 1)));
    }
  }
  return 'done';
}
