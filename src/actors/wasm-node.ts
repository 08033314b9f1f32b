// Runs an author's WebAssembly kernel as a node of a plan.
// V1. Before its first row it takes the rows of its warm-up, and what it answers to those is nobody's.
// V2. Its state is what the sandbox gives back after every call, and is all that a checkpoint holds of it.
// V3. A trap, a row that takes too long, memory or state beyond the limits halts the node at that row.
import { decode, encode } from '#bus/codec.ts';
import type { WasmSpec } from '#domain/node-spec.ts';
import { readModule } from '#graph/wasm-module.ts';
import { SandboxedProgram } from '#sandbox/program.ts';
import { Sandbox } from '#sandbox/sandbox.ts';
import { fillHalted, type Halt, type HaltingNode } from './halt.ts';

interface State {
  readonly row: number;
  readonly state: Uint8Array;
}

export class WasmNode implements HaltingNode {
  readonly lookback: number;
  readonly #program: SandboxedProgram;
  #row = 0;
  #halt: Halt | undefined;

  constructor(spec: WasmSpec) {
    this.lookback = spec.config.period - 1;
    this.#program = wasmProgram(spec);
  }

  get halt(): Halt | undefined {
    return this.#halt;
  }

  run(inputs: readonly Float64Array[], outputs: readonly Float64Array[], count: number): void {
    let done = 0;
    if (!this.#halt) {
      const before = this.#row === 0 ? this.lookback : 0; // by V1
      const all = before + count;
      const answers = outputs.map(() => new Float64Array(all));
      const answer = Sandbox.ofThread().run(this.#program, inputs.map((input) => input.subarray(input.length - all)), answers, all);
      done = Math.max(0, answer.done - before);
      for (const [k, output] of outputs.entries()) output.set(answers[k]!.subarray(before, before + done));
      if (answer.complaint) this.#halt = { row: this.#row + done, code: 'COMPUTE_FAILED', reason: `its module ${answer.complaint.reason}`, cure: answer.complaint.cure };
    }
    if (done < count) fillHalted(outputs, done, count);
    this.#row += count;
  }

  snapshot(): Uint8Array {
    return encode({ row: this.#row, state: this.#program.state } satisfies State);
  }

  restore(bytes: Uint8Array): void {
    const { row, state } = decode<State>(bytes, 'WebAssembly kernel state');
    this.#row = row;
    this.#program.state = Uint8Array.from(state);
    this.#halt = undefined;
    Sandbox.ofThread().prepare(); // what goes on has rows to compute in a moment
  }
}

/** The kernel of a node as the sandbox runs it. Throws CODE_INVALID as readModule does. */
export function wasmProgram({ code, config, schema }: WasmSpec): SandboxedProgram {
  const { values } = config.params;
  const shape = { inputs: config.upstreams.length, outputs: schema.outputs.length, params: values.length };
  const { pagesMax, isPlain } = readModule(Buffer.from(code.module, 'base64'), shape, 'code.module');
  return new SandboxedProgram({ module: code.module, params: values, inputs: shape.inputs, outputs: shape.outputs, pagesMax, isPlain });
}
