// What a window may remember: its rows, exactly, and nothing else.
import { describe, expect, test } from 'vitest';
import { candles } from '#kernels/catalog-candles.ts';
import { kernelNames, kernelOf, resolveParams, type KernelName } from '#kernels/catalog.ts';
import type { Params } from '#domain/node-spec.ts';
import { CASES } from './cases.ts';
import { firstDifference, mapBars, outputsOf, walk, type Bars } from './series.ts';

const ROWS = 3_000;
const EVENT = 1_111;

/**
 * How far a kernel's memory reaches: all rows of its look-back for a window, some of them for taps, everything for a recursion, one row for a
 * rowwise operation, a state machine's last value.
 */
const MEMORY: Readonly<Record<KernelName, 'window' | 'taps' | 'recursion' | 'row' | 'state'>> = {
  sma: 'window', wma: 'window', hma: 'window', vwma: 'window', trima: 'window',
  stddev: 'window', var: 'window', bbands: 'window', percentb: 'window', bandwidth: 'window', zscore: 'window',
  min: 'window', max: 'window', donchian: 'window', midpoint: 'window', midprice: 'window', cci: 'window', willr: 'window', vwapr: 'window',
  mom: 'taps', roc: 'taps', rocp: 'taps', rocr: 'taps', stoch: 'taps', stochf: 'taps',
  ema: 'recursion', rma: 'recursion', dema: 'recursion', tema: 'recursion', rsi: 'recursion', stochrsi: 'recursion', macd: 'recursion',
  atr: 'recursion', natr: 'recursion', tr: 'state', obv: 'recursion', ad: 'recursion', vwap: 'recursion',
  adx: 'recursion', adxr: 'recursion', dx: 'recursion', plusdi: 'recursion', minusdi: 'recursion',
  linearreg: 'window', linearregslope: 'window', linearregintercept: 'window', linearregangle: 'window', tsf: 'window', r2: 'window',
  correl: 'window', beta: 'window', apo: 'window', ppo: 'window', t3: 'recursion', kama: 'recursion', zlema: 'recursion', trix: 'recursion',
  cmf: 'window', aroon: 'window', aroonosc: 'window', mfi: 'window', ultosc: 'window', cmo: 'recursion', adosc: 'recursion', psar: 'recursion',
  keltner: 'recursion', supertrend: 'recursion', bop: 'row', avgprice: 'row', medprice: 'row', typprice: 'row', wclprice: 'row',
  ao: 'window', vortex: 'window', chop: 'window', emv: 'window', dpo: 'taps', ichimoku: 'taps', tsi: 'recursion', pvt: 'recursion', nvi: 'recursion',
  pvi: 'recursion', force: 'recursion',
  alma: 'window', mama: 'recursion', vidya: 'recursion', mcginley: 'recursion', kvo: 'recursion', ac: 'window', coppock: 'taps', kst: 'taps',
  fisher: 'recursion', crsi: 'recursion',
  pvo: 'recursion',
  htdcperiod: 'recursion', htphasor: 'recursion', htdcphase: 'recursion', htsine: 'recursion', httrendline: 'recursion', httrendmode: 'recursion',
  plusdm: 'recursion', minusdm: 'recursion', rocr100: 'taps', imi: 'window', sum: 'window', avgdev: 'window', accbands: 'window',
  sqrt: 'row', exp: 'row', ln: 'row', log10: 'row', sin: 'row', cos: 'row', tan: 'row', asin: 'row', acos: 'row', atan: 'row', sinh: 'row', cosh: 'row', tanh: 'row', ceil: 'row', floor: 'row',
  median: 'window', quantile: 'window', percentrank: 'window', skew: 'window', kurtosis: 'window', ulcer: 'window', supersmoother: 'recursion',
  heikinashi: 'recursion', elderray: 'recursion', massindex: 'recursion', chandelier: 'recursion',
  ...(Object.fromEntries(Object.keys(candles).map((name) => [name, 'window'])) as Record<keyof typeof candles, 'window'>),
  alligator: 'recursion', starc: 'recursion', smi: 'recursion',
  rvgi: 'taps', rvi: 'recursion', wavetrend: 'recursion', squeeze: 'taps', stc: 'recursion', qqe: 'recursion',
  frama: 'recursion', ebsw: 'recursion', cksp: 'recursion', volstop: 'recursion', atrstop: 'recursion', gator: 'recursion', fractal: 'recursion', zigzag: 'recursion', pivots: 'row', rvol: 'window', mad: 'window', entropy: 'window',
  hurst: 'window', bias: 'window', qstick: 'window', pgo: 'recursion', er: 'window', vhf: 'window', swma: 'window',
  crossover: 'state', latch: 'state', lag: 'taps',
  add: 'row', sub: 'row', mul: 'row', div: 'row', gt: 'row', gte: 'row', lt: 'row', lte: 'row', eq: 'row', and: 'row', or: 'row', not: 'row', neg: 'row', abs: 'row',
};
const windows = kernelNames.filter((name) => MEMORY[name] === 'window' || MEMORY[name] === 'taps');
const series = { decimals: walk(ROWS, 11), doubles: walk(ROWS, 12, null) };

