// What the kernels are timed beside, fetched and built at the first run and kept under .cache and node_modules: TA-Lib from a newer Debian
// suite behind a module of this process, and three npm libraries. What cannot be had is missing with a reason, and the rest is timed.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '..', '..');
const PEERS = join(import.meta.dirname, 'peers');
const SOURCE = join(import.meta.dirname, 'native', 'talib.c');
const CACHE = join(ROOT, '.cache', 'qmtl', 'talib');
const WORK_MS_MAX = 5 * 60_000;
/** Where Node's headers are: beside its program, or in the package for this machine that the npm package `node` takes its program from. */
const NODE_DIRECTORY = [
  dirname(dirname(process.execPath)),
  join(dirname(dirname(process.execPath)), 'node_modules', `node-${process.platform}-${process.arch}`),
].find((directory) => existsSync(join(directory, 'include', 'node', 'node_api.h'))) ?? '/usr';
/** npm builds native modules for the Node that runs the bench, not for the one the machine has. */
const BUILD_ENV = { ...process.env, PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter), npm_config_nodedir: NODE_DIRECTORY };

const load = createRequire(join(PEERS, 'package.json'));

export interface Missing {
  readonly missing: string;
}

export function isMissing(wanted: object): wanted is Missing {
  return 'missing' in wanted;
}

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

/** Installs what a directory's package.json asks for, once. `options` are more words for npm. Throws what npm says. */
export async function install(directory: string, options: readonly string[] = []): Promise<void> {
  if (existsSync(join(directory, 'node_modules', '.package-lock.json'))) return;
  await exec('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...options], { cwd: directory, env: BUILD_ENV, timeout: WORK_MS_MAX });
}

export async function orMissing<T extends object>(work: () => Promise<T>): Promise<T | Missing> {
  try {
    return await work();
  } catch (error) {
    return { missing: reasonIn(error) };
  }
}

/** The first line that calls itself an error, else the last that says something. */
function reasonIn(error: unknown): string {
  const text = error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' && error.stderr !== '' ? error.stderr : String(error);
  const lines = text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  return lines.find((line) => /^(E|error|npm error):/i.test(line)) ?? lines.at(-1) ?? 'it said nothing';
}
