// What goes over the pipes between a thread and its sandbox, in this machine's order.
//
//   request   kind u32 │ bytes u32 │ program u32 │ rows u32 │ LOAD: the program as JSON │ RUN: every input's look-back and new rows, f64, and what is kept of the program
//   answer    bytes u32 │ rows done u32 │ state bytes u32 │ rare numbers u32 │ every full output's rows done, f64 │ rare outputs, f64 │ state │ Complaint as JSON
//
// What is more than a pipe takes in one go goes through a file both ends have open, and the pipe carries the header alone, SHARED in its first number.
// A LOAD is not answered; the first answer of all is an empty one, when the process is ready. A WARMUP is answered with the rows as one f64 of state.
// Rare outputs are 0 on nearly every row. Told are the rows they are not: the row, how many of them from the first on, and their values.
import type { FaultCode } from '#domain/fault.ts';
import type { Interval } from '#domain/interval.ts';
import type { Params } from '#domain/node-spec.ts';

/** A multiple of 8, so that the numbers behind it can be read where they are. */
export const HEADER_BYTES = 16;
export const LOAD = 1;
export const RUN = 2;
export const WARMUP = 3;
/** Added to a request's kind, and to an answer's bytes. */
export const SHARED = 2 ** 31;

/** True for a body that the shared file carries: each time a pipe is full, both ends wait for each other. */
export function isForShared(bytes: number): boolean {
  return bytes > 32 * 2 ** 10 && bytes <= 8 * 2 ** 20;
}

/** A WebAssembly kernel; a compute function is told as in realm.ts. */
export interface KernelProgram {
  /** Base64. */
  readonly module: string;
  readonly params: readonly number[];
  readonly inputs: number;
  readonly outputs: number;
  readonly pagesMax: number;
  readonly isPlain: boolean;
}

/** An account that asks a function for orders. */
export interface AccountProgram {
  readonly orders: string;
  readonly params: Params;
  readonly interval: Interval;
  /** Names of its upstreams; the time of the row stands before them. */
  readonly upstreams: readonly string[];
  /** Outputs that have something to say on every row; those behind them are rare. */
  readonly fullOutputs: number;
}

/** A place in a program's source, both counted from 1. */
export interface SourcePlace {
  readonly line: number;
  readonly column: number;
}

/** Why a row was not done. */
export interface Complaint {
  /** Left out where the author's code failed. */
  readonly code?: FaultCode;
  /** A clause after the name of what failed. */
  readonly reason: string;
  /** Left out where the usual one will do. */
  readonly cure?: string;
  /** Left out where it is not known. */
  readonly at?: SourcePlace;
}

/** What came of some rows. */
export interface Ran {
  /** Rows computed, from the first on. */
  readonly done: number;
  /** Undefined when all rows are done. */
  readonly complaint: Complaint | undefined;
  /** The rows done of each full output. */
  readonly outputs: readonly Uint8Array[];
  readonly rare: Float64Array;
  readonly state: Uint8Array;
}

/** A program where it runs. */
export interface Runner {
  run(given: Uint8Array, rows: number): Ran;
  warmup(): Ran;
}

export const NO_BYTES = new Uint8Array();
export const NO_NUMBERS = new Float64Array();
