// Which rows a node has. A group is a numbering of rows: the rows of a source, the inner join by t of other groups, or what an operator makes.
// G1. A node whose upstreams share one group belongs to it, row for row.
// G2. A node whose upstreams lie in several groups belongs to their join. A side of a join starts at the row from which the node's upstreams
//     on that side are valid, so a node's rows follow from its own upstreams alone, whatever else is in the plan.
//     An operator's group has a side for each group its inputs come from; it is the first node of a group of its own, whose rows begin at 0.
// G3. Warm-up is static: valid from = the latest upstream's valid from, plus the node's own look-back.
import { Fault } from '#domain/fault.ts';
import { kernelOf, resolveParams, type Kernel, type KernelParams } from './catalog.ts';
import type { PlanInput, PlanNode, PlanRows, PlanSource } from './plan-types.ts';

export interface Side {
  readonly group: Group;
  /** First row of the group that takes part. */
  readonly from: number;
  /** Columns of the group the join carries over, beside t. */
  readonly columns: PlanInput[];
}

export interface Group {
  readonly key: string;
  /** Set for a source's own group. */
  readonly source?: PlanSource;
  /** Of a source's columns those somebody reads, t always among them, rising; the others are not kept. */
  readonly columns: readonly number[];
  /** Empty for a source's own group. */
  readonly sides: readonly Side[];
  /** Set for a group whose rows an operator makes. */
  readonly rows?: PlanRows;
  readonly members: Member[];
}

/** A node with its place. */
export interface Member {
  readonly node: PlanNode;
  readonly group: Group;
  /** First row all inputs are valid; the node is not shown earlier ones. */
  readonly inputFrom: number;
  /** First row the node fires. */
  readonly validFrom: number;
  /** Rows before the newest that the node reads. */
  readonly history: number;
  readonly kernel?: { readonly entry: Kernel; readonly params: KernelParams };
}

export interface Grouping {
  /** Every group after the groups it joins. */
  readonly groups: readonly Group[];
  readonly members: ReadonlyMap<string, Member>;
}

export function groupNodes(sources: readonly PlanSource[], nodes: readonly PlanNode[]): Grouping {
  const groups = new Map<string, Group>();
  const members = new Map<string, Member>();
  const read = columnsRead(nodes);
  for (const source of sources) {
    const columns = [...(read.get(source.id) ?? [0])].toSorted((a, b) => a - b);
    groups.set(source.id, { key: source.id, source, columns, sides: [], members: [] });
  }

  for (const node of nodes) {
    if (node.inputs.length === 0 && node.rows === undefined) {
      throw new Fault('GRAPH_SOURCE_MISSING', `node ${node.id} has no inputs, so it has no rows`, { cure: 'give it a source or another node to read' });
    }
    const member = node.rows ? makerOf(node, node.rows, groups, members) : readerOf(node, groups, members);
    member.group.members.push(member);
    members.set(node.id, member);
  }
  return { groups: [...groups.values()], members };
}

/** Where `inputs` have common rows: their one group, or the join of several; and the row from which all are valid there. */
function meetingOf(node: PlanNode, inputs: readonly PlanInput[], groups: Map<string, Group>, members: ReadonlyMap<string, Member>): Side {
  const froms = new Map<Group, number>();
  for (const input of inputs) {
    const [group, from] = placeOf(input, node, groups, members);
    froms.set(group, Math.max(from, froms.get(group) ?? 0));
  }
  const { group, from } = single(froms) ?? { group: joined(froms, groups), from: 0 };
  if (group.rows === undefined) carryOver(inputs, group, members);
  return { group, from, columns: [...inputs] };
}

function readerOf(node: PlanNode, groups: Map<string, Group>, members: ReadonlyMap<string, Member>): Member {
  const { group, from } = meetingOf(node, node.inputs, groups, members);
  return memberOf(node, group, from);
}

function makerOf(node: PlanNode, rows: PlanRows, groups: Map<string, Group>, members: ReadonlyMap<string, Member>): Member {
  const sides = rows.lagsMs.map((_, side) => meetingOf(node, node.inputs.filter((__, k) => rows.sides[k] === side), groups, members));
  const group: Group = { key: node.id, columns: [], sides, rows, members: [] };
  groups.set(group.key, group);
  return { node, group, inputFrom: 0, validFrom: 0, history: 0 };
}

