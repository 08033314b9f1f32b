// Disks of a drill's own, which only root may mount: one in memory, small enough to be filled, and one on a loop device, whose writes the
// kernel holds back as it would those of a disk that is slow: processes write on into its cache, and wait where they sync.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, statfsSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '#domain/directory.ts';
import { Fault } from '#domain/fault.ts';
import type { FaultSpec } from './scenario.ts';

const FILLER = 'filler';
const FILLABLE_BYTES = 96 * 2 ** 20;
const SLOWABLE_BYTES = 512 * 2 ** 20; // sparse: what is not written takes no space
/** Bytes a second that one device may write, by its numbers; of the controller of all devices, where ours is only one. */
const WRITES_FILE = '/sys/fs/cgroup/blkio/blkio.throttle.write_bps_device';

/** Mounts at a directory the disk that faults of these kinds need, if any does; answers what takes it away again. Throws SCENARIO_IMPOSSIBLE where that is not permitted. */
export function mountDisk(dir: string, kinds: readonly FaultSpec['fault'][]): () => void {
  if (kinds.includes('slow-disk')) return mountSlowable(dir);
  if (kinds.includes('fill-disk')) return mountFillable(dir);
  return () => {};
}

function mountFillable(dir: string): () => void {
  makeDirectory(dir);
  must('to be filled', 'fill-disk', 'mount', ['-t', 'tmpfs', '-o', `size=${FILLABLE_BYTES}`, 'tmpfs', dir]);
  return () => unmount(dir);
}

function mountSlowable(dir: string): () => void {
  if (!existsSync(WRITES_FILE)) throw impossible('to be slowed down', 'slow-disk', `there is no ${WRITES_FILE}`);
  makeDirectory(dir);
  const image = `${dir}.img`;
  writeFileSync(image, '');
  truncateSync(image, SLOWABLE_BYTES);
  must('to be slowed down', 'slow-disk', 'mkfs.ext4', ['-q', '-F', '-m', '0', image]);
  must('to be slowed down', 'slow-disk', 'mount', ['-o', 'loop', image, dir]);
  return () => {
    slowDisk(dir, 0); // or the next disk on this device would be slow too
    unmount(dir);
    rmSync(image, { force: true });
  };
}

/** Lets so many bytes a second reach the disk mounted at a directory; 0 lets all. */
export function slowDisk(dir: string, bytesPerSecond: number): void {
  const { dev } = statSync(dir);
  const [major, minor] = [(dev >> 8) & 0xfff, (dev & 0xff) | ((dev >> 12) & 0xfff00)];
  writeFileSync(WRITES_FILE, `${major}:${minor} ${bytesPerSecond}`);
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

function unmount(dir: string): void {
  spawnSync('umount', ['-l', dir]);
}

function must(what: string, fault: FaultSpec['fault'], command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw impossible(what, fault, (stderr ?? '').trim() || `there is no ${command}`);
}

function impossible(what: string, fault: FaultSpec['fault'], why: string): Fault {
  return new Fault('SCENARIO_IMPOSSIBLE', `no disk can be mounted ${what}: ${why}`, { cure: `run it as root on Linux, or leave ${fault} out` });
}
