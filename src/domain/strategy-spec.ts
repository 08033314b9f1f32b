// A strategy as data: what `publish` sends, what the DAG manager compares, what a backtest runs.
import type { Source } from './bar.ts';
import type { DeclaredNode, NodeID, OutputRef, Params } from './node-spec.ts';

export interface AccountTerms {
  /** Opening cash, in the account's currency. */
  readonly cash: number;
  /** Fee per side in basis points of the traded value. */
  readonly feeBps: number;
  /** Fixed slippage in basis points of the fill price, positive is worse for us. */
  readonly slippageBps: number;
}

export interface StrategySpec {
  readonly name: string;
  readonly params: Params;
  /** Every node of the DAG, upstreams before the nodes that read them. */
  readonly nodes: readonly DeclaredNode[];
  /** The outputs the author asked for, by name, beside the target. */
  readonly outputs: Readonly<Record<string, OutputRef>>;
  /**
   * The account node, the bars of its first instrument, and the wanted position it trades, which an account that is asked for orders has not.
   * Absent for a strategy that only computes.
   */
  readonly target?: { readonly ref?: OutputRef; readonly account: NodeID; readonly source: Source };
}
