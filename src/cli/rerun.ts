// Runs a command again whenever one of its files changes, each time in a process of its own, so that nothing of the last run is left.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Cli } from './cli.ts';

/** Editors write in several steps; after this long they are done. */
const SETTLE_MS = 80;

/** Runs until it is interrupted. `args` are those of the command, without `--watch`. */
export async function rerunOnChange(args: readonly string[], files: readonly string[], cli: Cli): Promise<void> {
  const signal = cli.stopSignal();
  let changed: () => void = () => {};
  // The directory is watched, since many editors replace the file.
  const watchers = [...new Set(files.map((file) => dirname(resolve(file))))].map((directory) =>
    watch(directory, { signal }, (_, name) => {
      if (name === null || files.some((file) => basename(file) === name && dirname(resolve(file)) === directory)) changed();
    }),
  );
  // An aborted watcher ends by an error nobody needs.
  for (const watcher of watchers) watcher.on('error', () => {});
  while (!signal.aborted) {
    const next = new Promise<void>((resume) => {
      changed = resume;
      signal.addEventListener('abort', () => resume(), { once: true });
    });
    const child = spawn(process.execPath, [process.argv[1]!, ...args], { stdio: 'inherit' });
    await new Promise((done) => child.once('close', done));
    if (signal.aborted) break;
    cli.out.note(cli.out.paintError('dim', `\nwatching ${files.join(', ')}; Ctrl-C ends it`));
    await next;
    if (!signal.aborted) await cli.clock.sleep(SETTLE_MS);
  }
  cli.exitCode = 0; // being interrupted is how watching ends
}
