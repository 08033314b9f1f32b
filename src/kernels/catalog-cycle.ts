// Cycles: what the dominant cycle of a price says of it.
import { CLOSE, VALUE, define, none, period, talib } from './catalog-entry.ts';

const CYCLE =
  'from Hilbert transforms of the price smoothed over four rows, the cycle being between 6 and 50 rows long (J. Ehlers 2001, as TA-Lib, whose filters ' +
  'see zeros before their first row). A NaN row gives NaN and is passed over.';

/** A kernel of `assembly/kernel/cycle.ts`. */
function cycle<const N extends string, const O extends readonly string[]>(name: N, op: number, title: string, theirs: string, outputs: O, lookback: number, doc: string) {
  return define(name, {
    version: '1.0.2',
    op,
    title,
    inputs: CLOSE,
    outputs,
    params: {},
    talib: { ...talib(theirs), outputs },
    lookback: () => lookback,
    history: none,
    doc: `${doc}, ${CYCLE}`,
  });
}

export const cycles = {
  htdcperiod: cycle('htdcperiod', 118, 'Dominant cycle period', 'HT_DCPERIOD', VALUE, 32, 'Length in rows of the dominant cycle of the price'),
  htphasor: cycle('htphasor', 119, 'Phasor of the dominant cycle', 'HT_PHASOR', ['inphase', 'quadrature'], 32, 'The price without its trend, and the same a quarter of a cycle earlier'),
  htdcphase: cycle('htdcphase', 120, 'Dominant cycle phase', 'HT_DCPHASE', VALUE, 63, 'Where in its dominant cycle the price stands, in degrees, −45 … 315'),
  htsine: cycle('htsine', 121, 'Sine wave', 'HT_SINE', ['sine', 'leadsine'], 63, 'Sine of the phase of the dominant cycle, and of the phase 45° on'),
  httrendline: cycle('httrendline', 122, 'Instantaneous trendline', 'HT_TRENDLINE', VALUE, 63, 'Mean of the price over its dominant cycle, smoothed with weights 4, 3, 2, 1: the price without the cycle'),
  httrendmode: cycle(
    'httrendmode', 123, 'Trend or cycle', 'HT_TRENDMODE', VALUE, 63,
    '1 where the price follows a trend, 0 where its cycle: less than half a cycle after the sines of htsine have crossed, or while the phase turns at 0.67 … ' +
      "1.5 times the cycle's pace; always 1 where the smoothed price is 1.5 % off httrendline",
  ),
  ebsw: define('ebsw', {
    version: '1.0.0',
    op: 277,
    title: 'Even better sine wave',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(40, 'longest cycle in rows that passes', 3), smoothing: period(10, 'shortest cycle in rows that passes') },
    lookback: (p) => p.period - 1,
    history: none,
    doc:
      'Σ f / √(3·Σ f²) over three rows, −1 … 1, 0 where f is; f is supersmoother(smoothing) of h = (1 + a) / 2·(x − x₋₁) + a·h₋₁, a = (1 − sin w) / cos w, w = ' +
      '2π / period. The first value stands for those before it; the first period − 1 rows are not given, as in pandas-ta (J. Ehlers 2013). A NaN row gives NaN ' +
      'and is passed over.',
  }),
} as const;
