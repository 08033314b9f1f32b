// The linear memory of one plan, and the only allocator over it.
// A1. The first 64 KiB belong to the module. Everything above is handed out once, in order, on 64-byte borders; nothing is given back but the whole.
// A2. Growing replaces the buffer: views are taken from `f64`, `u32` and `u8` after the last allocation, and never kept across one.

import { Fault } from '#domain/fault.ts';

const WASM_PAGE_BYTES = 65_536;
const MODULE_BYTES = 65_536;
const MEMORY_PAGES_INITIAL = 16;
const MEMORY_PAGES_MAX = 65_536; // 4 GiB, all a 32-bit address reaches
/** Every growth makes the buffer anew, and tens of thousands of those would keep the garbage collector busy. What is not used is not resident. */
const GROWTH_RATIO = 1.25;
/** Bytes of a cache line; columns and blocks start on one. */
export const LINE_BYTES = 64;

export class Memory {
  readonly wasm = new WebAssembly.Memory({ initial: MEMORY_PAGES_INITIAL, maximum: MEMORY_PAGES_MAX });
  f64 = new Float64Array(this.wasm.buffer);
  u32 = new Uint32Array(this.wasm.buffer);
  u8 = new Uint8Array(this.wasm.buffer);
  #top = MODULE_BYTES;

  /** Bytes handed out, the module's own among them. */
  get usedBytes(): number {
    return this.#top;
  }

  /** Takes back all that was handed out. */
  clear(): void {
    this.u8.fill(0, MODULE_BYTES, this.#top);
    this.#top = MODULE_BYTES;
  }

  /** Address of `bytes` zeroed bytes. Throws MEMORY_FULL. */
  allocate(bytes: number): number {
    const address = this.#top;
    this.#top += Math.ceil(bytes / LINE_BYTES) * LINE_BYTES;
    const missing = this.#top - this.wasm.buffer.byteLength;
    if (missing > 0) {
      const pages = this.wasm.buffer.byteLength / WASM_PAGE_BYTES;
      const needed = Math.ceil(missing / WASM_PAGE_BYTES);
      try {
        this.wasm.grow(Math.max(needed, Math.min(Math.ceil(pages * (GROWTH_RATIO - 1)), MEMORY_PAGES_MAX - pages)));
      } catch (cause) {
        throw new Fault('MEMORY_FULL', `a plan of ${Math.ceil(this.#top / 2 ** 20)} MiB does not fit: a slot has up to 4,096, and its machine as many as are free`, {
          cure: 'publish it with shorter periods or fewer nodes, or give the machine more memory',
          cause,
        });
      }
      this.f64 = new Float64Array(this.wasm.buffer);
      this.u32 = new Uint32Array(this.wasm.buffer);
      this.u8 = new Uint8Array(this.wasm.buffer);
    }
    return address;
  }
}
