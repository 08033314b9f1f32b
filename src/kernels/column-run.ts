// Kernels over whole columns that lie side by side in one memory: for sweeps and benches, which have every row beforehand and need no plan.
// N1. A run starts from a fresh state and takes all rows in one call. Its bits are those of a plan over the same rows.
// N2. Columns are laid out once and never move; what a run wrote stays good until the next run of the same job.
import type { Params } from '#domain/node-spec.ts';
import { kernelOf, resolveParams, type Kernel, type KernelParams } from './catalog.ts';
import { LINE_BYTES, Memory } from './memory.ts';
import { operandTables } from './operands.ts';
import { instantiate, type KernelExports } from './wasm.ts';

/** One kernel with each of some parameter sets over columns of a `ColumnRun`. */
export interface ColumnJobs {
  /** Takes all rows, for all sets. */
  run(): void;
  /** What the last run gave a set: a column per output of the kernel, a value per row, NaN where it has none. */
  outputs(set: number): readonly Float64Array[];
}

const JOB_WORDS = 3;

interface Placed {
  readonly kernel: Kernel;
  readonly params: number;
  readonly state: number;
  readonly stateBytes: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Rows whose outputs do not count (C3). */
  readonly lookback: number;
}

export class ColumnRun {
  readonly rows: number;
  readonly #memory = new Memory();
  readonly #exports: KernelExports = instantiate(this.#memory.wasm);
  readonly #columns: ReadonlyMap<string, number>;

  /** Copies `columns`, all of one length, into linear memory. */
  constructor(columns: Readonly<Record<string, Float64Array>>) {
    const named = Object.entries(columns);
    this.rows = named[0]?.[1].length ?? 0;
    const uneven = named.find(([, column]) => column.length !== this.rows);
    if (uneven !== undefined) throw new RangeError(`column ${uneven[0]} has ${uneven[1].length} rows, the first one ${this.rows}`);
    this.#columns = new Map(named.map(([name]) => [name, this.#column()]));
    for (const [name, column] of named) {
      const at = this.#columns.get(name)!;
      this.#memory.f64.set(column, at / 8);
      this.#exports.page_tidy(at, this.rows);
    }
  }

  /** A column as the kernels read it. */
  column(name: string): Float64Array {
    return this.#view(this.#addressOf(name));
  }

  /** Makes room for a kernel over the columns named `inputs`, once for each set. Throws KERNEL_UNKNOWN, PARAM_INVALID, PERIOD_INVALID. */
  jobs(name: string, paramSets: readonly Params[], inputs: readonly string[]): ColumnJobs {
    const kernel = kernelOf(name);
    const read = inputs.map((input) => this.#addressOf(input));
    const outputs = paramSets.map(() => kernel.outputs.map(() => this.#column()));
    const placed = paramSets.map((given, set) => this.#place(kernel, resolveParams(name, given), read, outputs[set]!));
    const table = this.#memory.allocate(placed.length * JOB_WORDS * 4);
    this.#memory.u32.set(placed.flatMap((job) => [job.state, job.inputs, job.outputs]), table / 4);
    const views = (set: number) => outputs[set]!.map((at) => this.#view(at));
    const run = () => {
      for (const job of placed) this.#begin(job);
      this.#exports.column_run(kernel.op, table, placed.length, this.rows);
      placed.forEach(({ lookback }, set) => views(set).forEach((view) => view.fill(NaN, 0, lookback)));
    };
    return { run, outputs: views };
  }

  #begin({ kernel, params, state, stateBytes }: Placed): void {
    this.#memory.u8.fill(0, state, state + stateBytes); // a fresh state is made in zeroed bytes
    this.#exports.kernel_init(kernel.op, params, state);
  }

  #place(kernel: Kernel, params: KernelParams, inputs: readonly number[], outputs: readonly number[]): Placed {
    const names = Object.keys(kernel.params);
    const values = this.#memory.allocate(Math.max(1, names.length) * 8);
    names.forEach((name, k) => (this.#memory.f64[values / 8 + k] = params[name] ?? 0));
    const stateBytes = this.#exports.kernel_state_bytes(kernel.op, values);
    const state = this.#memory.allocate(stateBytes);
    const { words, outputsAt } = operandTables(kernel.inputs.map((_, k) => inputs[k]), outputs, state);
    const tables = this.#memory.allocate(words.length * 4);
    this.#memory.u32.set(words, tables / 4);
    return { kernel, params: values, state, stateBytes, inputs: tables, outputs: tables + outputsAt, lookback: kernel.lookback(params) };
  }

  #addressOf(name: string): number {
    const at = this.#columns.get(name);
    if (at === undefined) throw new RangeError(`there is no column ${name}: there are ${[...this.#columns.keys()].join(', ')}`);
    return at;
  }

  /** Kernels take rows in pairs and may touch what lies behind the last, so a line stays free there. */
  #column(): number {
    return this.#memory.allocate(this.rows * 8 + LINE_BYTES);
  }

  #view(at: number): Float64Array {
    return this.#memory.f64.subarray(at / 8, at / 8 + this.rows);
  }
}
