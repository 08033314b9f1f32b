// What goes over the pipes between a thread and its sandbox, in this machine's order.
//
//   request   kind u32 │ bytes u32 │ program u32 │ rows u32 │ LOAD: the program as JSON │ RUN: every input's look-back and new rows, f64, and a kernel's state
//   answer    bytes u32 │ rows done u32 │ line u32 │ state bytes u32 │ every output's rows done, f64 │ state │ why there are not more, text
//
// A LOAD is not answered; the first answer of all is an empty one, when the process is ready. A WARMUP is answered with the rows as one f64 of state.
export const HEADER_BYTES = 16;
export const LOAD = 1;
export const RUN = 2;
export const WARMUP = 3;

/** A WebAssembly kernel; a compute function is told as in sandbox-realm.ts. */
export interface KernelProgram {
  /** Base64. */
  readonly module: string;
  readonly params: readonly number[];
  readonly inputs: number;
  readonly outputs: number;
  readonly pagesMax: number;
  readonly isPlain: boolean;
}
