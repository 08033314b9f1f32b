// Prices and volumes of any magnitude, 1e-8 to 1e12: a kernel's outputs grow with them by its degree, and do nothing else.
import { expect, test } from 'vitest';
import { candles } from '#kernels/catalog-candles.ts';
import { kernelNames, type KernelName } from '#kernels/catalog.ts';
import { CASES } from './cases.ts';
import { mapBars, outputsOf, walk } from './series.ts';

const bars = walk(950, 21, 1);

/**
 * By kernel, the degree of each output, or of all of them: 0 does not depend on the scale, 1 grows with it, 2 with its square. A kernel that is not
 * homogeneous has none.
 */
const DEGREES: Readonly<Record<KernelName, number | readonly number[] | 'none'>> = {
  sma: 1, wma: 1, ema: 1, rma: 1, dema: 1, tema: 1, hma: 1, vwma: 1, trima: 1, t3: 1, kama: 1, zlema: 1, alma: 1, mama: 1, vidya: 1, mcginley: 1, supersmoother: 1,
  rsi: 0, macd: 1, stoch: 0, stochf: 0, stochrsi: 0, cci: 0, willr: 0, mom: 1, lag: 1, roc: 0, rocp: 0, rocr: 0, rocr100: 0, trix: 0, apo: 1, ppo: 0, cmo: 0, ultosc: 0,
  bop: 0, tsi: 0, ao: 1, dpo: 1, elderray: 1, ac: 1, coppock: 0, kst: 0, fisher: 0, crsi: 0, imi: 0,
  adx: 0, adxr: 0, dx: 0, plusdi: 0, minusdi: 0, plusdm: 1, minusdm: 1, min: 1, max: 1, donchian: 1, midpoint: 1, midprice: 1, aroon: 0, aroonosc: 0, psar: 1,
  keltner: 1, supertrend: [1, 0], vortex: 0, chop: 0, ichimoku: 1,
  stddev: 1, var: 2, bbands: 1, percentb: 0, bandwidth: 0, zscore: 0, atr: 1, natr: 0, tr: 1, accbands: 1, massindex: 0, ulcer: 0, chandelier: 1, alligator: 1, starc: 1, smi: 0,
  rvgi: 0, rvi: 0, wavetrend: 0, squeeze: [1, 0], stc: 0, qqe: 0, frama: 1, ebsw: 0, cksp: 1, volstop: [1, 0], atrstop: [1, 0], gator: 1,
  fractal: [0, 0, 1, 1], zigzag: [1, 0, 1], pivots: 1, rvol: 0, mad: 1, entropy: 0, hurst: 0, bias: 0, qstick: 1, pgo: 0, er: 0, vhf: 0, swma: 1,
  obv: 1, ad: 1, vwap: 1, vwapr: 1, mfi: 0, cmf: 0, adosc: 1, pvt: 1, nvi: 0, pvi: 0, force: 2, emv: 1, kvo: 1, pvo: 0,
  linearreg: 1, linearregslope: 1, linearregintercept: 1, linearregangle: 'none', tsf: 1, r2: 0, correl: 0, beta: 0,
  sum: 1, avgdev: 1, median: 1, quantile: 1, percentrank: 0, skew: 0, kurtosis: 0,
  htdcperiod: 0, htphasor: 1, htdcphase: 0, htsine: 0, httrendline: 1, httrendmode: 0,
  avgprice: 1, medprice: 1, typprice: 1, wclprice: 1, heikinashi: 1,
  sqrt: 0.5, exp: 'none', ln: 'none', log10: 'none', sin: 'none', cos: 'none', tan: 'none', asin: 'none', acos: 'none', atan: 'none', sinh: 'none', cosh: 'none',
  tanh: 'none', ceil: 'none', floor: 'none',
  ...(Object.fromEntries(Object.keys(candles).map((name) => [name, 0])) as Record<keyof typeof candles, 0>),
  crossover: 0, latch: 0, add: 1, sub: 1, mul: 2, div: 0, gt: 0, gte: 0, lt: 0, lte: 0, eq: 0, and: 0, or: 0, not: 0, neg: 1, abs: 1,
};

/** These compare differences of prices, and rounding a scaled price may break a tie. Powers of two round nothing. */
const COMPARING: readonly KernelName[] = [
  'stochrsi', 'cci', 'adx', 'adxr', 'dx', 'plusdi', 'minusdi', 'plusdm', 'minusdm', 'kama', 'psar', 'supertrend', 'aroon', 'aroonosc', 'mfi', 'imi', 'kvo', 'crsi',
  'percentrank', 'ad', 'cmf', 'adosc', 'bop', 'mama', 'htdcperiod', 'htphasor', 'htdcphase', 'htsine', 'httrendline', 'httrendmode', 'fisher', 'vortex',
  'squeeze', 'stc', 'qqe', 'volstop', 'atrstop', 'zigzag',
  ...(Object.keys(candles) as KernelName[]),
];
const POWERS_OF_TWO = [2 ** -27, 2 ** 40];
const POWERS_OF_TEN = [1e-8, 1e4, 1e12];

test('every kernel has a degree, or is said to have none', () => {
  expect(Object.keys(DEGREES).toSorted()).toEqual([...kernelNames].toSorted());
});

test.each(kernelNames.filter((name) => DEGREES[name] !== 'none'))('scale %s and nothing else', (name) => {
  const degrees = DEGREES[name] as number | readonly number[];
  for (const params of CASES[name].filter(({ b }) => b === undefined || b === 0)) {
    const plain = outputsOf(name, params, bars);
    for (const scale of COMPARING.includes(name) ? POWERS_OF_TWO : POWERS_OF_TEN) {
      outputsOf(name, params, mapBars(bars, (value) => value * scale)).forEach((column, k) => {
        const degree = typeof degrees === 'number' ? degrees : degrees[k]!;
        const unit = scale ** degree;
        column.forEach((value, row) => {
          const expected = plain[k]![row]! * unit;
          if (Number.isNaN(expected) && Number.isNaN(value)) return;
          // Differences of prices (a deviation, a macd) are as exact as the prices they are differences of.
          const allowed = 1e-11 * Math.max(Math.abs(expected), unit);
          if (!(Math.abs(value - expected) <= allowed)) expect.fail(`${JSON.stringify(params)} × ${scale}, output ${k}, row ${row}: ${value}, not ${expected}`);
        });
      });
    }
  }
});
