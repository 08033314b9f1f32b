// The compiled kernels: read and compiled once per thread, instantiated once per memory.
import { readFileSync } from 'node:fs';
import v8 from 'node:v8';

/** What `assembly/index.ts` exports. Addresses and byte counts are numbers below 4 GiB. */
export interface KernelExports {
  readonly plan_feed: (ring: number) => void;
  readonly plan_run: (segment: number, count: number, row: number, offset: number) => void;
  readonly page_slide: (table: number, head: number) => void;
  readonly page_tidy: (address: number, rows: number) => void;
  readonly kernel_state_bytes: (op: number, params: number) => number;
  readonly kernel_init: (op: number, params: number, state: number) => void;
  readonly column_run: (op: number, jobs: number, count: number, rows: number) => void;
  readonly panel_run: (program: number, count: number, row: number) => void;
  readonly paper_block: (open: number, close: number, target: number, order: number, fill: number, price: number, fee: number, position: number, cash: number, equity: number, rows: number) => number;
  readonly curve_block: (rows: number) => void;
  readonly shape_block: (rows: number) => void;
  readonly fill_rows: (rows: number) => number;
}

let compiled: WebAssembly.Module | undefined;

/** The module. Small and long-running functions need the optimising tier at once: the baseline tier is half as fast and is never left in mid-call. */
export function kernelModule(): WebAssembly.Module {
  if (compiled === undefined) {
    v8.setFlagsFromString('--no-liftoff');
    compiled = new WebAssembly.Module(readFileSync(new URL('../../build/kernels.wasm', import.meta.url)));
  }
  return compiled;
}

export function instantiate(memory: WebAssembly.Memory): KernelExports {
  const { plan_feed, plan_run, page_slide, page_tidy, kernel_state_bytes, kernel_init, column_run, panel_run, paper_block, curve_block, shape_block, fill_rows } = new WebAssembly.Instance(kernelModule(), { env: { memory } }).exports as unknown as KernelExports;
  return { plan_feed, plan_run, page_slide, page_tidy, kernel_state_bytes, kernel_init, column_run, panel_run, paper_block, curve_block, shape_block, fill_rows }; // a plain object: calls through the exports object itself cost several times as much
}
