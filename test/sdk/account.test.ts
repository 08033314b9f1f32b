// An account by orders as authors declare it: the same rules as a target's account, the same bits in every cutting, identity by its code.
import { describe, expect, test } from 'vitest';
import { OrdersNode } from '#actors/orders.ts';
import { type BarColumns, sourceId } from '#domain/bar.ts';
import type { AccountSpec } from '#domain/node-spec.ts';
import { backtest } from '#sdk/backtest.ts';
import { account, crossover, latch, percentFee, perShareFee, sma, Strategy, StreamInput } from '#sdk/mod.ts';
import { type BacktestRun, runBacktest } from '#actors/backtest.ts';
import { generateBars, toPrices } from '../broker/crossover.ts';
import { walk } from '../support/bars.ts';

const always = { start: 0, end: 4e15 };
const stream = (instrument = 'ABC'): StreamInput => new StreamInput({ venue: 'test', instrument, interval: '1m' });
const source = (instrument = 'ABC') => sourceId({ venue: 'test', instrument, interval: stream().source.interval });

function crossing(price: StreamInput, fast: number, slow: number) {
  return latch(crossover(sma(price, { period: fast }), sma(price, { period: slow })));
}

function crossoverBars(count: number): BarColumns {
  const { t, open, high, low, close, volume } = generateBars(count, 42);
  return [t, ...[open, high, low, close].map(toPrices), Float64Array.from(volume)];
}

describe('a target by the plain account and the same target by orders', () => {
  const plain = new Strategy({ name: 'plain', account: { cash: 100_000, feeBps: 10, slippageBps: 5 }, build: () => ({ target: crossing(stream(), 10, 30) }) });
  const conventional = new Strategy({ name: 'orders', account: { cash: 100_000, fee: percentFee(10), slippageBps: 5 }, build: () => ({ target: crossing(stream(), 10, 30) }) });

  test('give the same fills, cash and equity, bit for bit, over 60,000 bars', async () => {
    const data = crossoverBars(60_000);
    const [a, b] = await Promise.all([backtest(plain, { ...always, data }), backtest(conventional, { ...always, data })]);
    expect(a.trades.length).toBeGreaterThan(2_000);
    expect(b.trades.map(({ ts, side, quantity, price, fee }) => ({ ts, side, quantity, price, fee }))).toEqual(a.trades);
    expect(Buffer.from(b.run.equity.buffer)).toEqual(Buffer.from(a.run.equity.buffer));
    expect(Buffer.from(b.run.position.buffer)).toEqual(Buffer.from(a.run.position.buffer));
  });

  test('also with holes in the bars, fractional targets and amounts beyond 2^53', () => {
    const bars = walk(4_000, 5).map((column) => column.slice());
    for (let row = 0; row < 4_000; row++) {
      if (row % 7 === 3) bars[1]![row] = Number.NaN;
      if (row % 11 === 5) bars[4]![row] = Number.NaN;
    }
    for (const scale of [1 / 3, 1e7]) {
      const build = () => ({ target: sma(stream().open.gt(stream().close), { period: 1 }).times(scale) });
      const [a, b] = [{ feeBps: 1 }, { fee: percentFee(1) }].map((terms) => runBacktest(new Strategy({ name: 'holes', account: { cash: 1e12, ...terms }, build }).declare(), new Map([[source(), bars]]))) as [BacktestRun, BacktestRun];
      expect(a.trades.length).toBeGreaterThan(500);
      expect(b.trades.map(({ ts, side, quantity, price, fee }) => ({ ts, side, quantity, price, fee }))).toEqual(a.trades);
      expect(Buffer.from(b.equity.buffer)).toEqual(Buffer.from(a.equity.buffer));
    }
  });

  test('are different accounts by identity', () => {
    expect(plain.declare().target!.account).not.toBe(conventional.declare().target!.account);
  });
});

const bracketed = new Strategy({
  name: 'bracketed',
  params: { distance: 1 },
  build({ distance }) {
    const price = stream();
    return {
      account: account(
        price,
        { cash: 10_000, fee: perShareFee(0.005, { minimum: 1 }), slippageBps: 2, participation: 0.2, values: { fast: sma(price, { period: 5 }), slow: sma(price, { period: 20 }) }, params: { distance } },
        ({ bar, values, params, position, orders, buy, sell, cancel }) => {
          if (position === 0 && values.fast > values.slow) {
            cancel();
            buy(3, { limit: bar.close, takeProfit: bar.close + params.distance, trailingLoss: params.distance });
          } else if (position > 0 && values.fast < values.slow && orders.length < 4) {
            cancel();
            sell(position);
          }
        },
      ),
    };
  },
});

