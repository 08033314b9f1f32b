// One set-up at a time in a checkout: `npm test` and `npm run demo` may be started together.
//
// L1. The holder touches its lock every second; a lock untouched for STALE_MS, or of a process that is gone, is abandoned.
// L2. Whoever takes an abandoned lock over looks again before it believes it: of two takers the later one has it.

import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Stop } from './report.mjs';

const TOUCH_MS = 1_000;
const STALE_MS = 10_000;
const LOOK_MS = 100;
/** Longer than any set-up on a slow line; beyond it somebody has to look. */
const WAIT_MS_MAX = 15 * 60_000;

export async function withLock(root, report, work) {
  const directory = join(root, '.cache', 'qmtl');
  const path = join(directory, 'setup.lock');
  await mkdir(directory, { recursive: true });
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), token: randomUUID() });
  await take(path, mine, report);
  const touching = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), TOUCH_MS);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    if ((await holder(path))?.text === mine) await rm(path, { force: true });
  }
}

async function take(path, mine, report) {
  const startedMs = Date.now();
  let told = false;
  for (;;) {
    if (await writeFile(path, mine, { flag: 'wx' }).then(() => true, busy)) return;
    const other = await holder(path);
    if (other === undefined) continue;
    if (other.abandoned) {
      const copy = `${path}.${process.pid}`;
      await writeFile(copy, mine);
      await rename(copy, path);
      await sleep(LOOK_MS);
      if ((await holder(path))?.text === mine) return; // by L2
      continue;
    }
    if (Date.now() - startedMs > WAIT_MS_MAX) {
      throw new Stop(`another set-up (process ${other.pid}) has not ended in ${WAIT_MS_MAX / 60_000} minutes`, [`end it, or remove ${path}`]);
    }
    if (!told) report.note('waiting', `another set-up runs (process ${other.pid})`);
    told = true;
    await sleep(LOOK_MS);
  }
}

function busy(error) {
  if (error.code === 'EEXIST') return false;
  throw error;
}

/** Who holds the lock, or undefined when nobody does. */
async function holder(path) {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    const { pid, host } = parsed(text);
    const gone = host === hostname() && !isAlive(pid);
    return { text, pid, abandoned: gone || Date.now() - mtimeMs > STALE_MS };
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A lock just created may still be empty: its holder is then unknown, not gone. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { pid: '?', host: undefined };
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
