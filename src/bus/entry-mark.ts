// An entry of the log, to be known again: a log that lost its end and went on has others under the same sequences.
import { crc32 } from 'node:zlib';
import type { LogEntry } from './bus.ts';

export interface EntryMark {
  readonly sequence: number;
  readonly crc: number;
}

export function markOf({ sequence, data }: Pick<LogEntry, 'sequence' | 'data'>): EntryMark {
  return { sequence, crc: crc32(data) };
}

/** Whether what stands there now is the very entry that was marked. */
export function isMarked(entry: Pick<LogEntry, 'sequence' | 'data'> | undefined, { sequence, crc }: EntryMark): boolean {
  return entry?.sequence === sequence && crc32(entry.data) === crc;
}
