// A memory with the kernels in it. To make one takes as long as a plan of a few thousand rows runs, so what is given back is used again.
import { Memory } from './memory.ts';
import { instantiate, type KernelExports } from './wasm.ts';

export interface Ground {
  readonly memory: Memory;
  readonly kernels: KernelExports;
}

/** Larger ones are not worth keeping: whoever needs so much has more to do than to make it. */
const KEPT_BYTES_MAX = 16 * 2 ** 20;
/** The one that was given back last on this thread. */
let spare: Ground | undefined;

/** A memory nothing has been allocated in. */
export function takeGround(): Ground {
  const kept = spare;
  spare = undefined;
  if (kept) {
    kept.memory.clear();
    return kept;
  }
  const memory = new Memory();
  return { memory, kernels: instantiate(memory.wasm) };
}

/** Nobody may hold a view of it any more. */
export function giveBack(ground: Ground): void {
  if (ground.memory.usedBytes <= KEPT_BYTES_MAX) spare = ground;
}
