// What goes over the pipes between a thread and its sandbox, in this machine's order.
//
//   request   kind u32 │ bytes u32 │ program u32 │ rows u32 │ half u32 │ shared u32 │ LOAD: the program as JSON │ RUN: every input's look-back and new rows, f64, and what is kept of the program
//   answer    bytes u32 │ rows done u32 │ state bytes u32 │ told numbers u32 │ shared u32 │ 0 │ every steady output's rows done, f64 │ of an account what else is told of its rows, f64 │ state │ Complaint as JSON
//
// What is more than a pipe takes in one go goes through a file both ends have open, and the pipe carries the header alone. The file has two halves, so that
// a request may wait there while another is computed; a request says which is its own, and its answer comes back in it.
// A LOAD is not answered; the first answer of all is an empty one, when the process is ready. A WARMUP is answered with the rows as one f64 of state.
// A GO_ON is a RUN of an account without what is kept of it: it goes on from the rows before.
// How an account tells its rows: broker/account-rows.ts. Of anything else all outputs are steady.
import type { FaultCode } from '#domain/fault.ts';
import type { Interval } from '#domain/interval.ts';
import type { Params } from '#domain/node-spec.ts';
import type { Reads } from '#graph/code-reads.ts';

/** A multiple of 8, so that the numbers behind it can be read where they are. */
export const HEADER_BYTES = 24;
export const LOAD = 1;
export const RUN = 2;
export const WARMUP = 3;
export const GO_ON = 4;
/** What a pipe takes in one go, for certain. */
export const PIPE_BYTES = 32 * 2 ** 10;
/** A half of the shared file. */
export const HALF_BYTES = 8 * 2 ** 20;

/** True for a body that the shared file carries: each time a pipe is full, both ends wait for each other. */
export function isForShared(bytes: number): boolean {
  return bytes > PIPE_BYTES && bytes <= HALF_BYTES;
}

export interface RequestHeader {
  readonly kind: number;
  /** Of the body, wherever it is. */
  readonly bytes: number;
  readonly program: number;
  readonly rows: number;
  readonly half: number;
  readonly isShared: boolean;
}

export interface AnswerHeader {
  readonly bytes: number;
  readonly done: number;
  readonly stateBytes: number;
  readonly toldNumbers: number;
  readonly isShared: boolean;
}

export function requestHeader({ kind, bytes, program, rows, half, isShared }: RequestHeader): Uint8Array {
  return new Uint8Array(Uint32Array.of(kind, bytes, program, rows, half, Number(isShared)).buffer);
}

/** The header `message` begins with. */
export function readRequest(message: Uint8Array): RequestHeader {
  const [kind, bytes, program, rows, half, shared] = new Uint32Array(message.buffer, 0, HEADER_BYTES / 4) as unknown as [number, number, number, number, number, number];
  return { kind, bytes, program, rows, half, isShared: shared === 1 };
}

export function answerHeader({ bytes, done, stateBytes, toldNumbers, isShared }: AnswerHeader): Uint8Array {
  return new Uint8Array(Uint32Array.of(bytes, done, stateBytes, toldNumbers, Number(isShared), 0).buffer);
}

/** The header `message` begins with. */
export function readAnswer(message: Uint8Array): AnswerHeader {
  const [bytes, done, stateBytes, toldNumbers, shared] = new Uint32Array(message.buffer, 0, HEADER_BYTES / 4) as unknown as [number, number, number, number, number];
  return { bytes, done, stateBytes, toldNumbers, isShared: shared === 1 };
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
  /** What of it the function reads; nothing else is made for it. */
  readonly reads: Reads;
  readonly params: Params;
  readonly interval: Interval;
  /** Names of its upstreams; the time of the row stands before them. */
  readonly upstreams: readonly string[];
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
  /** The rows done of each steady output. */
  readonly outputs: readonly Uint8Array[];
  readonly told: Float64Array;
  readonly state: Uint8Array;
}

/** A program where it runs. */
export interface Runner {
  /** `goesOn`: from the rows before, and nothing is given of what is kept. */
  run(given: Uint8Array, rows: number, goesOn: boolean): Ran;
  warmup(): Ran;
}

export const NO_BYTES = new Uint8Array();
export const NO_NUMBERS = new Float64Array();
