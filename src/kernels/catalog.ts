// The catalogue of kernels: what each is called, reads, takes and gives. Everything else about a kernel is in `assembly/kernel/`.
// C1. `op` is persisted in state blocks and plans: a number is never reused.
// C2. `version` names the bits. Other output bits on any input need a new version, since the version is part of the NodeID.
// C3. Rows before `lookback(params)` are not outputs; `history(params)` is how many rows before the newest one a kernel may still read.
import { Fault } from '#domain/fault.ts';
import type { Params } from '#domain/node-spec.ts';
import { averages } from './catalog-averages.ts';
import { candles } from './catalog-candles.ts';
import { cycles } from './catalog-cycle.ts';
import { momentum } from './catalog-momentum.ts';
import { operators } from './catalog-operators.ts';
import { oscillators } from './catalog-oscillators.ts';
import { prices } from './catalog-prices.ts';
import { regression } from './catalog-regression.ts';
import { statistics } from './catalog-statistics.ts';
import { transforms } from './catalog-transforms.ts';
import { trend } from './catalog-trend.ts';
import { volatility } from './catalog-volatility.ts';
import { volume } from './catalog-volume.ts';
import type { Kernel, KernelParam, KernelParams, Resolved } from './catalog-entry.ts';
import { nearestName } from './nearest.ts';

export { type Kernel, type KernelInput, type KernelParam, type KernelParams, PERIOD_MAX, type TaLib } from './catalog-entry.ts';

export const kernels = { ...averages, ...momentum, ...oscillators, ...volatility, ...volume, ...trend, ...regression, ...statistics, ...cycles, ...prices, ...candles, ...transforms, ...operators } as const;

export type KernelName = keyof typeof kernels;
/** Complete parameters of one kernel, by name. */
export type ParamsOf<N extends KernelName> = Resolved<(typeof kernels)[N]['params']>;
/** What an author may leave out: everything that has a default. */
export type ParamsGiven<N extends KernelName> = { readonly [K in keyof ParamsOf<N>]?: Given<(typeof kernels)[N]['params'], K> };
type Given<P, K> = K extends keyof P ? (P[K] extends { readonly choices: readonly (infer Word)[] } ? Word : number) : never;
export type OutputOf<N extends KernelName> = (typeof kernels)[N]['outputs'][number];
export type InputOf<N extends KernelName> = (typeof kernels)[N]['inputs'][number]['name'];

export function isKernelName(name: string): name is KernelName {
  return Object.hasOwn(kernels, name);
}

export const kernelNames: readonly KernelName[] = Object.keys(kernels).filter(isKernelName);

const namesByAlias = new Map(kernelNames.flatMap((name) => kernels[name].aliases.map((alias) => [alias, name] as const)));

/** A kernel by its own name or an alias, in any case: `psar`, `sar`, `PLUS_DI`. Throws KERNEL_UNKNOWN. */
export function kernelNamed(name: string): Kernel {
  const lower = name.toLowerCase();
  return kernelOf(isKernelName(lower) ? lower : (namesByAlias.get(lower) ?? name));
}

/** The catalogue entry of a kernel, by the name that nodes have it under. Throws KERNEL_UNKNOWN with the nearest name. */
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
    const number = param.choices === undefined ? value : placeOf(name, key, param.choices, value);
    if (number !== undefined) resolved[key] = checked(name, key, param, number);
    else if (!param.optional) throw paramFault(name, key, param, value);
  }
  const ascending = kernel.ascending ?? [];
  const sorted = ascending.map((key) => resolved[key]!).toSorted((a, b) => a - b);
  ascending.forEach((key, k) => (resolved[key] = sorted[k]!));
  return resolved;
}

/** A choice as its place in the list; nothing for the first, which is what leaving it out means. */
function placeOf(kernel: string, key: string, choices: readonly string[], value: unknown): unknown {
  const place = typeof value === 'string' ? choices.indexOf(value) : value;
  if (place === -1) {
    throw new Fault('PARAM_INVALID', `${kernel}: ${key} is ${JSON.stringify(value)}`, { cure: `give one of: ${choices.join(', ')}`, data: { kernel, param: key, choices } });
  }
  return place === 0 ? undefined : place;
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