/** By source, the columns somebody reads, t always among them. */
function columnsRead(nodes: readonly PlanNode[]): Map<string, Set<number>> {
  const read = new Map<string, Set<number>>();
  for (const { inputs } of nodes) {
    for (const input of inputs) {
      if (!('source' in input)) continue;
      const columns = read.get(input.source) ?? new Set([0]);
      read.set(input.source, columns.add(input.column));
    }
  }
  return read;
}

function placeOf(input: PlanInput, node: PlanNode, groups: ReadonlyMap<string, Group>, members: ReadonlyMap<string, Member>): [Group, number] {
  if ('source' in input) {
    const group = groups.get(input.source);
    if (group?.source !== undefined && input.column < group.source.columns) return [group, 0];
    throw upstreamUnknown(node, group === undefined ? `source ${input.source}` : `column ${input.column} of source ${input.source}`);
  }
  const upstream = members.get(input.node);
  if (upstream?.node.outputs[input.output] !== undefined) return [upstream.group, upstream.validFrom];
  throw upstreamUnknown(node, upstream === undefined ? `node ${input.node}` : `output ${input.output} of node ${input.node}`);
}

function upstreamUnknown(node: PlanNode, what: string): Fault {
  return new Fault('GRAPH_UPSTREAM_UNKNOWN', `node ${node.id} reads ${what}, which the plan does not have before it`, {
    cure: 'list every source, and every node before the nodes that read it',
    data: { node: node.id },
  });
}

/** The one group all upstreams share, if they do (G1). */
function single(froms: ReadonlyMap<Group, number>): { group: Group; from: number } | undefined {
  const [only, ...more] = froms;
  return only === undefined || more.length > 0 ? undefined : { group: only[0], from: only[1] };
}

/** The join of several groups, made at its first use. */
function joined(froms: ReadonlyMap<Group, number>, groups: Map<string, Group>): Group {
  const sides: Side[] = [...froms].map(([group, from]) => ({ group, from, columns: [] }));
  const named = sides.map((side) => ({ side, name: `${side.group.key}@${side.from}` })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const key = `(${named.map(({ name }) => name).join('+')})`;
  const known = groups.get(key);
  if (known !== undefined) return known;
  const group: Group = { key, columns: [], sides: named.map(({ side }) => side), members: [] };
  groups.set(key, group);
  return group;
}

/** Has a join bring along the columns its new member reads from the sides. */
function carryOver(inputs: readonly PlanInput[], group: Group, members: ReadonlyMap<string, Member>): void {
  for (const input of inputs) {
    const key = 'source' in input ? input.source : members.get(input.node)!.group.key;
    const side = group.sides.find((each) => each.group.key === key);
    if (side !== undefined && !side.columns.some((column) => inputKey(column) === inputKey(input))) side.columns.push(input);
  }
}

/** One text per column of the plan. */
export function inputKey(input: PlanInput): string {
  return 'source' in input ? `source ${input.source} ${input.column}` : `node ${input.node} ${input.output}`;
}

function memberOf(node: PlanNode, group: Group, inputFrom: number): Member {
  if (node.host !== undefined) {
    const { lookback } = node.host;
    return { node, group, inputFrom, validFrom: inputFrom + lookback, history: lookback };
  }
  if (node.kernel === undefined) {
    throw new Fault('SPEC_INVALID', `node ${node.id} has neither a kernel nor a host function`, { cure: 'give it one of the two' });
  }
  const entry = kernelOf(node.kernel.name);
  const params = resolveParams(node.kernel.name, node.kernel.params);
  const wanted = entry.inputs.filter((input) => !(input.constant && params[input.name] !== undefined));
  if (wanted.length !== node.inputs.length) {
    throw new Fault('SPEC_INVALID', `node ${node.id}: ${entry.name} reads ${wanted.length} columns and was given ${node.inputs.length}`, {
      cure: `give it, in this order: ${wanted.map(({ name }) => name).join(', ')}`,
    });
  }
  if (node.outputs.length !== entry.outputs.length || node.outputs.some((output, k) => output !== entry.outputs[k])) {
    throw new Fault('SPEC_INVALID', `node ${node.id}: the outputs of ${entry.name} are ${entry.outputs.join(', ')}, not ${node.outputs.join(', ')}`, {
      cure: 'name the outputs as the catalogue does',
    });
  }
  return {
    node,
    group,
    inputFrom,
    validFrom: inputFrom + entry.lookback(params),
    history: entry.history(params),
    kernel: { entry, params },
  };
}
