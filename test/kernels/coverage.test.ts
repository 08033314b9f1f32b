// What users of TA-Lib, TradingView and pandas-ta expect to find, typed from their lists, and where it is here.
import { expect, test } from 'vitest';
import { isKernelName, kernelNamed } from '#kernels/catalog.ts';

/** Assumed by everybody. An indicator of several names or forms has a row for each. */
const ASSUMED = [
  'sma', 'ema', 'wma', 'rma', 'dema', 'tema', 'hma', 'vwma', 'rsi', 'macd', 'stoch', 'stochf', 'stochrsi', 'cci', 'roc', 'rocp', 'rocr', 'mom', 'willr',
  'atr', 'tr', 'bbands', 'percentb', 'bandwidth', 'stddev', 'obv', 'vwap', 'vwapr', 'adx', 'plusdi', 'minusdi', 'dx', 'min', 'max', 'donchian',
];

/** Expected by most. */
const EXPECTED = [
  'kama', 'trima', 't3', 'zlema', 'alma', 'linearreg', 'linearregslope', 'linearregintercept', 'linearregangle', 'tsf', 'r2', 'mama', 'vidya', 'mcginley',
  'supertrend', 'psar', 'ichimoku', 'keltner', 'aroon', 'aroonosc', 'vortex', 'chop', 'adxr', 'natr', 'mfi', 'cmf', 'ad', 'adosc', 'force', 'emv', 'pvt',
  'nvi', 'pvi', 'kvo', 'pvo', 'trix', 'ppo', 'apo', 'tsi', 'ultosc', 'cmo', 'ao', 'ac', 'dpo', 'coppock', 'kst', 'bop', 'fisher', 'crsi', 'zscore', 'var',
  'correl', 'beta',
];

test.each([...ASSUMED, ...EXPECTED])('%s is a kernel', (name) => {
  expect(isKernelName(name) || isKernelName(kernelNamed(name).name)).toBe(true);
});
