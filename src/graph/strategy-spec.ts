// Checks a whole StrategySpec from outside. What passes can be run: it is one DAG, its ids are true, its references lead somewhere.
// G1. Every id is recomputed from its spec; a claimed id is never believed.
// G2. Upstreams stand before the nodes that read them, so one pass compiles the graph.
// G3. All that a node reads has one interval, its own. An operator is the way from one interval to another; what it may read it says itself
//     (kernels/operator.ts).
import { type Source, sourceId, sourceName } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import { nodeId } from '#domain/node-id.ts';
import { type DeclaredNode, type NodeID, type OutputRef, upstreamsOf } from '#domain/node-spec.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { checkGraph, type GraphNode, label } from './graph.ts';
import { checkSpec, readInterval, readNodeId, readOutputRef, readParams } from './node-spec.ts';
import { readAnyRecord, readList, readRecord, readSet, readText, readWord, refuse } from './shape.ts';

type NodesById = ReadonlyMap<NodeID, DeclaredNode>;

/** Answers a checked copy of a strategy. Every Fault names the node and the field it objects to. */
export function checkStrategySpec(value: unknown): StrategySpec {
  const strategy = readRecord(value, 'strategy', ['name', 'params', 'nodes', 'outputs'], ['target']);
  const nodes = readList(strategy.nodes, 'nodes', readNode);
  const byId: NodesById = new Map(nodes.map((node) => [node.id, node]));
  checkGraph(nodes.map(vertexOf));
  checkReads(nodes, byId);

  const outputs = Object.entries(readAnyRecord(strategy.outputs, 'outputs')).map(([name, ref]) => {
    const where = `outputs.${readWord(name, 'outputs')}`;
    return [name, checkRef(readOutputRef(ref, where), where, byId)] as const;
  });
  const target = strategy.target === undefined ? undefined : checkTarget(strategy.target, byId);
  if (outputs.length === 0 && !target) throw refuse('strategy', 'has neither a target nor an output', 'return { target } or { outputs } from build');
  return {
    name: readText(strategy.name, 'name'),
    params: readParams(strategy.params, 'params'),
    nodes,
    outputs: Object.fromEntries(outputs),
    ...(target && { target }),
  };
}

function readNode(value: unknown, where: string): DeclaredNode {
  const node = readRecord(value, where, ['id', 'spec'], ['name', 'tags']);
  const name = node.name === undefined ? undefined : readText(node.name, `${where}.name`);
  const tags = node.tags === undefined ? undefined : readSet(node.tags, `${where}.tags`, readText);
  const claimed = readNodeId(node.id, `${where}.id`);
  const spec = checkSpec(node.spec, `${where} (${label({ id: claimed, name })}).spec`);
  const id = nodeId(spec);
  if (id !== claimed) {
    // By G1.
    throw new Fault('SPEC_INVALID', `${where}.id of ${label({ id: claimed, name })} is ${claimed}, but its spec hashes to ${id}`, {
      cure: 'declare the strategy again with the same version of QMTL as the cluster',
      data: { where, claimed, id },
    });
  }
  return { id, spec, ...(name !== undefined && { name }), ...(tags && { tags }) };
}

/** Rows enter a graph through streams, and through tag queries, whose upstreams are found later. */
function vertexOf(node: DeclaredNode): GraphNode<NodeID> {
  const isSource = node.spec.nodeType === 'stream' || node.spec.nodeType === 'tag-query';
  return { id: node.id, name: label(node), upstreams: upstreamsOf(node.spec).map((upstream) => upstream.node), isSource };
}

function checkReads(nodes: readonly DeclaredNode[], byId: NodesById): void {
  const seen = new Set<NodeID>();
  for (const node of nodes) {
    for (const [at, upstream] of upstreamsOf(node.spec).entries()) {
      const where = `${label(node)}.upstreams[${at}]`;
      checkRef(upstream, where, byId);
      // G2
      if (!seen.has(upstream.node)) {
        throw refuse(where, `reads ${label({ id: upstream.node })}, which stands after it`, 'list upstreams before the nodes that read them');
      }
      const reads = byId.get(upstream.node)?.spec.config.interval;
      // G3
      if (reads !== node.spec.config.interval && node.spec.nodeType !== 'operator') {
        throw refuse(where, `has interval ${reads}, the node ${node.spec.config.interval}`, 'read nodes of one interval; .resample() and .asOf() lead from one to another', 'INTERVAL_INVALID');
      }
    }
    seen.add(node.id);
  }
}

function checkRef(ref: OutputRef, where: string, byId: NodesById): OutputRef {
  const node = byId.get(ref.node);
  if (!node) {
    throw refuse(where, `names ${label({ id: ref.node })}, which does not exist`, 'declare the node with the strategy', 'GRAPH_UPSTREAM_UNKNOWN');
  }
  const { outputs } = node.spec.schema;
  if (!outputs.includes(ref.output)) {
    throw refuse(where, `reads "${ref.output}" of ${label(node)}, which has no such output`, `its outputs are: ${outputs.join(', ')}`);
  }
  return ref;
}

/** The account trades the target, if there is one, on bars of the very source it is marked with. */
function checkTarget(value: unknown, byId: NodesById): NonNullable<StrategySpec['target']> {
  const target = readRecord(value, 'target', ['account', 'source'], ['ref']);
  const source = readSource(target.source, 'target.source');
  const account = byId.get(readNodeId(target.account, 'target.account'));
  if (account?.spec.nodeType !== 'account') {
    throw refuse('target.account', 'is not an account node of this strategy', 'name the account that trades the target');
  }
  const byOrders = account.spec.code.account === 'orders';
  if (byOrders !== (target.ref === undefined)) {
    throw refuse('target.ref', byOrders ? 'is given, and the account is asked for orders' : 'is missing', 'let the SDK declare the account');
  }
  const ref = byOrders ? undefined : checkRef(readOutputRef(target.ref, 'target.ref'), 'target.ref', byId);
  const fields = new Map(byOrders ? [['open0', 'open'], ['close0', 'close']] : [['open', 'open'], ['close', 'close']]);
  for (const { name = '', node, output } of account.spec.config.upstreams) {
    const spec = byId.get(node)?.spec;
    const field = fields.get(name);
    const isTarget = node === ref?.node && output === ref.output;
    const isField = spec?.nodeType === 'stream' && spec.config.field === field && sourceId(spec.config) === sourceId(source);
    if (field === undefined ? byOrders || isTarget : isField) continue;
    const due = field === undefined ? 'the target' : `the ${field} of ${sourceName(source)}`;
    throw refuse(`target.account.${name}`, `is not ${due}`, 'let the SDK declare the account');
  }
  return { ...(ref && { ref }), account: account.id, source };
}

function readSource(value: unknown, where: string): Source {
  const { venue, instrument, ...rest } = readRecord(value, where, ['venue', 'instrument', 'interval']);
  return {
    venue: readText(venue, `${where}.venue`),
    instrument: readText(instrument, `${where}.instrument`),
    interval: readInterval(rest.interval, `${where}.interval`),
  };
}
