// Directories that are made where they are missing.
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes a directory, and those above it. Throws what the system says. (Node's own `recursive` never ends where a file system that is there takes no directories, as /proc.) */
export function makeDirectory(path: string): void {
  if (isDirectory(path)) return;
  const above = dirname(path);
  if (above !== path) makeDirectory(above);
  try {
    mkdirSync(path);
  } catch (cause) {
    if (!isDirectory(path)) throw cause; // else somebody made it meanwhile
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
