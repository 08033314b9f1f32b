// The three ways to run a strategy. A mode is a row of adapters and nothing else; the strategy never learns which.
//
//   mode      clock      source       bus      broker   checkpoint
//   backtest  the rows'  history      memory   paper    none
//   dry-run   system     live feed    NATS     paper    LMDB
//   live      system     live feed    NATS     venue    LMDB
//
// R1. The same rows give the same signals and orders, bit for bit, in every row of this table: the plan and the account that
//     compute them are the same code.
// R2. Live sends only what the cluster has committed, and only orders of bars that close after the account went live the first time:
//     history is never sent, also not that which a new node is warmed with. What fell due while no runner lived is sent when one does, in
//     order, so that the venue's position is the sum of the account's orders; if the log has lost some of it, nothing is sent any more (LOG_GAP).
//     The dealer (actors/dealer.ts) sends each once.
import { Dealer, type Dealt, type SimulatedFill, type Wish } from '#actors/dealer.ts';
import type { LiveStanding } from '#actors/live-ledger.ts';
import type { Venue } from '#broker/venue.ts';
import { systemRandom } from '#clock/random.ts';
import { SystemClock } from '#clock/system.ts';
import { isToldWhole } from '#broker/event-tape.ts';
import { Fault } from '#domain/fault.ts';
import { intervalMs } from '#domain/interval.ts';
import { unitsOf } from '#domain/money.ts';
import type { OrderEvent, OrderRequest, Side } from '#domain/order.ts';
import type { AccountTerms } from '#domain/strategy-spec.ts';
import type { WalkForward } from '#search/folds.ts';
import { backtest, type BacktestOptions, type BacktestResult } from './backtest.ts';
import { type ClusterAddress, ClusterRun } from './cluster-run.ts';
import type { FollowedRows, FollowOptions } from './follow.ts';
import { Forming } from './forming.ts';
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
  readonly venue: Venue;
  readonly confirm: typeof LIVE_CONFIRMATION;
  /** Called after each wish the venue has answered. */
  readonly onDealt?: (dealt: Dealt) => void;
}

export interface LiveRun {
  readonly run: ClusterRun;
  /** Resolves after stop(); rejects when the sending had to end: LEASE_LOST when another runner took the account over, LOG_GAP when rows went from the log before a runner read them. */
  readonly ended: Promise<void>;
  /** Asks the venue about every open order; answers what it has filled by now beside what the simulated account made of the same orders. Throws as `ended` does. */
  standing(): Promise<readonly LiveStanding[]>;
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

  /** Computes a history, to ask what the bar that forms behind it would bring: each node's value if it closed as it stands. Nothing is kept of what is asked. */
  static forming<P extends StrategyParams>(strategy: Strategy<P>, options: BacktestOptions<P>): Promise<Forming> {
    return Forming.after(strategy, options);
  }

  /** Publishes a strategy to a cluster, where it runs on the live feed with a paper account. */
  static dryrun<P extends StrategyParams>(strategy: Strategy<P>, options: ClusterOptions<P>): Promise<ClusterRun> {
    return ClusterRun.start(strategy.declare(options.params ?? {}, options.account ?? {}), options);
  }

  /** As dryrun, and each order its account places from now on is sent to the venue. Throws ORDER_REFUSED without the confirmation, SPEC_INVALID without an account. */
  static async live<P extends StrategyParams>(strategy: Strategy<P>, options: LiveOptions<P>): Promise<LiveRun> {
    if (options.confirm !== LIVE_CONFIRMATION) {
      throw new Fault('ORDER_REFUSED', `live run of ${strategy.name}: real orders are not confirmed`, { cure: `pass confirm: LIVE_CONFIRMATION` });
    }
    const run = await Runner.dryrun(strategy, options);
    if (!run.spec.target) {
      await run.close();
      throw new Fault('SPEC_INVALID', `strategy ${strategy.name} has no account, so there is nothing to send`, { cure: 'return { target } or { account } from build' });
    }
    const stopping = new AbortController();
    const dealer = Dealer.start(run.spec.target.account, run.journalOf(run.spec.target.account), { bus: run.bus, venue: options.venue, clock: new SystemClock(), random: systemRandom }, stopping.signal);
    const ended = send(run, dealer, options, stopping.signal);
    ended.catch(() => {});
    return {
      run,
      ended,
      standing: async () => {
        const { ledger } = await dealer;
        await (await dealer).refresh(stopping.signal);
        return ledger.standing();
      },
      stop: async () => {
        stopping.abort();
        await ended.catch(() => {});
        await run.close();
      },
    };
  }
}