describe('an account by orders', () => {
  const bars = walk(3_000, 9);

  test('fires once a bar from where its values have warmed up', async () => {
    const { run, trades } = await backtest(bracketed, { ...always, data: bars });
    expect(run.warmup).toBe(19);
    expect(trades.length).toBeGreaterThan(100);
    expect(trades.length).toBe(run.events().filter(({ kind }) => kind === 'filled').length);
    expect(new Set(run.events().map(({ kind }) => kind))).toEqual(new Set(['placed', 'filled', 'replaced', 'cancelled']));
  });

  test('is a function of its rows: any cutting and any restart of its node give the same bits', () => {
    const spec = bracketed.declare();
    const node = spec.nodes.find(({ id }) => id === spec.target!.account)!.spec as AccountSpec;
    const inputs = [bars[0]!, ...bars.slice(1), bars[4]!, bars[3]!]; // t, bar, fast, slow
    const whole = play(new OrdersNode(node), 3_000);
    function play(started: OrdersNode, step: number, restartAt = -1): string {
      const outputs = spec.nodes.at(-1)!.spec.schema.outputs.map(() => new Float64Array(3_000));
      let at = started;
      for (let from = 0; from < 3_000; from += step) {
        const to = Math.min(3_000, from + step);
        at.run(inputs.map((column) => column.subarray(from, to)), outputs.map((column) => column.subarray(from, to)), to - from);
        if (from === restartAt) {
          const bytes = at.snapshot();
          at = new OrdersNode(spec.nodes.at(-1)!.spec as AccountSpec);
          at.restore(bytes);
        }
      }
      return outputs.map((column) => Buffer.from(column.buffer).toString('base64')).join();
    }
    for (const step of [1, 2, 3, 7, 100]) expect(play(new OrdersNode(node), step)).toBe(whole);
    for (const restartAt of [0, 19, 777, 1_400, 2_999]) expect(play(new OrdersNode(node), 1, restartAt)).toBe(whole);
  });

  test('is another node for another function, constant, value or convention, and the same for another spelling', () => {
    const idOf = (options: object, orders: Parameters<typeof account>[2]): string =>
      new Strategy({ name: 's', build: () => ({ account: account(stream(), options, orders as never) }) }).declare().target!.account;
    const base = idOf({}, (({ buy }: { buy: (quantity: number) => void }) => buy(1)) as never);
    expect(idOf({}, ((view: { buy: (quantity: number) => void }) => view.buy(1)) as never)).not.toBe(base);
    // prettier-ignore
    expect(idOf({}, (function ({ buy }: { buy: (quantity: number) => void }) { return buy(1.0); }) as never)).toBe(base);
    for (const options of [{ cash: 1 }, { feeBps: 1 }, { fee: perShareFee(1) }, { params: { a: 1 } }, { values: { a: stream().high } }, { latencyBars: 1 }, { risk: { orderMax: 5 } }]) {
      expect(idOf(options, (({ buy }: { buy: (quantity: number) => void }) => buy(1)) as never)).not.toBe(base);
    }
    expect(idOf({ feeBps: 0 }, (({ buy }: { buy: (quantity: number) => void }) => buy(1)) as never)).toBe(base);
  });

  test('a function that names what it was not given is refused with its name', () => {
    const size = 3;
    expect(() => account(stream(), {}, ({ buy }) => buy(size))).toThrow(expect.objectContaining({ code: 'CODE_CAPTURES', message: expect.stringContaining('"size"') }));
  });

  test('a function that throws ends a backtest with the bar it happened on', async () => {
    const data = walk(20, 3);
    const t0 = data[0]![0]!;
    const late = new Strategy({ name: 'broken', build: () => ({ account: account(stream(), { params: { from: t0 + 7 * 60_000 } }, ({ t, params, buy }) => { if (t >= params.from) buy(NaN); }) }) });
    await expect(backtest(late, { ...always, data })).rejects.toThrow(expect.objectContaining({ code: 'COMPUTE_FAILED', message: expect.stringMatching(/buy: quantity is NaN.*row 8 of the data/) }));
  });

  test('a strategy returns a target or an account, not both', () => {
    const price = stream();
    const both = new Strategy({ name: 'both', build: () => ({ target: price, account: account(price, {}, () => {}) }) });
    expect(() => both.declare()).toThrow(expect.objectContaining({ code: 'SPEC_INVALID' }));
  });

  test('a run overrides the terms of the account', async () => {
    const { run } = await backtest(bracketed, { ...always, data: bars, account: { cash: 77_000 } });
    expect(run.cash0).toBe(77_000);
  });
});

