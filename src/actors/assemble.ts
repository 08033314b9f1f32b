// Turns declared nodes into a plan: the one place where a node's code becomes something that runs. Backtest and shard both come here.
import { BAR_COLUMNS, type Source, type SourceID, sourceId } from '#domain/bar.ts';
import { ORDER_ACCOUNT_VERSION } from '#broker/order-account.ts';
import { PAPER_VERSION } from '#broker/paper.ts';
import { Fault } from '#domain/fault.ts';
import type { AccountSpec, DeclaredNode, KernelSpec, NodeID, OperatorSpec, OutputRef, StreamSpec } from '#domain/node-spec.ts';
import { readsOf, upstreamsOf } from '#domain/node-spec.ts';
import type { AccountTerms } from '#domain/strategy-spec.ts';
import { kernelOf } from '#kernels/catalog.ts';
import { Gaps } from '#kernels/operator-gaps.ts';
import { KeyedWindows } from '#kernels/operator-keyed.ts';
import { operatorOf, type OperatorTerms, planRows } from '#kernels/operator.ts';
import { Plan, type PlanInput, type PlanNode } from '#kernels/plan.ts';
import { AccountNode } from './account.ts';
import { CustomNode } from './custom.ts';
import { haltOfGap, type Halting } from './halt.ts';
import { OrdersNode } from './orders.ts';
import { firstOutputOf, type Query, queryOf } from './tag-query.ts';
import { WasmNode } from './wasm-node.ts';

export interface Assembly {
  readonly plan: Plan;
  readonly sources: ReadonlyMap<SourceID, Source>;
  /** Nodes with rows of their own, in topological order: all but stream inputs, whose rows are their source's. */
  readonly computed: readonly DeclaredNode[];
  /** Nodes that may come to stand still, in topological order. */
  readonly halting: ReadonlyMap<NodeID, Halting>;
  /** Nodes that count what became of rows that were late or missing. */
  readonly counting: ReadonlyMap<NodeID, Counting>;
  /** Tag queries, whose members have to be told before they give anything. */
  readonly queries: ReadonlyMap<NodeID, Query>;
}

/** Rows so far that came too late, or did not come. */
export type Counts = Readonly<Partial<Record<'late' | 'missing', number>>>;

export interface Counting {
  counts(): Counts;
}

export function sourceOf(spec: StreamSpec): Source {
  const { venue, instrument, interval } = spec.config;
  return { venue, instrument, interval };
}

/** What takes the place of an account in a plan, where something else than its rows is wanted; nothing, where the account itself will do. It reads what the account reads. */
export type AccountStandIn = (account: DeclaredNode, spec: AccountSpec, inputs: readonly PlanInput[]) => PlanNode | undefined;

/** What a plan calls the source of a stream input; the source's id, where nothing else is said. */
export type SourceKey = (stream: DeclaredNode) => string;

