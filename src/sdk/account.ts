// An account that trades by orders, as an author declares it: what it trades, on what terms, and a function that is asked at each close.
import { readFileSync } from 'node:fs';
import { accountOutputs } from '#broker/account-columns.ts';
import type { InstrumentView, OrderOptions, OrderView } from '#broker/desk.ts';
import { leanActions } from '#broker/lean-factors.ts';
import { ORDER_ACCOUNT_VERSION } from '#broker/order-account.ts';
import { paramsOf, readTerms } from '#broker/terms.ts';
import type { AccountConventions, CorporateAction, InstrumentTerms, MakerTakerFee, PercentFee, PerShareFee, FixedSlippage, SpreadSlippage, SquareRootImpact, TieredFee, VolumeShareSlippage } from '#domain/account-terms.ts';
import type { BarField, Source } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import { intervalMs } from '#domain/interval.ts';
import type { Params } from '#domain/node-spec.ts';
import type { Written } from '#graph/author.ts';
import { normaliseCode } from '#graph/code.ts';
import { riskRules } from '#risk/check.ts';
import { describe, readAnyRecord, readRecord, readWord } from '#graph/shape.ts';
import { declaredAt } from './custom.ts';
import { type Column, columnOf, sharedInterval, Vertex } from './node.ts';
import type { Output } from './operators.ts';
import { CONVENTIONS, type ParamValues, type StrategyParams } from './params.ts';
import { StreamInput } from './stream-input.ts';

export type { InstrumentView, OrderOptions, OrderView };

/** One instrument of an account, when its bars alone do not say enough. */
export interface Traded extends InstrumentTerms {
  readonly price: StreamInput;
  /** Price of its currency in the account's. */
  readonly rate?: Output;
  /** Share of the position's value that longs pay to shorts on a row, 0 or NaN where nothing is due. */
  readonly funding?: Output;
  /** What came first in each bar, where it is known: 1 the high, −1 the low. */
  readonly path?: Output;
}

export interface AccountOptions<V extends string, P extends StrategyParams> extends Partial<AccountConventions> {
  /** The account's own currency, when it holds several. */
  readonly currency?: string;
  /** Outputs the function wants to see. */
  readonly values?: Readonly<Record<V, Output>>;
  /** Constants of the function. They are in the id, which is why it may read nothing else from outside. */
  readonly params?: P;
}

export interface CommonView<V extends string, P> {
  /** Open time of the bar that closes now, UTC ms. */
  readonly t: number;
  /** The values of the row, by name; NaN while they warm up. */
  readonly values: Readonly<Record<V, number>>;
  readonly params: ParamValues<P>;
  /** In the account's currency, after the bar. */
  readonly cash: number;
  readonly equity: number;
}

/**
 * Called at each close, in order. A function of what it is given and nothing else; what it keeps in mind are its orders and its position.
 */
export type Orders<V extends string, P, I extends string = never> = [I] extends [never]
  ? (view: InstrumentView & CommonView<V, P>) => void
  : (view: Readonly<Record<I, InstrumentView>> & CommonView<V, P>) => void;

const BAR_FIELDS: readonly BarField[] = ['open', 'high', 'low', 'close', 'volume'];
const TAKEN = new Set(['t', 'values', 'params', 'cash', 'equity']);

/** An account by orders, declared. It becomes a node when the strategy it is part of is declared. */
export class Account {
  readonly #instruments: Readonly<Record<string, Traded>>;
  readonly #options: AccountOptions<string, StrategyParams>;
  readonly #source: string;
  readonly #written: Written;

  /** @internal */
  constructor(instruments: Readonly<Record<string, Traded>>, options: AccountOptions<string, StrategyParams>, source: string, written: Written) {
    this.#instruments = instruments;
    this.#options = options;
    this.#source = source;
    this.#written = written;
  }

