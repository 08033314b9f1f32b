// Wider bars on real recordings. The reference for trades is in the data folder and comes from elsewhere: freqtrade's bars of the XRP/ETH tape.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import { readBars } from '#feeds/csv.ts';
import { barsOfTrades, type Bars, Strategy, StreamInput } from '#sdk/mod.ts';
import { walk } from '../support/bars.ts';
import { batchRows } from '../support/truth.ts';

const DATA = resolve(process.env['QMTL_DATA'] ?? '../shared/data');
const available = existsSync(join(DATA, 'MANIFEST.csv'));

/** `[t, open, high, low, close, volume]` of what a strategy resamples. */
function resampled(columns: readonly Float64Array[], chain: (price: StreamInput) => Bars): number[][] {
  const strategy = new Strategy({
    name: 'wider',
    build: () => {
      const bars = chain(new StreamInput({ venue: 'test', instrument: 'ABC', interval: '1m' }));
      return { outputs: { close: bars } };
    },
  });
  const spec = strategy.declare();
  const rows = batchRows(spec, new Map([[sourceId({ venue: 'test', instrument: 'ABC', interval: interval('1m') }), columns]]));
  return rows.get(spec.outputs['close']!.node)!.columns;
}

test.skipIf(!available)('bars of the XRP/ETH trades are freqtrade’s, every digit of 2,469 of them (skipped: no data)', async () => {
  const trades = JSON.parse(gunzipSync(readFileSync(join(DATA, 'freqtrade/XRP_ETH-trades.json.gz'))).toString()) as [t: number, id: string, type: null, side: string, price: number, amount: number][];
  const column = (at: 0 | 4 | 5): Float64Array => Float64Array.from(trades, (trade) => trade[at]);
  const bars = barsOfTrades({ t: column(0), price: column(4), size: column(5) }, '1m');
  const { columns } = await readBars(join(DATA, 'normalised/crypto/XRPETH_1m_2019-10-11_2019-10-13_binance.csv.gz'));
  expect(columns[0]).toHaveLength(2_469);
  expect(bars).toEqual(columns);
});

test.skipIf(!available)('an hour is the same bits from minutes and from fives of minutes, and its volume is the decimal sum (skipped: no data)', async () => {
  const path = join(DATA, 'normalised/crypto/BTCUSD_1m_2016-07_2016-12_bitfinex.csv.gz');
  const { columns } = await readBars(path);
  const hours = resampled(columns, (bars) => bars.resample('1h'));
  expect(resampled(columns, (bars) => bars.resample('5m').resample('1h'))).toEqual(hours);
  // In whole numbers of 1e-8, from the text of the file.
  const sums = new Map<number, bigint>();
  for (const line of gunzipSync(readFileSync(path)).toString().trimEnd().split('\n').slice(1)) {
    const [t, , , , , volume] = line.split(',') as [string, string, string, string, string, string];
    const [, whole, places = ''] = /^(\d+)\.?(\d{0,8})\d*$/.exec(volume)!;
    const hour = Math.floor(Number(t) / 3_600_000) * 3_600_000;
    sums.set(hour, (sums.get(hour) ?? 0n) + BigInt(whole! + places.padEnd(8, '0')));
  }
  expect(hours[0]).toHaveLength(sums.size - 1); // the last hour is not over
  const differing = hours[0]!.filter((t, k) => Math.abs(hours[5]![k]! - Number(sums.get(t)) / 1e8) > Number(sums.get(t)) / 1e8 * 2 ** -52);
  expect(differing).toEqual([]);
});

test('buckets begin at multiples of the interval, or as far off them as is asked', () => {
  const columns = walk(600, 5);
  const hour = 3_600_000;
  expect(resampled(columns, (bars) => bars.resample('1h'))[0]!.every((t) => t % hour === 0)).toBe(true);
  expect(resampled(columns, (bars) => bars.resample('1h', { offset: '30m' }))[0]!.every((t) => t % hour === hour / 2)).toBe(true);
});

test('a bar comes with its last minute, not a minute later', () => {
  const columns = walk(10, 5);
  columns[0]!.forEach((_, row) => (columns[0]![row] = row * 60_000));
  const upTo = (rows: number): number => resampled(columns.map((column) => column.subarray(0, rows)), (bars) => bars.resample('5m'))[0]!.length;
  expect([4, 5, 9, 10].map(upTo)).toEqual([0, 1, 1, 2]);
});

test.each<[string, () => unknown, string, string]>([
  ['a narrower interval', () => price().resample('30s'), 'INTERVAL_INVALID', 'resample has interval 30s, and its inputs have 1m'],
  ['an interval that is no multiple', () => price().resample('5m').resample('7m'), 'INTERVAL_INVALID', 'resample has interval 7m, and its inputs have 5m'],
  ['no interval', () => price().resample(undefined as never), 'INTERVAL_INVALID', 'resample: the interval is missing'],
  ['a misspelt setting', () => price().resample('5m', { ofset: '1m' } as never), 'SPEC_INVALID', 'resample.ofset is not a known field'],
  ['two intervals side by side', () => price().minus(price().resample('5m')), 'INTERVAL_INVALID', 'at 1m and resample'],
  ['trades out of order', () => barsOfTrades({ t: Float64Array.of(2, 1), price: Float64Array.of(1, 1), size: Float64Array.of(1, 1) }, '1m'), 'PARAM_INVALID', 'trade 2 is of 1970-01-01T00:00:00.001Z, before the one ahead of it'],
  ['trades without sizes', () => barsOfTrades({ t: Float64Array.of(2), price: Float64Array.of(1), size: Float64Array.of() }, '1m'), 'PARAM_INVALID', 'there are 1 times, 1 prices and 0 sizes'],
])('%s is refused at the declaration', (_, declare, code, message) => {
  expect(declare).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message), cure: expect.any(String) }));
});

function price(): StreamInput {
  return new StreamInput({ venue: 'test', instrument: 'ABC', interval: '1m' });
}