/** Builds the plan of nodes given in topological order, with every upstream among them. Throws what the nodes' parts throw. */
export function assemble(nodes: readonly DeclaredNode[], chunkRowsMax: number, standIn?: AccountStandIn, keyOf?: SourceKey): Assembly {
  const sources = new Map<SourceID, Source>();
  const streams = new Map<NodeID, PlanInput>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const halting = new Map<NodeID, Halting>();
  const counting = new Map<NodeID, Counting>();
  const queries = new Map<NodeID, Query>();
  const computed: DeclaredNode[] = [];
  const planNodes: PlanNode[] = [];

  const inputOf = ({ node, output }: OutputRef): PlanInput => {
    const stream = streams.get(node);
    if (stream) return stream;
    const at = byId.get(node)!.spec.schema.outputs.indexOf(output);
    if (at < 0) throw new Fault('SPEC_INVALID', `node ${node} has no output "${output}"`, { cure: `use one of ${byId.get(node)!.spec.schema.outputs.join(', ')}` });
    return { node, output: at };
  };

  for (const node of nodes) {
    const { id, spec } = node;
    if (spec.nodeType === 'stream') {
      const source = sourceOf(spec);
      const key = (keyOf?.(node) ?? sourceId(source)) as SourceID;
      sources.set(key, source);
      streams.set(id, { source: key, column: BAR_COLUMNS.indexOf(spec.config.field) });
      continue;
    }
    computed.push(node);
    const inputs = upstreamsOf(spec).map(inputOf);
    if (spec.nodeType === 'tag-query') {
      const query = queryOf(node, spec);
      const members = node.members!.map((member) => inputOf(firstOutputOf(byId.get(member)!)));
      queries.set(id, query);
      planNodes.push({ id, inputs: [...inputs, ...members], outputs: spec.schema.outputs, rows: query.rows });
      continue;
    }
    const base = { id, inputs, outputs: spec.schema.outputs };
    if (spec.nodeType === 'kernel') {
      checkKernel(node, spec);
      planNodes.push({ ...base, kernel: { name: spec.code.kernel, params: spec.config.params } });
      continue;
    }
    const inPlace = spec.nodeType === 'account' ? standIn?.(node, spec, inputs) : undefined;
    if (inPlace) {
      planNodes.push(inPlace);
      continue;
    }
    if (spec.nodeType === 'operator') {
      const rows = planRows(spec.code.operator, operatorTerms(node, spec, byId));
      if (rows.maker instanceof Gaps) halting.set(id, haltOfGap(rows.maker));
      if (rows.maker instanceof Gaps || rows.maker instanceof KeyedWindows) counting.set(id, rows.maker);
      planNodes.push({ ...base, rows });
      continue;
    }
    const host = spec.nodeType === 'custom' ? new CustomNode(spec) : spec.nodeType === 'wasm' ? new WasmNode(spec) : accountOf(spec);
    halting.set(id, host);
    planNodes.push({ ...base, ...(host instanceof OrdersNode && { inputs: [timeOf(inputs), ...inputs] }), host });
  }
  const plan = new Plan(
    [...sources.keys()].map((id) => ({ id, columns: BAR_COLUMNS.length })),
    planNodes,
    { chunkRowsMax },
  );
  return { plan, sources, computed, halting, counting, queries };
}

/** The host of an account. One by orders reads `timeOf` its inputs before them. */
export function accountOf(spec: AccountSpec): AccountNode | OrdersNode {
  const { account, version } = spec.code;
  const here = account === 'orders' ? ORDER_ACCOUNT_VERSION : PAPER_VERSION;
  if (version !== here) throw new Fault('SPEC_INVALID', `account ${account} ${version} is not here, ${here} is`, { cure: 'declare and publish the strategy with the same version of QMTL as the cluster runs' });
  return spec.code.account === 'orders' ? new OrdersNode(spec) : new AccountNode(termsOf(spec));
}

/** The column of times beside the first bars that an account reads. Throws SPEC_INVALID for one that reads none. */
export function timeOf(inputs: readonly PlanInput[]): PlanInput {
  const bars = inputs.find((input) => 'source' in input);
  if (bars) return { ...bars, column: 0 };
  throw new Fault('SPEC_INVALID', 'an account reads no bars', { cure: 'let the SDK declare the account' });
}

/** A node names bits, not just a kernel: what this version would compute otherwise is not computed. */
function checkKernel({ id, name }: DeclaredNode, { code, config, schema }: KernelSpec): void {
  const kernel = kernelOf(code.kernel);
  const refused = (what: string, cure: string): Fault => new Fault('SPEC_INVALID', `node ${name ?? id}: ${what}`, { cure, data: { node: id, kernel: code.kernel } });
  if (kernel.version !== code.version) throw refused(`kernel ${code.kernel} ${code.version} is not here, ${kernel.version} is`, 'declare and publish the strategy with the same version of QMTL as the cluster runs');
  if (kernel.outputs.join() !== schema.outputs.join()) throw refused(`kernel ${code.kernel} gives ${kernel.outputs.join(', ')}, not ${schema.outputs.join(', ')}`, 'declare it with the SDK');
  const constants = kernel.inputs.filter((input) => input.constant && input.name in config.params).length;
  if (config.upstreams.length !== kernel.inputs.length - constants) throw refused(`kernel ${code.kernel} reads ${kernel.inputs.map((input) => input.name).join(', ')}, and ${config.upstreams.length} upstreams are given`, 'declare it with the SDK');
}

