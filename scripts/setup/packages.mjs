// node_modules as package-lock.json says. A stamp holds the hash of the lock that was installed.

import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Stop } from './report.mjs';
import { outsideEnv, run } from './run.mjs';

const INSTALL_MS_MAX = 15 * 60_000;
/** Without a network every retry fails the same way: few and soon, so that the reason shows in seconds. */
const NPM_FLAGS = ['--include=dev', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', '--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];
const OFFLINE = /EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET/;

export async function ensurePackages({ root, env, report }) {
  const lockText = await readFile(join(root, 'package-lock.json'), 'utf8');
  const stampPath = join(root, 'node_modules', '.qmtl-setup');
  const stamp = `${createHash('sha256').update(lockText).digest('hex')} ${process.platform}-${process.arch}\n`;
  if ((await readOr(stampPath, '')) === stamp) return 'up to date';

  const lock = JSON.parse(lockText);
  const installed = JSON.parse(await readOr(join(root, 'node_modules', '.package-lock.json'), '{}'));
  if (isInstalled(lock, installed)) {
    await writeFile(stampPath, stamp);
    return 'up to date';
  }
  report.begin('packages', 'npm ci …');
  const startedMs = Date.now();
  const { code, stderr, stdout } = await run('npm', ['ci', ...NPM_FLAGS], { cwd: root, env: outsideEnv(env), timeoutMs: INSTALL_MS_MAX });
  if (code !== 0) throw installFailed(`${stderr}\n${stdout}`);
  await writeFile(stampPath, stamp);
  const count = Object.keys(lock.packages).length - 1;
  return `installed ${count} packages from package-lock.json in ${Math.round((Date.now() - startedMs) / 1000)} s`;
}

/** True when every package of the lock that this machine needs is there in its version. */
export function isInstalled(lock, installed) {
  const found = installed.packages ?? {};
  return Object.entries(lock.packages).every(([path, wanted]) => path === '' || found[path]?.version === wanted.version || !isNeeded(wanted));
}

function isNeeded({ optional, os, cpu, libc }) {
  if (!optional) return true;
  // An optional package for this machine is a prebuilt binary; one for another libc or for no machine in particular may be absent.
  return libc === undefined && os !== undefined && allows(os, process.platform) && allows(cpu, process.arch);
}

function allows(list, name) {
  if (list === undefined) return true;
  return list.includes(name) || (list.every((each) => each.startsWith('!')) && !list.includes(`!${name}`));
}

function installFailed(output) {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !line.includes('A complete log of this run'));
  if (OFFLINE.test(output)) {
    return new Stop('npm cannot reach its registry', ['check the network, the proxy (npm config get proxy) and the registry (npm config get registry), then run the command again', ...lines.slice(0, 3)]);
  }
  if (lines.some((line) => line.includes('npm is not on this machine'))) return new Stop('npm is not on this machine', ['install npm; it comes with Node'], 3);
  return new Stop('npm ci failed', lines.slice(-12));
}

async function readOr(path, otherwise) {
  return readFile(path, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return otherwise;
    throw error;
  });
}
