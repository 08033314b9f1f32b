// Row operators as an author uses them: declared, identified, run in a backtest, never ahead of what is known.
import { describe, expect, test } from 'vitest';
import { type BarColumns, sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import { Output, Runner, sma, Strategy, StreamInput } from '#sdk/mod.ts';
import hourlyTrend from '../../examples/hourly-trend.ts';
import { walk } from '../support/bars.ts';
import { mixedIntervals } from '../support/operators.ts';
import { batchRows } from '../support/truth.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const source = { venue: 'test', instrument: 'ABC', interval: '1m' };
const price = new StreamInput(source);
const id = sourceId({ ...source, interval: interval('1m') });
/** Minutes from midnight on. */
const minutes = (rows: number, seed: number): Float64Array[] => walk(rows, seed, Date.UTC(2024, 0, 1));

function outputsOf(outputs: Readonly<Record<string, Output>>, columns: BarColumns): Record<string, { t: number[]; values: number[] }> {
  const spec = new Strategy({ name: 'outputs', build: () => ({ outputs }) }).declare();
  const rows = batchRows(spec, new Map([[id, columns]]));
  return Object.fromEntries(Object.entries(spec.outputs).map(([name, { node, output }]) => {
    const { schema } = spec.nodes.find((each) => each.id === node)!.spec;
    const { columns: [t, ...values] } = rows.get(node)!;
    return [name, { t: t!, values: values[schema.outputs.indexOf(output)]! }];
  }));
}

describe('an hour among minutes', () => {
  const columns = minutes(600, 3);
  const { known, closes } = outputsOf({ known: price.resample('1h').asOf(price), closes: price.resample('1h') }, columns);

  test('is known to its own last minute, and to no earlier one', () => {
    expect(known!.t[0]).toBe(Date.UTC(2024, 0, 1, 0, 59));
    known!.t.forEach((t, row) => {
      const over = Math.floor((t + MINUTE) / HOUR) - 1; // the last hour that ends by the end of this minute
      expect(known!.values[row]).toBe(columns[4]![(over - Date.UTC(2024, 0, 1) / HOUR) * 60 + 59]);
    });
  });

  test('has a row for every minute from then on, and one for every hour', () => {
    expect([known!.t.length, closes!.t.length]).toEqual([600 - 59, 10]);
  });
});

test('with the future cut off anywhere, every row given before is the same', () => {
  const spec = mixedIntervals.declare({}, { feeBps: 10 });
  const columns = minutes(700, 8);
  const whole = batchRows(spec, new Map([[id, columns]]));
  const filled = spec.outputs['filled']!.node; // needs the row behind a gap, and says so
  for (const cut of [1, 59, 60, 61, 64, 65, 119, 120, 300, 444, 699]) {
    for (const [node, rows] of batchRows(spec, new Map([[id, columns.map((column) => column.subarray(0, cut))]]))) {
      if (node === filled) continue;
      const end = Date.UTC(2024, 0, 1) + cut * MINUTE;
      rows.columns.forEach((column, c) => expect(column, `cut at ${cut}`).toEqual(whole.get(node)!.columns[c]!.slice(0, column.length)));
      expect(rows.columns[0]!.every((t) => t < end), `cut at ${cut}`).toBe(true);
    }
  }
});

test('a strategy that mixes intervals trades in a backtest, the same way each time', async () => {
  const data = minutes(3_000, 2);
  const run = () => Runner.backtest(hourlyTrend, { start: 0, end: Date.UTC(2030, 0, 1), data, params: { hours: 4 } });
  const [first, second] = [await run(), await run()];
  expect(first.trades.length).toBeGreaterThan(10);
  expect(second.trades).toEqual(first.trades);
  // By hand: the average of the last four hours that are over decides at a minute's close, and the next minute's open is the price.
  const trend = (row: number): number => {
    const over = Math.floor((row + 1) / 60);
    return over < 4 ? Number.NaN : [1, 2, 3, 4].reduce((sum, back) => sum + Math.round(data[4]![(over - back) * 60 + 59]! * 100), 0) / 400;
  };
  const wanted: number[] = [];
  for (let row = 0; row < 3_000; row++) {
    const above = data[4]![row]! - trend(row);
    wanted.push(Number.isNaN(above) ? Number.NaN : above > 0 ? 1 : above < 0 ? 0 : wanted.at(-1)! || 0);
  }
  const turns = wanted.flatMap((target, row) => (row < 2_999 && !Number.isNaN(target) && target !== (wanted[row - 1] || 0) ? [data[1]![row + 1]!] : []));
  expect(first.trades.map((trade) => trade.price)).toEqual(turns);
});

describe('a declaration', () => {
  test('is told apart by its kind, its params and the interval of its rows', () => {
    const ids = [
      price.resample('5m'), price.resample('10m'), price.resample('5m', { offset: '1m' }), price.resample('5m').resample('10m'),
      price.window({ width: '10m' }).sum, price.window({ width: '10m', every: '5m' }).sum, price.session('10m').sum, price.session('11m').sum,
      price.renko(1), price.renko(2), price.resample('5m').renko(1),
      price.dedupe(), price.throttle('5m'), price.throttle('6m'), price.gaps('skip'), price.gaps('fail'), price.filter(price.open), price.open.filter(price),
      price.asOf(price.open), price.resample('5m').asOf(price),
      ...(['ignore', 'side-output', 'recompute'] as const).map((late) => price.byKey({ key: price.volume, width: '5m', late }).sum),
      price.byKey({ key: price.volume, width: '5m', delay: '1s' }).sum, price.byKey({ key: price.volume, width: '5m', time: price.open }).sum,
      price.byKey({ key: price.volume, width: '5m', late: 'side-output' }).late.value,
    ].map((output) => output.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(price.window({ width: '600s', every: '10m' }).mean.id).toBe(price.window({ width: '10m' }).max.id);
    expect(price.resample('300s').id).toBe(price.resample('5m', {}).id);
  });

  test('names what an operator reads, and its interval is that of its rows', () => {
    expect(price.window({ width: '10m', every: '5m' }).mean.spec).toEqual({
      nodeType: 'operator',
      code: { operator: 'window', version: '1.0.0' },
      config: { interval: '5m', period: 1, params: { widthMs: 600_000 }, upstreams: [{ ...price.ref, name: 'value' }] },
      schema: { outputs: ['count', 'sum', 'mean', 'min', 'max', 'first', 'last'] },
    });
  });

  test.each<[string, () => unknown, string, string]>([
    ['a width that its step does not divide', () => price.window({ width: '10m', every: '3m' }), 'PARAM_INVALID', 'widthMs is 600000, which is no multiple of its step of 180000'],
    ['a step shorter than the rows', () => price.window({ width: '1m', every: '30s' }), 'INTERVAL_INVALID', 'window has interval 30s, and its inputs have 1m'],
    ['a condition at another interval', () => price.filter(price.resample('5m')), 'INTERVAL_INVALID', 'filter reads value at 1m and condition at 5m'],
    ['a condition that is a number', () => price.filter(1 as never), 'SPEC_INVALID', 'filter: input condition is 1, not an output of a node'],
    ['an unknown policy', () => price.gaps('guess' as never), 'SPEC_INVALID', 'gaps is "guess"'],
    ['late rows that are not given out', () => price.byKey({ key: price, width: '5m' }).late, 'PARAM_INVALID', 'keyed: late is "ignore", so late rows are not given out'],
    ['bricks of no height', () => price.renko(0), 'PARAM_INVALID', 'renko: size is 0, which is not a number in range'],
    ['bricks of a height that is no number', () => price.renko('1' as never), 'PARAM_INVALID', 'renko: size is "1"'],
    ['a buffer of no rows', () => price.buffer(0), 'PARAM_INVALID', 'buffer: rows is 0, which is not a whole number in range'],
    ['a gap of no length', () => price.session('0m'), 'INTERVAL_INVALID', 'session: "0m" is not an interval'],
  ])('%s is refused', (_, declare, code, message) => {
    expect(declare).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message), cure: expect.any(String) }));
  });
});

