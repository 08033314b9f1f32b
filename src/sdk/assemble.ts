// From what a build function answers to a StrategySpec: the account is added, every node reached is listed once, and the whole is checked.
import { Fault } from '#domain/fault.ts';
import type { DeclaredNode, NodeID } from '#domain/node-spec.ts';
import type { AccountTerms, StrategySpec } from '#domain/strategy-spec.ts';
import { checkGraph, label } from '#graph/graph.ts';
import { describe, readRecord } from '#graph/shape.ts';
import { checkStrategySpec } from '#graph/strategy-spec.ts';
import { type Column, columnOf, sharedInterval, Vertex } from './node.ts';
import type { Output } from './operators.ts';
import type { StrategyParams } from './params.ts';
import { StreamInput } from './stream-input.ts';

/** What `build` answers: at least a target or one output. */
export interface Built {
  /** Wanted position in units of the instrument, decided at each bar's close; NaN keeps the position. */
  readonly target?: Output;
  /** The instrument to trade, when it is not the first stream the target reads. */
  readonly trade?: StreamInput;
  /** Further outputs to compute and record, by name. */
  readonly outputs?: Readonly<Record<string, Output>>;
}

const ACCOUNT_VERSION = '1.0.0';
const ACCOUNT_OUTPUTS = ['orderQuantity', 'fillQuantity', 'fillPrice', 'fee', 'position', 'cash', 'equity'];

/** Throws SPEC_INVALID, INTERVAL_INVALID and the faults of the graph checks. */
export function assemble(name: string, params: StrategyParams, terms: AccountTerms, built: Built): StrategySpec {
  readRecord(built, 'what build returns', [], ['target', 'trade', 'outputs']);
  const outputs = Object.entries(built.outputs ?? {}).map(([output, column]) => [output, columnOf(column, `outputs.${output}`)] as const);
  const trading = built.target === undefined ? undefined : tradingOf(columnOf(built.target, 'target'), built.trade, terms);
  const roots = outputs.map(([, column]) => column.vertex);
  return checkStrategySpec({
    name,
    params,
    nodes: declaredNodes(trading ? [...roots, trading.account] : roots),
    outputs: Object.fromEntries(outputs.map(([output, column]) => [output, column.ref])),
    ...(trading && { target: trading.target }),
  });
}

/** The account that trades a target, and how the strategy names it. */
function tradingOf(target: Column, trade: StreamInput | undefined, terms: AccountTerms) {
  const bars = trade === undefined ? firstStream(target.vertex) : tradedBars(trade);
  const columns = { open: bars.open, close: bars.close, target };
  const account = new Vertex(
    {
      nodeType: 'account',
      code: { account: 'paper', version: ACCOUNT_VERSION },
      config: {
        interval: sharedInterval(Object.values(columns), 'the account'),
        period: 1,
        params: { ...terms },
        upstreams: Object.entries(columns).map(([name, column]) => ({ ...column.ref, name })),
      },
      schema: { outputs: ACCOUNT_OUTPUTS },
    },
    Object.values(columns),
    'account',
  );
  return { account, target: { ref: target.ref, account: account.id, source: bars.source } };
}

function tradedBars(trade: unknown): StreamInput {
  if (trade instanceof StreamInput) return trade;
  throw new Fault('SPEC_INVALID', `trade is ${describe(trade)}, not a StreamInput`, { cure: 'return the stream of the instrument to trade' });
}

/** The first stream below a node, upstreams in the order they are read. */
function firstStream(target: Vertex): StreamInput {
  for (const { spec } of reached([target])) {
    if (spec.nodeType === 'stream') return new StreamInput(spec.config);
  }
  throw new Fault('GRAPH_SOURCE_MISSING', `the target ${label(target)} reads no stream, so it is not known what to trade`, {
    cure: 'return trade: a StreamInput, beside the target',
    data: { node: target.id },
  });
}

/** Every vertex below the roots, depth first, in the order they are read. */
function reached(roots: readonly Vertex[]): Set<Vertex> {
  const met = new Set<Vertex>();
  const waiting = roots.toReversed();
  for (let vertex = waiting.pop(); vertex; vertex = waiting.pop()) {
    if (met.has(vertex)) continue;
    met.add(vertex);
    waiting.push(...vertex.upstreams.toReversed());
  }
  return met;
}

/** One node per id, upstreams first. Equal nodes declared twice share their labels: the first name, all tags. */
function declaredNodes(roots: readonly Vertex[]): DeclaredNode[] {
  const byId = new Map<NodeID, Vertex[]>();
  for (const vertex of reached(roots)) byId.set(vertex.id, [...(byId.get(vertex.id) ?? []), vertex]);
  const nodes = [...byId].map(([id, vertices]) => {
    const upstreams = vertices[0]?.upstreams.map((upstream) => upstream.id) ?? [];
    return { id, upstreams, isSource: upstreams.length === 0 };
  });
  return checkGraph(nodes).map((id) => declaredNode(id, byId.get(id) ?? []));
}

function declaredNode(id: NodeID, vertices: readonly Vertex[]): DeclaredNode {
  const name = vertices.find((vertex) => vertex.name !== undefined)?.name;
  const tags = [...new Set(vertices.flatMap((vertex) => [...vertex.tags]))].toSorted();
  const [{ spec }] = vertices as [Vertex];
  return { id, spec, ...(name !== undefined && { name }), ...(tags.length > 0 && { tags }) };
}
