// What is a share by definition stays one: no rounding carries it past its ends, and where a market does nothing but rise or fall the
// end itself is reached, not the double beside it. A strategy that asks for `rsi >= 100` must not depend on the last bit.
import { expect, test } from 'vitest';
import { seededRandom } from '#clock/random.ts';
import type { Params } from '#domain/node-spec.ts';
import { kernelOf, type KernelName } from '#kernels/catalog.ts';
import { type Bars, outputsOf } from './series.ts';

const ROWS = 4_000;

/** The range of each by its definition (sources in the catalogue). */
const RANGES: Partial<Record<KernelName, readonly [number, number]>> = {
  rsi: [0, 100], stoch: [0, 100], stochf: [0, 100], stochrsi: [0, 100], mfi: [0, 100], imi: [0, 100], ultosc: [0, 100], crsi: [0, 100], percentrank: [0, 100],
  adx: [0, 100], adxr: [0, 100], dx: [0, 100], plusdi: [0, 100], minusdi: [0, 100], aroon: [0, 100], chop: [0, 100],
  cmo: [-100, 100], tsi: [-100, 100], smi: [-100, 100], aroonosc: [-100, 100], willr: [-100, 0],
  rvi: [0, 100], stc: [0, 100], rvgi: [-1, 1], ebsw: [-1, 1], er: [0, 1], vhf: [0, 1],
  correl: [-1, 1], bop: [-1, 1], cmf: [-1, 1], r2: [0, 1],
};

/** Bars whose close moves by `step`, opened at the close before and without wicks, so that every share of a move is all or nothing. */
function market(seed: number, first: number, step: (random: () => number, row: number, price: number) => number): Bars {
  const random = seededRandom(seed);
  const [open, high, low, close, volume] = Array.from({ length: 5 }, () => new Float64Array(ROWS)) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  let price = first;
  for (let row = 0; row < ROWS; row++) {
    open[row] = price;
    price += step(() => random.next(), row, price);
    close[row] = price;
    high[row] = Math.max(price, open[row]!);
    low[row] = Math.min(price, open[row]!);
    volume[row] = random.below(10) === 0 ? 0 : random.below(1_000);
  }
  return { open, high, low, close, volume };
}

const rising = market(1, 100, (random) => 0.001 + random());
const falling = market(2, 1e6, (random, _, price) => -price * (0.0001 + random()) * 1e-3);
const MARKETS: Readonly<Record<string, Bars>> = {
  rising,
  falling,
  walking: market(3, 1e4, (random) => random() - 0.5),
  'mostly flat': market(4, 100, (random) => (random() < 0.02 ? random() - 0.5 : 0)),
  'of tiny prices': market(5, 1e-8, (random) => (random() - 0.5) * 1e-12),
  'of waves': market(6, 100, (random, row) => (row & 64 ? -0.1 : 0.1) * random()),
};

const lengths = (name: KernelName): Params[] => [{}, ...[2, 3, 7, 50].filter((period) => period >= (kernelOf(name).params.period?.min ?? Infinity)).map((period) => ({ period }))];

test.each(Object.keys(RANGES) as KernelName[])('%s keeps within its range in every market', (name) => {
  const [least, greatest] = RANGES[name]!;
  for (const [which, bars] of Object.entries(MARKETS)) {
    for (const params of lengths(name)) {
      for (const column of outputsOf(name, params, bars)) {
        const values = column.filter((value) => !Number.isNaN(value));
        expect(values.length, `${name} ${JSON.stringify(params)} in a market ${which}`).toBeGreaterThan(0);
        expect([Math.min(...values) >= least, Math.max(...values) <= greatest], `${name} ${JSON.stringify(params)} in a market ${which}`).toEqual([true, true]);
      }
    }
  }
});

test.each<[KernelName, number, number]>([
  ['rsi', 100, 0], ['cmo', 100, -100], ['mfi', 100, 0], ['imi', 100, 0], ['ultosc', 100, 0], ['tsi', 100, -100], ['stochf', 100, 0], ['willr', 0, -100],
  ['dx', 100, 100], ['plusdi', 100, 0], ['minusdi', 0, 100],
])('%s is exactly %s where the market only rises, and exactly %s where it only falls', (name, up, down) => {
  for (const params of lengths(name)) {
    for (const [bars, end] of [[rising, up], [falling, down]] as const) {
      const values = outputsOf(name, params, bars)[0]!.filter((value) => !Number.isNaN(value));
      // A window without any volume has no flow, which counts as 0.
      expect([...new Set(values)].filter((value) => value !== 0 || end === 0), `${name} ${JSON.stringify(params)}`).toEqual([end]);
    }
  }
});
