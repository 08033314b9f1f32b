// Compiles AssemblyScript to a kernel, as an author would.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ASC = resolve('node_modules/assemblyscript/bin/asc.js');

export function compileKernel(source: string, flags: readonly string[] = ['--maximumMemory', '16']): Buffer {
  // In a folder of its own, for asc reads the asconfig.json of the folder it is started in.
  const dir = mkdtempSync(join(tmpdir(), 'qmtl-kernel-'));
  try {
    writeFileSync(join(dir, 'kernel.ts'), source);
    execFileSync(process.execPath, [ASC, 'kernel.ts', '-o', 'kernel.wasm', '-O', '--runtime', 'stub', ...flags], { cwd: dir, stdio: 'pipe' });
    return readFileSync(join(dir, 'kernel.wasm'));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