test('a stream that may not miss a row stops a backtest at the first gap, and says where', async () => {
  const gapless = new Strategy({ name: 'gapless', build: () => ({ outputs: { average: sma(price.gaps('fail'), { period: 3 }) } }) });
  const data = minutes(20, 1).map((column) => Float64Array.of(...column.subarray(0, 10), ...column.subarray(12)));
  const run = Runner.backtest(gapless, { start: 0, end: Date.UTC(2030, 0, 1), data });
  await expect(run).rejects.toMatchObject({ code: 'DATA_MISSING', message: expect.stringContaining('rows are missing after 2024-01-01T00:09:00.000Z'), cure: expect.stringContaining('interpolate') });
});

test('a backtest tells how many rows came late or are missing, by the nodes that count them', async () => {
  const counting = new Strategy({
    name: 'counting',
    build: () => {
      const late = price.volume.byKey({ key: price.close.gt(0), time: price.open, width: '1m', late: 'ignore' });
      return { outputs: { even: price.gaps('skip').named('even'), hours: late.sum } };
    },
  });
  // Opens are times here: the third row is of a minute before the second's.
  const t = Float64Array.of(0, 1, 2, 5, 6).map((minute) => minute * 60_000);
  const [made, one] = [Float64Array.of(1, 2, 1, 3, 4).map((minute) => minute * 60_000), Float64Array.of(1, 1, 1, 1, 1)];
  const { warnings, run, spec } = await Runner.backtest(counting, { start: 0, end: Date.UTC(2030, 0, 1), data: [t, made, made, one, one, one] });
  const windows = spec.outputs['hours']!.node;
  expect(run.counts.get(spec.outputs['even']!.node)).toEqual({ missing: 2 });
  expect(run.counts.get(windows)).toEqual({ late: 1 });
  expect(warnings).toEqual(expect.arrayContaining(['node even: 2 rows missing between others', `node keyed ${windows.slice(0, 8)}…: 1 row came too late for a window`]));
});

test('a gap of a year is not filled, and says that the time may be wrong', async () => {
  const filled = new Strategy({ name: 'filled', build: () => ({ outputs: { even: price.gaps('interpolate') } }) });
  const data = minutes(20, 1).map((column, c) => (c === 0 ? column.map((t, row) => (row === 19 ? Date.UTC(2029, 0, 1) : t)) : column));
  await expect(Runner.backtest(filled, { start: 0, end: Date.UTC(2030, 0, 1), data })).rejects.toMatchObject({ code: 'DATA_MISSING', cure: expect.stringContaining('whether the time of the row behind the gap is right') as string });
});
