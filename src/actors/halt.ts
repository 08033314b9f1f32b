// A node that cannot go on stands still: from that row on it has no values, and neither has what reads it. Its siblings run on.
// H1. What a node gave out before is the batch run's, so nothing of it is ever taken back: its rows are a prefix of the truth.
// H2. The row itself and all after it are not given out. Their place in the page is filled with NaN, which nobody sees.
// Absent: trying again, quarantine, release (quarantine.ts). A batch run ends at the first halt.
import { Fault, type FaultCode } from '#domain/fault.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { Gaps } from '#kernels/operator-gaps.ts';
import type { HostNode, Starved } from '#kernels/plan.ts';
import type { Complaint, SourcePlace } from '#sandbox/wire.ts';

export interface Halt {
  /** Counts the rows the node was shown, from 0. */
  readonly row: number;
  readonly code: FaultCode;
  /** What went wrong, as a clause after the node's name: `compute threw …`. */
  readonly reason: string;
  readonly cure: string;
  /** Where in the source of the node's code, and the line itself. */
  readonly at?: SourcePlace & { readonly text: string };
}

/** A halt with its place in the log. */
export interface Standstill extends Halt {
  readonly node: NodeID;
  /** Number the row would have in the node's output, and its event time. */
  readonly row: number;
  readonly t: number;
}

export interface Halting {
  readonly halt: Halt | undefined;
}

export type HaltingNode = HostNode & Halting;

/** An operator that may not miss a row stands still at the first that comes behind a gap. */
export function haltOfGap(gaps: Gaps): Halting {
  return {
    get halt(): Halt | undefined {
      const failed = gaps.failedAt;
      const reason = `rows are missing after ${failed && new Date(failed.after).toISOString()}`;
      const cure = gaps.isFilling ? 'look whether the time of the row behind the gap is right, or begin with data behind it: a gap that long is not filled' : 'fill the gap in the data, or declare what shall become of it: skip or interpolate';
      return failed && { row: failed.row, code: 'DATA_MISSING', reason, cure };
    },
  };
}

/** What an author's code is complained of at a row. */
export function haltOfComplaint(what: string, source: string, { code, reason, cure, at }: Complaint & { readonly cure: string }, row: number): Halt {
  if (code) return { row, code, reason, cure };
  return { row, code: 'COMPUTE_FAILED', reason: `${what} ${reason}`, cure, ...(at && { at: { ...at, text: source.split('\n')[at.line - 1]!.trim() } }) };
}

/** What a node says that joins a side which is silent, once too many rows of the others wait for it. */
export function haltOfStarved({ t }: Starved): Omit<Halt, 'row'> {
  return {
    code: 'DATA_MISSING',
    reason: `too many rows, the first of ${new Date(t).toISOString()}, wait for a side of its join that is silent`,
    cure: 'feed the silent side and release the node with `qmtl quarantine release`, or publish the strategy without it',
  };
}

/** What went wrong and where in the node's code, for people who do not have the author's file. */
export function reasonOf({ reason, at }: Pick<Halt, 'reason' | 'at'>): string {
  return at ? `${reason} at line ${at.line} of its code: ${at.text}` : reason;
}

/** The Fault that ends a run which cannot go on without the node; `authorLine` is where its author wrote what failed, if that is known here. */
export function haltFault(name: string, halt: Halt, where: string, authorLine?: string): Fault {
  const { code, reason, cure, row, at } = halt;
  const line = authorLine !== undefined ? `, in ${authorLine}` : at ? `, in line ${at.line} of its code: ${at.text}` : '';
  return new Fault(code, `${name}: ${reason} at ${where}${line}`, { cure, data: { row } });
}

/** By H2, fills rows `from` … of every output. */
export function fillHalted(outputs: readonly Float64Array[], from: number, count: number): void {
  for (const output of outputs) output.fill(Number.NaN, from, count);
}
