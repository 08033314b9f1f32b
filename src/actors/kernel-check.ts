// Runs a WebAssembly kernel in the sandbox over rows made for it, before a node is declared with it: its bits have to be the same
// however its rows are cut, or a backtest, a live run and a replay would differ.
// Rows are a random walk with values missing, twice in a row, at zero and below, so that the branches of a kernel are met. What a kernel does at
// rows like none of these is not seen; a replay that differs stops its node (REPLAY_DIVERGED).
import { seededRandom } from '#clock/random.ts';
import { Fault } from '#domain/fault.ts';
import type { WasmSpec } from '#domain/node-spec.ts';
import { sha256 } from '#domain/sha256.ts';
import { PERIOD_MAX } from '#graph/node-spec.ts';
import type { SandboxedProgram } from '#sandbox/program.ts';
import { Sandbox } from '#sandbox/sandbox.ts';
import { wasmProgram } from './wasm-node.ts';

/** Rows behind the warm-up. */
const SAMPLE_ROWS = 400;
/** Of them, those that are asked for one by one: each is a crossing, and a sweep asks for every set of params. */
const SINGLE_ROWS = 100;
const PIECES = [1, 2, 3, 5, 7, 13, 100] as const;

/** By a program's digest, so that a sweep asks once for each set of params. */
const warmups = new Map<string, number>();

/**
 * Answers the warm-up of a kernel in rows; the period of `spec` is not looked at. Throws CODE_INVALID naming `where` when its bits depend on how
 * rows are cut, COMPUTE_FAILED when it fails at a row, SANDBOX_FAILED when no process can be started.
 */
export function checkedWarmup(spec: WasmSpec, where: string): number {
  const { text } = wasmProgram(spec);
  const digest = sha256(text);
  const known = warmups.get(digest);
  if (known !== undefined) return known;
  const warmup = warmupOf(spec, where);
  compareCuttings(spec, warmup, where);
  warmups.set(digest, warmup);
  return warmup;
}

function warmupOf(spec: WasmSpec, where: string): number {
  const program = wasmProgram(spec);
  const warmup = Sandbox.ofThread().warmup(program);
  if (typeof warmup === 'string') throw new Fault('COMPUTE_FAILED', `${where}: its module ${warmup} when asked for its warm-up`, { cure: program.cure });
  if (warmup < 0 || warmup >= PERIOD_MAX) {
    throw new Fault('CODE_INVALID', `${where}: its module says it needs ${warmup} rows before its first value`, { cure: `let warmup answer 0 … ${PERIOD_MAX - 1}; check that params are in the order its functions take them`, data: { warmup } });
  }
  return warmup;
}

function compareCuttings(spec: WasmSpec, warmup: number, where: string): void {
  const rows = warmup + SAMPLE_ROWS;
  const inputs = spec.config.upstreams.map((_, k) => sample(rows, k + 1));
  const cuttings = [[rows], [rows - SINGLE_ROWS, ...Array.from({ length: SINGLE_ROWS }, () => 1)], [...PIECES, ...PIECES, ...PIECES]];
  const [whole, ...others] = cuttings.map((pieces) => run(wasmProgram(spec), inputs, spec.schema.outputs.length, rows, pieces, where));
  for (const other of others) {
    for (const [k, column] of other.entries()) {
      const row = column.findIndex((value, at) => at >= warmup && !Object.is(value, whole![k]![at]));
      if (row < 0) continue;
      throw new Fault('CODE_INVALID', `${where}: its module gives ${column[row]} as ${spec.schema.outputs[k]} of row ${row} when rows come in pieces, and ${whole![k]![row]} when they come at once`, {
        cure: 'keep everything a later row needs in the state, and let nothing depend on count',
        data: { row, output: spec.schema.outputs[k] },
      });
    }
  }
}

/** In pieces, and then the rest at once. */
function run(program: SandboxedProgram, inputs: readonly Float64Array[], outputs: number, rows: number, pieces: readonly number[], where: string): Float64Array[] {
  const answers = Array.from({ length: outputs }, () => new Float64Array(rows));
  let from = 0;
  for (const piece of [...pieces, rows]) {
    const to = Math.min(rows, from + piece);
    const cut = (column: Float64Array): Float64Array => column.subarray(from, to);
    program.rowsPerCall = Math.max(1, to - from);
    const { done, complaint } = Sandbox.ofThread().run(program, inputs.map(cut), answers.map(cut), to - from);
    if (complaint) throw new Fault('COMPUTE_FAILED', `${where}: its module ${complaint.reason} at row ${from + done} of a sample`, { cure: complaint.cure, data: { row: from + done, values: inputs.map((column) => column[from + done]) } });
    from = to;
  }
  return answers;
}

/** The same for every kernel. */
function sample(rows: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  const column = new Float64Array(rows);
  let value = 100;
  for (let row = 0; row < rows; row++) {
    const kind = random.below(40);
    value = kind === 0 ? value : value * (1 + (random.next() - 0.5) / 20);
    column[row] = kind === 1 ? Number.NaN : kind === 2 ? 0 : kind === 3 ? -value : value;
  }
  return column;
}
