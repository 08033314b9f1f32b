// The catalogue of kernels: what each is called, reads, takes and gives. Everything else about a kernel is in `assembly/kernel/`.
// C1. `op` is persisted in state blocks and plans: a number is never reused.
// C2. `version` names the bits. Other output bits on any input need a new version, since the version is part of the NodeID.
// C3. Rows before `lookback(params)` are not outputs; `history(params)` is how many rows before the newest one a kernel may still read.
import type { BarField } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import type { Params } from '#domain/node-spec.ts';
import { nearestName } from './nearest.ts';

/** Look-back of at most a year of minutes: 365 × 24 × 60 rows. */
export const PERIOD_MAX = 525_600;

export interface KernelInput {
  readonly name: string;
  /** The bar field `qmtl kernels run` feeds it. */
  readonly default: BarField;
  /** True when a number may stand in its place, given as the parameter of the same name. */
  readonly constant?: true;
}

export interface KernelParam {
  readonly type: 'integer' | 'number';
  readonly default?: number;
  readonly min: number;
  readonly max: number;
  /** True for a parameter that may be absent and has no default. */
  readonly optional?: true;
  /** True for a look-back in rows; refused with PERIOD_INVALID rather than PARAM_INVALID. */
  readonly rows?: true;
  readonly doc: string;
}

/** Parameters after `resolveParams`: complete, in range, numbers only. */
export type KernelParams = Readonly<Record<string, number>>;

type ParamTable = Readonly<Record<string, KernelParam>>;
type Optional<P extends ParamTable> = { [K in keyof P]: P[K] extends { readonly optional: true } ? K : never }[keyof P];
type Resolved<P extends ParamTable> = { readonly [K in Exclude<keyof P, Optional<P>>]: number } & { readonly [K in Optional<P>]?: number };

export interface Kernel {
  readonly name: string;
  readonly version: string;
  readonly op: number;
  readonly title: string;
  readonly inputs: readonly KernelInput[];
  readonly outputs: readonly string[];
  readonly params: ParamTable;
  /** Rows before the first output, as TA-Lib counts them. */
  lookback(params: KernelParams): number;
  /** Rows before the newest that the kernel reads from its inputs' pages. */
  history(params: KernelParams): number;
  /** Formula, seeding and source. */
  readonly doc: string;
}

interface Definition<P extends ParamTable, I extends readonly KernelInput[], O extends readonly string[]> {
  readonly version: string;
  readonly op: number;
  readonly title: string;
  readonly inputs: I;
  readonly outputs: O;
  readonly params: P;
  lookback(params: Resolved<P>): number;
  history(params: Resolved<P>): number;
  readonly doc: string;
}

function define<const N extends string, const P extends ParamTable, const I extends readonly KernelInput[], const O extends readonly string[]>(
  name: N,
  definition: Definition<P, I, O>,
): Definition<P, I, O> & { readonly name: N } {
  return Object.freeze({ name, ...definition });
}

function period<const D extends number>(byDefault: D, doc: string) {
  return { type: 'integer', default: byDefault, min: 1, max: PERIOD_MAX, rows: true, doc } as const;
}

const CLOSE = [{ name: 'value', default: 'close' }] as const;
const VALUE = ['value'] as const;
const none = () => 0;
const windowOf = (p: { readonly period: number }) => p.period - 1;

/** An operation on each row of one or two columns; the second may be a number. */
function rowwise<const N extends string>(name: N, op: number, title: string, doc: string) {
  return define(name, {
    version: '1.0.0',
    op,
    title,
    inputs: [
      { name: 'a', default: 'close' },
      { name: 'b', default: 'open', constant: true },
    ],
    outputs: VALUE,
    params: { b: { type: 'number', min: -Number.MAX_VALUE, max: Number.MAX_VALUE, optional: true, doc: 'a number in place of the second input' } },
    lookback: none,
    history: none,
    doc,
  });
}

function unary<const N extends string>(name: N, op: number, title: string, doc: string) {
  return define(name, {
    version: '1.0.0',
    op,
    title,
    inputs: [{ name: 'a', default: 'close' }],
    outputs: VALUE,
    params: {},
    lookback: none,
    history: none,
    doc,
  });
}

function rolling<const N extends string>(name: N, op: number, title: string, doc: string) {
  return define(name, {
    version: '1.0.0',
    op,
    title,
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(20, 'rows in the window') },
    lookback: windowOf,
    history: windowOf,
    doc,
  });
}

const EXACT =
  'While every value in the window is a decimal of at most 8 places, the sum is kept in integers and the result is the exact mean of the decimals, ' +
  'correctly rounded: equal averages compare equal. Other windows are summed by blocks (van Herk on sums), without drift.';

