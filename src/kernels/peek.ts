// What the nodes of a source would output if the bar that is forming closed as it stands.
// K1. A peek changes nothing that an append, a snapshot or a restart could see: states are put back byte for byte, and the row is never counted.
// K2. Kernels alone are peeked at. An author's function and an account see closed rows only: in a peek their outputs, and what is made of them, are NaN.
// K3. A join waits for rows of its other sources, and an operator for bars that have closed: nodes behind either are not in the answer.
import type { Memory } from './memory.ts';
import type { PlacedGroup, PlacedNode, Program } from './program.ts';
import type { KernelExports } from './wasm.ts';

/** By node, one value per output; a node that would not fire yet is not in it. */
export type Peek = ReadonlyMap<string, readonly number[]>;

/** Runs one row of a source, `values` being t and then its features, over copies of the states. */
export function peekRow(group: PlacedGroup, { nodes }: Program, memory: Memory, exports: KernelExports, values: Float64Array): Peek {
  const placed = [...nodes.values()].filter((node) => node.group === group);
  const states = placed.map(({ state }) => state && memory.u8.slice(state.address, state.address + state.bytes));
  const { ring, page } = group;
  const at = ring.reserve(1);
  group.fresh = 0; // making room may have moved the rows of the last append
  group.group.columns.forEach((column, k) => {
    const fresh = page.rows(k, 1);
    fresh[0] = values[column]!;
    exports.page_tidy(fresh.byteOffset, 1);
  });
  runKernels(group, exports, at);
  const peek = new Map(placed.filter(({ member }) => member.validFrom <= ring.rows).map((node) => [node.member.node.id, outputsOf(node)]));
  placed.forEach(({ state }, k) => state && memory.u8.set(states[k]!, state.address));
  ring.head = at;
  return peek;
}

function runKernels({ ring, firstSegment, steps }: PlacedGroup, exports: KernelExports, at: number): void {
  exports.plan_run(firstSegment, 1, ring.rows, at * 8);
  for (const step of steps) {
    if ('segment' in step) exports.plan_run(step.segment, 1, ring.rows, at * 8);
    else for (let k = 0; k < step.placed.page.columnCount; k++) step.placed.page.rows(k, 1)[0] = NaN; // by K2
  }
}

function outputsOf({ page }: PlacedNode): number[] {
  return Array.from({ length: page.columnCount }, (_, k) => page.rows(k, 1)[0]!);
}
