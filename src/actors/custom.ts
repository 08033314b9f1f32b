// Runs an author's compute function as a node of a plan.
// U1. The function is compiled from its normalised source, the same text its identity is made of, in backtest and cluster alike.
// U2. It sees its windows and its params, and the globals of an empty context. graph/code.ts let it name only the pure ones.
// U3. A throw, or an answer that is not a number per output, halts the node at that row.
// Absent: limits of time and memory, and safety from malice. This runs code of authors the operator trusts.
import { createContext, Script } from 'node:vm';
import { decode, encode } from '#bus/codec.ts';
import type { CustomSpec } from '#domain/node-spec.ts';
import { fillHalted, type Halt, type HaltingNode } from './halt.ts';

type Compute = (window: Record<string, Float64Array>, params: unknown) => unknown;

export class CustomNode implements HaltingNode {
  readonly lookback: number;
  readonly #compute: Compute;
  readonly #names: readonly string[];
  readonly #params: unknown;
  #row = 0;
  #halt: Halt | undefined;

  constructor(spec: CustomSpec) {
    this.lookback = spec.config.period - 1;
    this.#names = spec.config.upstreams.map((upstream) => upstream.name!);
    const context = createContext(Object.create(null) as object, { codeGeneration: { strings: false, wasm: false } });
    this.#compute = new Script(`(${spec.code.source})`, { filename: 'compute' }).runInContext(context) as Compute;
    // Frozen all the way down, for the same reason as the fresh windows below.
    const params = JSON.stringify(JSON.stringify(spec.config.params));
    this.#params = new Script(`JSON.parse(${params}, (_, value) => Object.freeze(value))`).runInContext(context);
  }

  get halt(): Halt | undefined {
    return this.#halt;
  }

  run(inputs: readonly Float64Array[], outputs: readonly Float64Array[], count: number): void {
    const period = this.lookback + 1;
    let row = 0;
    for (; row < count && !this.#halt; row++) {
      // A new one each row: what a function could keep in it would be state the snapshot does not hold.
      const window: Record<string, Float64Array> = {};
      for (let k = 0; k < inputs.length; k++) window[this.#names[k]!] = inputs[k]!.subarray(row, row + period);
      const values = this.#answer(window, outputs.length);
      if (typeof values === 'string') {
        this.#halt = { row: this.#row + row, code: 'COMPUTE_FAILED', reason: `compute ${values}`, cure: 'make compute answer one number per output for every window, NaN included' };
        break;
      }
      for (let k = 0; k < outputs.length; k++) outputs[k]![row] = values[k]!;
    }
    if (row < count) fillHalted(outputs, row, count);
    this.#row += count;
  }

  /** A number per output, or what is wrong with the answer. */
  #answer(window: Record<string, Float64Array>, outputs: number): readonly number[] | string {
    try {
      const answer = this.#compute(window, this.#params);
      // Copied here, because reading a part of a list may run more of the author's code.
      const values: readonly unknown[] = Array.isArray(answer) ? [...(answer as unknown[])] : [answer];
      if (values.length === outputs && values.every((value) => typeof value === 'number' || typeof value === 'boolean')) return values.map(Number);
      return `gave ${describe(answer)} where ${outputs === 1 ? 'a number was' : `${outputs} numbers were`} due`;
    } catch (error) {
      return `threw ${spelled(error)}`;
    }
  }

  snapshot(): Uint8Array {
    return encode({ row: this.#row });
  }

  restore(bytes: Uint8Array): void {
    this.#row = decode<{ row: number }>(bytes, 'custom node state').row;
    this.#halt = undefined;
  }
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null ? (Array.isArray(value) ? `an array of ${value.length}` : 'an object') : String(value);
}

/** To spell what an author's code threw may run more of that code. */
function spelled(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'what cannot be spelled';
  }
}
