// The examples of row operators do what their first line says, on minutes made up for them.
import { expect, test } from 'vitest';
import { runBacktest } from '#actors/backtest.ts';
import { withMembers } from '#actors/members.ts';
import { sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import activity from '../../examples/activity.ts';
import bricks from '../../examples/bricks.ts';
import leader from '../../examples/leader.ts';
import missingMinutes from '../../examples/missing-minutes.ts';
import pivots from '../../examples/pivots.ts';
import relativeStrength from '../../examples/relative-strength.ts';
import reportedLate from '../../examples/reported-late.ts';
import standingOut from '../../examples/standing-out.ts';
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

/** Values of a strategy's outputs, by their names. */
function outputsOf(spec: StrategySpec, data: ReadonlyMap<string, readonly Float64Array[]>): (name: string) => number[] {
  const rows = batchRows(spec, data);
  return (name) => {
    const { node, output } = spec.outputs[name]!;
    return rows.get(node)!.columns[1 + spec.nodes.find((each) => each.id === node)!.spec.schema.outputs.indexOf(output)]!;
  };
}

test('activity gathers what it says', () => {
  const valuesOf = outputsOf(activity.declare(), new Map([[id('BTC-USD'), columns]]));
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

test('pivots is long from the first level above the pivot of the day that is over, and out from the first below', () => {
  const minutes = walk(8 * 1_440, 12, START);
  const [high, low, close] = [minutes[HIGH]!, minutes[LOW]!, minutes[CLOSE]!];
  const { trades } = runBacktest(pivots.declare(), new Map([[id('BTC-USD'), minutes]]));
  const decided: number[] = [];
  let holds = false;
  for (let row = 1_439; row < close.length - 1; row++) {
    // The day that is over by the end of this minute.
    const end = Math.floor((row + 1) / 1_440) * 1_440;
    const [top, bottom] = [Math.max(...high.subarray(end - 1_440, end)), Math.min(...low.subarray(end - 1_440, end))];
    const pivot = (top + bottom + close[end - 1]!) / 3;
    const wants: boolean = close[row]! > 2 * pivot - bottom ? true : close[row]! < 2 * pivot - top ? false : holds;
    if (wants !== holds) decided.push(row + 1);
    holds = wants;
  }
  expect(decided.length).toBeGreaterThan(3);
  expect(trades.map(({ ts }) => (ts - START) / 60_000)).toEqual(decided);
});

test('reported-late gives ten minutes again for a report that comes late, leaves it out, or gives it out beside', () => {
  // The time each report comes, when its trade was made, its price, its size; in minutes. Blocks are of 1,000 and more.
  const reports = [
    [0, 0, 100, 5],
    [4, 3, 102, 5_000],
    [13, 12, 106, 6_000],
    [14, 9, 104, 5_000],
    [16, 16, 108, 7_000],
    [18, 8, 112, 5_000],
    [19, 15, 110, 5_000],
    [26, 26, 114, 5_000],
  ] as const;
  const at = (minutes: number): number => START + minutes * 60_000;
  const column = (of: (report: (typeof reports)[number]) => number): Float64Array => Float64Array.from(reports, of);
  const price = column(([, , value]) => value);
  const bars = [column(([comes]) => at(comes)), column(([, made]) => at(made)), price, price, price, column(([, , , size]) => size)];
  const spec = reportedLate.declare();
  const source = sourceId({ venue: 'demo', instrument: 'BLOCKS', interval: interval('1s') });
  const valuesOf = outputsOf(spec, new Map([[source, bars]]));
  // Ten minutes are settled five after their end, by the clock of the blocks: the first by that of 16, the second by that of 26. That of 8 is too late.
  expect(valuesOf('settled')).toEqual([(102 + 104) / 2, (106 + 108 + 110) / 3]);
  expect(valuesOf('tooLate')).toEqual([112]);
  // As they come: the first ten with the block of 12, once more with that of 9, the second with that of 26.
  expect(valuesOf('price')).toEqual([102, (102 + 104) / 2, (106 + 108 + 110) / 3]);
  expect(valuesOf('again')).toEqual([0, 1, 0]);
});

test('bricks is long from one brick up to the next brick down', () => {
  const { trades } = runBacktest(bricks.declare(), new Map([[id('BTC-USD'), columns]]));
  // In whole cents: a brick goes on from its end, and turns from its other end.
  const SIZE = 25;
  const cents = closes.map((close) => Math.round(close * 100));
  let from = Math.round(cents[0]! / SIZE) * SIZE;
  let to = from;
  let holds = false;
  const decided: number[] = [];
  for (const [row, close] of cents.entries()) {
    const before: boolean = holds;
    for (; close >= Math.max(from, to) + SIZE; holds = true) [from, to] = [Math.max(from, to), Math.max(from, to) + SIZE];
    for (; close <= Math.min(from, to) - SIZE; holds = false) [from, to] = [Math.min(from, to), Math.min(from, to) - SIZE];
    if (holds !== before && row < cents.length - 1) decided.push(row + 1);
  }
  expect(decided.length).toBeGreaterThan(20);
  expect(trades.map(({ ts }) => (ts - START) / 60_000)).toEqual(decided);
});

test('missing-minutes lets gaps stand, fills them or stands still at them', () => {
  const spec = missingMinutes.declare();
  const means = (values: readonly number[]): number[] => values.slice(4).map((_, k) => values.slice(k, k + 5).reduce((sum, value) => sum + value, 0) / 5);
  const whole = outputsOf(spec, new Map([[id('BTC-USD'), columns]]));
  for (const name of ['traded', 'clock', 'strict']) whole(name).forEach((value, k) => expect(value).toBeCloseTo(means(closes)[k]!, 9));
  const isThere = (_: number, row: number): boolean => row < 10 || row > 13;
  const holed = columns.map((column) => column.filter(isThere));
  const valuesOf = outputsOf(spec, new Map([[id('BTC-USD'), holed]]));
  const filled = closes.map((close, row) => (isThere(close, row) ? close : closes[9]! + ((row - 9) / 5) * (closes[14]! - closes[9]!)));
  valuesOf('traded').forEach((value, k) => expect(value).toBeCloseTo(means(closes.filter(isThere))[k]!, 9));
  expect(valuesOf('clock')).toHaveLength(closes.length - 4);
  valuesOf('clock').forEach((value, k) => expect(value).toBeCloseTo(means(filled)[k]!, 9));
  expect(() => runBacktest(spec, new Map([[id('BTC-USD'), holed]]))).toThrow(/row 11/);
});

test('standing-out buys what falls behind the field, and sells it when it is back', () => {
  const data = new Map([['BTC-USD', 4], ['ETH-USD', 5], ['LTC-USD', 6]].map(([instrument, seed]) => [id(instrument as string), walk(2_000, seed as number, START)]));
  const { trades } = runBacktest(withMembers(standingOut.declare()), data);
  const risen = [...data.values()].map((bars) => (row: number) => (bars[CLOSE]![row]! - bars[CLOSE]![row - 30]!) / bars[CLOSE]![row - 30]!);
  const decided: number[] = [];
  let holds = false;
  for (let row = 30; row < 1_999; row++) {
    const rises = risen.map((rise) => rise(row));
    const mean = rises.reduce((sum, rise) => sum + rise, 0) / 3;
    const score = (rises[0]! - mean) / Math.sqrt(rises.reduce((sum, rise) => sum + (rise - mean) ** 2, 0) / 3);
    const wants: boolean = score < -1.2 ? true : score > 0 ? false : holds;
    if (wants !== holds) decided.push(row + 1);
    holds = wants;
  }
  expect(decided.length).toBeGreaterThan(10);
  expect(trades.map(({ ts }) => (ts - START) / 60_000)).toEqual(decided);
});
