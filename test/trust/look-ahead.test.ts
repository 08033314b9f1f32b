import { describe, expect, test } from 'vitest';
import { sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import { Node, sma, Strategy, StreamInput } from '#sdk/mod.ts';
import { checkLookAhead } from '#trust/look-ahead.ts';
import goldenCross from '../../examples/golden-cross.ts';
import dipInTrend from '../../examples/dip-in-trend.ts';
import rangePosition from '../../examples/range-position.ts';
import { pair } from '../search/strategies.ts';
import { walk } from '../support/bars.ts';

const abc = sourceId({ venue: 'test', instrument: 'ABC', interval: interval('1m') });
const def = sourceId({ venue: 'test', instrument: 'DEF', interval: interval('1m') });
const here = { instrument: 'ABC', venue: 'test', interval: '1m' };

type Compute = (window: Readonly<Record<'close', Float64Array>>, params: { readonly ahead: number }) => number;
/** A strategy that trades by one node of the author's own over the closes. */
const by = (compute: Compute, params = { ahead: 1 }) =>
  new Strategy({
    name: 'by',
    build: () => ({ target: new Node({ inputs: { close: new StreamInput(here).close }, period: 3, params, compute }).named('suspect') }),
  });

describe('no look-ahead is found in', () => {
  test.each([goldenCross, dipInTrend, rangePosition])('$name', (strategy) => {
    const { found, nodes, values } = checkLookAhead(strategy.declare(here), new Map([[abc, walk(1_500, 3)]]));
    expect(found).toEqual([]);
    expect(nodes).toBeGreaterThan(3);
    expect(values).toBeGreaterThan(10_000);
  });

  test('a strategy over two sources that do not have the same rows', () => {
    const sparse = walk(900, 5).map((column) => column.filter((_, row) => row % 7 !== 3));
    expect(checkLookAhead(pair.declare(), new Map([[abc, walk(900, 4)], [def, sparse]])).found).toEqual([]);
  });
});

describe('look-ahead is found in a node that gets behind its window into memory', () => {
  // A name written out is refused when the node is declared; one that is put together is not seen there.
  test.each([1, 2, 50])('%i bars ahead', (ahead) => {
    const bars = walk(1_000, 6);
    const cheat = by(({ close }, params) => new Float64Array(close[`buffer` as 'buffer'], close.byteOffset, 3 + params.ahead)[2 + params.ahead]! - close[2]!, { ahead });
    const { found } = checkLookAhead(cheat.declare(), new Map([[abc, bars]]));
    expect(found.map(({ node }) => node)).toEqual(['suspect', expect.stringMatching(/^account /)]);
    const [first] = found;
    const closes = bars[4]!;
    expect(first).toMatchObject({ output: 'value', row: 2, ts: bars[0]![2], knowing: closes[2 + ahead]! - closes[2]! });
    expect(first!.rows).toBeGreaterThan(900);
  });

  test('on one row of a thousand', () => {
    const cheat = by(({ close }) => (Math.round(close[2]! * 100) === 1_234_567 ? new Float64Array(close[`buffer` as 'buffer'], close.byteOffset, 4)[3]! : close[2]!));
    const bars = walk(1_000, 6);
    bars[4]![500] = 12_345.67;
    const { found } = checkLookAhead(cheat.declare(), new Map([[abc, bars]]));
    expect(found[0]).toMatchObject({ node: 'suspect', ts: bars[0]![500], knowing: bars[4]![501] });
  });
});

test('what a cheat spoils is named behind it, upstreams first', () => {
  const cheat = new Strategy({
    name: 'spoiled',
    build() {
      const { close } = new StreamInput(here);
      const tomorrow = new Node({ inputs: { close }, period: 1, compute: (window) => new Float64Array(window.close[`buffer` as 'buffer'], window.close.byteOffset, 2)[1]! }).named('tomorrow');
      return { target: sma(tomorrow, { period: 3 }).gt(sma(close, { period: 3 })) };
    },
  });
  const { found } = checkLookAhead(cheat.declare(), new Map([[abc, walk(500, 8)]]));
  expect(found.map(({ node }) => node.split(' ')[0])).toEqual(['tomorrow', 'sma', 'gt', 'account']);
});
