// Figures across members, row by row, against tables worked out on paper.
import { expect, test } from 'vitest';
import { sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import { type Output, rankAcross, Strategy, StreamInput, zscoreAcross } from '#sdk/mod.ts';
import { batchRows } from '../support/truth.ts';

const NAMES = ['a', 'b', 'c', 'd'] as const;
const member = (instrument: string) => new StreamInput({ venue: 'test', instrument, interval: '1m' });
const members = { d: member('d'), a: member('a'), c: member('c'), b: member('b') };
const _ = Number.NaN;

/** `rows[row]` holds the values of a, b, c and d; the answer has the same shape. */
function across(figure: (of: typeof members) => Readonly<Record<(typeof NAMES)[number], Output>>, rows: readonly (readonly number[])[]): number[][] {
  const spec = new Strategy({ name: 'across', build: () => ({ outputs: figure(members) }) }).declare();
  const t = Float64Array.from(rows, (__, row) => row * 60_000);
  const data = new Map(NAMES.map((name, k) => [sourceId({ venue: 'test', instrument: name, interval: interval('1m') }) as string, [t, ...Array.from({ length: 5 }, () => Float64Array.from(rows, (row) => row[k]!))]]));
  const { columns } = batchRows(spec, data).get(spec.outputs['a']!.node)!;
  expect(spec.nodes.find((node) => node.id === spec.outputs['a']!.node)!.spec.schema.outputs).toEqual(NAMES);
  return rows.map((__, row) => columns.slice(1).map((column) => column[row]!));
}

test('the least has place 1, and equal ones share theirs', () => {
  expect(across(rankAcross, [[3, 1, 4, 2], [2, 2, 5, 1], [7, 7, 7, 7], [9, _, 8, 1], [_, _, _, _]])).toEqual([[3, 1, 4, 2], [2.5, 2.5, 4, 1], [2.5, 2.5, 2.5, 2.5], [3, _, 2, 1], [_, _, _, _]]);
});

test('a score is the distance from the mean in standard deviations', () => {
  expect(across(zscoreAcross, [[2, 4, 4, 6], [5, 5, 5, 5], [1, _, 3, _]])).toEqual([[-2 / Math.SQRT2, 0, 0, 2 / Math.SQRT2], [0, 0, 0, 0], [-1, _, 1, _]]);
});
