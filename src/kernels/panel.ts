// A panel: the same nodes over many instruments that move on together, a row of all of them at a time. Values and state blocks of the instruments
// lie side by side, so that one instruction serves two of them; a plan per instrument would be called once for each.
// L1. Every value is, bit for bit, that of a plan of its instrument alone.
// L2. Rows of an instrument that are missing are given as NaN: all instruments are at the same row.
// Absent: host nodes, joins, constants as operands (plans have them).
import { Fault } from '#domain/fault.ts';
import { damaged, readBlock, tagOf, writeBlock } from './block.ts';
import { groupNodes, type Member } from './groups.ts';
import { LINE_BYTES, Memory } from './memory.ts';
import { operandTables } from './operands.ts';
import type { PlanNode } from './plan-types.ts';
import { shareMeans } from './shared-means.ts';
import { instantiate, type KernelExports } from './wasm.ts';

const SOURCE = 'rows';
const HEADER_BYTES = 64;
const COLUMN_BYTES = 8;
const CELL_BYTES = 64;
const ROW_MAX = 2 ** 53;
/** How the state blocks of instruments lie in banks (`assembly/lane/table.ts`). */
const BANK_INSTANCES = 64;
const MARK_WORDS = 8;
const STEP_WORDS = 72;

/** A ring of rows, a value per instrument in each. */
interface Ring {
  readonly address: number;
  readonly rows: number;
}

interface PanelNode {
  readonly member: Member;
  readonly outputs: readonly Ring[];
}

export interface PanelShape {
  /** Columns of a row of the source; column 0 is t, as in a plan, and is not kept. */
  readonly columns: number;
  readonly instances: number;
}

export class Panel {
  readonly instances: number;
  readonly #memory = new Memory();
  readonly #exports: KernelExports = instantiate(this.#memory.wasm);
  readonly #strideBytes: number;
  /** The columns somebody reads, by number. */
  readonly #sources: ReadonlyMap<number, Ring>;
  readonly #nodes = new Map<string, PanelNode>();
  readonly #program: { readonly address: number; readonly count: number };
  readonly #tag: number;
  /** What changes from row to row: from here to the end of the memory. */
  readonly #changing: { readonly from: number; readonly bytes: number };
  #rows = 0;

