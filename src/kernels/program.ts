// Lays a grouping out in linear memory: pages, states, and the instructions of each segment. `assembly/plan.ts` runs what is written here.
import { inputKey, type Group, type Grouping, type Member } from './groups.ts';
import type { Memory } from './memory.ts';
import { operandTables } from './operands.ts';
import type { Page } from './page.ts';
import type { HostNode, PlanInput } from './plan-types.ts';
import { Ring } from './ring.ts';
import { Waiting } from './waiting.ts';
import type { KernelExports } from './wasm.ts';

const INSTRUCTION_BYTES = 24;
const SEGMENT_BYTES = 16;

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
  readonly ring: Ring;
  /** The group's own rows: t, then what is read of a source's features, or a join's carried columns. */
  readonly page: Page;
  /** Where the values of a single row are put down. */
  readonly intake: number;
  /** Run over every new row right after it is appended; the rest follow as steps. */
  readonly firstSegment: number;
  readonly steps: readonly Step[];
  readonly sides: readonly PlacedSide[];
  /** Rows a join or an operator has made that are not in the cache yet … */
  readonly made: Waiting;
  /** … and the columns they go to, t first. */
  readonly filled: readonly Operand[];
  /** Every row of the group up to this time has come. */
  watermark: number;
  /** Rows the newest append brought, if `tick` is the plan's. */
  fresh: number;
  tick: number;
  /** Time of the oldest row that waited when there were too many; the group has no rows any more from then on. */
  starvedAt: number | undefined;
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
  const uniform = (key: string, columns: number): number[] => Array<number>(columns).fill(retains.get(key) ?? 0);

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
    const isJoin = group.source === undefined && group.rows === undefined;
    const own = group.source ? group.columns.map((column) => retains.get(inputKey({ source: group.key, column })) ?? 0) : uniform(group.key, isJoin ? 1 + carried(group).length : 1);
    const nodeRetains = group.members.map(({ node }) => uniform(node.id, node.outputs.length));
    const ring = new Ring(memory, exports, mean([own, ...nodeRetains].flat()), chunkRowsMax, group.columns.length);
    const page = ring.page(own);
    const placed: PlacedGroup = { group, ring, page, sides, made: new Waiting(0), filled: [], watermark: -Infinity, intake: 0, firstSegment: 0, steps: [], fresh: 0, tick: 0, starvedAt: undefined };
    groups.set(group.key, placed);
    const members = group.members.map((member, k) => {
      const node = placeNode(memory, exports, placed, member, ring.page(nodeRetains[k]!), (input) => locate(group, input));
      nodes.set(member.node.id, node);
      return node;
    });
    const maker = group.rows && members[0];
    const filled = [...columnsOf(page), ...(maker ? columnsOf(maker.page) : [])];
    const [head, ...steps] = stepsOf(memory, maker ? members.slice(1) : members);
    const intake = ring.seal(head.segment, page, group.columns, group.source?.columns ?? 0);
    Object.assign(placed, { made: new Waiting(filled.length), filled, firstSegment: head.segment, steps, intake });
  }
  return { groups, nodes };
}

function columnsOf(page: Page): Operand[] {
  return page.bases.map((_, column) => ({ page, column }));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
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
    if (node.rows) continue; // an operator takes rows as they come and keeps what it needs itself
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
  const inputs = member.node.rows ? [] : member.node.inputs.map(locate);
  if (member.kernel === undefined) return { member, group, page, inputs };
  const { entry, params } = member.kernel;
  const names = Object.keys(entry.params);
  const values = memory.allocate(Math.max(1, names.length) * 8);
  names.forEach((name, k) => (memory.f64[values / 8 + k] = params[name] ?? 0));
  const bytes = exports.kernel_state_bytes(entry.op, values);
  if (bytes === 0) throw new Error(`the module was built without kernel ${entry.name} (op ${entry.op}): run \`npm run setup\``);
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
  const instructions = nodes.map(instructionOf);
  const segment = memory.allocate(SEGMENT_BYTES + instructions.reduce((sum, { bytes }) => sum + bytes, 0));
  memory.u32[segment / 4] = nodes.length;
  memory.f64[segment / 8 + 1] = Math.max(0, ...instructions.map(({ validFrom }) => validFrom));
  let at = segment + SEGMENT_BYTES;
  for (const { bytes, header, validFrom, operands } of instructions) {
    memory.u32.set(header, at / 4);
    memory.f64[at / 8 + 2] = validFrom;
    memory.u32.set(operands, (at + INSTRUCTION_BYTES) / 4);
    at += bytes;
  }
  return segment;
}

function instructionOf({ member, page, inputs, state }: PlacedNode) {
  const { entry } = member.kernel!;
  const { address } = state!;
  const operands = entry.inputs.map((_, k) => inputs[k] && inputs[k].page.bases[inputs[k].column]!);
  const { words, outputsAt } = operandTables(operands, page.bases, address);
  const bytes = INSTRUCTION_BYTES + Math.ceil(words.length / 2) * 8;
  return { bytes, header: [bytes, entry.op, address, INSTRUCTION_BYTES + outputsAt], validFrom: member.inputFrom, operands: words };
}
