// Runs some trials of a search over the same bars at once: one plan of all their nodes, each node computed once however many trials read it.
import { type AccountStandIn, assemble, termsOf, withUpstreams } from '#actors/assemble.ts';
import { pieces } from '#actors/pieces.ts';
import { BAR_COLUMNS, type SourceID } from '#domain/bar.ts';
import { isFault } from '#domain/fault.ts';
import type { AccountSpec, DeclaredNode, NodeID } from '#domain/node-spec.ts';
import type { PlanInput } from '#kernels/plan.ts';
import { outcomeOf, runCurves } from './curve.ts';
import { Ledger, type Outcome } from './ledger.ts';
import type { Market } from './market.ts';
import { cutsOf, type Ground, PIECE_ROWS, rowsOf, type Span } from './span.ts';
import { type Desk, deskFor, Trader } from './trader.ts';

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
  const { data, markets, spans } = ground;
  const desk = deskFor(PIECE_ROWS);
  const traders = new Map<NodeID, Trader>();
  const standIn: AccountStandIn = ({ id }, spec, inputs) => {
    const { source } = inputs[0] as Extract<PlanInput, { source: string }>;
    const trader = traderOf(spec, markets.get(source as SourceID)!, spans, desk);
    traders.set(id, trader);
    return { id, inputs: [...inputs, { source, column: BAR_COLUMNS.indexOf('t') }], outputs: [], host: trader };
  };
  const { plan, sources, halting } = assemble(batch.nodes, PIECE_ROWS, standIn);
  for (const { id, from, to } of pieces(sources.keys(), data, PIECE_ROWS, cutsOf(spans))) plan.append(id, data.get(id)!, from, to);

  const halted = new Set([...halting].filter(([, { halt }]) => halt).map(([id]) => id));
  const answers = new Map([...traders].map(([account, trader]) => [account, answerOf(account, trader, batch, ground, halted)]));
  return batch.trials.map(({ index, account }) => ({ index, ...answers.get(account)! }));
}

function traderOf(spec: AccountSpec, market: Market, spans: readonly Span[], desk: Desk): Trader {
  const terms = termsOf(spec);
  return new Trader(market, spans.map((span) => rowsOf(span, market.t)), (span) => new Ledger(terms, market, span, desk.scratch), desk);
}

/** By L3 of ledger.ts, a trial that its ledgers cannot tell of runs again alone. */
function answerOf(account: NodeID, trader: Trader, { strategy, nodes }: Batch, ground: Ground, halted: ReadonlySet<NodeID>): TrialAnswer {
  const outcomes = trader.outcomes();
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
