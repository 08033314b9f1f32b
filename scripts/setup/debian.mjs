// Packages of a newer Debian suite, unpacked into a directory; `debian-packages.sh` says how.

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { run } from './run.mjs';

const FETCH_MS_MAX = 3 * 60_000;

/** Answers what `run` answers. `directory` is absolute. */
export function debianPackages(directory, packages) {
  const script = join(dirname(fileURLToPath(import.meta.url)), 'debian-packages.sh');
  return run('bash', [script, directory, ...packages], { timeoutMs: FETCH_MS_MAX });
}
