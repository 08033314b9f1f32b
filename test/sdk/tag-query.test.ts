// Tag queries over history: whom they find, and what they say of them, against tables worked out on paper.
import { describe, expect, test } from 'vitest';
import { withMembers } from '#actors/members.ts';
import { sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import { mom, type Output, Runner, sma, Strategy, StreamInput, TagQueryNode } from '#sdk/mod.ts';
import { batchRows } from '../support/truth.ts';

const _ = Number.NaN;
const NAMES = ['a', 'b', 'c', 'd'] as const;
const bars = (instrument: string) => new StreamInput({ venue: 'test', instrument, interval: '1m' });
const closes = (instrument: string) => mom(bars(instrument), { period: 1 }); // a computed node: its row is the change of the close
const query = (change: object = {}) => new TagQueryNode({ tags: ['leader'], match: 'any', interval: '1m', period: 1, ...change } as never);

/** Times and changes of each instrument; the closes add them up. */
type Moves = Readonly<Record<string, readonly (readonly [minute: number, change: number])[]>>;

function dataOf(moves: Moves): Map<string, Float64Array[]> {
  return new Map(
    Object.entries(moves).map(([instrument, rows]) => {
      const t = Float64Array.from([-1, ...rows.map(([minute]) => minute)], (minute) => (minute + 1) * 60_000);
      let close = 1_000;
      const column = Float64Array.from([0, ...rows.map(([, change]) => change)], (change) => (close += Number.isNaN(change) ? 0 : change));
      rows.forEach(([, change], row) => Number.isNaN(change) && (column[row + 1] = _));
      return [sourceId({ venue: 'test', instrument, interval: interval('1m') }), [t, ...Array.from({ length: 5 }, () => column)]];
    }),
  );
}

/** Rows of the outputs as [minute, …values]. */
function rowsOf(build: () => Record<string, Output>, moves: Moves): number[][] {
  const spec = withMembers(new Strategy({ name: 'q', build: () => ({ outputs: build() }) }).declare());
  const { node } = spec.outputs['first']!;
  const { columns } = batchRows(spec, dataOf(moves)).get(node)!;
  return columns[0]!.map((t, row) => [t / 60_000 - 1, ...columns.slice(1).map((column) => column[row]!)]);
}

const members = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [`${name}Change`, closes(name).tagged('leader')]));

describe('the figures of the members', () => {
  test('are of all that have a row at a moment, as soon as none can bring another', () => {
    const moves = { a: [[0, 1], [1, 2], [2, 3]], b: [[0, 3], [2, 5]], c: [[0, 8], [1, 4]] } as const;
    const rows = rowsOf(() => ({ first: query(), ...members('a', 'b', 'c') }), moves);
    // mean, count, deviation, least, greatest; minute 2 waits for c, which may still have a row there
    expect(rows).toEqual([[0, 4, 3, Math.sqrt(26 / 3), 1, 8], [1, 3, 2, 1, 2, 4]]);
  });

  test('leave out a member that is NaN, and one that has not given its period of rows', () => {
    const moves = { a: [[0, 1], [1, _], [2, 3], [3, 5]], b: [[2, 5], [3, 9]] } as const;
    // The row behind a's gap is NaN too: its change is from the gap.
    expect(rowsOf(() => ({ first: query(), ...members('a', 'b') }), moves).map(([minute, mean, count]) => [minute, mean, count])).toEqual([[0, 1, 1], [1, _, 0], [2, 5, 1], [3, 7, 2]]);
    expect(rowsOf(() => ({ first: query({ period: 2 }), ...members('a', 'b') }), moves).map(([minute, mean, count]) => [minute, mean, count])).toEqual([[1, _, 0], [2, _, 0], [3, 7, 2]]);
  });
});

