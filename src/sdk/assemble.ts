// From what a build function answers to a StrategySpec: the account is added, every node reached is listed once, and the whole is checked.
import { PAPER_VERSION } from '#broker/paper.ts';
import { Fault } from '#domain/fault.ts';
import type { DeclaredNode, NodeID } from '#domain/node-spec.ts';
import type { AccountTerms, StrategySpec } from '#domain/strategy-spec.ts';
import { noteAuthor } from '#graph/author.ts';
import { checkGraph, label } from '#graph/graph.ts';
import { describe, readRecord } from '#graph/shape.ts';
import { checkStrategySpec } from '#graph/strategy-spec.ts';
import { Account, account as accountByOrders } from './account.ts';
import { type Column, columnOf, sharedInterval, Vertex } from './node.ts';
import type { Output } from './operators.ts';
import type { AccountSettings, StrategyParams } from './params.ts';
import { StreamInput } from './stream-input.ts';

/** What `build` answers: at least a target or one output. */
export interface Built {
  /** Wanted position in units of the instrument, decided at each bar's close; NaN keeps the position. */
  readonly target?: Output;
  /** The instrument to trade, when it is not the first stream the target reads. */
  readonly trade?: StreamInput;
  /** In place of a target: an account that is asked for orders at each close. */
  readonly account?: Account;
  /** Further outputs to compute and record, by name. */
  readonly outputs?: Readonly<Record<string, Output>>;
}

const ACCOUNT_OUTPUTS = ['orderQuantity', 'fillQuantity', 'fillPrice', 'fee', 'position', 'cash', 'equity'];

/** Throws SPEC_INVALID, INTERVAL_INVALID and the faults of the graph checks. */
export function assemble(name: string, params: StrategyParams, terms: AccountSettings, built: Built): StrategySpec {
  readRecord(built, 'what build returns', [], ['target', 'trade', 'account', 'outputs']);
  const outputs = Object.entries(built.outputs ?? {}).map(([output, column]) => [output, columnOf(column, `outputs.${output}`)] as const);
  const trading = tradingOf(built, terms);
  const roots = outputs.map(([, column]) => column.vertex);
  const vertices = reached(trading ? [...roots, trading.account] : roots);
  const spec = checkStrategySpec({
    name,
    params,
    nodes: declaredNodes(vertices),
    outputs: Object.fromEntries(outputs.map(([output, column]) => [output, column.ref])),
    ...(trading && { target: trading.target }),
  });
  const authors = new Map([...vertices].flatMap(({ id, written }) => (written ? [[id, written]] : [])));
  for (const node of spec.nodes) if (authors.has(node.id)) noteAuthor(node, authors.get(node.id)!);
  return spec;
}

/** The account, and how the strategy names it. */
function tradingOf({ target, trade, account }: Built, { terms, conventions, ofRun }: AccountSettings): Trading | undefined {
  if (account !== undefined) {
    if (target !== undefined || trade !== undefined) throw new Fault('SPEC_INVALID', `build returns an account and a ${target === undefined ? 'trade' : 'target'}`, { cure: 'return a target, or an account that is asked for orders' });
    if (!(account instanceof Account)) throw new Fault('SPEC_INVALID', `account is ${describe(account)}, not an account`, { cure: 'return what account(…) answers' });
    const vertex = account.vertex({ ...terms, ...conventions }, ofRun);
    return { account: vertex, target: { account: vertex.id, source: account.source } };
  }
  if (target === undefined) return undefined;
  const column = columnOf(target, 'target');
  const bars = trade === undefined ? firstStream(column.vertex) : tradedBars(trade);
  if (Object.keys(conventions).length === 0) return paperOf(column, bars, terms);
  const vertex = followTarget(bars, target).vertex({ ...terms, ...conventions }, ofRun);
  return { account: vertex, target: { account: vertex.id, source: bars.source } };
}

interface Trading {
  readonly account: Vertex;
  readonly target: NonNullable<StrategySpec['target']>;
}

/** A target under conventions that the paper account does not know: the same rules, as orders. `test/sdk/account.test.ts` holds the two against each other. */
function followTarget(bars: StreamInput, target: Output): Account {
  return accountByOrders(bars, { values: { target } }, ({ values, moveTo }) => {
    if (Number.isFinite(values.target)) moveTo(values.target);
  });
}

function paperOf(target: Column, bars: StreamInput, terms: AccountTerms): Trading {
  const columns = { open: bars.open, close: bars.close, target };
  const vertex = new Vertex(
    {
      nodeType: 'account',
      code: { account: 'paper', version: PAPER_VERSION },
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
  return { account: vertex, target: { ref: target.ref, account: vertex.id, source: bars.source } };
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
function declaredNodes(all: ReadonlySet<Vertex>): DeclaredNode[] {
  const byId = new Map<NodeID, Vertex[]>();
  for (const vertex of all) byId.set(vertex.id, [...(byId.get(vertex.id) ?? []), vertex]);
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
