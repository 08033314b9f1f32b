// Runs a WebAssembly kernel of an author's in the process of the sandbox.
//
//   memory   what the module has of its own │ state │ inputs, a column each │ outputs │ up to the next page
//
// K1. Nothing outlives a call but the state, which the caller keeps: before each one everything else is as it was at first. A plain module
//     has its memory put back; any other, which may keep something in globals or tables, is made anew.
// K2. So its values are a function of params, state and rows, whoever asked before, and whatever another node made of the same module.
// K3. Memories that are kept for the next call are bounded together, for the limit of the heap does not see them: the one kept longest goes.
// K4. A row at which it traps is found by going row by row from the last state it gave.
import type { KernelProgram } from './wire.ts';

const PAGE_BYTES = 65_536;
/** More rows in one call gain nothing, and the memory for them is put back each time. */
const ROWS_MAX = 1_024;
/** By K3: a thousand of the usual size, four of the largest. */
const KEPT_BYTES_MAX = 192 * 2 ** 20;
/** It is in every checkpoint and in every call: an average over 32,768 rows. */
export const STATE_BYTES_MAX = 256 * 1024;

export interface Advance {
  /** Rows computed, from the first on. */
  readonly done: number;
  readonly outputs: readonly Float64Array[];
  /** After the rows done. */
  readonly state: Uint8Array;
  /** Why not all rows are done, as a clause after the name of the module. */
  readonly reason: string;
}

interface Instance {
  readonly memory: WebAssembly.Memory;
  readonly run: (...given: readonly number[]) => void;
  readonly state_bytes: (...params: readonly number[]) => number;
  readonly warmup: (...params: readonly number[]) => number;
}

/** Where things lie in the memory of every instance. */
interface Layout {
  readonly stateBytes: number;
  readonly rowsMax: number;
  readonly state: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly pages: number;
}

class Refused extends Error {}

export class Kernel {
  /** By K3, all that keep an instance, the one that has kept it longest first, and the bytes of their memories. */
  static readonly #keeping = new Set<Kernel>();
  static #keptBytes = 0;

  readonly #program: KernelProgram;
  readonly #module: WebAssembly.Module;
  #layout: Layout | undefined;
  /** By K1, the instance of a plain module, and its own memory as it was at first. */
  #kept: { readonly instance: Instance; readonly memory: Uint8Array; readonly bytes: number } | undefined;

  constructor(program: KernelProgram) {
    this.#program = program;
    this.#module = new WebAssembly.Module(Buffer.from(program.module, 'base64'));
  }

  /** What the module says; throws what it throws. */
  warmup(): number {
    return this.#instantiate().warmup(...this.#program.params);
  }

  /** `inputs` holds `rows` rows of each input, one after the other; an empty `state` is that of the first row. */
  run(inputs: Float64Array, state: Uint8Array, rows: number): Advance {
    const outputs = Array.from({ length: this.#program.outputs }, () => new Float64Array(rows));
    let done = 0;
    let isSingle = false;
    while (done < rows) {
      try {
        const layout = (this.#layout ??= this.#place());
        const count = isSingle ? 1 : Math.min(layout.rowsMax, rows - done);
        state = this.#call(layout, state, count, (instance) => {
          layout.inputs.forEach((address, k) => new Float64Array(instance.memory.buffer, address, count).set(inputs.subarray(k * rows + done, k * rows + done + count)));
        }, (instance) => {
          layout.outputs.forEach((address, k) => outputs[k]!.set(new Float64Array(instance.memory.buffer, address, count), done));
        });
        done += count;
      } catch (error) {
        if (isSingle || rows === 1) return { done, outputs, state, reason: error instanceof Refused ? error.message : `trapped: ${(error as Error).message}` };
        isSingle = true; // by K4
      }
    }
    return { done, outputs, state, reason: '' };
  }

  #call({ state: address, stateBytes, pages, ...layout }: Layout, state: Uint8Array, count: number, give: (instance: Instance) => void, take: (instance: Instance) => void): Uint8Array {
    const instance = this.#fresh(pages);
    const { memory } = instance;
    const bytes = memory.buffer.byteLength;
    new Uint8Array(memory.buffer, address, state.length).set(state);
    give(instance);
    try {
      instance.run(address, ...layout.inputs, ...layout.outputs, count, ...this.#program.params);
    } finally {
      // What it did to its size cannot be put back.
      if (memory.buffer.byteLength !== bytes) this.#drop();
    }
    if (memory.buffer.byteLength !== bytes) throw new Refused('made its memory grow, which a kernel may not');
    take(instance);
    return new Uint8Array(memory.buffer, address, stateBytes).slice();
  }

  /** By K1. */
  #fresh(pages: number): Instance {
    if (this.#kept) {
      const memory = new Uint8Array(this.#kept.instance.memory.buffer);
      memory.set(this.#kept.memory);
      memory.fill(0, this.#kept.memory.length);
      return this.#kept.instance;
    }
    const instance = this.#instantiate();
    if (this.#program.isPlain) this.#keep(instance, pages);
    else instance.memory.grow(pages);
    return instance;
  }

  /** By K3. */
  #keep(instance: Instance, pages: number): void {
    const memory = new Uint8Array(instance.memory.buffer).slice();
    instance.memory.grow(pages);
    const bytes = memory.length + instance.memory.buffer.byteLength;
    this.#kept = { instance, memory, bytes };
    Kernel.#keeping.add(this);
    Kernel.#keptBytes += bytes;
    for (const longest of Kernel.#keeping) {
      if (Kernel.#keptBytes <= KEPT_BYTES_MAX) break;
      longest.#drop();
    }
  }

  #drop(): void {
    if (!this.#kept) return;
    Kernel.#keptBytes -= this.#kept.bytes;
    Kernel.#keeping.delete(this);
    this.#kept = undefined;
  }

  #place(): Layout {
    const { params, inputs, outputs, pagesMax } = this.#program;
    const instance = this.#instantiate();
    const own = instance.memory.buffer.byteLength;
    const stateBytes = instance.state_bytes(...params);
    if (stateBytes < 0 || stateBytes > STATE_BYTES_MAX) throw new Refused(`asks for ${stateBytes} bytes of state, and may have ${STATE_BYTES_MAX}`);
    const columns = own + Math.ceil(stateBytes / 8) * 8;
    const rowBytes = 8 * (inputs + outputs);
    const rowsMax = Math.min(ROWS_MAX, Math.floor((pagesMax * PAGE_BYTES - columns) / rowBytes));
    if (rowsMax < 1) throw new Refused(`leaves no room in its ${pagesMax} pages for its state and a row`);
    const column = (k: number): number => columns + 8 * rowsMax * k;
    return {
      stateBytes,
      rowsMax,
      state: own,
      inputs: Array.from({ length: inputs }, (_, k) => column(k)),
      outputs: Array.from({ length: outputs }, (_, k) => column(inputs + k)),
      pages: Math.ceil((columns + rowBytes * rowsMax - own) / PAGE_BYTES),
    };
  }

  #instantiate(): Instance {
    return new WebAssembly.Instance(this.#module, {}).exports as unknown as Instance;
  }
}
