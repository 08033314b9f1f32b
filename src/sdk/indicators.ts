// One function per catalogue kernel that is not an operator; `mod.ts` exports them all.
import { indicator } from './indicator.ts';

/** Simple moving average: mean of the last `period` values. */
export const sma = indicator('sma');
/** Weighted moving average: weights 1 … `period`, the newest heaviest. */
export const wma = indicator('wma');
/** Exponential moving average with smoothing 2 / (`period` + 1). */
export const ema = indicator('ema');
/** Population standard deviation of the last `period` values. */
export const stddev = indicator('stddev');
/** Bollinger bands: `upper`, `middle` and `lower`. */
export const bbands = indicator('bbands');
/** Relative strength index, 0 … 100. */
export const rsi = indicator('rsi');
/** Moving average convergence / divergence: `macd`, `signal` and `histogram`. */
export const macd = indicator('macd');
/** Average true range of bars. */
export const atr = indicator('atr');
/** Least of the last `period` values. */
export const min = indicator('min');
/** Greatest of the last `period` values. */
export const max = indicator('max');
/** Wilder's moving average, also called smoothed: smoothing 1 / `period`. */
export const rma = indicator('rma');
/** Double exponential moving average. */
export const dema = indicator('dema');
/** Triple exponential moving average. */
export const tema = indicator('tema');
/** Hull moving average. */
export const hma = indicator('hma');
/** Mean of the last `period` closes, weighed by volume. */
export const vwma = indicator('vwma');
/** Triangular moving average: a mean of means. */
export const trima = indicator('trima');
/** Population variance of the last `period` values; also exported as `var`. */
export const variance = indicator('var');
/** How many standard deviations a value stands off the mean of its window. */
export const zscore = indicator('zscore');
/** Where a value stands between the Bollinger bands: 0 on the lower, 1 on the upper. */
export const percentb = indicator('percentb');
/** Distance of the Bollinger bands as a part of the middle one. */
export const bandwidth = indicator('bandwidth');
/** True range of bars. */
export const tr = indicator('tr');
/** Average true range in percent of the close. */
export const natr = indicator('natr');
/** Stochastic oscillator, 0 … 100: `k` and `d`. */
export const stoch = indicator('stoch');
/** Fast stochastic oscillator, 0 … 100: `k` and `d`. */
export const stochf = indicator('stochf');
/** Stochastic oscillator of the relative strength index: `k` and `d`. */
export const stochrsi = indicator('stochrsi');
/** Commodity channel index. */
export const cci = indicator('cci');
/** Williams %R, −100 … 0. */
export const willr = indicator('willr');
/** Difference to the value `period` rows before. */
export const mom = indicator('mom');
/** Change against the value `period` rows before, in percent. */
export const roc = indicator('roc');
/** Change against the value `period` rows before, as a portion of it. */
export const rocp = indicator('rocp');
/** Ratio to the value `period` rows before. */
export const rocr = indicator('rocr');
/** On-balance volume. */
export const obv = indicator('obv');
/** Accumulation / distribution line. */
export const ad = indicator('ad');
/** Volume-weighted average price since the first bar. */
export const vwap = indicator('vwap');
/** Volume-weighted average price of the last `period` bars. */
export const vwapr = indicator('vwapr');
/** Average directional index, 0 … 100. */
export const adx = indicator('adx');
/** Average directional index rating. */
export const adxr = indicator('adxr');
/** Directional index, 0 … 100. */
export const dx = indicator('dx');
/** Plus directional indicator, 0 … 100. */
export const plusdi = indicator('plusdi');
/** Minus directional indicator, 0 … 100. */
export const minusdi = indicator('minusdi');
/** Donchian channel: `upper`, `middle` and `lower`. */
export const donchian = indicator('donchian');
/** Middle between the greatest and the least of the last `period` values. */
export const midpoint = indicator('midpoint');
/** Middle between the greatest high and the least low of the last `period` bars. */
export const midprice = indicator('midprice');
/** Tillson's T3 average. */
export const t3 = indicator('t3');
/** Kaufman's adaptive moving average. */
export const kama = indicator('kama');
/** Zero-lag exponential moving average. */
export const zlema = indicator('zlema');
/** Change of an exponential average taken three times, in percent. */
export const trix = indicator('trix');
/** Fast simple average less a slow one. */
export const apo = indicator('apo');
/** Fast simple average less a slow one, in percent of the slow one. */
export const ppo = indicator('ppo');
/** Value at the newest row of the straight line through the last `period` values. */
export const linearreg = indicator('linearreg');
/** Slope per row of the straight line through the last `period` values. */
export const linearregslope = indicator('linearregslope');
/** Value at the oldest row of the straight line through the last `period` values. */
export const linearregintercept = indicator('linearregintercept');
/** Slope of the straight line through the last `period` values, in degrees. */
export const linearregangle = indicator('linearregangle');
/** Value one row ahead of the straight line through the last `period` values. */
export const tsf = indicator('tsf');
/** Part of the variance that the straight line through the last `period` values explains, 0 … 1. */
export const r2 = indicator('r2');
/** Correlation of two columns over the last `period` rows, −1 … 1. */
export const correl = indicator('correl');
/** Slope of the changes of y over those of x. */
export const beta = indicator('beta');
/** Chande momentum oscillator, −100 … 100. */
export const cmo = indicator('cmo');
/** Ultimate oscillator, 0 … 100. */
export const ultosc = indicator('ultosc');
/** Balance of power, −1 … 1. */
export const bop = indicator('bop');
/** Money flow index, 0 … 100. */
export const mfi = indicator('mfi');
/** Chaikin money flow, −1 … 1. */
export const cmf = indicator('cmf');
/** Chaikin oscillator. */
export const adosc = indicator('adosc');
/** Aroon, 0 … 100: `down` and `up`. */
export const aroon = indicator('aroon');
/** Aroon oscillator, −100 … 100. */
export const aroonosc = indicator('aroonosc');
/** Parabolic stop and reverse. */
export const psar = indicator('psar');
/** Keltner channel: `upper`, `middle` and `lower`. */
export const keltner = indicator('keltner');
/** Supertrend: the stop as `value`, and `direction`, 1 or −1. */
export const supertrend = indicator('supertrend');
/** (open + high + low + close) / 4. */
export const avgprice = indicator('avgprice');
/** (high + low) / 2. */
export const medprice = indicator('medprice');
/** (high + low + close) / 3. */
export const typprice = indicator('typprice');
/** (high + low + 2·close) / 4. */
export const wclprice = indicator('wclprice');
/** True strength index, −100 … 100. */
export const tsi = indicator('tsi');
/** Awesome oscillator. */
export const ao = indicator('ao');
/** Detrended price oscillator. */
export const dpo = indicator('dpo');
/** Price volume trend. */
export const pvt = indicator('pvt');
/** Negative volume index. */
export const nvi = indicator('nvi');
/** Positive volume index. */
export const pvi = indicator('pvi');
/** Force index. */
export const force = indicator('force');
/** Ease of movement. */
export const emv = indicator('emv');
/** Vortex: `plus` and `minus`. */
export const vortex = indicator('vortex');
/** Choppiness index. */
export const chop = indicator('chop');
/** Ichimoku: `conversion`, `base`, `spanA` and `spanB`, none of them shifted. */
export const ichimoku = indicator('ichimoku');
/** Arnaud Legoux moving average: the window under a bell. */
export const alma = indicator('alma');
/** MESA adaptive moving average: `mama` and `fama`. */
export const mama = indicator('mama');
/** Variable index dynamic average. */
export const vidya = indicator('vidya');
/** McGinley dynamic. */
export const mcginley = indicator('mcginley');
/** Klinger volume oscillator: `value` and `signal`. */
export const kvo = indicator('kvo');
/** Accelerator oscillator. */
export const ac = indicator('ac');
/** Coppock curve. */
export const coppock = indicator('coppock');
/** Know sure thing: `value` and `signal`. */
export const kst = indicator('kst');
/** Fisher transform: `value` and `signal`, the value of the row before. */
export const fisher = indicator('fisher');
/** Connors RSI, 0 … 100. */
export const crsi = indicator('crsi');
/** Percentage volume oscillator: `value`, `signal` and `histogram`. */
export const pvo = indicator('pvo');
/** Length in rows of the dominant cycle. */
export const htdcperiod = indicator('htdcperiod');
/** Phasor of the dominant cycle: `inphase` and `quadrature`. */
export const htphasor = indicator('htphasor');
/** Phase of the dominant cycle, in degrees. */
export const htdcphase = indicator('htdcphase');
/** Sine of the phase of the dominant cycle: `sine` and `leadsine`. */
export const htsine = indicator('htsine');
/** Price without its dominant cycle. */
export const httrendline = indicator('httrendline');
/** 1 in a trend, 0 in a cycle. */
export const httrendmode = indicator('httrendmode');
/** Plus directional movement. */
export const plusdm = indicator('plusdm');
/** Minus directional movement. */
export const minusdm = indicator('minusdm');
/** Ratio to the value `period` rows before, in percent. */
export const rocr100 = indicator('rocr100');
/** Intraday momentum index, 0 … 100. */
export const imi = indicator('imi');
/** Sum of the last `period` values. */
export const sum = indicator('sum');
/** Mean deviation of the last `period` values. */
export const avgdev = indicator('avgdev');
/** Acceleration bands: `upper`, `middle` and `lower`. */
export const accbands = indicator('accbands');
/** Square root. */
export const sqrt = indicator('sqrt');
/** eˣ. */
export const exp = indicator('exp');
/** Natural logarithm. */
export const ln = indicator('ln');
/** Decimal logarithm. */
export const log10 = indicator('log10');
/** Sine of radians. */
export const sin = indicator('sin');
/** Cosine of radians. */
export const cos = indicator('cos');
/** Tangent of radians. */
export const tan = indicator('tan');
/** Arc sine, in radians. */
export const asin = indicator('asin');
/** Arc cosine, in radians. */
export const acos = indicator('acos');
/** Arc tangent, in radians. */
export const atan = indicator('atan');
/** Hyperbolic sine. */
export const sinh = indicator('sinh');
/** Hyperbolic cosine. */
export const cosh = indicator('cosh');
/** Hyperbolic tangent. */
export const tanh = indicator('tanh');
/** Least whole number not below the value. */
export const ceil = indicator('ceil');
/** Greatest whole number not above the value. */
export const floor = indicator('floor');
/** Median of the last `period` values. */
export const median = indicator('median');
/** Quantile of the last `period` values. */
export const quantile = indicator('quantile');
/** Rank among the `period` values before, 0 … 100. */
export const percentrank = indicator('percentrank');
/** Skewness of the last `period` values. */
export const skew = indicator('skew');
/** Kurtosis of the last `period` values. */
export const kurtosis = indicator('kurtosis');
/** Super smoother of J. Ehlers. */
export const supersmoother = indicator('supersmoother');
/** Heikin-Ashi bars: `open`, `high`, `low` and `close`. */
export const heikinashi = indicator('heikinashi');
/** Elder ray: `bull` and `bear`. */
export const elderray = indicator('elderray');
/** Mass index. */
export const massindex = indicator('massindex');
/** Ulcer index. */
export const ulcer = indicator('ulcer');
/** Chandelier exit: the stops `long` and `short`. */
export const chandelier = indicator('chandelier');
/** Alligator: `jaw`, `teeth` and `lips`. */
export const alligator = indicator('alligator');
/** Starc bands: `upper`, `middle` and `lower`. */
export const starc = indicator('starc');
/** Stochastic momentum index, −100 … 100. */
export const smi = indicator('smi');
/** Relative vigor index, −1 … 1: `value` and `signal`. */
export const rvgi = indicator('rvgi');
/** Relative volatility index, 0 … 100. */
export const rvi = indicator('rvi');
/** Wave trend: `wt1` and, its mean, `wt2`. */
export const wavetrend = indicator('wavetrend');
/** Squeeze momentum: the momentum as `value`, and whether the squeeze is `on`. */
export const squeeze = indicator('squeeze');
/** Schaff trend cycle, 0 … 100. */
export const stc = indicator('stc');
/** Quantitative qualitative estimation: the smoothed `rsi`, the `line` that trails it and its `direction`. */
export const qqe = indicator('qqe');
/** Fractal adaptive moving average of the median price. */
export const frama = indicator('frama');
/** Even better sine wave, −1 … 1. */
export const ebsw = indicator('ebsw');
/** Chande Kroll stop: the stops `long` and `short`. */
export const cksp = indicator('cksp');
/** Volatility stop, behind the furthest close since it turned: its `value` and `direction`, 1 above it and −1 below. */
export const volstop = indicator('volstop');
/** Average true range trailing stop, behind the last close: its `value` and `direction`, 1 above it and −1 below. */
export const atrstop = indicator('atrstop');
/** Gator oscillator: `upper` and `lower`, how far the lines of the alligator are apart. */
export const gator = indicator('gator');
/** Fractals of Bill Williams: `up` and `down` are 1 on the row that makes one known, `high` and `low` the prices of the last. */
export const fractal = indicator('fractal');
/** Zigzag, as far as it is known: price of the last `turn`, `direction` of the leg and its `extreme`. */
export const zigzag = indicator('zigzag');
/** Vertical horizontal filter, 0 … 1: near 1 in a trend. */
export const vhf = indicator('vhf');
/** Pivot points for the period after each row: `pivot`, `r1` … `r4` and `s1` … `s4`. */
export const pivots = indicator('pivots');
/** Relative volume: a multiple of the mean of the volumes before. */
export const rvol = indicator('rvol');
/** Median absolute deviation of the last `period` values. */
export const mad = indicator('mad');
/** Entropy of the last `period` values' shares in their sums. */
export const entropy = indicator('entropy');
/** Hurst exponent of the last `period` changes: above 0.5 where they go on, below where they turn back. */
export const hurst = indicator('hurst');
/** Distance from the simple average, as a part of it. */
export const bias = indicator('bias');
/** Mean of close − open. */
export const qstick = indicator('qstick');
/** Pretty good oscillator: distance from the simple average in average true ranges. */
export const pgo = indicator('pgo');
/** Kaufman's efficiency ratio, 0 … 1: 1 on a straight way. */
export const er = indicator('er');
/** Symmetrically weighted moving average of four rows. */
export const swma = indicator('swma');
/** 1 on the row where a rises above b, −1 where it falls below, else 0. */
export const crossover = indicator('crossover');
/** 1 from a positive signal on, 0 from a negative one on, unchanged between; starts at 0. */
export const latch = indicator('latch');

// `var` may not be declared, but it may be exported: every kernel has its catalogue name here.
export { variance as var };
