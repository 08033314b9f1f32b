// Runs some trials of a search over the same bars at once: one plan of all their nodes, each node computed once however many trials read it.
import { type AccountStandIn, assemble, sourceOf, termsOf, timeOf, withUpstreams } from '#actors/assemble.ts';
import { pieces } from '#actors/pieces.ts';
import { type SourceID, sourceId } from '#domain/bar.ts';
import { isFault } from '#domain/fault.ts';
import type { AccountSpec, DeclaredNode, NodeID, NodeSpec } from '#domain/node-spec.ts';
import type { PlanInput } from '#kernels/plan.ts';
import { outcomeOf, runCurves } from './curve.ts';
import { Ledger, type Outcome } from './ledger.ts';
import { cutsOf, type Ground, PIECE_ROWS, rowsOf, type Span } from './span.ts';
import { type Desk, Trader } from './trader.ts';

/** One strategy of a search, as its account. */
export interface Trial {
  readonly index: number;
  readonly account: NodeID;
}

export interface Batch {
  /** The strategy's name, for messages. */
  readonly strategy: string;
  /** Nodes of all trials, each once, upstreams first. */
  readonly nodes: readonly DeclaredNode[];
  readonly trials: readonly Trial[];
}

export interface TrialFailure {
  readonly code: string;
  readonly message: string;
}

/** One outcome per span, or why there is none. */
export type TrialAnswer = { readonly outcomes: readonly Outcome[] } | { readonly failure: TrialFailure };
export type TrialResult = { readonly index: number } & TrialAnswer;

/** Results in the order of the trials. */
export function runBatch(batch: Batch, ground: Ground): TrialResult[] {
  const { data, spans } = ground;
  const byId = new Map(batch.nodes.map((node) => [node.id, node]));
  const simple = new Set(batch.trials.map(({ account }) => account).filter((account) => keepsLedgers(account, byId)));
  const desk: Desk = {};
  const traders = new Map<NodeID, Trader>();
  const standIn: AccountStandIn = ({ id }, spec, inputs) => {
    const time = timeOf(inputs) as Extract<PlanInput, { source: string }>;
    const trader = traderOf(spec, data.get(time.source as SourceID)![0]!, spans, desk);
    traders.set(id, trader);
    return { id, inputs: [...inputs, time], outputs: [], host: trader };
  };
  const halted = new Set<NodeID>();
  if (simple.size > 0) {
    const { plan, sources, halting } = assemble(withUpstreams(simple, batch.nodes), PIECE_ROWS, standIn);
    for (const { id, from, to } of pieces(sources.keys(), data, PIECE_ROWS, cutsOf(spans))) plan.append(id, data.get(id)!, from, to);
    for (const [id, { halt }] of halting) if (halt) halted.add(id);
    plan.end();
  }
  const answers = new Map<NodeID, TrialAnswer>();
  return batch.trials.map(({ index, account }) => {
    const answer = answers.get(account) ?? answerOf(account, traders.get(account), batch, ground, halted);
    answers.set(account, answer);
    return { index, ...answer };
  });
}

/** A ledger stands for an account that trades a target at the opens of a source of bars and is marked at its closes. */
function keepsLedgers(account: NodeID, nodes: ReadonlyMap<NodeID, DeclaredNode>): boolean {
  const { code, config } = nodes.get(account)!.spec as AccountSpec;
  if (code.account !== 'paper') return false;
  const [open, close] = config.upstreams.map(({ node }) => nodes.get(node)!.spec) as [NodeSpec, NodeSpec];
  return open.nodeType === 'stream' && close.nodeType === 'stream' && open.config.field === 'open' && close.config.field === 'close' && sourceId(sourceOf(open)) === sourceId(sourceOf(close));
}

function traderOf(spec: AccountSpec, t: Float64Array, spans: readonly Span[], desk: Desk): Trader {
  const terms = termsOf(spec);
  return new Trader(t, spans.map((span) => rowsOf(span, t)), (span) => new Ledger(terms, t, span), desk);
}

/** A trial that keeps no ledgers runs alone, and by L2 of ledger.ts one that its ledgers cannot tell of. */
function answerOf(account: NodeID, trader: Trader | undefined, { strategy, nodes }: Batch, ground: Ground, halted: ReadonlySet<NodeID>): TrialAnswer {
  const outcomes = trader?.outcomes() ?? [undefined];
  const isTold = outcomes.every((outcome) => outcome !== undefined);
  if (isTold && halted.size === 0) return { outcomes };
  const own = withUpstreams(new Set([account]), nodes);
  if (isTold && !own.some(({ id }) => halted.has(id))) return { outcomes };
  try {
    return { outcomes: runCurves(strategy, own, ground).map(outcomeOf) };
  } catch (error) {
    if (!isFault(error)) throw error;
    return { failure: { code: error.code, message: error.message } };
  }
}