  /** The bars it is marked with first. */
  get source(): Source {
    return Object.values(this.#instruments)[0]!.price.source;
  }

  /** @internal The account's node; `terms` of the strategy stand behind its own, those of a run before them. */
  vertex(terms: AccountConventions, ofRun: Partial<AccountConventions>): Vertex {
    const { values = {}, params = {}, ...own } = this.#options;
    // The basis points of a run stand in place of any other model of the same cost.
    const replaced = { ...(ofRun.feeBps !== undefined && { fee: undefined }), ...(ofRun.slippageBps !== undefined && { slippage: undefined }) };
    const conventions = { ...terms, ...own, ...ofRun, ...replaced } as AccountConventions;
    const columns: (readonly [string, Column])[] = Object.entries(this.#instruments).flatMap(([name, { price, rate, funding, path }], k) => [
      ...BAR_FIELDS.map((field) => [`${field}${k}`, price[field]] as const),
      ...Object.entries({ rate, funding, path }).flatMap(([input, output]) => (output === undefined ? [] : [[`${input}${k}`, columnOf(output, `account: ${input} of ${name || 'its instrument'}`)] as const])),
    ]);
    const seen = Object.entries(readAnyRecord(values, 'account: values')).toSorted(([a], [b]) => (a < b ? -1 : 1));
    for (const [name, output] of seen) columns.push([`value_${readWord(name, 'account: values')}`, columnOf(output, `account: values.${name}`)]);
    const all = columns.map(([, column]) => column);
    const nodeParams: Params = {
      ...paramsOf(conventions, this.#instruments),
      ...Object.fromEntries(Object.entries(params).map(([name, value]) => [`param_${readWord(name, 'account: params')}`, value])),
    };
    const eventsPerRow = conventions.eventsPerRow ?? Math.max(8, 2 * Object.keys(this.#instruments).length);
    const interval = sharedInterval(all, 'the account');
    // What cannot be an account is refused here, not where it would run.
    riskRules(readTerms({ ...nodeParams, eventsPerRow }, intervalMs(interval)).risk);
    return new Vertex(
      {
        nodeType: 'account',
        code: { account: 'orders', version: ORDER_ACCOUNT_VERSION, source: this.#source },
        config: { interval, period: 1, params: { ...nodeParams, eventsPerRow }, upstreams: columns.map(([name, column]) => ({ ...column.ref, name })) },
        schema: { outputs: accountOutputs(columns.map(([name]) => name), Object.keys(this.#instruments).length, eventsPerRow) },
      },
      all,
      'account',
      this.#written,
    );
  }
}

/**
 * An account that trades by orders. `traded` is the bars of one instrument, or several by name; `orders` is called at each close and places,
 * changes and cancels orders, which meet the bars after it:
 *
 *     account(price, { cash: 10_000, fee: percentFee(10), values: { trend } }, ({ values, position, buy, sell }) => {
 *       if (values.trend > 0 && position === 0) buy(1, { stopLoss: 95 });
 *     });
 *
 * Throws CODE_CAPTURES and CODE_INVALID for the function, with the line in the author's file; SPEC_INVALID naming the wrong field.
 */
export function account<V extends string = never, P extends StrategyParams = StrategyParams>(traded: StreamInput | Traded, options: AccountOptions<V, P>, orders: Orders<V, P>): Account;
export function account<I extends string, V extends string = never, P extends StrategyParams = StrategyParams>(
  traded: Readonly<Record<I, StreamInput | Traded>>,
  options: AccountOptions<V, P>,
  orders: Orders<V, P, I>,
): Account;
export function account(traded: unknown, options: AccountOptions<string, StrategyParams>, orders: unknown): Account {
  const at = declaredAt();
  if (typeof orders !== 'function') throw new Fault('CODE_INVALID', `account: orders is ${describe(orders)}, not a function`, { cure: 'write it as ({ bar, position, buy, sell }) => { … }' });
  readRecord(options, 'account', [], [...CONVENTIONS, 'cash', 'feeBps', 'slippageBps', 'currency', 'values', 'params']);
  const instruments = isOne(traded) ? { '': tradedOf(traded, 'account') } : several(traded);
  requireRates(instruments, options.currency);
  const { source } = normaliseCode(orders as (...args: never[]) => unknown, at, 'orders');
  return new Account(instruments, withoutUndefined(options), source, { text: Function.prototype.toString.call(orders), at });
}

function isOne(traded: unknown): boolean {
  return traded instanceof StreamInput || (typeof traded === 'object' && traded !== null && 'price' in traded && traded.price instanceof StreamInput);
}

function several(traded: unknown): Record<string, Traded> {
  const named = Object.entries(readAnyRecord(traded, 'account: what it trades'));
  if (named.length === 0) throw new Fault('SPEC_INVALID', 'account: it trades nothing', { cure: 'give it a StreamInput' });
  return Object.fromEntries(
    named.map(([name, each]) => {
      const word = readWord(name, 'account: name of an instrument');
      if (TAKEN.has(word)) throw new Fault('SPEC_INVALID', `account: an instrument is named ${word}, which means something else to an orders function`, { cure: 'give it another name' });
      return [word, tradedOf(each, `account: ${word}`)];
    }),
  );
}

function tradedOf(traded: unknown, where: string): Traded {
  if (traded instanceof StreamInput) return { price: traded };
  if (isOne(traded)) {
    readRecord(traded, where, ['price'], ['rate', 'funding', 'path', 'tick', 'lot', 'currency', 'actions']);
    return traded as Traded;
  }
  throw new Fault('SPEC_INVALID', `${where}: what it trades is ${describe(traded)}, not a StreamInput`, { cure: 'give the bars of an instrument, or a record with them as price' });
}

/** Prices in another currency are worth nothing without its rate. */
function requireRates(instruments: Readonly<Record<string, Traded>>, own: string | undefined): void {
  if (own !== undefined) readWord(own, 'account: currency');
  for (const [name, { currency, rate }] of Object.entries(instruments)) {
    if (currency === undefined || readWord(currency, `account: currency of ${name || 'its instrument'}`) === own || rate !== undefined) continue;
    throw new Fault('SPEC_INVALID', `account: ${name || 'its instrument'} trades in ${currency}, and nothing says what that is worth`, { cure: `give it a rate, the price of ${currency} in the account's currency, or make it the account's currency` });
  }
}

function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

/** Splits and dividends of an instrument, from a LEAN factor file. Throws DATA_FILE_UNREADABLE, and DATA_ROW_INVALID with the line. */
export function leanFactors(path: string): CorporateAction[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Fault('DATA_FILE_UNREADABLE', `${path}: ${(cause as Error).message}`, { cure: 'give the path of a factor file', cause });
  }
  return leanActions(text, path);
}

/** Basis points of the value traded. */
export function percentFee(bps: number): PercentFee {
  return { model: 'percent', bps };
}

/** Money per unit, at least `minimum` an order and at most `maximumBps` of its value. */
export function perShareFee(amount: number, limits: { readonly minimum?: number; readonly maximumBps?: number } = {}): PerShareFee {
  return { model: 'per-share', amount, ...limits };
}

/** `[value traded this month, basis points from there on]`, rising, from 0 on. */
export function tieredFee(tiers: readonly (readonly [from: number, bps: number])[]): TieredFee {
  return { model: 'tiered', from: tiers.map(([from]) => from), bps: tiers.map(([, bps]) => bps) };
}

/** One fee for orders that wait in the book, one for those that take from it. */
export function makerTakerFee(makerBps: number, takerBps: number): MakerTakerFee {
  return { model: 'maker-taker', makerBps, takerBps };
}

/** Basis points of the price. */
export function fixedSlippage(bps: number): FixedSlippage {
  return { model: 'fixed', bps };
}

/** Half of a spread, in money. */
export function spreadSlippage(amount: number): SpreadSlippage {
  return { model: 'spread', amount };
}

/** price × impact × (share of the bar's volume)². */
export function volumeShareSlippage(impact = 0.1): VolumeShareSlippage {
  return { model: 'volume-share', impact };
}

/** price × coefficient × volatility of a bar × √(share of the bar's volume). */
export function squareRootImpact(coefficient: number, volatilityBps: number): SquareRootImpact {
  return { model: 'square-root', coefficient, volatilityBps };
}
