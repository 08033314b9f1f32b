// The parameters of a strategy and the terms of its account, with what a caller overrides.
import type { AccountConventions } from '#domain/account-terms.ts';
import { Fault } from '#domain/fault.ts';
import type { AccountTerms } from '#domain/strategy-spec.ts';
import { describe } from '#graph/shape.ts';
import type { Dimension, Space } from '#search/space.ts';

/** The parameters a strategy may have: named, each with a default whose type is the parameter's type. */
export type StrategyParams = Readonly<Record<string, number | string | boolean | readonly number[]>>;

/** Params as build and compute see them: read only, and `true` among them stands for either boolean. */
export type ParamValues<P> = { readonly [K in keyof P]: P[K] extends boolean ? boolean : P[K] };

const TERMS_BY_DEFAULT: AccountTerms = { cash: 100_000, feeBps: 0, slippageBps: 0 };
/** A fee or slippage of this size is the whole value traded. */
const BPS_MAX = 10_000;

/**
 * The defaults with the overrides in their place. A text, as from `--set fast=10`, is read as the type of the default.
 * Throws PARAM_INVALID for an unknown name or a value of another type.
 */
export function withOverrides<P extends StrategyParams>(
  defaults: ParamValues<P>,
  overrides: Readonly<Record<string, unknown>>,
  owner: string,
): ParamValues<P> {
  refuseUnknown(owner, defaults, overrides);
  const values = Object.entries(defaults).map(([name, byDefault]) => {
    if (!Object.hasOwn(overrides, name)) return [name, byDefault];
    const value = readAs(byDefault, overrides[name]);
    if (value === undefined) {
      throw new Fault('PARAM_INVALID', `${owner}: param ${name} is ${describe(overrides[name])}, not ${kindOf(byDefault)}`, {
        cure: `give ${kindOf(byDefault)}, for example ${name}=${String(byDefault)}`,
        data: { param: name, value: overrides[name] },
      });
    }
    return [name, value];
  });
  return Object.freeze(Object.fromEntries(values)) as ParamValues<P>;
}

/** The space, when each dimension is one of a parameter's and its values are of the parameter's type. Throws PARAM_INVALID. */
export function checkSpace(space: Readonly<Record<string, unknown>>, defaults: StrategyParams, owner: string): Space {
  refuseUnknown(`${owner}: space`, defaults, space);
  for (const [name, dimension] of Object.entries(space)) {
    const samples = isDimension(dimension) ? ('values' in dimension ? dimension.values : [dimension.from, dimension.to]) : [];
    const other = samples.findIndex((value) => typeof value !== typeof defaults[name]);
    if (samples.length > 0 && other < 0) continue;
    const why = other < 0 ? `is ${describe(dimension)}, which does not hold` : `holds ${describe(samples[other])}, not`;
    throw new Fault('PARAM_INVALID', `${owner}: space.${name} ${why} ${kindOf(defaults[name]!)}`, {
      cure: `give int(…), real(…) or choice(…) with values of the type of the default, ${name}: ${String(defaults[name])}`,
      data: { param: name },
    });
  }
  return space as Space;
}

function isDimension(value: unknown): value is Dimension {
  return typeof value === 'object' && value !== null && ('values' in value ? Array.isArray(value.values) : 'from' in value && 'to' in value);
}

/** The conventions that are records. */
const MODELS = new Set(['fee', 'slippage', 'impact', 'session', 'risk']);

/** What a strategy and a run say about the account. */
export interface AccountSettings {
  readonly terms: AccountTerms;
  /** Everything beyond the three plain terms. Without any, a target is traded by the plain paper account. */
  readonly conventions: Conventions;
  /** What the run alone says. */
  readonly ofRun: Partial<AccountTerms>;
}

export type Conventions = Omit<Partial<AccountConventions>, keyof AccountTerms>;

/** Terms of an account beyond the three plain ones. */
export const CONVENTIONS = [
  'fee', 'slippage', 'impact', 'participation', 'latencyBars', 'latencyMs', 'fillAt', 'leverage', 'maintenance', 'borrowBps', 'interestBps', 'session', 'risk', 'eventsPerRow',
] as const satisfies readonly (keyof Conventions)[];

/** The account as a strategy states it, with what a run overrides. Throws PARAM_INVALID naming the term. */
export function withTerms(owner: string, ofStrategy: Partial<AccountConventions>, ofRun: Partial<AccountTerms> = {}): AccountSettings {
  const terms = { ...TERMS_BY_DEFAULT };
  const conventions: Record<string, unknown> = {};
  const known = Object.fromEntries([...Object.keys(TERMS_BY_DEFAULT), ...CONVENTIONS].map((name) => [name, true]));
  refuseUnknown(`${owner}: account`, known, ofStrategy);
  refuseUnknown(`${owner}: account`, TERMS_BY_DEFAULT, ofRun);
  for (const [name, value] of [...Object.entries(ofStrategy), ...Object.entries(ofRun)]) {
    if (value === undefined) continue;
    if (Object.hasOwn(TERMS_BY_DEFAULT, name)) terms[name as keyof AccountTerms] = value as number;
    else conventions[name] = value;
    if (!MODELS.has(name) || typeof value === 'object') continue;
    throw new Fault('PARAM_INVALID', `${owner}: account.${name} is ${describe(value)}, not a record`, { cure: `give what a function such as percentFee answers, or a record of its terms`, data: { param: name, value } });
  }
  for (const [name, value] of Object.entries(terms)) {
    const inRange = Number.isFinite(value) && (name === 'cash' ? value > 0 : Math.abs(value) < BPS_MAX);
    if (inRange) continue;
    throw new Fault('PARAM_INVALID', `${owner}: account.${name} is ${describe(value)}`, {
      cure: name === 'cash' ? 'give an amount above 0' : `give basis points, more than −${BPS_MAX} and less than ${BPS_MAX}`,
      data: { param: name, value },
    });
  }
  return { terms, conventions, ofRun };
}

function refuseUnknown(owner: string, known: object, given: object): void {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  const names = Object.keys(known);
  throw new Fault('PARAM_INVALID', `${owner} has no param ${describe(unknown)}`, {
    cure: names.length === 0 ? 'it takes no params' : `its params are: ${names.join(', ')}`,
    data: { param: unknown, known: names },
  });
}

/** The value as the type of `byDefault`, or undefined when it is not one. */
function readAs(byDefault: StrategyParams[string], value: unknown): StrategyParams[string] | undefined {
  if (typeof byDefault === 'string') return typeof value === 'string' ? value : undefined;
  if (typeof byDefault === 'number') return readNumber(value);
  if (typeof byDefault === 'boolean') {
    if (typeof value === 'boolean') return value;
    return value === 'true' ? true : value === 'false' ? false : undefined;
  }
  const items: readonly unknown[] = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [undefined];
  const numbers = items.map(readNumber);
  return numbers.every((item) => item !== undefined) ? Object.freeze(numbers) : undefined;
}

function readNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function kindOf(value: StrategyParams[string]): string {
  return typeof value === 'object' ? 'a list of numbers' : `a ${typeof value}`;
}
