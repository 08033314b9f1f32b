// A NodeSpec is everything that determines a node's values, as plain data. Its hash is the NodeID (see node-id.ts).
// Absent on purpose: name, tags, tenant, mode, time, host. They label a node (DeclaredNode) and never reach its identity.
import type { BarField } from './bar.ts';
import type { Interval } from './interval.ts';

/** SHA-256 of a NodeSpec's canonical form, 64 lower-case hex digits. */
export type NodeID = string & { readonly nodeId: unique symbol };

export type ParamValue = number | string | boolean | null | readonly number[];
export type Params = Readonly<Record<string, ParamValue>>;

/** One output column of another node. */
export interface OutputRef {
  readonly node: NodeID;
  readonly output: string;
}

/** A bar field of a source: the leaf every graph stands on. */
export interface StreamSpec {
  readonly nodeType: 'stream';
  readonly code: { readonly stream: 'bars'; readonly version: string };
  readonly config: { readonly venue: string; readonly instrument: string; readonly interval: Interval; readonly field: BarField };
  readonly schema: { readonly outputs: readonly string[] };
}

interface ComputedConfig {
  readonly interval: Interval;
  /** Look-back in rows, 1 … 525,600. */
  readonly period: number;
  readonly params: Params;
  /** In the order the code reads them; `name` only where the code reads them by name. */
  readonly upstreams: readonly (OutputRef & { readonly name?: string })[];
}

/** A catalogue kernel, identified by name and semantic version: its bits may not change without a new version. */
export interface KernelSpec {
  readonly nodeType: 'kernel';
  readonly code: { readonly kernel: string; readonly version: string };
  readonly config: ComputedConfig;
  readonly schema: { readonly outputs: readonly string[] };
}

/** A row operator: it has rows of its own, made of its upstreams' rows. Upstreams go by name; `interval` is that of its own rows. */
export interface OperatorSpec {
  readonly nodeType: 'operator';
  readonly code: { readonly operator: string; readonly version: string };
  readonly config: ComputedConfig;
  readonly schema: { readonly outputs: readonly string[] };
}

/** A compute function of the author, identified by its normalised source; it captures nothing. */
export interface CustomSpec {
  readonly nodeType: 'custom';
  readonly code: { readonly source: string };
  readonly config: ComputedConfig;
  readonly schema: { readonly outputs: readonly string[] };
}

/**
 * A kernel of the author's in WebAssembly; docs/wasm-kernels.md says what it exports. `module` is the module's bytes in base64, and their SHA-256 is
 * the code's hash. Upstreams and `params.values` are in the order its functions take them; `period` is its warm-up and the present row.
 */
export interface WasmSpec {
  readonly nodeType: 'wasm';
  readonly code: { readonly module: string };
  readonly config: ComputedConfig & { readonly params: { readonly values: readonly number[] } };
  readonly schema: { readonly outputs: readonly string[] };
}

/**
 * A simulated account. `paper` turns target positions into market orders; upstreams, by name: open, close, target. `orders` asks a function of the
 * author's for orders at each close; its upstreams are listed in broker/account-columns.ts.
 */
export interface AccountSpec {
  readonly nodeType: 'account';
  readonly code: { readonly account: 'paper'; readonly version: string } | { readonly account: 'orders'; readonly version: string; readonly source: string };
  readonly config: ComputedConfig;
  readonly schema: { readonly outputs: readonly string[] };
}

/**
 * All nodes that carry the tags; the query is identity, the set it matches is not. With an upstream it is that output among the members, else the
 * members' figures.
 */
export interface TagQuerySpec {
  readonly nodeType: 'tag-query';
  readonly code: { readonly query: 'tags'; readonly version: string };
  readonly config: { readonly interval: Interval; readonly period: number; readonly tags: readonly string[]; readonly match: 'any' | 'all'; readonly upstreams?: readonly OutputRef[] };
  readonly schema: { readonly outputs: readonly string[] };
}

export type NodeSpec = StreamSpec | KernelSpec | OperatorSpec | CustomSpec | WasmSpec | AccountSpec | TagQuerySpec;

/** A spec with its id and the labels people gave it. */
export interface DeclaredNode {
  readonly id: NodeID;
  readonly spec: NodeSpec;
  readonly name?: string;
  readonly tags?: readonly string[];
  /**
   * Of a tag query: every node that has been among its members, by id. Who runs the query says so, after the declaration; it is in no id and comes over
   * no wire from an author.
   */
  readonly members?: readonly NodeID[];
  /** Of a tag query in a cluster: its members up to the first entry that says who they are. */
  readonly firstMembers?: readonly NodeID[];
}

export function upstreamsOf(spec: NodeSpec): readonly (OutputRef & { readonly name?: string })[] {
  return 'upstreams' in spec.config ? (spec.config.upstreams ?? []) : [];
}

/** All nodes a node may read: its upstreams, and the members of a tag query. */
export function readsOf({ spec, members = [] }: DeclaredNode): readonly NodeID[] {
  return [...upstreamsOf(spec).map(({ node }) => node), ...members];
}

/** What a node is, in a word or two: a kernel's or operator's name, a bar field, `custom`, `wasm`, `account`. */
export function kindOf(spec: NodeSpec): string {
  if (spec.nodeType === 'kernel') return spec.code.kernel;
  if (spec.nodeType === 'operator') return spec.code.operator;
  return spec.nodeType === 'stream' ? `stream ${spec.config.field}` : spec.nodeType;
}
