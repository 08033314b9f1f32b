// A nats-server never writes to a stream again once a write failed for want of space, also when there is space again. What it
// accepted is safe, and a new process takes up where it stood. So whoever owns the server watches its disk, and starts it
// again when it was refused space and there is some.
import { closeSync, existsSync, openSync, readSync, statfsSync, statSync } from 'node:fs';
import type { Cancel, Clock } from '#clock/clock.ts';

const LOOK_EVERY_MS = 500;
/** Less than a block of a stream's index: the next write fails if none has yet. */
const FULL_BYTES = 64 * 1024;
/** Room for the server to start in and to write on for a while, so that it is not started only to fail again. */
const ENOUGH_BYTES = 2 * 2 ** 20;

/** What to say of a disk that takes no more, to the operator and to whoever feeds. */
export function diskFullMessage(dir: string): string {
  return `the disk of ${dir} is full: nothing more is accepted, nothing accepted is lost; free some space and the cluster goes on`;
}

export function isDiskFull(dir: string): boolean {
  return freeBytesOf(dir) < FULL_BYTES;
}

export interface DiskWatch {
  /** Where the server's store lies. */
  readonly dir: string;
  readonly logFile: string;
  readonly clock: Clock;
  readonly onFull: () => void;
  /** The server was refused space and there is some now. */
  readonly onSpace: () => void;
}

/** Watches until cancelled. */
export function watchDisk({ dir, logFile, clock, onFull, onSpace }: DiskWatch): Cancel {
  let read = existsSync(logFile) ? statSync(logFile).size : 0;
  let full = false;
  return clock.every(LOOK_EVERY_MS, () => {
    const said = readFrom(logFile, read);
    read += said.length;
    const freeBytes = freeBytesOf(dir);
    // The log says it even when the disk was full for a moment only; it lies on the same disk, so its line may be missing.
    const wasRefused = said.includes('no space left on device') || freeBytes < FULL_BYTES;
    if (wasRefused && !full) {
      full = true;
      onFull();
    }
    if (!full || freeBytes < ENOUGH_BYTES) return;
    full = false;
    onSpace();
  });
}

function freeBytesOf(dir: string): number {
  // Removed under a running cluster: the next write says so better.
  if (!existsSync(dir)) return Number.POSITIVE_INFINITY;
  const { bavail, bsize } = statfsSync(dir);
  return bavail * bsize;
}

function readFrom(path: string, from: number): Buffer {
  const bytes = Buffer.alloc(Math.max(0, (existsSync(path) ? statSync(path).size : 0) - from));
  if (bytes.length === 0) return bytes;
  const file = openSync(path, 'r');
  try {
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from));
  } finally {
    closeSync(file);
  }
}
