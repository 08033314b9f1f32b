// Rows of a source that came and wait for the plan, which takes them in larger pieces.
import type { Frame } from '#bus/frame.ts';
import { BAR_COLUMNS, type SourceID } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import { EMPTY, withRoom } from './lane-output.ts';

export interface Staged {
  /** Of the source's rows, the first that is looked at. */
  readonly firstRow: number;
  /** All columns of a row; only those the plan reads have room. */
  readonly columns: Float64Array[];
  readonly read: readonly number[];
  count: number;
}

export function newStaged(firstRow: number, read: readonly number[]): Staged {
  return { firstRow, columns: BAR_COLUMNS.map(() => EMPTY), read, count: 0 };
}

/** Adds rows `from` … `from + rows − 1` of a frame. */
export function stage(staged: Staged, frame: Frame, from: number, rows: number): void {
  for (const c of staged.read) {
    const column = (staged.columns[c] = withRoom(staged.columns[c]!, staged.count, staged.count + rows));
    column.set(frame.columns[c]!.subarray(from, from + rows), staged.count);
  }
  staged.count += rows;
}

/** Rows are missing between those a lane has and those a frame brings. */
export function gapFault(source: SourceID, expected: number, found: number): Fault {
  return new Fault('LOG_GAP', `source ${source}: rows ${expected} to ${found - 1} are missing from the log`, {
    cure: 'retention never takes what a slot needs: check that nobody purged the stream by hand, and that no replica of it is damaged',
    data: { source, expected, found },
  });
}
