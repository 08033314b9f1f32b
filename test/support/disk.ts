// A disk so small that it can be filled, where the tests may mount one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  readonly dir: string;
  dispose(): void;
}

/** Mounts a file system in memory of this size ("256k", "16m"). Throws where that is not permitted, as for any user but root. */
export function mountSmallDisk(size: string): SmallDisk {
  const dir = mkdtempSync(join(tmpdir(), 'qmtl-disk-'));
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', dir], { encoding: 'utf8' });
  if (status !== 0) {
    rmSync(dir, { recursive: true });
    throw new Error(`no disk can be mounted: ${stderr}`);
  }
  return {
    dir,
    dispose: () => {
      spawnSync('umount', ['-l', dir]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** True where mountSmallDisk works. */
export function canMountDisks(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    mountSmallDisk('64k').dispose();
    return true;
  } catch {
    return false;
  }
}
