// How long where a series began still shows in a kernel's outputs. TA-Lib calls it the unstable period, and leaves its length to the user.
// T1. A window, and what is made of windows alone, has forgotten the beginning as soon as it is full: at its look-back.
// T2. Exponential smoothing by a share a weighs its seed (1 − a)ᵏ after k rows. Smoothings of smoothings settle one after another, smoothings side by
//     side with the slowest.
// T3. A running total never forgets, and a recursion whose pace the data decide may keep its beginning for as long as they like.
import type { KernelName, KernelParams } from './catalog.ts';

/** Shares of the smoothings one behind another; a share of 0 never fades. */
type Memory = (p: KernelParams) => readonly number[];

const span = (period: number | undefined) => 2 / (period! + 1);
const wilder = (period: number | undefined) => 1 / period!;
const twoPoles = (period: number | undefined) => -Math.expm1((-Math.SQRT2 * Math.PI) / period!);
const never = () => [0];

const MEMORIES: Partial<Record<KernelName, Memory>> = {
  ema: (p) => [span(p.period)],
  rma: (p) => [wilder(p.period)],
  dema: (p) => [span(p.period), span(p.period)],
  tema: (p) => Array<number>(3).fill(span(p.period)),
  t3: (p) => Array<number>(6).fill(span(p.period)),
  zlema: (p) => [span(p.period)],
  kama: () => [(2 / 31) ** 2], // its slowest pace
  trix: (p) => Array<number>(3).fill(span(p.period)),
  macd: (p) => [Math.min(span(p.fast), span(p.slow)), span(p.signal)],
  pvo: (p) => [Math.min(span(p.fast), span(p.slow)), span(p.signal)],
  adosc: (p) => [Math.min(span(p.fast), span(p.slow))], // what the line's total began with is in both averages
  tsi: (p) => [span(p.long), span(p.short)],
  force: (p) => [span(p.period)],
  rsi: (p) => [wilder(p.period)],
  cmo: (p) => [wilder(p.period)],
  stochrsi: (p) => [wilder(p.period)],
  atr: (p) => [wilder(p.period)],
  natr: (p) => [wilder(p.period)],
  keltner: (p) => [Math.min(span(p.period), wilder(p.atrPeriod))],
  plusdm: (p) => [wilder(p.period)],
  minusdm: (p) => [wilder(p.period)],
  plusdi: (p) => [wilder(p.period)],
  minusdi: (p) => [wilder(p.period)],
  dx: (p) => [wilder(p.period)],
  adx: (p) => [wilder(p.period), wilder(p.period)],
  adxr: (p) => [wilder(p.period), wilder(p.period)],
  fisher: () => [0.33, 0.5],
  supersmoother: (p) => [twoPoles(p.period), twoPoles(p.period)],
  alligator: (p) => [Math.min(wilder(p.jaw), wilder(p.teeth), wilder(p.lips))],
  starc: (p) => [wilder(p.atrPeriod)],
  smi: (p) => [span(p.smooth1), span(p.smooth2)],
  rvi: (p) => [span(p.smoothing)],
  wavetrend: (p) => [span(p.channel), span(p.channel), span(p.average)],
  stc: (p) => [Math.min(span(p.fast), span(p.slow)), p.factor!, p.factor!],
  frama: () => [0.01], // its slowest pace
  ebsw: (p) => [1 - Math.abs(Math.tan(Math.PI / 4 - Math.PI / p.period!)), twoPoles(p.smoothing), twoPoles(p.smoothing)],
  cksp: (p) => [wilder(p.period)],
  gator: (p) => [Math.min(wilder(p.jaw), wilder(p.teeth), wilder(p.lips))],
  pgo: (p) => [span(p.period)],
  heikinashi: () => [0.5],
  elderray: (p) => [span(p.period)],
  massindex: (p) => [span(p.smoothing), span(p.smoothing)],
  chandelier: (p) => [wilder(p.period)],
  crossover: () => [1],
  obv: never, ad: never, vwap: never, pvt: never, nvi: never, pvi: never,
  psar: never, supertrend: never, mama: never, vidya: never, mcginley: never, kvo: never, crsi: never, qqe: never, volstop: never, atrstop: never, fractal: never, zigzag: never, latch: never,
  htdcperiod: never, htphasor: never, htdcphase: never, htsine: never, httrendline: never, httrendmode: never,
};

/**
 * Rows before the first output in which where the series began weighs at most `eps`, a part of 1: the look-back, and for recursions the rows that
 * their seed needs to fade. Infinity where no number of rows is enough for every series. An upper bound: chains settle somewhat sooner.
 */
export function stableAfter(kernel: { readonly name: string; lookback(params: KernelParams): number }, params: KernelParams, eps: number): number {
  const shares = MEMORIES[kernel.name as KernelName]?.(params) ?? [];
  return shares.reduce((rows, share) => rows + fading(share, eps / shares.length), kernel.lookback(params));
}

/** Least k with (1 − share)ᵏ ≤ eps. */
function fading(share: number, eps: number): number {
  return share === 1 ? 1 : Math.ceil(Math.log(eps) / Math.log1p(-share));
}
