// The conventions of an account, read from the params of its node and made into what runs.
// Params are flat: `fee_model`, `fee_bps`. What belongs to an instrument stands in lists, an item for each, or carries its number: `actions0_ts`.
import type { AccountConventions, CorporateAction, FeeTerms, InstrumentTerms, RiskTerms, SlippageTerms } from '#domain/account-terms.ts';
import type { Params, ParamValue } from '#domain/node-spec.ts';
import { shareOf, toUnits, type Units, unitsOfExact } from '#domain/units.ts';
import { type FeeModel, feeModel, rateOf, refused, type SlippageModel, slippageModel } from './costs.ts';
import { INSTRUMENTS_MAX, PLACES_MIN } from './event-tape.ts';
import { Session } from './session.ts';

const YEAR_MS = 365 * 86_400_000;

export interface Instrument {
  /** The author's name for it; empty where the account trades one. */
  readonly name: string;
  readonly tick: Units;
  readonly lot: Units;
  readonly currency: number;
  readonly actions: readonly CorporateAction[];
}

export interface Terms {
  readonly cash: Units;
  readonly instruments: readonly Instrument[];
  /** The account's own first. */
  readonly currencies: readonly string[];
  readonly fee: FeeModel;
  readonly slippages: readonly SlippageModel[];
  /** 1e-8 of a whole; null when unlimited. */
  readonly participation: Units | null;
  readonly latencyBars: number;
  readonly latencyMs: number;
  readonly fillsAtClose: boolean;
  readonly leverage: Units | null;
  readonly maintenance: Units;
  /** 1e-8 of a whole per millisecond, as the quotient `rate / YEAR_MS`. */
  readonly borrow: Units;
  readonly interest: Units;
  readonly session: Session;
  readonly risk: RiskTerms | null;
  readonly eventsPerRow: number;
  readonly intervalMs: number;
}

/** Part of a yearly rate that falls due over some time. */
export function partOfYear(amount: Units, elapsedMs: number): Units {
  return shareOf(amount, Math.round(elapsedMs), YEAR_MS);
}

/** The params of an account's node: `instruments` by the author's names, one without a name where there is only one. */
export function paramsOf(conventions: AccountConventions, instruments: Readonly<Record<string, InstrumentTerms>>): Params {
  const { risk, session, fee, slippage, impact, feeBps, slippageBps, ...rest } = conventions;
  const names = Object.keys(instruments);
  const all = Object.values(instruments);
  const params: Record<string, ParamValue> = {
    ...defined(rest),
    ...flat('fee', fee ?? { model: 'percent', bps: feeBps }),
    ...flat('slippage', slippage ?? { model: 'fixed', bps: slippageBps }),
    ...flat('impact', impact),
    ...flat('session', session),
    ...flat('risk', risk),
    ...(names.length > 1 || names[0] !== '' ? { instruments: names.join(' ') } : {}),
    tick: all.map(({ tick }) => tick ?? 1e-8),
    lot: all.map(({ lot }) => lot ?? 1e-8),
  };
  if (all.some(({ currency }) => currency !== undefined)) params.currencies = all.map(({ currency }) => currency ?? '-').join(' ');
  all.forEach(({ actions = [] }, k) => {
    if (actions.length === 0) return;
    params[`actions${k}_ts`] = actions.map(({ ts }) => ts);
    params[`actions${k}_split`] = actions.map(({ split }) => split);
    params[`actions${k}_dividend`] = actions.map(({ dividend }) => dividend);
  });
  return params;
}

