// The words of a plan: what it is built from and what it answers.
import type { Params } from '#domain/node-spec.ts';

/** A node computed by the host, outside linear memory: an author's function, an account. */
export interface HostNode {
  /** Rows before the newest that every call can see. */
  readonly lookback: number;
  /**
   * Computes `count` rows. `inputs[k]` holds `lookback + count` rows, oldest first, the last `count` of them new; it is a view of the page, valid
   * during the call. `outputs[k]` takes `count` rows.
   */
  run(inputs: readonly Float64Array[], outputs: readonly Float64Array[], count: number): void;
  snapshot(): Uint8Array;
  restore(bytes: Uint8Array): void;
}

export interface PlanSource {
  readonly id: string;
  /** Columns of a row: t in UTC ms, strictly increasing, then the features. */
  readonly columns: number;
}

/** A column of a source (0 is t) or of an earlier node, the latter in the order of its outputs. */
export type PlanInput = { readonly source: string; readonly column: number } | { readonly node: string; readonly output: number };

/** A kernel of the catalogue; parameters left out take their defaults. */
export interface PlanKernel {
  readonly name: string;
  readonly params: Params;
}

/** Exactly one of `kernel` and `host` is given. */
export interface PlanNode {
  readonly id: string;
  readonly inputs: readonly PlanInput[];
  readonly outputs: readonly string[];
  readonly kernel?: PlanKernel;
  readonly host?: HostNode;
}

/** The rows a node fired in the last append: views, valid until the next. */
export interface Rows {
  /** Row sequence of the first of them. */
  readonly first: number;
  readonly count: number;
  readonly t: Float64Array;
  /** One per output of the node. */
  readonly columns: readonly Float64Array[];
}
