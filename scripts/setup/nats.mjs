// nats-server 2.12 or newer, by a ladder: each rung that fails says why in a line, the first that holds is taken.
// Afterwards .cache/qmtl/bin/nats-server is that server: a copy, or a link to the one this machine has.
//
// Absent on purpose: the official release archives. A download needs a checksum pinned here per platform, and an
// archive nobody verified is worse than an instruction.

import { existsSync } from 'node:fs';
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';

import { debianPackages } from './debian.mjs';
import { Stop } from './report.mjs';
import { reasonIn, run } from './run.mjs';

/** Atomic batches and per-message time-to-live came with 2.12. */
const VERSION_MIN = [2, 12];
const VERSION_PINNED = 'v2.15.1';
const FETCH_MS_MAX = 3 * 60_000;
const EXE = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server';

export async function ensureNats({ root, env, report }) {
  const bin = join(root, '.cache', 'qmtl', 'bin');
  const cached = join(bin, EXE);
  const rungs = [
    ['QMTL_NATS_SERVER', () => named(env, cached)],
    ['PATH', () => onPath(env, cached)],
    ['the cache', () => inCache(cached)],
    ['Homebrew', () => fromHomebrew(cached, report)],
    ['Debian', () => fromDebian(bin, cached, report)],
    ['Go', () => fromGo(bin, cached, env, report)],
  ];
  await mkdir(bin, { recursive: true });
  const found = await climb(rungs, report);
  if (found === undefined) throw new Stop(`no nats-server ${VERSION_MIN.join('.')} or newer`, instructions(cached), 3);
  return found;
}

/** Takes the first rung that holds. A rung answers { version, how }, { failed } when tried in vain, {} when not for this machine. */
export async function climb(rungs, report) {
  for (const [name, rung] of rungs) {
    const { version, how, failed } = await rung();
    if (version !== undefined) return `${version} ${how}`;
    if (failed !== undefined) report.note('nats-server', `not from ${name}: ${failed}`);
  }
  return undefined;
}

async function named(env, cached) {
  if (!env.QMTL_NATS_SERVER) return {};
  return adopt(resolve(env.QMTL_NATS_SERVER), cached, 'from QMTL_NATS_SERVER');
}

async function onPath(env, cached) {
  const found = (env.PATH ?? '').split(delimiter).map((directory) => join(directory, EXE)).find((path) => existsSync(path));
  if (found === undefined) return {};
  const outcome = await adopt(found, cached, `on PATH (${found})`);
  // An old server of the system is no news once a good one is cached.
  return outcome.failed !== undefined && (await check(cached)).version !== undefined ? {} : outcome;
}

async function inCache(cached) {
  if (!existsSync(cached)) return {};
  const { version, failed } = await check(cached);
  return version === undefined ? { failed } : { version, how: 'up to date' };
}

async function fromHomebrew(cached, report) {
  if (process.platform !== 'darwin') return {};
  report.begin('nats-server', 'brew install nats-server …');
  const { code, stderr } = await run('brew', ['install', '--quiet', 'nats-server'], { timeoutMs: FETCH_MS_MAX });
  if (code !== 0) return { failed: reasonIn(stderr) };
  const { stdout } = await run('brew', ['--prefix', 'nats-server']);
  return adopt(join(stdout.trim(), 'bin', EXE), cached, 'installed by Homebrew');
}

async function fromDebian(bin, cached, report) {
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version')) return {};
  report.begin('nats-server', 'fetching from a newer Debian suite …');
  const unpacked = join(bin, `.debian.${process.pid}`);
  const { code, stderr } = await debianPackages(unpacked, ['nats-server']);
  // Renamed into place, so that nobody ever starts half a file.
  if (code === 0) await rename(join(unpacked, 'usr', 'sbin', EXE), cached);
  await rm(unpacked, { recursive: true, force: true });
  if (code !== 0) return { failed: reasonIn(stderr) };
  const { version, failed } = await check(cached);
  return version === undefined ? { failed } : { version, how: 'from a newer Debian suite, signature checked, kept in .cache/qmtl/bin' };
}

async function fromGo(bin, cached, env, report) {
  if ((await run('go', ['version'])).code !== 0) return {};
  report.begin('nats-server', `go install nats-server@${VERSION_PINNED} …`);
  const { code, stderr } = await run('go', ['install', `github.com/nats-io/nats-server/v2@${VERSION_PINNED}`], { env: { ...env, GOBIN: bin }, timeoutMs: FETCH_MS_MAX });
  if (code !== 0) return { failed: reasonIn(stderr) };
  const { version, failed } = await check(cached);
  return version === undefined ? { failed } : { version, how: 'built by Go, kept in .cache/qmtl/bin' };
}

/** Takes a server that is somewhere else: checked, then linked into the cache under one name. */
async function adopt(path, cached, how) {
  const { version, failed } = await check(path);
  if (version === undefined) return { failed };
  if (resolve(path) !== resolve(cached)) {
    const fresh = `${cached}.${process.pid}`;
    await rm(fresh, { force: true });
    await symlink(path, fresh);
    await rename(fresh, cached);
  }
  return { version, how };
}

async function check(path) {
  const { code, stdout, stderr } = await run(path, ['--version']);
  const version = /v?(\d+)\.(\d+)\.(\d+)/.exec(stdout);
  if (code !== 0 || version === null) return { failed: `${path} is no nats-server that runs here (${reasonIn(stderr || stdout)})` };
  const [major, minor] = [Number(version[1]), Number(version[2])];
  const enough = major > VERSION_MIN[0] || (major === VERSION_MIN[0] && minor >= VERSION_MIN[1]);
  const text = version.slice(1).join('.');
  return enough ? { version: text } : { failed: `${path} is ${text}, and ${VERSION_MIN.join('.')} is the oldest that will do` };
}

function instructions(cached) {
  return [
    'do one of these, then run the command again:',
    `  export QMTL_NATS_SERVER=/path/to/nats-server        one you have`,
    `  brew install nats-server                            macOS`,
    `  GOBIN=${dirname(cached)} go install github.com/nats-io/nats-server/v2@${VERSION_PINNED}`,
    `  unpack an archive of github.com/nats-io/nats-server/releases (set-up pins no checksum: verify it against the`,
    `  SHA256SUMS beside it) and put the program at ${cached}`,
  ];
}