export const kernels = {
  sma: define('sma', {
    version: '1.0.0',
    op: 1,
    title: 'Simple moving average',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(20, 'rows in the window') },
    lookback: windowOf,
    history: (p) => p.period,
    doc: `Arithmetic mean of the last \`period\` values. ${EXACT}`,
  }),
  wma: define('wma', {
    version: '1.0.0',
    op: 2,
    title: 'Weighted moving average',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(20, 'rows in the window') },
    lookback: windowOf,
    history: (p) => p.period,
    doc: `Mean of the last \`period\` values with weights 1, 2 … period, the newest heaviest. ${EXACT}`,
  }),
  ema: define('ema', {
    version: '1.0.0',
    op: 3,
    title: 'Exponential moving average',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(20, 'smoothing is 2 / (period + 1)') },
    lookback: windowOf,
    history: none,
    doc:
      'y = k·x + (1 − k)·y₋₁, k = 2 / (period + 1), seeded with the mean of the first `period` values (TA-Lib). ' +
      'Computed two rows ahead: y = (k·x + k·b·x₋₁) + b²·y₋₂, b = 1 − k. A NaN row gives NaN and leaves the average as it was.',
  }),
  stddev: rolling(
    'stddev',
    4,
    'Standard deviation',
    'Population standard deviation of the last `period` values, by block moments merged with the formula of Chan, Golub and LeVeque: ' +
      'no drift, exactly 0 on a flat window, no trace of an outlier once it has left.',
  ),
  bbands: define('bbands', {
    version: '1.0.0',
    op: 5,
    title: 'Bollinger bands',
    inputs: CLOSE,
    outputs: ['upper', 'middle', 'lower'],
    params: {
      period: period(20, 'rows in the window'),
      multUp: { type: 'number', default: 2, min: 0, max: 1e6, doc: 'standard deviations from the middle to the upper band' },
      multDown: { type: 'number', default: 2, min: 0, max: 1e6, doc: 'standard deviations from the middle to the lower band' },
    },
    lookback: windowOf,
    history: (p) => p.period,
    doc: 'middle = sma, upper = middle + multUp·stddev, lower = middle − multDown·stddev, the deviation being the population one (J. Bollinger, TA-Lib).',
  }),
  rsi: define('rsi', {
    version: '1.0.0',
    op: 6,
    title: 'Relative strength index',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(14, "rows of Wilder's smoothing") },
    lookback: (p) => p.period,
    history: none,
    doc:
      '100·G / (G + L): G and L are the averages of gains and losses, smoothed by 1 / period, seeded with the mean of the first `period` changes ' +
      '(J. W. Wilder 1978, as TA-Lib). 0 where no change was seen at all, as in TA-Lib.',
  }),
  macd: define('macd', {
    version: '1.0.0',
    op: 7,
    title: 'Moving average convergence / divergence',
    inputs: CLOSE,
    outputs: ['macd', 'signal', 'histogram'],
    params: { fast: period(12, 'rows of the fast average'), slow: period(26, 'rows of the slow average'), signal: period(9, 'rows of the signal average') },
    lookback: (p) => Math.max(p.fast, p.slow) - 1 + p.signal - 1,
    history: none,
    doc:
      'macd = ema(fast) − ema(slow), signal = ema(macd), histogram = macd − signal (G. Appel). As TA-Lib: both averages are seeded with the mean of ' +
      'their own period ending on the row the longer is ready, the signal with the mean of its first `signal` values.',
  }),
  atr: define('atr', {
    version: '1.0.0',
    op: 8,
    title: 'Average true range',
    inputs: [
      { name: 'high', default: 'high' },
      { name: 'low', default: 'low' },
      { name: 'close', default: 'close' },
    ],
    outputs: VALUE,
    params: { period: period(14, "rows of Wilder's smoothing") },
    lookback: (p) => p.period,
    history: none,
    doc:
      'True range max(high, close₋₁) − min(low, close₋₁), smoothed by 1 / period, seeded with the mean of the first `period` ranges that have a ' +
      'previous close (J. W. Wilder 1978, as TA-Lib).',
  }),
  min: rolling('min', 9, 'Rolling minimum', 'Least of the last `period` values.'),
  max: rolling('max', 10, 'Rolling maximum', 'Greatest of the last `period` values.'),
  crossover: define('crossover', {
    version: '1.0.0',
    op: 11,
    title: 'Crossover',
    inputs: [
      { name: 'a', default: 'close' },
      { name: 'b', default: 'open' },
    ],
    outputs: VALUE,
    params: {},
    lookback: none,
    history: none,
    doc: '1 on the row where a rises above b after not being above, −1 where it falls below after not being below, else 0; 0 on the first row. Rows with a NaN give NaN and are passed over.',
  }),
  latch: define('latch', {
    version: '1.0.0',
    op: 12,
    title: 'Latch',
    inputs: [{ name: 'signal', default: 'close' }],
    outputs: VALUE,
    params: {},
    lookback: none,
    history: none,
    doc: '1 from a positive signal on, 0 from a negative one on, unchanged at 0; starts at 0. A NaN row gives NaN and changes nothing.',
  }),
  add: rowwise('add', 16, 'Sum', 'a + b. A result beyond the range of a double is NaN.'),
  sub: rowwise('sub', 17, 'Difference', 'a − b. A result beyond the range of a double is NaN.'),
  mul: rowwise('mul', 18, 'Product', 'a · b. A result beyond the range of a double is NaN.'),
  div: rowwise('div', 19, 'Quotient', 'a / b. Division by zero is NaN, and so is a result beyond the range of a double.'),
  gt: rowwise('gt', 20, 'Greater than', '1 where a > b, else 0; NaN where either is NaN.'),
  gte: rowwise('gte', 21, 'Greater than or equal', '1 where a ≥ b, else 0; NaN where either is NaN.'),
  lt: rowwise('lt', 22, 'Less than', '1 where a < b, else 0; NaN where either is NaN.'),
  lte: rowwise('lte', 23, 'Less than or equal', '1 where a ≤ b, else 0; NaN where either is NaN.'),
  eq: rowwise('eq', 24, 'Equal', '1 where a = b, else 0; NaN where either is NaN.'),
  and: rowwise('and', 25, 'Both', '1 where a and b are both other than 0, else 0; NaN where either is NaN.'),
  or: rowwise('or', 26, 'Either', '1 where a or b is other than 0, else 0; NaN where either is NaN.'),
  not: unary('not', 27, 'Not', '1 where a is 0, else 0; NaN where a is NaN.'),
  neg: unary('neg', 28, 'Negation', '−a.'),
  abs: unary('abs', 29, 'Absolute value', '|a|.'),
} as const;