  /** `nodes` in topological order, reading the source called `rows` and one another. Throws what a plan throws, and SPEC_INVALID for what a panel has not. */
  constructor(nodes: readonly PlanNode[], { columns, instances }: PanelShape) {
    this.instances = instances;
    this.#strideBytes = Math.ceil((instances * 8) / LINE_BYTES) * LINE_BYTES + LINE_BYTES; // equal instruments of two rows do not share a cache set
    this.#tag = tagOf(JSON.stringify([columns, instances, nodes]));
    const source = { id: SOURCE, columns };
    for (const member of groupNodes([source], nodes).members.values()) requireSupported(member);
    const shared = shareMeans(nodes);
    const members = [...groupNodes([source], shared.nodes).members.values()];
    const retains = new Map<string, number>();
    for (const { node, history } of members) {
      for (const input of node.inputs) retains.set(keyOf(input), Math.max(history, retains.get(keyOf(input)) ?? 0));
    }
    const read = [...new Set(shared.nodes.flatMap((node) => node.inputs).flatMap((input) => ('source' in input ? [input.column] : [])))];
    const from = this.#memory.allocate(0);
    const ring = (key: string): Ring => {
      const rows = 1 + (retains.get(key) ?? 0);
      return { address: this.#memory.allocate(rows * this.#strideBytes), rows };
    };
    this.#sources = new Map(read.map((column) => [column, ring(`source ${column}`)]));
    for (const member of members) this.#nodes.set(member.node.id, { member, outputs: member.node.outputs.map((_, output) => ring(`node ${member.node.id} ${output}`)) });
    for (const [id, { node, output }] of shared.found) {
      const { member, outputs } = this.#nodes.get(node)!;
      this.#nodes.set(id, { member, outputs: [outputs[output]!] });
    }
    const states = members.map((member) => this.#placeStates(member));
    this.#changing = { from, bytes: this.#memory.allocate(0) - from };
    this.#program = { address: this.#writeProgram(members, states), count: members.length };
  }

  /** Rows so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Appends a row: `columns[c][i]` is column c of instrument i; columns nobody reads are not looked at. */
  append(columns: readonly Float64Array[]): void {
    const { f64 } = this.#memory;
    for (const [column, ring] of this.#sources) {
      const at = this.#rowOf(ring);
      f64.set(columns[column]!, at / 8);
      this.#exports.page_tidy(at, this.instances);
    }
    this.#exports.panel_run(this.#program.address, this.#program.count, this.#rows);
    this.#rows = Math.min(this.#rows + 1, ROW_MAX);
  }

  /** What a node gave in the last row: a column per output, a value per instrument; none before its first row. A view, valid until the next append. */
  outputsOf(id: string): readonly Float64Array[] {
    const { member, outputs } = this.#node(id);
    if (this.#rows - 1 < member.validFrom) return [];
    return outputs.map((ring) => {
      const at = ring.address + ((this.#rows - 1) % ring.rows) * this.#strideBytes;
      return this.#memory.f64.subarray(at / 8, at / 8 + this.instances);
    });
  }

  /** Row a node first fires at. */
  warmup(id: string): number {
    return this.#node(id).member.validFrom;
  }

  /** Everything the panel remembers, as bytes. */
  snapshot(): Uint8Array {
    const state = this.#memory.u8.slice(this.#changing.from, this.#changing.from + this.#changing.bytes);
    return writeBlock({ tag: this.#tag, rows: this.#rows, kept: 0, columns: [], state });
  }

  /** Takes up where a panel of the same nodes and instruments stood. Throws CHECKPOINT_DAMAGED, and then has changed nothing. */
  restore(bytes: Uint8Array): void {
    const { rows, state } = readBlock('the panel', bytes, 0, this.#tag);
    if (state.length !== this.#changing.bytes) throw damaged('the panel', `holds ${state.length} bytes of state, not ${this.#changing.bytes}`);
    this.#memory.u8.set(state, this.#changing.from);
    this.#rows = rows;
  }

  #rowOf(ring: Ring): number {
    return ring.address + (this.#rows % ring.rows) * this.#strideBytes;
  }

  #node(id: string): PanelNode {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new Fault('NODE_UNKNOWN', `the panel has no node ${id}`, { cure: 'ask for nodes the panel was made with' });
    return node;
  }

  /** Fresh state blocks of all instruments, bank by bank and word by word. */
  #placeStates({ kernel }: Member): { address: number; words: number } {
    const { entry, params } = kernel!;
    const names = Object.keys(entry.params);
    const scratch = new Memory();
    const own = instantiate(scratch.wasm);
    const values = scratch.allocate(Math.max(1, names.length) * 8);
    names.forEach((name, k) => (scratch.f64[values / 8 + k] = params[name] ?? 0));
    const bytes = own.kernel_state_bytes(entry.op, values);
    const block = scratch.allocate(bytes);
    own.kernel_init(entry.op, values, block);
    const words = Math.ceil(bytes / 8);
    const bankWords = MARK_WORDS + words * STEP_WORDS;
    const bank = new BigUint64Array(bankWords);
    new BigUint64Array(scratch.wasm.buffer, block, words).forEach((word, k) => bank.fill(word, MARK_WORDS + k * STEP_WORDS, MARK_WORDS + (k + 1) * STEP_WORDS));
    const count = Math.max(1, Math.ceil(this.instances / BANK_INSTANCES)); // a kernel looks up what all have in common in the first
    const address = this.#memory.allocate(count * bankWords * 8);
    const banks = new BigUint64Array(this.#memory.wasm.buffer, address, count * bankWords);
    for (let k = 0; k < count; k++) banks.set(bank, k * bankWords);
    return { address, words };
  }

  #writeProgram(members: readonly Member[], states: readonly { address: number; words: number }[]): number {
    const block = this.#memory.allocate(Math.max(1, ...states.map(({ words }) => words)) * 8);
    const windowBytes = Math.max(1, ...members.map(({ history }) => history + 1)) * 8 + LINE_BYTES;
    const windows = this.#memory.allocate(Math.max(1, ...members.map(({ node }) => node.inputs.length)) * windowBytes);
    const cells = this.#memory.allocate(Math.max(1, ...members.map(({ node }) => node.outputs.length)) * CELL_BYTES);
    const sizes = members.map(({ node }) => HEADER_BYTES + (node.inputs.length + node.outputs.length) * COLUMN_BYTES);
    const tables = members.map(({ node, history }) => {
      const { words, outputsAt } = operandTables(node.inputs.map((_, k) => windows + k * windowBytes + history * 8), node.outputs.map((_, k) => cells + k * CELL_BYTES), block);
      const address = this.#memory.allocate(words.length * 4);
      this.#memory.u32.set(words, address / 4);
      return [address, address + outputsAt] as const;
    });
    const program = this.#memory.allocate(sizes.reduce((sum, size) => sum + size, 0));
    let at = program;
    members.forEach(({ node, kernel, history, inputFrom }, k) => {
      const { address, words } = states[k]!;
      const rings = [...node.inputs.map((input) => this.#ringOf(input)), ...this.#nodes.get(node.id)!.outputs];
      const header = [kernel!.entry.op, this.instances, this.#strideBytes, address, words, history, node.inputs.length, node.outputs.length];
      this.#memory.u32.set([...header, ...tables[k]!, block, windows, windowBytes, cells, inputFrom, sizes[k]!, ...rings.flatMap((ring) => [ring.address, ring.rows])], at / 4);
      at += sizes[k]!;
    });
    return program;
  }

  #ringOf(input: PlanNode['inputs'][number]): Ring {
    return 'source' in input ? this.#sources.get(input.column)! : this.#nodes.get(input.node)!.outputs[input.output]!;
  }
}

function keyOf(input: PlanNode['inputs'][number]): string {
  return 'source' in input ? `source ${input.column}` : `node ${input.node} ${input.output}`;
}

function requireSupported(member: Member): void {
  const { node, kernel } = member;
  if (kernel === undefined) throw new Fault('SPEC_INVALID', `node ${node.id} is a host function, which a panel cannot run`, { cure: 'run it in a plan per instrument' });
  if (kernel.entry.inputs.length !== node.inputs.length) throw new Fault('SPEC_INVALID', `node ${node.id} has a constant for an operand, which a panel does not take`, { cure: 'run it in a plan per instrument' });
}
