// What users of TA-Lib, TradingView and pandas-ta expect to find, typed from their lists, and where it is here.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isKernelName, kernelNamed, kernelNames, kernelOf } from '#kernels/catalog.ts';
import { ABSENT } from '../../scripts/reference/absent.ts';


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

const TABLES = join(process.env.QMTL_ORACLE ?? join(import.meta.dirname, '../../../shared/oracle'), 'talib', 'talib071_ohlcv_252.json');
const counterparts = kernelNames.flatMap((name) => kernelOf(name).talib?.name ?? []);

test.skipIf(!existsSync(TABLES))(`every function of TA-Lib is a kernel, or the reference says why not${existsSync(TABLES) ? '' : ' (skipped: no data)'}`, () => {
  const functions = Object.keys(JSON.parse(readFileSync(TABLES, 'utf8')) as object).filter((name) => name !== '_meta');
  expect(functions).toHaveLength(158);
  expect(functions.filter((name) => !counterparts.includes(name)).toSorted()).toEqual(Object.keys(ABSENT).filter((name) => name !== 'MAVP').toSorted());
});

test('no function of TA-Lib has two kernels, and none that has one is said to have none', () => {
  expect(new Set(counterparts).size).toBe(counterparts.length);
  expect(counterparts.filter((name) => Object.hasOwn(ABSENT, name))).toEqual([]);
});