export type KernelName = keyof typeof kernels;
/** Complete parameters of one kernel, by name. */
export type ParamsOf<N extends KernelName> = Resolved<(typeof kernels)[N]['params']>;
/** What an author may leave out: everything that has a default. */
export type ParamsGiven<N extends KernelName> = Partial<ParamsOf<N>>;
export type OutputOf<N extends KernelName> = (typeof kernels)[N]['outputs'][number];
export type InputOf<N extends KernelName> = (typeof kernels)[N]['inputs'][number]['name'];

export function isKernelName(name: string): name is KernelName {
  return Object.hasOwn(kernels, name);
}

export const kernelNames: readonly KernelName[] = Object.keys(kernels).filter(isKernelName);

/** The catalogue entry of a kernel. Throws KERNEL_UNKNOWN with the nearest name. */
export function kernelOf(name: string): Kernel {
  if (isKernelName(name)) return kernels[name];
  const nearest = nearestName(name, kernelNames);
  throw new Fault('KERNEL_UNKNOWN', `no kernel is called ${JSON.stringify(name)}`, {
    cure: nearest === undefined ? `use one of: ${kernelNames.join(', ')}` : `did you mean ${JSON.stringify(nearest)}? \`qmtl kernels list\` shows all`,
    data: { name, known: kernelNames },
  });
}

/** Fills in defaults and refuses what is unknown, of the wrong type or out of range. Throws KERNEL_UNKNOWN, PARAM_INVALID, PERIOD_INVALID. */
export function resolveParams<N extends KernelName>(name: N, given: Params): ParamsOf<N> & KernelParams;
export function resolveParams(name: string, given: Params): KernelParams;
export function resolveParams(name: string, given: Params): KernelParams {
  const kernel = kernelOf(name);
  for (const key of Object.keys(given)) {
    if (Object.hasOwn(kernel.params, key)) continue;
    const known = Object.keys(kernel.params);
    throw new Fault('PARAM_INVALID', `${name} has no parameter ${JSON.stringify(key)}`, {
      cure: known.length === 0 ? `${name} takes no parameters` : `its parameters are: ${known.join(', ')}`,
      data: { kernel: name, param: key },
    });
  }
  const resolved: Record<string, number> = {};
  for (const [key, param] of Object.entries(kernel.params)) {
    const value = given[key] === undefined ? param.default : given[key];
    if (value !== undefined) resolved[key] = checked(name, key, param, value);
    else if (!param.optional) throw paramFault(name, key, param, value);
  }
  return resolved;
}

function checked(kernel: string, key: string, param: KernelParam, value: unknown): number {
  const fits =
    typeof value === 'number' && value >= param.min && value <= param.max && (param.type === 'number' || Number.isInteger(value));
  if (!fits) throw paramFault(kernel, key, param, value);
  return value + 0; // −0 and 0 are one value and must be one NodeID
}

function paramFault(kernel: string, key: string, param: KernelParam, value: unknown): Fault {
  const kind = param.type === 'integer' ? 'a whole number' : 'a number';
  return new Fault(param.rows ? 'PERIOD_INVALID' : 'PARAM_INVALID', `${kernel}: ${key} is ${describe(value)}, which is not ${kind} in range`, {
    cure: `give ${kind} from ${param.min} to ${param.max}`,
    data: { kernel, param: key, value, min: param.min, max: param.max },
  });
}

function describe(value: unknown): string {
  return value === undefined ? 'missing' : typeof value === 'number' ? String(value) : JSON.stringify(value);
}
