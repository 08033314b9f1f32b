// Node 24, which runs TypeScript as it is. It comes as the npm package `node`, whose install script fetches the binary.

import { join } from 'node:path';

import { Stop } from './report.mjs';
import { outsideEnv, run } from './run.mjs';

const MAJOR_MIN = 24;
const REBUILD_MS_MAX = 5 * 60_000;

export async function ensureNode({ root, env }) {
  const own = ownNode(root);
  const before = await versionOf(own);
  if (isEnough(before)) return `${before} in node_modules`;
  if (isEnough(process.versions.node)) return `${process.versions.node} of this machine`;
  // Where npm is told to run no install scripts, the package is there without its binary.
  const { code, stderr } = await run('npm', ['rebuild', 'node', '--ignore-scripts=false'], { cwd: root, env: outsideEnv(env), timeoutMs: REBUILD_MS_MAX });
  const after = await versionOf(own);
  if (isEnough(after)) return `${after} in node_modules, fetched by its install script`;
  throw new Stop(`Node ${MAJOR_MIN} is missing: this is ${process.versions.node}, and the npm package "node" brought ${after ?? 'no binary'}`, [
    `install Node ${MAJOR_MIN} or newer, or let npm run the install script of the package: npm rebuild node --ignore-scripts=false`,
    ...(code === 0 ? [] : stderr.split('\n').slice(0, 4)),
  ], 3);
}

/** The Node of the checkout. */
export function ownNode(root) {
  return join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/** The Node that runs TypeScript here: the checkout's, or this one where it is new enough. */
export async function usableNode(root) {
  const own = ownNode(root);
  return isEnough(await versionOf(own)) ? own : process.execPath;
}

async function versionOf(program) {
  const { code, stdout } = await run(program, ['--version']);
  return code === 0 ? stdout.trim().replace(/^v/, '') : undefined;
}

function isEnough(version) {
  return version !== undefined && Number(version.split('.')[0]) >= MAJOR_MIN;
}
