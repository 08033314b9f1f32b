// Accounts that are asked for orders at each close: what a bar costs them, by kind of strategy.
// The crossover job is the same as in crossover.ts, so its answer is known; beside it the loop by hand, and libraries that can be told the same job.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type BacktestRun, runBacktest } from '#actors/backtest.ts';
import { BAR_COLUMNS, type BarColumns, sourceId } from '#domain/bar.ts';
import { account, type Built, crossover, latch, makerTakerFee, percentFee, sma, Strategy, StreamInput } from '#sdk/mod.ts';
import { barsOf } from './bars.ts';
import { crossoverByHand } from './by-hand.ts';
import { type Contender, type Figure, median, pairedRounds, type Section, WrongAnswer } from '../measure.ts';
import type { RivalAnswer, RivalJob } from './rivals.ts';

const ROWS = 500_000;
const ROUNDS = 5;
/** Of the kinds: the compiler of the accounts' process is done with them after some four runs of each. */
const KIND_ROUNDS = 9;
const FAST = 10;
const SLOW = 30;
const FILLS = 2 * 9_784;
const EQUITY = '85502.80096';

const price = new StreamInput({ venue: 'bench', instrument: 'ABC', interval: '1m' });
export const crossing = (fast: number, slow: number) => latch(crossover(sma(price, { period: fast }), sma(price, { period: slow })));
const strategy = (name: string, build: () => Built): Strategy => new Strategy({ name, build });

export const market = (fast: number, slow: number): Strategy =>
  strategy('market', () => ({ account: account(price, { cash: 100_000, fee: percentFee(10), values: { long: crossing(fast, slow) } }, ({ values, moveTo }) => { if (values.long >= 0) moveTo(values.long); }) }));

const bracket = (fast: number, slow: number): Strategy =>
  strategy('bracket', () => ({
    account: account(price, { cash: 100_000, fee: makerTakerFee(2, 10), values: { long: crossing(fast, slow) } }, ({ bar, values, position, orders, buy, sell, cancel }) => {
      if (position === 0 && orders.length === 0 && values.long === 1) buy(1, { limit: bar.close, takeProfit: bar.close + 5, stopLoss: bar.close - 5 });
      else if (values.long === 0 && orders.length > 0) {
        cancel();
        if (position > 0) sell(position);
      }
    }),
  }));

/** An order of every type in turn, every fifth bar. */
const everyType = strategy('every type', () => ({
  account: account(price, { cash: 1e6, fee: percentFee(1), slippageBps: 1, participation: 0.5, values: { volume: price.volume } }, ({ t, bar, position, orders, buy, sell, cancel }) => {
    const turn = (t / 60_000) % 40;
    if (turn % 5 !== 0) return;
    if (orders.length > 6) cancel();
    const place = position > 0 ? sell : buy;
    const better = position > 0 ? 1 : -1;
    if (turn === 0) place(2);
    else if (turn === 5) place(2, { limit: bar.close + better });
    else if (turn === 10) place(2, { stop: bar.close - better });
    else if (turn === 15) place(2, { stop: bar.close - better, limit: bar.close - 2 * better });
    else if (turn === 20) place(2, { trail: 1 });
    else if (turn === 25) place(2, { at: 'close' });
    else if (turn === 30) place(2, { limit: bar.close, timeInForce: 'ioc' });
    else place(2, { limit: bar.close, takeProfit: bar.close - 3 * better, trailingLoss: 3, until: t + 600_000 });
  }),
}));

export async function byOrders(): Promise<Section[]> {
  const bars = barsOf(ROWS);
  return [await crossoverByOrders(bars), await kinds(bars)];
}

/** A run, and what came of it. */
export function contender(name: string, of: Strategy, bars: BarColumns): Contender & { answer: () => BacktestRun } {
  const spec = of.declare();
  const data = new Map([[sourceId(spec.target!.source), bars]]);
  let run: BacktestRun | undefined;
  return { name, run: () => void (run = runBacktest(spec, data)), answer: () => run! };
}

export const rate = (name: string, rows: number, times: readonly number[], note?: string): Figure => ({ name, value: rows / median(times) / 1e3, unit: 'M bars/s', ...(note !== undefined && { note }) });
export const share = (run: BacktestRun): string => `${((100 * run.trades.length) / run.bars).toFixed(1)} % of bars fill, ${run.trades.length.toLocaleString('en')} fills`;

async function crossoverByOrders(bars: BarColumns): Promise<Section> {
  const ours = contender('by orders', market(FAST, SLOW), bars);
  let byHand = { entries: 0, equity: 0 };
  const hand: Contender = { name: 'by hand', run: () => void (byHand = crossoverByHand(bars[BAR_COLUMNS.indexOf('open')]!, bars[BAR_COLUMNS.indexOf('close')]!, FAST, SLOW)) };
  const [times, handTimes] = await pairedRounds(ROUNDS, [ours, hand]);
  const { trades, equity } = ours.answer();
  if (trades.length !== FILLS || equity.at(-1)!.toFixed(5) !== EQUITY) throw new WrongAnswer(`the crossover job by orders must give ${FILLS} fills and equity ${EQUITY}; it gave ${trades.length} and ${equity.at(-1)}`);
  const figures = [
    rate('by orders: booked account, events of every order', ROWS, times!, `${FILLS / 2} round trips, equity ${EQUITY}: exact`),
    rate('by hand in JavaScript on floats: loop only, no books', ROWS, handTimes!, `${byHand.entries} entries, equity ${byHand.equity.toFixed(5)}: not exact`),
    ...(await rivals()).map((answer) => ('missing' in answer ? { name: answer.name, value: Number.NaN, unit: '', note: `not measured: ${answer.missing}` } : rate(answer.name, ROWS, answer.times, answer.told))),
  ];
  return { title: `The crossover job, decided bar by bar (${ROWS.toLocaleString('en')} bars)`, figures };
}

async function rivals(): Promise<readonly RivalAnswer[]> {
  const job: RivalJob = { rows: ROWS, fast: FAST, slow: SLOW };
  const child = fork(join(import.meta.dirname, 'rivals.ts'), [JSON.stringify(job)]);
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the libraries' process ended with ${String(code)}`)));
  const [answers] = (await Promise.race([once(child, 'message'), ended])) as [readonly RivalAnswer[]];
  return answers;
}

async function kinds(bars: BarColumns): Promise<Section> {
  const all = [contender('market orders', market(FAST, SLOW), bars), contender('brackets: limit entry, target and stop', bracket(FAST, SLOW), bars), contender('every type of order in turn, each fifth bar', everyType, bars)];
  const times = await pairedRounds(KIND_ROUNDS, all);
  return { title: 'Accounts by orders', figures: all.map((each, k) => ({ ...rate(each.name, ROWS, times[k]!, share(each.answer())), target: { requirement: 'K5', atLeast: 1 } })) };
}
