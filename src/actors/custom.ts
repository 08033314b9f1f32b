// Runs an author's compute function as a node of a plan.
// U1. The function is compiled from its normalised source, the same text its identity is made of, in backtest and cluster alike.
// U2. It sees its windows and its params, and nothing else (sandbox/realm.ts). graph/code.ts let it name only what is pure.
// U3. A throw, an answer that is not a number per output, a window written on, a row that takes too long or too much memory halts the
//     node at that row.
import { decode, encode } from '#bus/codec.ts';
import type { CustomSpec } from '#domain/node-spec.ts';
import { SandboxedProgram } from '#sandbox/program.ts';
import { Sandbox } from '#sandbox/sandbox.ts';
import { fillHalted, type Halt, haltOfComplaint, type HaltingNode } from './halt.ts';

export class CustomNode implements HaltingNode {
  readonly lookback: number;
  readonly #source: string;
  readonly #program: SandboxedProgram;
  #row = 0;
  #halt: Halt | undefined;

  constructor({ code, config, schema }: CustomSpec) {
    const { period, params, upstreams } = config;
    this.lookback = period - 1;
    this.#source = code.source;
    this.#program = new SandboxedProgram({ source: code.source, params: JSON.stringify(params), names: upstreams.map((upstream) => upstream.name!), period, outputs: schema.outputs.length });
  }

  get halt(): Halt | undefined {
    return this.#halt;
  }

  run(inputs: readonly Float64Array[], outputs: readonly Float64Array[], count: number): void {
    let done = 0;
    if (!this.#halt) {
      const answer = Sandbox.ofThread().run(this.#program, inputs, outputs, count);
      done = answer.done;
      if (answer.complaint) this.#halt = haltOfComplaint('compute', this.#source, answer.complaint, this.#row + done);
    }
    if (done < count) fillHalted(outputs, done, count);
    this.#row += count;
  }

  snapshot(): Uint8Array {
    return encode({ row: this.#row });
  }

  restore(bytes: Uint8Array): void {
    this.#row = decode<{ row: number }>(bytes, 'custom node state').row;
    this.#halt = undefined;
    Sandbox.ofThread().prepare(); // what goes on has rows to compute in a moment
  }
}
