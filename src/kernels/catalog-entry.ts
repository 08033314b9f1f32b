// What an entry of the catalogue says about a kernel, and the forms most entries take.
import type { BarField } from '#domain/bar.ts';

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
  readonly type: 'integer' | 'number' | 'choice';
  /** Of a choice: its words. The first is the default and is left out of a node's params; another stands there as its place in the list. */
  readonly choices?: readonly string[];
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
export type Resolved<P extends ParamTable> = { readonly [K in Exclude<keyof P, Optional<P>>]: number } & { readonly [K in Optional<P>]?: number };

/** The TA-Lib function a kernel agrees with, given the same bars. */
export interface TaLib {
  readonly name: string;
  /** Our parameter for each of its options, in its order; null for one that a kernel does not have and TA-Lib leaves at its default. */
  readonly params: readonly (string | null)[];
  /** Our output for each of its outputs, in its order. */
  readonly outputs: readonly string[];
}

export interface Kernel {
  readonly name: string;
  readonly version: string;
  readonly op: number;
  readonly title: string;
  readonly inputs: readonly KernelInput[];
  readonly outputs: readonly string[];
  readonly params: ParamTable;
  readonly talib?: TaLib;
  /** Parameters that are taken in ascending order, however they are given. */
  readonly ascending?: readonly string[];
  /** Other names people may call it by: TA-Lib's in lower case, and what else it is known as. Nodes go by `name` alone. */
  readonly aliases: readonly string[];
  /** Rows before the first output, as TA-Lib counts them. */
  lookback(params: KernelParams): number;
  /** Rows before the newest that the kernel reads from its inputs' pages. */
  history(params: KernelParams): number;
  /** Formula, seeding and source. */
  readonly doc: string;
}

export interface Definition<P extends ParamTable, I extends readonly KernelInput[], O extends readonly string[]> {
  readonly version: string;
  readonly op: number;
  readonly title: string;
  readonly inputs: I;
  readonly outputs: O;
  readonly params: P;
  readonly talib?: TaLib;
  readonly ascending?: readonly (keyof P & string)[];
  /** A name it is known by besides its own and TA-Lib's. */
  readonly alias?: string;
  lookback(params: Resolved<P>): number;
  history(params: Resolved<P>): number;
  readonly doc: string;
}

export function define<const N extends string, const P extends ParamTable, const I extends readonly KernelInput[], const O extends readonly string[]>(
  name: N,
  definition: Definition<P, I, O>,
): Definition<P, I, O> & { readonly name: N; readonly aliases: readonly string[] } {
  const others = [definition.talib?.name.toLowerCase(), definition.alias].filter((other): other is string => other !== undefined && other !== name);
  return Object.freeze({ name, aliases: others, ...definition });
}

/** A look-back in rows, of at least `least`. */
export function period<const D extends number>(byDefault: D, doc: string, least = 1) {
  return { type: 'integer', default: byDefault, min: least, max: PERIOD_MAX, rows: true, doc } as const;
}

/** The TA-Lib function of one output whose options are the kernel's parameters, `params` in its order. */
export function talib(name: string, ...params: readonly (string | null)[]): TaLib {
  return { name, params, outputs: ['value'] };
}

/** How a recursion begins; the doc of each kernel says where the two differ. */
export const SEEDING = {
  type: 'choice',
  choices: ['talib', 'tradingview'],
  min: 0,
  max: 1,
  optional: true,
  doc: "how it begins: TA-Lib's way or TradingView's",
} as const;

export const CLOSE = [{ name: 'value', default: 'close' }] as const;
export const BARS = [
  { name: 'high', default: 'high' },
  { name: 'low', default: 'low' },
  { name: 'close', default: 'close' },
] as const;
export const BARS_AND_VOLUME = [...BARS, { name: 'volume', default: 'volume' }] as const;
export const OHLC = [{ name: 'open', default: 'open' }, ...BARS] as const;
export const HIGH_AND_LOW = [
  { name: 'high', default: 'high' },
  { name: 'low', default: 'low' },
] as const;
export const CLOSE_AND_VOLUME = [
  { name: 'close', default: 'close' },
  { name: 'volume', default: 'volume' },
] as const;
export const VALUE = ['value'] as const;
export const none = () => 0;
export const windowOf = (p: { readonly period: number }) => p.period - 1;

/** A kernel over the window of one column. */
export function rolling<const N extends string>(name: N, op: number, title: string, byDefault: number, doc: string, counterpart?: TaLib) {
  return define(name, {
    version: '1.0.0',
    op,
    title,
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(byDefault, 'rows in the window') },
    lookback: windowOf,
    history: windowOf,
    doc,
    ...(counterpart === undefined ? {} : { talib: counterpart }),
  });
}