describe('what cannot be an account is refused where it is declared', () => {
  const declare = (traded: object, options: object): void => void new Strategy({ name: 'bad', build: () => ({ account: account(traded as never, options as never, () => {}) }) }).declare();
  test.each<[string, object, object, RegExp]>([
    ['an option nobody knows', stream(), { cahs: 5 }, /account\.cahs is not a known field/],
    ['a part of an instrument nobody knows', { price: stream(), tik: 1 }, {}, /account\.tik is not a known field/],
    ['a currency without a rate', { price: stream(), currency: 'EUR' }, { currency: 'USD' }, /trades in EUR, and nothing says what that is worth/],
    ['a currency that is no word', { price: stream(), currency: 'US D' }, {}, /currency of its instrument/],
    ['no cash at all', stream(), { cash: -1 }, /cash: -1/],
    ['a participation beyond all', stream(), { participation: 1.5 }, /participation: 1.5/],
    ['half a bar of latency', stream(), { latencyBars: 0.5 }, /latencyBars: 0.5/],
    ['tiers that fall', stream(), { fee: { model: 'tiered', from: [0, 5, 3], bps: [1, 1, 1] } }, /are no tiers/],
    ['a model nobody knows', stream(), { slippage: { model: 'magic' } }, /slippage.model: magic/],
    ['a time zone that is none', stream(), { session: { timeZone: 'Mars/Base', closes: '16:00' } }, /Mars\/Base is no time zone/],
    ['a time of day that is none', stream(), { session: { timeZone: 'UTC', closes: '25:00' } }, /25:00 is no time/],
    ['actions out of order', { price: stream(), actions: [{ ts: 5, split: 2, dividend: 0 }, { ts: 5, split: 2, dividend: 0 }] }, {}, /is not after the action before it/],
    ['a limit nobody knows', stream(), { risk: { orderMx: 5 } }, /risk.orderMx is no limit/],
    ['too few places for events', stream(), { eventsPerRow: 2 }, /eventsPerRow: 2/],
  ])('%s', (_, traded, options, message) => {
    expect(() => declare(traded, options)).toThrow(message);
  });
});

describe('an account of several instruments', () => {
  const pair = new Strategy({
    name: 'pair',
    build() {
      const [first, second] = [stream('ONE'), stream('TWO')];
      return {
        account: account({ one: first, two: second }, { cash: 50_000, feeBps: 1, values: { spread: first.minus(second) } }, ({ one, two, values }) => {
          if (values.spread > 1 && one.position >= 0) {
            one.moveTo(-10);
            two.moveTo(10);
          } else if (values.spread < -1 && one.position <= 0) {
            one.moveTo(10);
            two.moveTo(-10);
          }
        }),
      };
    },
  });

  test('trades each on its own bars, in one pot of cash', () => {
    const spec = pair.declare();
    const data = new Map([[source('ONE'), walk(2_000, 1)], [source('TWO'), walk(2_000, 2)]]);
    const run = runBacktest(spec, data);
    const by = (name: string) => run.trades.filter(({ instrument }) => instrument === name);
    expect(by('one').length).toBeGreaterThan(0);
    expect(by('one').length).toBe(by('two').length);
    const cash = run.trades.reduce((sum, { side, quantity, price, fee }) => sum - (side === 'buy' ? 1 : -1) * quantity * price - fee, 50_000);
    const held = (name: string): number => by(name).reduce((sum, { side, quantity }) => sum + (side === 'buy' ? quantity : -quantity), 0);
    const close = (name: string): number => data.get(source(name))![4]!.at(-1)!;
    expect(run.equity.at(-1)).toBeCloseTo(cash + held('one') * close('ONE') + held('two') * close('TWO'), 4);
  });

  test('tells what holding and trading cost: the change of cash is what the prices made, less fees, plus carry', () => {
    const data = new Map([[source('ONE'), walk(2_000, 1)], [source('TWO'), walk(2_000, 2)]]);
    const borrowing = new Strategy({
      name: 'borrowing',
      build: () => ({ account: account({ one: stream('ONE'), two: stream('TWO') }, { cash: 50_000, feeBps: 3, borrowBps: 3_000 }, ({ one, two }) => void [one.moveTo(-10), two.moveTo(Math.floor(two.bar.close) % 7)]) }),
    });
    const { trades, equity, fees, carry } = runBacktest(borrowing.declare(), data);
    expect(fees).toBeCloseTo(trades.reduce((sum, { fee }) => sum + fee, 0), 6);
    expect(carry).toBeLessThan(0);
    const held = (name: string): number => trades.reduce((sum, { instrument, side, quantity }) => sum + (instrument === name ? (side === 'buy' ? quantity : -quantity) : 0), 0);
    const made = trades.reduce((sum, { side, quantity, price }) => sum - (side === 'buy' ? 1 : -1) * quantity * price, 0) + held('one') * data.get(source('ONE'))![4]!.at(-1)! + held('two') * data.get(source('TWO'))![4]!.at(-1)!;
    expect(equity.at(-1)! - 50_000).toBeCloseTo(made - fees + carry, 4);
  });

  test('an instrument may not be named like a part of the view', () => {
    expect(() => account({ values: stream() } as never, {}, () => {})).toThrow(expect.objectContaining({ code: 'SPEC_INVALID' }));
  });
});

