// What the bench measures beside QMTL and QMTL does not need: installed at the first run, and missing with a reason where it cannot be had.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);
export const WORK_MS_MAX = 5 * 60_000;
/** Where Node's headers are: beside its program, or in the package for this machine that the npm package `node` takes its program from. */
export const NODE_DIRECTORY = [
  dirname(dirname(process.execPath)),
  join(dirname(dirname(process.execPath)), 'node_modules', `node-${process.platform}-${process.arch}`),
].find((directory) => existsSync(join(directory, 'include', 'node', 'node_api.h'))) ?? '/usr';
/** npm builds native modules for the Node that runs the bench, not for the one the machine has. */
const BUILD_ENV = { ...process.env, PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter), npm_config_nodedir: NODE_DIRECTORY };

export interface Missing {
  readonly missing: string;
}

export function isMissing(wanted: object): wanted is Missing {
  return 'missing' in wanted;
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
