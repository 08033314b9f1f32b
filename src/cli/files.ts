// Files a command reads and writes beside its data, with errors a person can act on.

import { readFileSync, writeFileSync } from 'node:fs';

import { Fault } from '#domain/fault.ts';
import { unwritable } from '#domain/unwritable.ts';

/** Throws DATA_FILE_UNREADABLE. */
export function readTextFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Fault('DATA_FILE_UNREADABLE', `${path} cannot be read: ${(cause as Error).message}`, { cure: 'check the path and the rights on the file', data: { path }, cause });
  }
}

/** Throws DISK_FULL or FILE_UNWRITABLE. */
export function writeFile(path: string, content: string | Uint8Array): void {
  try {
    writeFileSync(path, content);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}