describe('a backtest by orders', () => {
  test('counts a round trip across a split once, and each instrument by itself', async () => {
    const flatBars = (prices: readonly number[]): Float64Array[] => [Float64Array.from(prices, (_, k) => k * 60_000), ...Array.from({ length: 4 }, () => Float64Array.from(prices)), new Float64Array(prices.length).fill(100)];
    const split = [{ ts: 2 * 60_000, split: 4, dividend: 0 }];
    const strategy = new Strategy({
      name: 'split',
      build: () => ({
        account: account({ price: stream(), lot: 1, actions: split }, { cash: 1_000 }, ({ t, position, buy, sell }) => {
          if (t === 0) buy(2);
          if (t === 180_000) sell(position);
        }),
      }),
    });
    const { metrics, run } = await backtest(strategy, { ...always, data: flatBars([100, 100, 25, 26, 27]) });
    // 2 at 100, 8 at 27: 216 − 200
    expect(run.trades.map(({ quantity }) => quantity)).toEqual([2, 8]);
    expect(metrics).toMatchObject({ roundTrips: 1, expectancy: 16 });
  });

  test('tells trips, value traded and exposure in the account’s currency, at the rates of the moment', async () => {
    const price = stream();
    const usd = stream('USD');
    const strategy = new Strategy({
      name: 'abroad',
      build: () => ({
        account: account({ price, currency: 'USD', rate: usd.close }, { cash: 1_000, currency: 'EUR', fee: percentFee(100) }, ({ t, buy, sell }) => {
          if (t === 0) buy(2);
          if (t === 120_000) sell(2);
        }),
      }),
    });
    const bars = (prices: readonly number[]): BarColumns => [Float64Array.from(prices, (_, k) => k * 60_000), ...Array.from({ length: 4 }, () => Float64Array.from(prices)), new Float64Array(prices.length).fill(100)];
    const { metrics, trips, run } = await backtest(strategy, { ...always, data: { ABC: bars([10, 10, 12, 12, 12]), USD: bars([2, 2, 2.5, 3, 3]) } });
    // Bought for 2 · 10 USD and a fee of 0.20 at 2, sold for 24 USD and a fee of 0.24 at 3: −40 − 0.4 + 72 − 0.72.
    expect(run.trades.map(({ price: at, fee, rate }) => [at, fee, rate])).toEqual([[10, 0.2, 2], [12, 0.24, 3]]);
    expect(trips).toEqual([expect.objectContaining({ profit: expect.closeTo(30.88, 9) as number, fees: expect.closeTo(1.12, 9) as number, excursion: expect.anything() as object })]);
    expect(metrics).toMatchObject({ fees: expect.closeTo(1.12, 9) as number, expectancy: expect.closeTo(30.88, 9) as number });
    expect([...run.rate!]).toEqual([2, 2, 2.5, 3, 3]);
  });

  test('says so when orders fill at the close they were decided on', async () => {
    const strategy = new Strategy({ name: 'same', account: { fillAt: 'same-close' }, build: () => ({ target: stream().gt(100) }) });
    const { warnings, trades } = await backtest(strategy, { ...always, data: walk(100, 3) });
    expect(warnings).toEqual([expect.stringContaining('very close they were decided on')]);
    expect(trades.length).toBeGreaterThan(5);
  });
});
