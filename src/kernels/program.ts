// Lays a grouping out in linear memory: pages, states, and the instructions of each segment. `assembly/plan.ts` runs what is written here.
import { inputKey, type Group, type Grouping, type Member } from './groups.ts';
import { Waiting } from './join.ts';
import type { Memory } from './memory.ts';
import { Page } from './page.ts';
import type { HostNode, PlanInput } from './plan-types.ts';
import type { KernelExports } from './wasm.ts';

const INSTRUCTION_BYTES = 32;
const INPUT_BYTES = 16;
const OUTPUT_BYTES = 8;
const SEGMENT_BYTES = 8;
const STATE_OWN = 32; // `OWN` in assembly/state.ts

/** A column of a page. */
export interface Operand {
  readonly page: Page;
  readonly column: number;
}

export interface KernelState {
  readonly address: number;
  readonly bytes: number;
}

export interface PlacedNode {
  readonly member: Member;
  readonly group: PlacedGroup;
  readonly page: Page;
  readonly inputs: readonly Operand[];
  readonly state?: KernelState;
}

/** What to do with new rows of a group, in order: run a segment, or call a host node. */
export type Step = { readonly segment: number } | { readonly host: HostNode; readonly placed: PlacedNode };

export interface PlacedGroup {
  readonly group: Group;
  /** The group's own rows: t, then what is read of a source's features, or a join's carried columns. */
  readonly page: Page;
  /** Of a source: rows each column of the page must keep for those who read it. The page keeps the most of them. */
  readonly retains: readonly number[];
  /** Run over every new row right after it is appended; the rest follow as steps. */
  readonly firstSegment: number;
  readonly steps: readonly Step[];
  readonly sides: readonly PlacedSide[];
  /** Rows so far. */
  rows: number;
  /** Rows the newest append brought, if `tick` is the plan's. */
  fresh: number;
  tick: number;
}

export interface PlacedSide {
  readonly from: number;
  readonly group: PlacedGroup;
  readonly columns: readonly Operand[];
  readonly inputs: readonly PlanInput[];
  readonly waiting: Waiting;
}

export interface Program {
  readonly groups: ReadonlyMap<string, PlacedGroup>;
  readonly nodes: ReadonlyMap<string, PlacedNode>;
}

/** Places everything. Groups and nodes come out in the order they must run. */
export function layOut(memory: Memory, exports: KernelExports, grouping: Grouping, chunkRowsMax: number): Program {
  const retains = retainedRows(grouping);
  const groups = new Map<string, PlacedGroup>();
  const nodes = new Map<string, PlacedNode>();
  const newPage = (key: string, columns: number) => new Page(memory, columns, retains.get(key) ?? 0, chunkRowsMax);

  /** The column a reader in `group` finds an input in: its own, or the copy its join brings along. */
  const locate = (group: Group, input: PlanInput): Operand => {
    const { page } = groups.get(group.key)!;
    if (!inGroup(group, input, grouping)) return { page, column: 1 + carried(group).findIndex((each) => inputKey(each) === inputKey(input)) };
    return 'source' in input ? { page, column: group.columns.indexOf(input.column) } : { page: nodes.get(input.node)!.page, column: input.output };
  };

  for (const group of grouping.groups) {
    const sides = group.sides.map((side): PlacedSide => {
      const columns = side.columns.map((input) => locate(side.group, input));
      return { from: side.from, group: groups.get(side.group.key)!, columns, inputs: side.columns, waiting: new Waiting(1 + columns.length) };
    });
    const page = newPage(group.key, group.source ? group.columns.length : 1 + carried(group).length);
    const columnRetains = group.source ? group.columns.map((column) => retains.get(inputKey({ source: group.key, column })) ?? 0) : [];
    const placed: PlacedGroup = { group, page, retains: columnRetains, sides, firstSegment: 0, steps: [], rows: 0, fresh: 0, tick: 0 };
    groups.set(group.key, placed);
    const members = group.members.map((member) => {
      const node = placeNode(memory, exports, placed, member, newPage(member.node.id, member.node.outputs.length), (input) => locate(group, input));
      nodes.set(member.node.id, node);
      return node;
    });
    const [head, ...steps] = stepsOf(memory, members);
    groups.set(group.key, Object.assign(placed, { firstSegment: head.segment, steps }));
  }
  return { groups, nodes };
}

function inGroup(group: Group, input: PlanInput, grouping: Grouping): boolean {
  return 'source' in input ? group.source?.id === input.source : grouping.members.get(input.node)!.group === group;
}