function replaceAt(bars: Bars, value: number): Bars {
  return mapBars(bars, (old, row) => (row === EVENT ? value : old));
}

function withoutRow(column: Float64Array): Float64Array {
  return Float64Array.from([...column.subarray(0, EVENT), ...column.subarray(EVENT + 1)]);
}

test('every kernel says what it remembers', () => {
  expect(Object.keys(MEMORY).toSorted()).toEqual([...kernelNames].toSorted());
});

describe.each(Object.entries(series))('over %s', (_, bars) => {
  test.each(windows)('%s forgets a gap, and any value, when its window has passed', (name) => {
    for (const params of CASES[name]) {
      const after = EVENT + kernelOf(name).lookback(resolveParams(name, params)) + 1;
      const plain = outputsOf(name, params, bars);
      for (const value of [NaN, 1e12, -1e12, 0, 12_345.678_912_345]) {
        outputsOf(name, params, replaceAt(bars, value)).forEach((column, k) => {
          const row = firstDifference(plain[k]!, column, after);
          // A value with more decimal places leaves the scale behind: the same integers over a greater divisor, and the same quotient.
          expect(row, `${JSON.stringify(params)}: ${value} still shows at row ${row}`).toBe(-1);
          // An earlier value is given whatever the row itself is; where a gap goes is in meaning.test.ts.
          if (Number.isNaN(value) && name !== 'lag') expect(column.subarray(EVENT, MEMORY[name] === 'window' ? after : EVENT + 1).every(Number.isNaN)).toBe(true);
        });
      }
    }
  });

  test.each(kernelNames.filter((name) => MEMORY[name] === 'recursion' || MEMORY[name] === 'state'))('%s passes over a gap as if the row were not there', (name) => {
    for (const params of CASES[name]) {
      const gap = outputsOf(name, params, replaceAt(bars, NaN));
      const absent = outputsOf(name, params, Object.fromEntries(Object.entries(bars).map(([field, column]) => [field, withoutRow(column)])) as unknown as Bars);
      gap.forEach((column, k) => {
        expect(column[EVENT]).toBeNaN();
        expect(firstDifference(withoutRow(column), absent[k]!), JSON.stringify(params)).toBe(-1);
      });
    }
  });

  test.each(kernelNames.filter((name) => MEMORY[name] === 'row'))('%s gives NaN on the row of a gap and on no other', (name) => {
    const plain = outputsOf(name, {}, bars);
    const gap = outputsOf(name, {}, replaceAt(bars, NaN));
    expect(gap[0]![EVENT]).toBeNaN();
    gap[0]![EVENT] = plain[0]![EVENT]!;
    expect(firstDifference(plain[0]!, gap[0]!)).toBe(-1);
  });
});

