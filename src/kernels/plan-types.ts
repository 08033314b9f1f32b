// The words of a plan: what it is built from and what it answers.
import type { Params } from '#domain/node-spec.ts';
import type { KernelExports } from './wasm.ts';

/** A node computed by the host, outside linear memory: an author's function, an account. */
export interface HostNode {
  /** Rows before the newest that every call can see. */
  readonly lookback: number;
  /** True for one that writes neither −0 nor a NaN of other bits than the canonical ones. */
  readonly isTidy?: boolean;
  /**
   * Computes `count` rows. `inputs[k]` holds `lookback + count` rows, oldest first, the last `count` of them new; it is a view of the page, valid
   * during the call. `outputs[k]` takes `count` rows. `kernels` run in the memory all of them lie in.
   */
  run(inputs: readonly Float64Array[], outputs: readonly Float64Array[], count: number, kernels: KernelExports): void;
  snapshot(): Uint8Array;
  restore(bytes: Uint8Array): void;
}

/** Takes the rows an operator makes. */
export interface RowSink {
  /** Adds one row, `t` in the operator's own time and not before the row added last. */
  add(t: number, values: ArrayLike<number>): void;
}

/**
 * An operator that makes rows of its own out of the rows of its sides: none, one or many for each it takes. What it makes, and in what order,
 * depends on the rows of each side and on how far the sides have come, never on the portions they come in.
 */
export interface RowMaker {
  /** Takes the next `count` rows of a side: their times, then a view of each input that side has. Views are valid during the call. */
  take(side: number, t: Float64Array, inputs: readonly Float64Array[], count: number, out: RowSink): void;
  /**
   * All rows up to `watermark`, in the operator's own time, have been taken from every side. Answers up to when the operator's own rows are
   * complete: `watermark`, unless it holds back a row with an earlier time. `watermarks` are those of the sides.
   */
  advance(watermark: number, out: RowSink, watermarks: readonly number[]): number;
  /** Rows of a side that wait for another side, and the time of the oldest, of an operator that has such. */
  readonly waiting?: { readonly rows: number; readonly t: number };
  snapshot(): Uint8Array;
  restore(bytes: Uint8Array): void;
}

/** What makes the rows of a node that has rows of its own. */
export interface PlanRows {
  readonly maker: RowMaker;
  /** Which side each input of the node belongs to. */
  readonly sides: readonly number[];
  /** Per side: a row of it at t is known at t + lagMs in the operator's time. */
  readonly lagsMs: readonly number[];
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

/** Exactly one of `kernel`, `host` and `rows` is given. */
export interface PlanNode {
  readonly id: string;
  readonly inputs: readonly PlanInput[];
  readonly outputs: readonly string[];
  readonly kernel?: PlanKernel;
  readonly host?: HostNode;
  readonly rows?: PlanRows;
}

/** A node whose rows end because one of the sides it joins has been silent for too long. */
export interface Starved {
  readonly node: string;
  /** Number the next row would have had, and the time of the oldest row that waits. */
  readonly row: number;
  readonly t: number;
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
