// A kernel over whole columns says what the plan says.
import { expect, test } from 'vitest';
import { kernelNames, kernelOf, resolveParams } from '#kernels/catalog.ts';
import { ColumnRun } from '#kernels/column-run.ts';
import { CASES } from './cases.ts';
import { firstDifference, outputsOf, walk } from './series.ts';

const bars = walk(1_000, 9);

test.each(kernelNames)('%s has the bits of the plan, on the first run and on any other', (name) => {
  const columns = new ColumnRun(bars);
  for (const params of CASES[name]) {
    const resolved = resolveParams(name, params);
    const inputs = kernelOf(name).inputs.filter((input) => !(input.constant && resolved[input.name] !== undefined));
    const job = columns.jobs(name, [params], inputs.map((input) => input.default));
    const expected = outputsOf(name, params, bars);
    for (let run = 0; run < 2; run++) {
      job.run();
      job.outputs(0).forEach((column, k) => expect(firstDifference(column, expected[k]!), `${JSON.stringify(params)}, run ${run}`).toBe(-1));
    }
  }
});

test('columns of unequal length are refused by name', () => {
  expect(() => new ColumnRun({ close: new Float64Array(3), volume: new Float64Array(2) })).toThrow('column volume has 2 rows, the first one 3');
  expect(() => new ColumnRun({ close: new Float64Array(3) }).jobs('sma', [{}], ['open'])).toThrow('there is no column open: there are close');
});