/** Columns a join brings along, sides in order. */
function carried(group: Group): readonly PlanInput[] {
  return group.sides.flatMap((side) => side.columns);
}

/** Rows each page must keep before its newest, by source, node or group, and each column of a source: the most any of its readers looks back. */
function retainedRows(grouping: Grouping): Map<string, number> {
  const retains = new Map<string, number>();
  for (const { node, group, history } of grouping.members.values()) {
    for (const input of node.inputs) {
      const own = inGroup(group, input, grouping);
      const owner = !own || 'source' in input ? group.key : input.node;
      for (const key of own && 'source' in input ? [owner, inputKey(input)] : [owner]) retains.set(key, Math.max(history, retains.get(key) ?? 0));
    }
  }
  return retains;
}

function placeNode(
  memory: Memory,
  exports: KernelExports,
  group: PlacedGroup,
  member: Member,
  page: Page,
  locate: (input: PlanInput) => Operand,
): PlacedNode {
  const inputs = member.node.inputs.map(locate);
  if (member.kernel === undefined) return { member, group, page, inputs };
  const { entry, params } = member.kernel;
  const names = Object.keys(entry.params);
  const values = memory.allocate(Math.max(1, names.length) * 8);
  names.forEach((name, k) => (memory.f64[values / 8 + k] = params[name] ?? 0));
  const bytes = exports.kernel_state_bytes(entry.op, values);
  if (bytes === 0) throw new Error(`the module was built without kernel ${entry.name} (op ${entry.op}): run \`npm run kernels\``);
  const address = memory.allocate(bytes);
  exports.kernel_init(entry.op, values, address);
  return { member, group, page, inputs, state: { address, bytes } };
}

/** Runs of kernel nodes as segments, host nodes between them. The first step is always a segment, if an empty one. */
function stepsOf(memory: Memory, nodes: readonly PlacedNode[]): [{ segment: number }, ...Step[]] {
  const runs: PlacedNode[][] = [[]];
  const hosts: PlacedNode[] = [];
  for (const node of nodes) {
    if (node.state !== undefined) {
      runs.at(-1)!.push(node);
    } else {
      hosts.push(node);
      runs.push([]);
    }
  }
  const steps: [{ segment: number }, ...Step[]] = [{ segment: writeSegment(memory, runs[0]!) }];
  hosts.forEach((placed, k) => {
    steps.push({ host: placed.member.node.host!, placed });
    if (runs[k + 1]!.length > 0) steps.push({ segment: writeSegment(memory, runs[k + 1]!) });
  });
  return steps;
}

/** Writes the instructions of some kernel nodes; answers the segment's address. */
function writeSegment(memory: Memory, nodes: readonly PlacedNode[]): number {
  const sizes = nodes.map(instructionBytes);
  const segment = memory.allocate(SEGMENT_BYTES + sizes.reduce((sum, size) => sum + size, 0));
  memory.u32[segment / 4] = nodes.length;
  let at = segment + SEGMENT_BYTES;
  nodes.forEach((node, k) => {
    writeInstruction(memory, at, sizes[k]!, node);
    at += sizes[k]!;
  });
  return segment;
}

function instructionBytes(node: PlacedNode): number {
  return INSTRUCTION_BYTES + node.member.kernel!.entry.inputs.length * INPUT_BYTES + node.page.columnCount * OUTPUT_BYTES;
}

function writeInstruction(memory: Memory, at: number, bytes: number, { member, page, inputs, state }: PlacedNode): void {
  const { entry } = member.kernel!;
  memory.u32.set([bytes, entry.op, state!.address, page.address, entry.inputs.length, page.columnCount], at / 4);
  memory.f64[(at + 24) / 8] = member.inputFrom;
  let word = (at + INSTRUCTION_BYTES) / 4;
  for (let k = 0; k < entry.inputs.length; k++, word += INPUT_BYTES / 4) {
    const operand = inputs[k];
    // A missing operand is the constant, which a kernel keeps as the first of its own fields.
    if (operand === undefined) memory.u32.set([0, 0, state!.address + STATE_OWN, 0], word);
    else memory.u32.set([operand.page.address, operand.page.columnAddress(operand.column), 0, 8], word);
  }
  for (let k = 0; k < page.columnCount; k++, word += OUTPUT_BYTES / 4) memory.u32.set([page.columnAddress(k), 0], word);
}
