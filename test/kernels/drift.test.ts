// Ten million rows do to a kernel what the last few thousand do. One kernel of each engine here; all of them with `npm run drift`.
import { describe, expect, test } from 'vitest';
import { kernelNames, kernelOf, type KernelName, resolveParams } from '#kernels/catalog.ts';
import { stableAfter } from '#kernels/stable.ts';
import { columnsOf, nodeOf, planOf, walk, type Bars } from './series.ts';

const ROWS = 10_000_000;
const BLOCK = 100_000;
const CHUNK = 4_000;
const COMPARED = 2_000;
const EPS = 1e-12;

/** The series is a block of full doubles over and over: none of its sums is exact, and its memory stays small. */
const block: Bars = walk(BLOCK, 101, null);
const columns = columnsOf(block);

/** Engine by engine, the kernel that leans on it most. */
const OF_EACH_ENGINE: readonly KernelName[] = [
  'sma', // mean, plain
  'linearregslope', // mean, weighted, and differences of means
  'zscore', // moments
  'correl', // comoments
  'cci', // loose means, and windows gone through anew
  'vortex', // loose means by blocks
  'macd', // smoothing
  'adx', // smoothing of smoothing
  't3', // a cascade
  'stoch', // extrema
  'aroon', // ages
  'avgdev', // windows gone through twice
];

/** Outputs over the last rows of a series of `rows`; its last row is the last of a block. */
function tailOf(name: KernelName, rows: number): Float64Array[] {
  const plan = planOf(nodeOf(name), CHUNK);
  const tail = kernelOf(name).outputs.map(() => new Float64Array(COMPARED));
  const start = (BLOCK - (rows % BLOCK)) % BLOCK;
  for (let done = 0; done < rows; ) {
    const from = (start + done) % BLOCK;
    const count = Math.min(CHUNK, BLOCK - from, rows - done);
    plan.append('bars', columns, from, from + count);
    done += count;
    if (done <= rows - COMPARED) continue;
    const fired = plan.rowsOf('node');
    const early = Math.max(0, rows - COMPARED - fired.first); // rows of this chunk that are not compared
    fired.columns.forEach((values, k) => tail[k]!.set(values.subarray(early), fired.first + early - (rows - COMPARED)));
  }
  return tail;
}

const settled = (name: KernelName) => stableAfter(kernelOf(name), resolveParams(name, {}), EPS);
const chosen = process.env.QMTL_DRIFT === 'all' ? kernelNames.filter((name) => settled(name) < Infinity) : OF_EACH_ENGINE;

describe('after ten million rows', () => {
  test.each(chosen)('%s is what a run over the last rows alone gives', (name) => {
    const long = tailOf(name, ROWS);
    tailOf(name, settled(name) + COMPARED).forEach((recent, k) => {
      const size = Math.max(...recent.map((value) => (Number.isNaN(value) ? 0 : Math.abs(value))), Number.MIN_VALUE);
      recent.forEach((value, row) => {
        const apart = Math.abs(long[k]![row]! - value);
        if (!(apart <= 1e-9 * size) && !(Number.isNaN(value) && Number.isNaN(long[k]![row]!))) expect.fail(`output ${k}, ${COMPARED - row} rows before the end: ${long[k]![row]}, not ${value}`);
      });
    });
  });

  // Totals never forget, so theirs is compared with integers of any length. An increment is taken to 2⁻⁴⁰, which is far below what is asked.
  const UNIT = 2 ** 40;
  const { high, low, close, volume } = block;
  const typical = (row: number) => (high[row]! + low[row]! + close[row]!) / 3;
  const before = (row: number) => close[(row || BLOCK) - 1]!;
  const total = (of: (row: number) => number) => {
    const sum = Array.from(close.keys()).reduce((units, row) => units + BigInt(Math.round(of(row) * UNIT)), 0n);
    return Number(sum * BigInt(ROWS / BLOCK)) / UNIT;
  };
  const TOTALS: Partial<Record<KernelName, () => number>> = {
    obv: () => total((row) => Math.sign(close[row]! - before(row)) * volume[row]!) + volume[0]! * (1 - Math.sign(close[0]! - before(0))),
    ad: () => total((row) => (volume[row]! * (close[row]! - low[row]! - (high[row]! - close[row]!))) / (high[row]! - low[row]!)),
    pvt: () => total((row) => (volume[row]! * (close[row]! - before(row))) / before(row)) - (volume[0]! * (close[0]! - before(0))) / before(0),
    vwap: () => total((row) => typical(row) * volume[row]!) / total((row) => volume[row]!),
  };

  test.each(Object.keys(TOTALS) as KernelName[])('%s is the exact total of all of them, to nine places and more', (name) => {
    const actual = tailOf(name, ROWS)[0]!.at(-1)!;
    expect(Math.abs(actual / TOTALS[name]!() - 1)).toBeLessThan(1e-12);
  });
});