/** Throws PARAM_INVALID or MONEY_INVALID naming the term that cannot be used. */
export function readTerms(params: Params, intervalMs: number): Terms {
  const of = <T>(name: string): T | undefined => params[name] as T | undefined;
  const nested = <T>(prefix: string): T => nest(params, prefix) as T;
  const latencyMs = within('latencyMs', of<number>('latencyMs') ?? 0, 0, YEAR_MS);
  const latencyBars = within('latencyBars', of<number>('latencyBars') ?? 0, 0, 1e6);
  if (!Number.isInteger(latencyBars)) throw refused('latencyBars', latencyBars, 'is not a whole number of bars', 'give 0, 1, 2, …');
  const participation = of<number>('participation');
  const leverage = of<number>('leverage');
  const risk = nested<RiskTerms>('risk');
  const { instruments, currencies } = readInstruments(params);
  const eventsPerRow = within('eventsPerRow', of<number>('eventsPerRow') ?? 8, PLACES_MIN, 1_024);
  if (!Number.isInteger(eventsPerRow)) throw refused('eventsPerRow', eventsPerRow, 'is not a whole number', `give a whole number from ${PLACES_MIN} on`);
  return {
    cash: toUnits(within('cash', of<number>('cash') ?? Number.NaN, 0, 1e18), 'cash'),
    instruments,
    currencies,
    fee: feeModel(nested<FeeTerms>('fee')),
    slippages: [nested<SlippageTerms>('slippage'), ...('impact_model' in params ? [nested<SlippageTerms>('impact')] : [])].map(slippageModel),
    participation: participation === undefined ? null : toUnits(within('participation', participation, 1e-8, 1)),
    latencyBars,
    latencyMs,
    fillsAtClose: of<string>('fillAt') === 'same-close',
    leverage: leverage === undefined ? null : toUnits(within('leverage', leverage, 1e-8, 1e6)),
    maintenance: toUnits(within('maintenance', of<number>('maintenance') ?? 0, 0, 1)),
    borrow: unitsOfExact(rateOf('borrowBps', within('borrowBps', of<number>('borrowBps') ?? 0, 0, 1e4))),
    interest: unitsOfExact(rateOf('interestBps', within('interestBps', of<number>('interestBps') ?? 0, 0, 1e4))),
    session: new Session('session_timeZone' in params ? nested('session') : undefined),
    risk: Object.keys(risk).length > 0 ? risk : null,
    eventsPerRow,
    intervalMs,
  };
}

function readInstruments(params: Params): { instruments: Instrument[]; currencies: string[] } {
  const names = String(params.instruments ?? '').split(' ');
  if (names.length > INSTRUMENTS_MAX) throw refused('instruments', names.length, 'are too many for one account', `trade at most ${INSTRUMENTS_MAX}`);
  const own = String(params.currency ?? '-');
  const given = params.currencies === undefined ? names.map(() => '-') : String(params.currencies).split(' ');
  const currencies = [own, ...new Set(given.filter((currency) => currency !== '-' && currency !== own))];
  const list = (name: string, k: number): readonly number[] => (params[`actions${k}_${name}`] as readonly number[] | undefined) ?? [];
  const instruments = names.map((name, k): Instrument => {
    const step = (term: 'tick' | 'lot'): Units => toUnits(within(term, (params[term] as readonly number[] | undefined)?.[k] ?? 1e-8, 1e-8, 1e10), term);
    const actions = list('ts', k).map((ts, at) => ({ ts, split: within('split', list('split', k)[at] ?? Number.NaN, 1e-6, 1e6), dividend: within('dividend', list('dividend', k)[at] ?? Number.NaN, 0, 1e10) }));
    const early = actions.find(({ ts }, at) => at > 0 && !(ts > actions[at - 1]!.ts));
    if (early) throw refused('actions', new Date(early.ts).toISOString(), 'is not after the action before it', 'give corporate actions in order of their times, one a moment');
    return { name, tick: step('tick'), lot: step('lot'), currency: given[k] === '-' ? 0 : currencies.indexOf(given[k]!), actions };
  });
  return { instruments, currencies };
}

function within(name: string, value: number, least: number, most: number): number {
  if (!(value >= least && value <= most)) throw refused(name, value, `is not from ${least} to ${most}`, 'give a number in this range');
  return value;
}

function flat(prefix: string, terms: object | undefined): Record<string, ParamValue> {
  return Object.fromEntries(Object.entries(defined(terms ?? {})).map(([name, value]) => [`${prefix}_${name}`, value]));
}

function defined(terms: object): Record<string, ParamValue> {
  return Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== undefined));
}

function nest(params: Params, prefix: string): Record<string, ParamValue> {
  const own = Object.entries(params).filter(([name]) => name.startsWith(`${prefix}_`));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length + 1), value]));
}
