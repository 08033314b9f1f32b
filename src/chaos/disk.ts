// A disk small enough to be filled: a file system in memory, which only root may mount.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '#domain/fault.ts';

const FILLER = 'filler';

/** Mounts a file system of this size at a directory. Throws SCENARIO_IMPOSSIBLE where that is not permitted. */
export function mountDisk(dir: string, bytes: number): void {
  mkdirSync(dir, { recursive: true });
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', dir], { encoding: 'utf8' });
  if (status === 0) return;
  throw new Fault('SCENARIO_IMPOSSIBLE', `no disk can be mounted to be filled: ${(stderr ?? '').trim() || 'there is no mount'}`, { cure: 'run it as root on Linux, or leave fill-disk out' });
}

export function unmountDisk(dir: string): void {
  spawnSync('umount', ['-l', dir]);
}

/** Leaves no block free. */
export function fillDisk(dir: string): void {
  const { bavail, bsize } = statfsSync(dir);
  const filler = join(dir, FILLER);
  for (let bytes = bavail * bsize; bytes > 0; ) {
    try {
      writeFileSync(filler, new Uint8Array(Math.min(bytes, 2 ** 20)), { flag: 'a' });
      bytes -= 2 ** 20;
    } catch {
      return; // somebody else took the last block
    }
  }
}

export function freeDisk(dir: string): void {
  if (existsSync(join(dir, FILLER))) rmSync(join(dir, FILLER));
}
