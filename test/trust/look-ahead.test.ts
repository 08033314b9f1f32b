import { describe, expect, test } from 'vitest';
import type { Assembly } from '#actors/assemble.ts';
import { sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import type { DeclaredNode } from '#domain/node-spec.ts';
import { type HostNode, Plan } from '#kernels/plan.ts';
import { Node, sma, Strategy, StreamInput } from '#sdk/mod.ts';
import { checkLookAhead, compareCuttings } from '#trust/look-ahead.ts';
import goldenCross from '../../examples/golden-cross.ts';
import dipInTrend from '../../examples/dip-in-trend.ts';
import rangePosition from '../../examples/range-position.ts';
import { pair } from '../search/strategies.ts';
import { walk } from '../support/bars.ts';

const abc = sourceId({ venue: 'test', instrument: 'ABC', interval: interval('1m') });
const def = sourceId({ venue: 'test', instrument: 'DEF', interval: interval('1m') });
const here = { instrument: 'ABC', venue: 'test', interval: '1m' };

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

test('a list of numbers nobody wrote down is told of, for it may be of the very bars', () => {
  const bars = walk(200, 3);
  const { close } = new StreamInput({ venue: 'test', instrument: 'ABC', interval: '1m' });
  const reads = (list: number[]) => new Strategy({ name: 'reads', build: () => ({ outputs: { next: new Node({ inputs: { close }, period: 1, params: { closes: list }, compute: (_, { closes }) => closes[0]! }).named('next') } }) });
  const givenTo = (list: number[]) => checkLookAhead(reads(list).declare(), new Map([[abc, bars]])).given;
  expect(givenTo([...bars[4]!])).toEqual([{ node: 'next', param: 'closes', numbers: 200 }]);
  expect(givenTo([0.5, 0.3, 0.2])).toEqual([]);
});

describe('look-ahead is found in a node that', () => {
  const bars = walk(1_000, 6);
  const closes = bars[4]!;
  const stateless = { lookback: 0, snapshot: () => new Uint8Array(), restore: () => {} };

  /** What is found where the node `suspect` over the closes runs as `host` does, and the node `behind` reads it. */
  function found(run: HostNode['run']) {
    const spec = new Strategy({ name: 'by', build: () => ({ outputs: { behind: sma(new StreamInput(here).close.abs().named('suspect'), { period: 3 }).named('behind') } }) }).declare();
    const [suspect, behind] = spec.nodes.filter(({ spec: { nodeType } }) => nodeType === 'kernel') as [DeclaredNode, DeclaredNode];
    const assembled = (rowsMax: number): Assembly => {
      const nodes = [
        { id: suspect.id, inputs: [{ source: abc, column: 4 }], outputs: ['value'], host: { ...stateless, run } },
        { id: behind.id, inputs: [{ node: suspect.id, output: 0 }], outputs: ['value'], kernel: { name: 'sma', params: { period: 3 } } },
      ];
      return { plan: new Plan([{ id: abc, columns: 6 }], nodes, { chunkRowsMax: rowsMax }), sources: new Map([[abc, { ...here, interval: interval('1m') }]]), computed: [suspect, behind], halting: new Map(), counting: new Map(), queries: new Map() };
    };
    return compareCuttings('by', assembled, new Map([[abc, bars]])).found;
  }

  test('is honest: none', () => {
    expect(found(([close], [out], count) => out!.set(close!.subarray(0, count)))).toEqual([]);
  });

  test.each([1, 2, 50])('answers the close %i bars ahead', (ahead) => {
    const [first, second, ...others] = found(([close], [out], count) => {
      for (let row = 0; row < count; row++) out![row] = close![Math.min(row + ahead, count - 1)]!;
    });
    expect(first).toMatchObject({ node: 'suspect', output: 'value', row: 0, ts: bars[0]![0], knowing: closes[ahead], honest: closes[0] });
    expect(first!.rows).toBeGreaterThan(900);
    expect(second!.node).toBe('behind');
    expect(others).toEqual([]);
  });

  test('scales by the highest close of all', () => {
    const [first] = found(([close], [out], count) => {
      const highest = Math.max(...close!.subarray(0, count));
      for (let row = 0; row < count; row++) out![row] = close![row]! / highest;
    });
    expect(first).toMatchObject({ node: 'suspect', row: 0 });
  });

  test('looks ahead on one row of a thousand', () => {
    const at = closes[500]!;
    const only = closes.indexOf(at);
    const [first] = found(([close], [out], count) => {
      for (let row = 0; row < count; row++) out![row] = close![row] === at && row + 1 < count ? close![row + 1]! : close![row]!;
    });
    expect(first).toMatchObject({ node: 'suspect', row: only, knowing: closes[only + 1], honest: at });
  });
});

test('a name by which a function could reach behind its window is refused when the node is declared, and leads nowhere when it is put together', () => {
  type Compute = (window: Readonly<Record<'close', Float64Array>>) => number;
  const by = (compute: Compute) => new Strategy({ name: 'by', build: () => ({ target: new Node({ inputs: { close: new StreamInput(here).close }, period: 1, compute }).named('suspect') }) });
  expect(() => by(({ close }) => new Float64Array(close.buffer)[1]!).declare()).toThrow('"buffer": it leads past the window');
  const hidden = by(({ close }) => new Float64Array(close[`buffer` as 'buffer'], 0, 2)[1]!).declare();
  expect(() => checkLookAhead(hidden, new Map([[abc, walk(10, 1)]]))).toThrow('node suspect: compute gave undefined where a number was due at row 1');
});
