// A node that cannot go on stands still: from that row on it has no values, and neither has what reads it. Its siblings run on.
// H1. What a node gave out before is the batch run's, so nothing of it is ever taken back: its rows are a prefix of the truth.
// H2. The row itself and all after it are not given out. Their place in the page is filled with NaN, which nobody sees.
// Absent: trying again, quarantine, release (quarantine.ts). A batch run ends at the first halt.
import { Fault, type FaultCode } from '#domain/fault.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { Gaps } from '#kernels/operator-gaps.ts';
import type { HostNode } from '#kernels/plan.ts';
import type { Complaint } from './sandbox-wire.ts';

export interface Halt {
  /** Counts the rows the node was shown, from 0. */
  readonly row: number;
  readonly code: FaultCode;
  /** What went wrong, as a clause after the node's name: `compute threw …`. */
  readonly reason: string;
  readonly cure: string;
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
      return failed && { row: failed.row, code: 'DATA_MISSING', reason, cure: 'fill the gap in the data, or declare what shall become of it: skip or interpolate' };
    },
  };
}

/** What an author's code is complained of at a row, with the line of it in its own words; `line` counts from 1, and is 0 where it is not known. */
export function haltOfAnswer(what: string, source: string, { code, reason, cure }: Complaint & { readonly cure: string }, line: number, row: number): Halt {
  if (code) return { row, code, reason, cure };
  const text = source.split('\n')[line - 1];
  return { row, code: 'COMPUTE_FAILED', reason: `${what} ${reason}${text === undefined ? '' : ` at line ${line} of its code: ${text.trim()}`}`, cure };
}

/** The Fault that ends a run which cannot go on without the node. */
export function haltFault(name: string, { code, reason, cure, row }: Halt, where: string): Fault {
  return new Fault(code, `${name}: ${reason} at ${where}`, { cure, data: { row } });
}

/** By H2, fills rows `from` … of every output. */
export function fillHalted(outputs: readonly Float64Array[], from: number, count: number): void {
  for (const output of outputs) output.fill(Number.NaN, from, count);
}