describe('an output among the members', () => {
  const moves = Object.fromEntries(NAMES.map((name, k) => [name, [[0, [3, 1, 4, 2][k]!], [1, [2, 2, 5, 1][k]!], [2, 7]] as const]));

  test('has its place, the least being 1 and equal ones sharing theirs', () => {
    const ranks = NAMES.map((name) => rowsOf(() => ({ first: query().rank(closes(name)), ...members(...NAMES) }), moves).map(([, rank]) => rank));
    expect(ranks).toEqual([[3, 2.5, 2.5], [1, 2.5, 2.5], [4, 4, 2.5], [2, 1, 2.5]]);
  });

  test('stands half a place behind those below it when it is no member itself', () => {
    const outside = { ...moves, e: [[0, 2.5], [1, 0], [2, 7]] as const };
    expect(rowsOf(() => ({ first: query().rank(closes('e')), ...members(...NAMES) }), outside).map(([, rank]) => rank)).toEqual([2.5, 0.5, 2.5]);
  });

  test('has its distance from the mean in deviations, 0 where all are equal', () => {
    const scores = rowsOf(() => ({ first: query().zscore(closes('c')), ...members(...NAMES) }), moves).map(([, , score]) => score);
    expect(scores).toEqual([1.5 / Math.sqrt(1.25), 2.5 / 1.5, 0]);
  });
});

describe('members are', () => {
  const matched = (build: () => Record<string, Output>): (string | undefined)[] => {
    const spec = withMembers(new Strategy({ name: 'q', build: () => ({ outputs: build() }) }).declare());
    const [found] = spec.nodes.filter((node) => node.members !== undefined);
    return found!.members!.map((id) => spec.nodes.find((node) => node.id === id)!.name).toSorted();
  };
  const named = (name: string, period: number, ...tags: readonly string[]) => ({ [name]: sma(bars('a'), { period }).named(name).tagged(...tags) });

  test.each<[string, object, string[]]>([
    ['nodes with any of the tags', { tags: ['x', 'y'] }, ['both', 'x', 'y']],
    ['nodes with all of the tags', { tags: ['x', 'y'], match: 'all' }, ['both']],
  ])('%s', (__, change, expected) => {
    expect(matched(() => ({ first: query(change), ...named('x', 2, 'x'), ...named('y', 3, 'y'), ...named('both', 4, 'x', 'y'), ...named('none', 5, 'z') }))).toEqual(expected);
  });

  test('of the query’s interval only', () => {
    const wide = sma(bars('a').resample('1h'), { period: 2 }).named('wide').tagged('x');
    expect(matched(() => ({ first: query({ tags: ['x'] }), ...named('narrow', 2, 'x'), wide }))).toEqual(['narrow']);
  });

  test('never nodes that read the query', () => {
    const found = query({ tags: ['x'] });
    const above = found.plus(1).named('above').tagged('x');
    expect(matched(() => ({ first: found, above, ...named('plain', 2, 'x') }))).toEqual(['plain']);
  });
});

test('the set matched is not in the id, and two queries that could be each other’s members are refused as a circle', () => {
  const one = new Strategy({ name: 'q', build: () => ({ outputs: { first: query(), ...members('a') } }) }).declare();
  const two = new Strategy({ name: 'q', build: () => ({ outputs: { first: query(), ...members('a', 'b') } }) }).declare();
  expect(one.outputs['first']).toEqual(two.outputs['first']);
  const circle = () => ({ first: query({ tags: ['p'] }).plus(1).tagged('r'), second: query({ tags: ['r'] }).plus(1).tagged('p') });
  expect(() => withMembers(new Strategy({ name: 'q', build: () => ({ outputs: circle() }) }).declare())).toThrow(expect.objectContaining({ code: 'TAG_QUERY_UNRESOLVED' }));
});

test('a backtest finds the nodes of strategies beside it, and refuses a query nobody answers with the tags it looks for', async () => {
  const rows = Array.from({ length: 40 }, (__, row) => row);
  const columns = [Float64Array.from(rows, (row) => row * 60_000), ...Array.from({ length: 5 }, (__, k) => Float64Array.from(rows, (row) => (k === 4 ? 10 : 100 + row)))];
  const reader = new Strategy({ name: 'reader', build: () => ({ target: query().gt(0.5), trade: bars('a') }) });
  const leader = new Strategy({ name: 'leader', build: () => ({ outputs: { change: closes('a').tagged('leader') } }) });
  const options = { start: 0, end: 40 * 60_000, data: columns };
  await expect(Runner.backtest(reader, options)).rejects.toThrow(expect.objectContaining({ code: 'TAG_QUERY_UNRESOLVED', message: expect.stringContaining('any of the tags leader') as string }));
  const { trades } = await Runner.backtest(reader, { ...options, beside: [leader] });
  expect(trades).toHaveLength(1);
});
