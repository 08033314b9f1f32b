// A tag query as something that runs, and whom it looks for.
// Q1. A member is a node of the query's interval that carries any or all of its tags; its first output counts. Members stand in the order of their ids.
// Q2. A node that reads the query, directly or not, is never a member of it.
import { Fault } from '#domain/fault.ts';
import { type DeclaredNode, type NodeID, type OutputRef, type TagQuerySpec } from '#domain/node-spec.ts';
import { label } from '#graph/graph.ts';
import { Across, ACROSS_OUTPUTS, AMONG_OUTPUTS } from '#kernels/operator-across.ts';
import type { PlanRows } from '#kernels/plan.ts';

export const TAG_QUERY_VERSION = '1.1.0';

export interface Query {
  readonly rows: PlanRows;
  /** Says who its members are from here on; `behind` only grows (members-entry.ts). Nothing more comes of it when one of them is not among those it was made with. */
  turnTo(members: readonly NodeID[], behind: number): void;
}

/** The query with all members it may have, present until it is told otherwise. Throws TAG_QUERY_UNRESOLVED where nobody said which, SPEC_INVALID for another version's. */
export function queryOf(node: DeclaredNode, { code, config, schema }: TagQuerySpec): Query {
  const { members } = node;
  if (members === undefined) {
    throw new Fault('TAG_QUERY_UNRESOLVED', `node ${label(node)} is a tag query, and nothing here resolves it`, { cure: 'let a backtest or a cluster run it, which look for its members' });
  }
  const compares = config.upstreams !== undefined;
  const outputs: readonly string[] = compares ? AMONG_OUTPUTS : ACROSS_OUTPUTS;
  if (code.version !== TAG_QUERY_VERSION || schema.outputs.join() !== outputs.join()) {
    throw new Fault('SPEC_INVALID', `node ${label(node)}: tag queries are ${TAG_QUERY_VERSION} here and give ${outputs.join(', ')}`, { cure: 'declare and publish the strategy with the same version of QMTL as the cluster runs' });
  }
  const across = new Across({ members: members.length, period: config.period, compares });
  across.turnTo([...members.keys()], 0);
  const sides = members.length + Number(compares);
  const places = new Map(members.map((member, place) => [member, place]));
  return {
    rows: { maker: across, sides: Array.from({ length: sides }, (_, side) => side), lagsMs: Array<number>(sides).fill(0) },
    turnTo: (wanted, behind) => across.turnTo(wanted.every((member) => places.has(member)) ? wanted.map((member) => places.get(member)!) : undefined, behind),
  };
}

export function firstOutputOf({ id, spec }: DeclaredNode): OutputRef {
  return { node: id, output: spec.schema.outputs[0]! };
}

/** By Q1, whether a node with these tags is one the query looks for. */
export function carriesTags({ config }: TagQuerySpec, { spec, tags = [] }: Pick<DeclaredNode, 'spec' | 'tags'>): boolean {
  if (spec.config.interval !== config.interval) return false;
  return config.match === 'any' ? config.tags.some((tag) => tags.includes(tag)) : config.tags.every((tag) => tags.includes(tag));
}

/** By Q1 and Q2, the members of a query among nodes, `reads` being what each of them reads. */
export function membersOf(query: DeclaredNode, spec: TagQuerySpec, nodes: Iterable<DeclaredNode>, reads: (id: NodeID) => readonly NodeID[]): NodeID[] {
  const found = [...nodes].filter((node) => node.id !== query.id && carriesTags(spec, node) && !reaches(node.id, query.id, reads));
  return found.map(({ id }) => id).toSorted();
}

function reaches(from: NodeID, to: NodeID, reads: (id: NodeID) => readonly NodeID[]): boolean {
  const met = new Set([from]);
  for (const id of met) {
    if (id === to) return true;
    for (const read of reads(id)) met.add(read);
  }
  return false;
}