describe('flat prices', () => {
  const price = 101.37;
  const flat = mapBars(walk(400, 1), () => price);
  const only = (name: KernelName, params: Params = {}, k = 0) => [...new Set(outputsOf(name, params, flat)[k]!.filter((value) => !Number.isNaN(value)))];

  test('have averages and extrema equal to the price', () => {
    for (const name of ['sma', 'wma', 'min', 'max'] as const) expect(only(name), name).toEqual([price]);
    for (const value of only('ema')) expect(Math.abs(value - price)).toBeLessThan(1e-13);
  });

  test('have no deviation at all, be they decimals or not', () => {
    expect(only('stddev')).toEqual([0]);
    expect(only('bbands', {}, 0)).toEqual([price]);
    expect(only('bbands', {}, 2)).toEqual([price]);
    const third = mapBars(flat, () => 100 / 3);
    expect(new Set(outputsOf('stddev', { period: 64 }, third)[0]!.subarray(63))).toEqual(new Set([0]));
  });

  test('stop deviating on the very row the last other price leaves the window', () => {
    const bars = mapBars(walk(400, 5, null), (value, row) => (row < 200 ? value : Math.E * 40));
    const [deviation] = outputsOf('stddev', { period: 50 }, bars);
    expect(deviation![248]).toBeGreaterThan(0);
    expect(new Set(deviation!.subarray(249))).toEqual(new Set([0]));
  });

  // Every output there is, of those that measure moves, ranges and places.
  const STILL: Partial<Record<KernelName, number>> = {
    var: 0, zscore: 0, percentb: 0.5, bandwidth: 0, tr: 0, natr: 0, stoch: 0, stochf: 0, stochrsi: 0, willr: 0, cci: 0, mom: 0, roc: 0, rocp: 0, rocr: 1,
    adx: 0, adxr: 0, dx: 0, plusdi: 0, minusdi: 0, linearregslope: 0, linearregangle: 0, r2: 0, correl: 0, beta: 0, apo: 0, ppo: 0, cmo: 0, mfi: 0,
    ultosc: 0, aroonosc: 0, tsi: 0, ao: 0, dpo: 0, bop: 0, ad: 0, adosc: 0, cmf: 0, vortex: 0, chop: 0, emv: 0, pvt: 0, force: 0, nvi: 1_000, pvi: 1_000,
    linearreg: price, linearregintercept: price, tsf: price, kama: price, trima: price, hma: price, psar: price, donchian: price, midpoint: price,
    midprice: price, ichimoku: price, medprice: price, alma: price, vidya: price, kvo: 0, ac: 0, coppock: 0, kst: 0, fisher: 0, smi: 0, median: price, quantile: price, percentrank: 100, skew: 0, kurtosis: 0, ulcer: 0, supersmoother: price, heikinashi: price, massindex: 25, plusdm: 0, minusdm: 0, imi: 0, avgdev: 0, rocr100: 100,
    rvgi: 0, rvi: 0, wavetrend: 0, squeeze: 0, stc: 0, frama: price, ebsw: 0, cksp: price, rvol: 1, mad: 0, hurst: 0.5, bias: 0, qstick: 0, pgo: 0, er: 0, vhf: 0, swma: price,
  };

  test.each(Object.entries(STILL) as [KernelName, number][])('leave %s at %d, exactly', (name, still) => {
    kernelOf(name).outputs.forEach((output, k) => expect(only(name, {}, k), output).toEqual([still]));
  });

  test('have no range, no strength, no momentum and no crossings', () => {
    expect(only('atr')).toEqual([0]);
    expect(only('rsi')).toEqual([0]);
    expect(only('crossover')).toEqual([0]);
    for (const k of [0, 1, 2]) for (const value of only('macd', {}, k)) expect(Math.abs(value)).toBeLessThan(1e-12);
  });

  // What fades never reaches 0, and what was rounded never fades: a ratio of the two grows without bounds.
  test('that follow moving ones never make an output none, or larger than it was by far', () => {
    const moving = 500;
    const bars = mapBars(walk(8_000, 6, null), (value, row, field) => (row < moving || field === 'volume' ? value : 100 / 3));
    const sizeOf = (column: Float64Array) => column.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    for (const name of kernelNames) {
      const from = kernelOf(name).lookback(resolveParams(name, {}));
      for (const column of outputsOf(name, {}, bars)) {
        const [before, after] = [sizeOf(column.subarray(from, moving)), sizeOf(column.subarray(2 * moving))];
        if (!Number.isNaN(before)) expect(after, name).toBeLessThanOrEqual(20 * before);
      }
    }
  });
});
