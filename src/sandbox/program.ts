// Authors' code as its owner keeps it: its text, what was learned of it, and what it has been given to do.
import type { RowLayout } from '#broker/account-rows.ts';
import type { Program } from './realm.ts';
import type { Call } from './line.ts';
import type { AccountProgram, KernelProgram } from './wire.ts';

/** Heap of the process that runs authors' code. */
export const HEAP_MIB = 64;
/** A row is computed in microseconds; what takes as long as this does not end, or stops everything beside it. */
export const ROW_MS_MAX = 2_000;
const ROWS_FIRST = 64;

/** Rows of an errand that the process is asked for together. */
export interface Part {
  readonly rows: number;
  readonly startedMs: number;
  readonly call: Call;
}

/** Rows that a program was begun to be run over. */
export interface Errand {
  readonly program: SandboxedProgram;
  readonly inputs: readonly Float64Array[];
  readonly count: number;
  /** What of it was sent at once; undefined as long as the process has not all rows before. */
  first: Part | undefined;
}

/** What authors' code is told to do when it fails, and when it meets a limit. */
const LIMITS = `within ${ROW_MS_MAX / 1000} s and ${HEAP_MIB} MiB`;
const CURES = {
  compute: ['make compute answer one number per output for every window, NaN included', `make compute end ${LIMITS} for every window`],
  kernel: ['make the module answer for every row without a trap, NaN included', `make the module end ${LIMITS} for every row`],
  orders: ['make the orders function handle every bar, those with missing values included', `make the orders function end ${LIMITS} for every bar`],
} as const;

/** A program with what was learned of it. */
export class SandboxedProgram {
  readonly text: string;
  /** Rows of each input before the first of those to compute. */
  readonly lookback: number;
  readonly cure: string;
  readonly cureOfLimits: string;
  /** How an account tells its rows; undefined for what has something to say on every row. */
  readonly layout: RowLayout | undefined;
  rowsPerCall = ROWS_FIRST;
  /** Of a kernel or an account, after the rows finished so far; empty before the first. */
  state: Uint8Array = new Uint8Array();
  /** Begun and not finished, in order. */
  readonly errands: Errand[] = [];

  constructor(program: Program | KernelProgram | AccountProgram, layout?: RowLayout) {
    this.text = JSON.stringify(program);
    this.lookback = 'period' in program ? program.period - 1 : 0;
    this.layout = layout;
    [this.cure, this.cureOfLimits] = CURES['module' in program ? 'kernel' : 'orders' in program ? 'orders' : 'compute'];
  }
}
