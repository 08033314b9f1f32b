// What the kernels are timed beside, built or installed at the first run and kept under .cache and node_modules: TA-Lib from a newer Debian
// suite behind a module of this process, and three npm libraries.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { install, type Missing, NODE_DIRECTORY, orMissing, WORK_MS_MAX } from '../install.ts';

const exec = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '..', '..');
const PEERS = join(import.meta.dirname, 'peers');
const SOURCE = join(import.meta.dirname, 'native', 'talib.c');
const CACHE = join(ROOT, '.cache', 'qmtl', 'talib');

const load = createRequire(join(PEERS, 'package.json'));

export interface TaLibTime {
  readonly ns: number;
  /** Row of its first output, and how many there are. */
  readonly first: number;
  readonly count: number;
}

/** `native/talib.c` as JavaScript sees it. */
export interface TaLibModule {
  version(): string;
  time(
    name: string,
    columns: Readonly<Record<string, Float64Array>>,
    inputs: readonly string[],
    options: readonly number[],
    outputs: readonly (Float64Array | Int32Array)[],
    times: number,
  ): TaLibTime;
}

/** TA-Lib, built for this Node when it or the source of the module is new. */
export function taLib(): Promise<TaLibModule | Missing> {
  return orMissing(async () => {
    const stamp = createHash('sha256').update(readFileSync(SOURCE)).update(process.version).digest('hex').slice(0, 12);
    const built = join(CACHE, `talib-${stamp}.node`);
    if (!existsSync(built)) await buildTaLib(built);
    return load(built) as TaLibModule;
  });
}

async function buildTaLib(built: string): Promise<void> {
  const unpacked = join(CACHE, 'debian');
  mkdirSync(CACHE, { recursive: true });
  if (!existsSync(unpacked)) await exec('bash', [join(ROOT, 'scripts', 'setup', 'debian-packages.sh'), unpacked, 'ta-lib-dev'], { timeout: WORK_MS_MAX });
  const archive = readdirSync(join(unpacked, 'usr', 'lib'), { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith('libta-lib.a'));
  if (archive === undefined) throw new Error(`the package ta-lib-dev brought no libta-lib.a to ${unpacked}`);
  const includes = [join(unpacked, 'usr', 'include', 'ta-lib'), join(NODE_DIRECTORY, 'include', 'node')].map((path) => `-I${path}`);
  const undefinedAtLink = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
  await exec('cc', ['-shared', '-fPIC', '-O2', ...includes, ...undefinedAtLink, SOURCE, join(unpacked, 'usr', 'lib', archive), '-lm', '-o', built], { timeout: WORK_MS_MAX });
}

/** An npm library as it exports itself; each has a typed face where it is called. All are installed when the first is asked for. */
export function library(name: string): Promise<object> {
  return orMissing(async () => {
    await install(PEERS);
    return load(name) as object;
  });
}