/** By R2. */
async function send(run: ClusterRun, starting: Promise<Dealer>, { onDealt }: Pick<LiveOptions, 'onDealt'>, signal: AbortSignal): Promise<void> {
  const dealer = await starting;
  const barMs = intervalMs(run.spec.target!.source.interval);
  const { outputs } = run.spec.nodes.find(({ id }) => id === run.spec.target!.account)!.spec.schema;
  const isTold = (rows: FollowedRows): boolean => run.spec.target!.ref !== undefined || isToldWhole(rows, outputs);
  const options: FollowOptions = {
    from: 'first',
    signal,
    onFirst: ({ row, ts, isPurgedBefore }) => dealer.requireWhole({ row, closeMs: ts + barMs, isPurgedBefore }),
    onTaken: async (rows) => {
      if (isTold(rows)) await dealer.read(rows.first + rows.count - 1);
    },
  };
  for await (const step of stepsOf(run, options)) {
    if ('filled' in step) {
      dealer.noteFill(step);
      continue;
    }
    if (step.ts + barMs < dealer.sinceMs) continue;
    const dealt = await dealer.carry(step, signal);
    if (dealt) onDealt?.(dealt);
  }
}

const sideOf = (quantity: number): Side => (quantity > 0 ? 'buy' : 'sell');

/** What the account wants of a venue, and what it took to be filled, row by row. */
async function* stepsOf(run: ClusterRun, options: FollowOptions): AsyncGenerator<Wish | SimulatedFill> {
  if (run.spec.target!.ref) {
    // An order of a target fills whole on the row after it.
    let order: number | undefined;
    for await (const { orderQuantity, fillQuantity, row, ts } of run.account(options)) {
      if (fillQuantity !== 0) yield { row, order: order ?? row - 1, instrument: '', side: sideOf(fillQuantity), filled: unitsOf(Math.abs(fillQuantity), `fill of row ${row}`) };
      if (orderQuantity === 0) continue;
      order = row;
      const quantity = unitsOf(Math.abs(orderQuantity), `order of row ${row}`);
      yield { row, place: 0, ts, order, request: { side: sideOf(orderQuantity), quantity, type: 'market' } };
    }
    return;
  }
  let [last, place] = [-1, 0];
  for await (const event of run.orderEvents(options)) {
    const { row, ts, order } = event;
    if (event.kind === 'filled') yield { row, order, instrument: event.instrument, side: event.side, filled: unitsOf(event.quantity, `fill of order ${order}`) };
    if (row !== last) [last, place] = [row, 0];
    // An order that is changed is another order at a venue: the old one is ended, the new one placed.
    if (event.kind === 'replaced' || event.kind === 'cancelled' || event.kind === 'expired') yield { row, place: place++, ts, order };
    if (event.kind === 'placed' || event.kind === 'replaced') yield { row, place: place++, ts, order, request: requestOf(event) };
  }
}

function requestOf({ side, type, timeInForce, quantity, limit, stop, untilMs, instrument }: Extract<OrderEvent, { readonly kind: 'placed' | 'replaced' }>): OrderRequest {
  const isTrailing = type === 'trailing-stop' || type === 'trailing-stop-percent';
  return {
    side,
    type,
    timeInForce,
    quantity: unitsOf(quantity, 'quantity'),
    ...(!Number.isNaN(limit) && { limit: unitsOf(limit, 'limit') }),
    ...(!Number.isNaN(stop) && (isTrailing ? { trail: unitsOf(stop, 'trail') } : { stop: unitsOf(stop, 'stop') })),
    ...(timeInForce === 'gtd' && { untilMs }),
    ...(instrument !== '' && { instrument }),
  };
}