/** What an operator is declared with; its version and outputs must be those it has here. */
function operatorTerms({ id, name }: DeclaredNode, { code, config, schema }: OperatorSpec, byId: ReadonlyMap<NodeID, DeclaredNode>): OperatorTerms {
  const operator = operatorOf(code.operator);
  const refused = (what: string, cure: string): Fault => new Fault('SPEC_INVALID', `node ${name ?? id}: ${what}`, { cure, data: { node: id, operator: code.operator } });
  if (operator.version !== code.version) throw refused(`operator ${code.operator} ${code.version} is not here, ${operator.version} is`, 'declare and publish the strategy with the same version of QMTL as the cluster runs');
  const outputs = operator.outputs(config.params).join(', ');
  if (outputs !== schema.outputs.join(', ')) throw refused(`operator ${code.operator} gives ${outputs}, not ${schema.outputs.join(', ')}`, 'declare it with the SDK');
  const inputs = config.upstreams.map((upstream) => ({ name: upstream.name!, interval: byId.get(upstream.node)!.spec.config.interval }));
  return { params: config.params, interval: config.interval, inputs };
}

/** Cash, and the costs in basis points; 0 where an account has another model of them. */
export function termsOf({ code, config: { params } }: AccountSpec): AccountTerms {
  const { cash, feeBps, slippageBps } = (code.account === 'paper' ? params : { cash: params.cash, feeBps: params.fee_bps ?? 0, slippageBps: params.slippage_bps ?? 0 }) as unknown as AccountTerms;
  return { cash, feeBps: Array.isArray(feeBps) ? 0 : feeBps, slippageBps };
}

/** The source a node's slot and share go by, that of its first upstream; the node itself where it has none. */
export function firstSourceOf(id: NodeID, nodeOf: (id: NodeID) => DeclaredNode): SourceID | NodeID {
  const { spec } = nodeOf(id);
  if (spec.nodeType === 'stream') return sourceId(sourceOf(spec));
  const [first] = upstreamsOf(spec);
  return first ? firstSourceOf(first.node, nodeOf) : id;
}

/** The nodes and everything that reads them, directly or not; `nodes` in topological order. */
export function withDownstream(roots: Iterable<NodeID>, nodes: readonly DeclaredNode[]): Set<NodeID> {
  const reached = new Set(roots);
  for (const node of nodes) {
    if (readsOf(node).some((read) => reached.has(read))) reached.add(node.id);
  }
  return reached;
}

/** Of each node the sources above it, those of a query's members included; `nodes` in topological order. */
export function sourcesAbove(nodes: readonly DeclaredNode[]): Map<NodeID, ReadonlySet<SourceID>> {
  const above = new Map<NodeID, ReadonlySet<SourceID>>();
  for (const node of nodes) {
    const { id, spec } = node;
    const sets = new Set(spec.nodeType === 'stream' ? [new Set([sourceId(sourceOf(spec))])] : readsOf(node).map((read) => above.get(read)!));
    // Most nodes stand on the sources of one upstream, and share its set.
    above.set(id, sets.size === 1 ? [...sets][0]! : new Set([...sets].flatMap((sources) => [...sources])));
  }
  return above;
}

/** Of each node that is a tag query or reads one, directly or not, those queries; `nodes` in topological order. */
export function queriesAbove(nodes: readonly DeclaredNode[]): Map<NodeID, ReadonlySet<NodeID>> {
  const above = new Map<NodeID, ReadonlySet<NodeID>>();
  for (const node of nodes) {
    const found = new Set(readsOf(node).flatMap((read) => [...(above.get(read) ?? [])]));
    if (node.spec.nodeType === 'tag-query') found.add(node.id);
    if (found.size > 0) above.set(node.id, found);
  }
  return above;
}

/** The nodes and everything above them, in the order they were given in. */
export function withUpstreams(wanted: ReadonlySet<NodeID>, nodes: readonly DeclaredNode[]): DeclaredNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const kept = new Set<NodeID>();
  const keep = (id: NodeID): void => {
    if (kept.has(id)) return;
    kept.add(id);
    for (const read of readsOf(byId.get(id)!)) keep(read);
  };
  for (const id of wanted) keep(id);
  return nodes.filter((node) => kept.has(node.id));
}
