// Runs an author's compute function as a node of a plan.
// U1. The function is compiled from its normalised source, the same text its identity is made of, in backtest and cluster alike.
// U2. It sees its windows and its params, and the globals of an empty context. graph/code.ts let it name only the pure ones.
// U3. A throw, or an answer that is not a number per output, silences the node from that row on (its outputs are NaN), and the
//     node says which row and why. The state is part of the snapshot, so a restarted run stays silent from the same row.
// Absent: limits of time and memory, and safety from malice. This runs code of authors the operator trusts.
import { createContext, Script } from 'node:vm';
import { decode, encode } from '#bus/codec.ts';
import { Fault } from '#domain/fault.ts';
import type { CustomSpec } from '#domain/node-spec.ts';
import type { HostNode } from '#kernels/plan.ts';

type Compute = (window: Record<string, Float64Array>, params: unknown) => unknown;

/** Why a node fell silent; `row` counts the rows it was shown, from 0. */
export interface ComputeFailure {
  readonly row: number;
  readonly reason: string;
}

export class CustomNode implements HostNode {
  readonly lookback: number;
  readonly #compute: Compute;
  readonly #names: readonly string[];
  readonly #params: unknown;
  #row = 0;
  #failure: ComputeFailure | undefined;

  constructor(spec: CustomSpec) {
    this.lookback = spec.config.period - 1;
    this.#names = spec.config.upstreams.map((upstream) => upstream.name!);
    const context = createContext(Object.create(null) as object, { codeGeneration: { strings: false, wasm: false } });
    this.#compute = new Script(`(${spec.code.source})`, { filename: 'compute' }).runInContext(context) as Compute;
    // Frozen all the way down: what a function could write there would be state the snapshot does not hold.
    const params = JSON.stringify(JSON.stringify(spec.config.params));
    this.#params = new Script(`JSON.parse(${params}, (_, value) => Object.freeze(value))`).runInContext(context);
  }

  get failure(): ComputeFailure | undefined {
    return this.#failure;
  }

  run(inputs: readonly Float64Array[], outputs: readonly Float64Array[], count: number): void {
    const period = this.lookback + 1;
    for (let row = 0; row < count; row++) {
      let answer: unknown = Number.NaN;
      if (!this.#failure) {
        // A new one each row, for the same reason.
        const window: Record<string, Float64Array> = {};
        for (let k = 0; k < inputs.length; k++) window[this.#names[k]!] = inputs[k]!.subarray(row, row + period);
        try {
          answer = this.#compute(window, this.#params);
        } catch (error) {
          this.#failure = { row: this.#row, reason: `threw ${String(error)}` };
        }
      }
      for (let k = 0; k < outputs.length; k++) {
        const value: unknown = outputs.length === 1 && !Array.isArray(answer) ? answer : (answer as unknown[] | undefined)?.[k];
        if (typeof value !== 'number' && typeof value !== 'boolean') {
          this.#failure ??= { row: this.#row, reason: `gave ${describe(answer)} where ${outputs.length === 1 ? 'a number' : `${outputs.length} numbers`} was due` };
        }
        // One NaN and one zero: the bits of an output are the same on every machine.
        const number = this.#failure ? Number.NaN : Number(value);
        outputs[k]![row] = Number.isNaN(number) ? Number.NaN : number + 0;
      }
      this.#row++;
    }
  }

  snapshot(): Uint8Array {
    return encode({ row: this.#row, failure: this.#failure ?? null });
  }

  restore(bytes: Uint8Array): void {
    const { row, failure } = decode<{ row: number; failure: ComputeFailure | null }>(bytes, 'custom node state');
    this.#row = row;
    this.#failure = failure ?? undefined;
  }
}

/** The Fault a run that cannot go on without the node ends with. */
export function computeFault(name: string, failure: ComputeFailure, where: string): Fault {
  return new Fault('COMPUTE_FAILED', `${name}: compute ${failure.reason} at ${where}`, {
    cure: 'make compute answer one number per output for every window, NaN included',
    data: { row: failure.row },
  });
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null ? (Array.isArray(value) ? `an array of ${value.length}` : 'an object') : String(value);
}
