// The examples of row operators do what their first line says, on minutes made up for them.
import { expect, test } from 'vitest';
import { runBacktest } from '#actors/backtest.ts';
import { withMembers } from '#actors/members.ts';
import { sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import activity from '../../examples/activity.ts';
import leader from '../../examples/leader.ts';
import relativeStrength from '../../examples/relative-strength.ts';
import windowBreakout from '../../examples/window-breakout.ts';
import { walk } from '../support/bars.ts';
import { batchRows } from '../support/truth.ts';

const START = Date.UTC(2024, 0, 1);
const HIGH = 2;
const LOW = 3;
const CLOSE = 4;
const VOLUME = 5;
const id = (instrument: string) => sourceId({ venue: 'demo', instrument, interval: interval('1m') });
const columns = walk(2_000, 4, START);
const closes = [...columns[CLOSE]!];

test('window-breakout is long after the last break of the range upwards, and out after one downwards', () => {
  const { trades } = runBacktest(windowBreakout.declare(), new Map([[id('BTC-USD'), columns]]));
  const decided: number[] = [];
  let holds = false;
  for (let row = 59; row < closes.length - 1; row++) {
    // The hours that are over by the end of this minute.
    const end = Math.floor((row + 1) / 60) * 60;
    const range = (column: number): number[] => [...columns[column]!.subarray(Math.max(0, end - 240), end)];
    const wants: boolean = closes[row]! > Math.max(...range(HIGH)) ? true : closes[row]! < Math.min(...range(LOW)) ? false : holds;
    if (wants !== holds) decided.push(row + 1);
    holds = wants;
  }
  expect(decided.length).toBeGreaterThan(4);
  expect(trades.map(({ ts }) => (ts - START) / 60_000)).toEqual(decided);
});

test('activity gathers what it says', () => {
  const spec = activity.declare();
  const rows = batchRows(spec, new Map([[id('BTC-USD'), columns]]));
  const valuesOf = (name: keyof StrategySpec['outputs']): number[] => {
    const { node, output } = spec.outputs[name]!;
    return rows.get(node)!.columns[1 + spec.nodes.find((each) => each.id === node)!.spec.schema.outputs.indexOf(output)]!;
  };
  const changes = closes.slice(1).map((close, row) => close - closes[row]!);
  expect(valuesOf('moves')).toEqual(changes.filter((change) => Math.abs(change) > 0.5));
  expect(valuesOf('turns')).toEqual(changes.map((change) => Number(change > 0)).filter((rises, k, all) => rises !== all[k - 1]));
  expect(valuesOf('sample')).toEqual(closes.filter((_, row) => row % 10 === 0));
  expect(valuesOf('hundred')).toEqual(Array.from({ length: 20 }, (_, k) => columns[VOLUME]!.subarray(k * 100, k * 100 + 100).reduce((sum, volume) => sum + volume, 0)));
  expect(valuesOf('whole')).toEqual(closes);
  expect(valuesOf('up')).toEqual([...columns[VOLUME]!.subarray(1)].filter((_, row) => changes[row]! > 0));
  expect(valuesOf('rallies').reduce((sum, count) => sum + count, 0)).toBeGreaterThan(900);
  // A window of rises is over when the next rise comes behind it, and so for falls.
  expect(valuesOf('gained').length).toBe(2 * 33);
});

test('relative-strength holds the first while it leads', () => {
  const data = new Map(['BTC-USD', 'ETH-USD', 'LTC-USD'].map((instrument, k) => [id(instrument), walk(600, 20 + k, START)]));
  const { trades } = runBacktest(relativeStrength.declare(), data);
  const risen = [...data.values()].map((bars) => (row: number) => (bars[CLOSE]![row]! - bars[CLOSE]![row - 30]!) / bars[CLOSE]![row - 30]!);
  const decided: number[] = [];
  let holds = false;
  for (let row = 30; row < 599; row++) {
    const [a, b, c] = risen.map((rise) => rise(row)) as [number, number, number];
    const leads = a > b && a > c;
    if (leads !== holds) decided.push(row + 1);
    holds = leads;
  }
  expect(decided.length).toBeGreaterThan(4);
  expect(trades.map(({ ts }) => (ts - START) / 60_000)).toEqual(decided);
});

test('leader holds the first while nobody with the tag has risen more, also when the others are another strategy’s', () => {
  const data = new Map([['BTC-USD', 4], ['ETH-USD', 5], ['LTC-USD', 6]].map(([instrument, seed]) => [id(instrument as string), walk(2_000, seed as number, START)]));
  const known = runBacktest(relativeStrength.declare(), data).trades;
  expect(known.length).toBeGreaterThan(20);
  expect(runBacktest(withMembers(leader.declare()), data).trades).toEqual(known);
  expect(runBacktest(withMembers(leader.declare({ others: 'ETH-USD' }), [leader.declare({ first: 'LTC-USD', others: 'ETH-USD' })]), data).trades).toEqual(known);
});
