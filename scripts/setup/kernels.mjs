// build/kernels.wasm from assembly/, again only when a source, the options or the compiler changed.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { withExports } from './exports.mjs';
import { usableNode } from './node.mjs';
import { Stop } from './report.mjs';
import { run } from './run.mjs';

const BUILD_MS_MAX = 5 * 60_000;
/** What src/kernels/wasm.ts calls. */
const EXPORTS = ['plan_feed', 'plan_run', 'page_slide', 'page_tidy', 'kernel_state_bytes', 'kernel_init', 'column_run', 'panel_run', 'paper_block', 'curve_block', 'shape_block', 'fill_rows'];

export async function ensureKernels({ root, report }) {
  const build = join(root, 'build');
  const [wasm, stampPath] = [join(build, 'kernels.wasm'), join(build, '.kernels-stamp')];
  const stamp = await hashOfInputs(root);
  const known = existsSync(stampPath) && existsSync(wasm) ? await readFile(stampPath, 'utf8') : '';
  if (known === `${stamp} ${await hashOfFile(wasm)}`) return 'up to date';

  report.begin('kernels', 'asc …');
  const startedMs = Date.now();
  await mkdir(build, { recursive: true });
  // Made beside and renamed, so that a test that runs meanwhile never loads half a file.
  const fresh = `${wasm}.${process.pid}`;
  const asc = join(root, 'node_modules', 'assemblyscript', 'bin', 'asc.js');
  const args = [asc, 'assembly/index.ts', '--config', 'asconfig.json', '--target', 'release', '--outFile', fresh];
  const { code, stdout, stderr } = await run(await usableNode(root), args, { cwd: root, timeoutMs: BUILD_MS_MAX });
  if (code !== 0) throw new Stop('the kernels do not compile', `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '').slice(0, 30));
  await writeFile(fresh, withExports(await readFile(fresh), EXPORTS));
  await rename(fresh, wasm);
  await writeFile(stampPath, `${stamp} ${await hashOfFile(wasm)}`);
  const { size } = await stat(wasm);
  return `built build/kernels.wasm, ${(size / 1024).toFixed(0)} KiB in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`;
}

/** One hash over the compiler's version, its options, what is done with what it makes, and every source with its path. */
async function hashOfInputs(root) {
  const sources = await readdir(join(root, 'assembly'), { recursive: true });
  const names = sources.filter((name) => name.endsWith('.ts')).toSorted().map((name) => join('assembly', name));
  const hash = createHash('sha256');
  for (const name of ['asconfig.json', join('node_modules', 'assemblyscript', 'package.json'), join('scripts', 'setup', 'kernels.mjs'), join('scripts', 'setup', 'exports.mjs'), ...names]) {
    hash.update(`${name}\0`).update(await readFile(join(root, name))).update('\0');
  }
  return hash.digest('hex');
}

async function hashOfFile(path) {
  return existsSync(path) ? createHash('sha256').update(await readFile(path)).digest('hex') : '';
}
