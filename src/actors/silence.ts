// A node that cannot go on falls silent: its outputs are NaN from that row on, its siblings run on, and it says which row and why.
// L1. Falling silent is a function of the rows alone, like every value, and is part of the snapshot: a restarted run is silent from
//     the same row.
import { Fault, type FaultCode } from '#domain/fault.ts';
import type { HostNode } from '#kernels/plan.ts';

export interface Silence {
  /** Counts the rows the node was shown, from 0. */
  readonly row: number;
  readonly code: FaultCode;
  /** What went wrong, as a clause after the node's name: `compute threw …`. */
  readonly reason: string;
  readonly cure: string;
}

export interface SilenceableNode extends HostNode {
  readonly silence: Silence | undefined;
}

/** The Fault that ends a run which cannot go on without the node. */
export function silenceFault(name: string, { code, reason, cure, row }: Silence, where: string): Fault {
  return new Fault(code, `${name}: ${reason} at ${where}`, { cure, data: { row } });
}

/** Silences rows `from` … of every output. */
export function fillSilent(outputs: readonly Float64Array[], from: number, count: number): void {
  for (const output of outputs) output.fill(Number.NaN, from, count);
}
