// The three ways to run a strategy. A mode is a row of adapters and nothing else; the strategy never learns which.
//
//   mode      clock      source       bus      broker   checkpoint
//   backtest  the rows'  history      memory   paper    none
//   dry-run   system     live feed    NATS     paper    LMDB
//   live      system     live feed    NATS     venue    LMDB
//
// R1. The same rows give the same signals and orders, bit for bit, in every row of this table: the plan and the account that
//     compute them are the same code.
// R2. Live sends only what the cluster has committed, and only orders of bars that close after it began: history is never sent,
//     also not that which a new node is warmed with.
// Absent in live: intents that survive a crash between commit and send. Until they exist an order placed while no runner lives is
// not sent, and the venue's refusal of a second id is what keeps a re-sent one from counting twice.
import { type Broker, clientOrderId } from '#broker/broker.ts';
import { SystemClock } from '#clock/system.ts';
import { Fault } from '#domain/fault.ts';
import { intervalMs } from '#domain/interval.ts';
import { amountOf, unitsOf } from '#domain/money.ts';
import type { AccountTerms } from '#domain/strategy-spec.ts';
import { approve } from '#risk/check.ts';
import type { WalkForward } from '#search/folds.ts';
import { backtest, type BacktestOptions, type BacktestResult } from './backtest.ts';
import { type ClusterAddress, ClusterRun } from './cluster-run.ts';
import type { StrategyParams } from './params.ts';
import type { Strategy } from './strategy.ts';
import { type SweepOptions, type SweepResult, sweepStrategy } from './sweep.ts';
import { walkForward, type WalkForwardResult } from './validate.ts';

export interface ClusterOptions<P extends StrategyParams = StrategyParams> extends ClusterAddress {
  readonly params?: Partial<P>;
  readonly account?: Partial<AccountTerms>;
}

/** What `confirm` must say for real orders to be sent. */
export const LIVE_CONFIRMATION = 'send real orders';

export interface LiveOptions<P extends StrategyParams = StrategyParams> extends ClusterOptions<P> {
  readonly broker: Broker;
  readonly confirm: typeof LIVE_CONFIRMATION;
  /** Called after each order the broker took. */
  readonly onPlaced?: (order: { readonly id: string; readonly quantity: number; readonly ts: number }) => void;
}

export interface LiveRun {
  readonly run: ClusterRun;
  /** Resolves after stop(); rejects when an order could not be placed, which ends the sending. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export class Runner {
  /** Runs a strategy over history, from `start` to before `end`. Orders fill at the next bar's open. */
  static backtest<P extends StrategyParams>(strategy: Strategy<P>, options: BacktestOptions<P>): Promise<BacktestResult> {
    if (options.start === undefined || options.end === undefined) {
      throw new Fault('PARAM_INVALID', `backtest of ${strategy.name}: ${options.start === undefined ? 'start' : 'end'} is missing`, { cure: 'give both, for example start: "2010-01-01", end: "2020-01-01"' });
    }
    return backtest(strategy, options);
  }

  /** Runs a strategy over history at every point of a space of params, on all cores, each node computed once per batch of trials. */
  static sweep<P extends StrategyParams>(strategy: Strategy<P>, options: SweepOptions<P>): Promise<SweepResult> {
    return sweepStrategy(strategy, options);
  }

  /** Chooses params on each training window of a history and trades them on the window behind it. */
  static walkForward<P extends StrategyParams>(strategy: Strategy<P>, options: SweepOptions<P> & WalkForward): Promise<WalkForwardResult> {
    return walkForward(strategy, options);
  }

  /** Publishes a strategy to a cluster, where it runs on the live feed with a paper account. */
  static dryrun<P extends StrategyParams>(strategy: Strategy<P>, options: ClusterOptions<P>): Promise<ClusterRun> {
    return ClusterRun.start(strategy.declare(options.params ?? {}, options.account ?? {}), options);
  }

  /** As dryrun, and each order its account places from now on is sent to the broker. Throws ORDER_REFUSED without the confirmation. */
  static async live<P extends StrategyParams>(strategy: Strategy<P>, options: LiveOptions<P>): Promise<LiveRun> {
    if (options.confirm !== LIVE_CONFIRMATION) {
      throw new Fault('ORDER_REFUSED', `live run of ${strategy.name}: real orders are not confirmed`, { cure: `pass confirm: LIVE_CONFIRMATION` });
    }
    const run = await Runner.dryrun(strategy, options);
    const stopping = new AbortController();
    const ended = send(run, options, stopping.signal);
    ended.catch(() => {});
    return {
      run,
      ended,
      stop: async () => {
        stopping.abort();
        await ended.catch(() => {});
        await run.close();
      },
    };
  }
}

/** By R2. */
async function send(run: ClusterRun, { broker, onPlaced }: Pick<LiveOptions, 'broker' | 'onPlaced'>, signal: AbortSignal): Promise<void> {
  const beganMs = new SystemClock().now();
  const barMs = intervalMs(run.spec.target!.source.interval);
  for await (const { orderQuantity, row, ts } of run.account({ from: 'new', signal })) {
    if (orderQuantity === 0 || ts + barMs < beganMs) continue;
    const id = clientOrderId(run.spec.target!.account, row);
    const quantity = unitsOf(Math.abs(orderQuantity), `order ${id}`);
    await broker.place(approve({ side: orderQuantity > 0 ? 'buy' : 'sell', quantity, type: 'market' }), id);
    onPlaced?.({ id, quantity: Math.sign(orderQuantity) * amountOf(quantity), ts });
  }
}
