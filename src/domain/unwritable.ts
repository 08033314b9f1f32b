// What a file that does not take what is written to it means to people.
import { Fault } from './fault.ts';

/** True of an error that says there is no room: on the disk, of one's share of it, or for a file of that size. */
export function saysDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/** DISK_FULL or FILE_UNWRITABLE. */
export function unwritable(path: string, cause: unknown): Fault {
  const isFull = saysDiskFull(cause);
  return new Fault(isFull ? 'DISK_FULL' : 'FILE_UNWRITABLE', `${path} cannot be written: ${(cause as Error).message}`, {
    cure: isFull ? 'free some space, or write somewhere else' : 'write to a directory that exists and that this user may write to',
    data: { path },
    cause,
  });
}
