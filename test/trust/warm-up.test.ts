import { expect, test } from 'vitest';
import { sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import { ema, latch, max, obv, type Output, sma, Strategy, StreamInput } from '#sdk/mod.ts';
import { checkWarmUp, type WarmUp } from '#trust/warm-up.ts';
import { walk } from '../support/bars.ts';

const source = { venue: 'test', instrument: 'ABC', interval: '1m' };
const bars = walk(4_000, 2);

/** The named output of a strategy that computes nothing else. */
function warmUpOf(declare: (price: StreamInput) => Output, tolerance = 1e-9): WarmUp {
  const strategy = new Strategy({ name: 'one', build: () => ({ outputs: { it: declare(new StreamInput(source)).named('it') } }) });
  const { nodes } = checkWarmUp(strategy.declare(), new Map([[sourceId({ ...source, interval: interval('1m') }), bars]]), tolerance);
  return nodes.find(({ node }) => node === 'it')!;
}

test.each<[string, (price: StreamInput) => Output, number]>([
  ['an average', (price) => sma(price, { period: 20 }), 19],
  ['an extreme', (price) => max(price, { period: 50 }), 49],
  ['an average of an average', (price) => sma(sma(price, { period: 20 }), { period: 5 }), 23],
])('%s over a window forgets its beginning as soon as it is full', (_, declare, rows) => {
  expect(warmUpOf(declare)).toMatchObject({ declaredRows: rows, settledRows: rows });
});

test('an exponential average is declared ready long before it has forgotten where it began', () => {
  // What is left of the first value after n rows is (1 − 2/(10 + 1))^n: below 1e-9 of the price from n = ln(1e9 · d)/ln(11/9) on, where
  // d is by what part of the price the beginnings differ, here between 1e-5 and 0.1.
  const { declaredRows, settledRows } = warmUpOf((price) => ema(price, { period: 10 }));
  expect(declaredRows).toBe(9);
  expect(settledRows).toBeGreaterThan(Math.log(1e9 * 1e-5) / Math.log(11 / 9));
  expect(settledRows).toBeLessThan(9 + Math.log(1e9 * 0.1) / Math.log(11 / 9));
  const coarse = warmUpOf((price) => ema(price, { period: 10 }), 1e-4);
  expect(coarse.settledRows).toBeLessThan(settledRows!);
});

test('a running total never forgets', () => {
  expect(warmUpOf((price) => obv(price)).settledRows).toBeUndefined();
});

test('a state agrees from the first event on that both have seen', () => {
  const { declaredRows, settledRows } = warmUpOf((price) => latch(price.close.gt(sma(price, { period: 5 })).minus(0.5)));
  expect(declaredRows).toBe(4);
  expect(settledRows).toBe(4);
});
