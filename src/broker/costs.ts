// What a fill costs: the fee, and how much worse than the market its price is.
// Rates and money are 1e-8 units. Slippage is never in our favour and rounds against us; a limit is never passed.
import type { FeeTerms, SlippageTerms } from '#domain/account-terms.ts';
import { Fault } from '#domain/fault.ts';
import { rateOfBps, type SafeRate, safeRateOf, SCALE, unitsOf } from '#domain/money.ts';
import { fromUnits, minus, partOf, plus, restOf, sizeOf, times, timesUp, toUnits, type Units, unitsOfExact } from '#domain/units.ts';

/** What of an order and of the account a fee may depend on. */
export interface FeeBase {
  /** Value of the fill, unsigned, and its quantity. */
  readonly value: Units;
  readonly quantity: Units;
  /** True for an order that waited at its limit. */
  readonly isMaker: boolean;
  /** Of the order before this fill: units filled, their value, and fees paid. */
  readonly filledBefore: Units;
  readonly valueBefore: Units;
  readonly feesBefore: Units;
  /** Value traded in the month before this fill. */
  readonly monthValue: Units;
}

export type FeeModel = (base: FeeBase) => Units;

/** How much worse a taker's price is, in 1e-8 units of price: for a price, a quantity and the volume of the bar. */
export type SlippageModel = (price: Units, quantity: Units, volume: number) => Units;

/** A whole: beyond it a sale would pay us to take the money. */
export const BPS_LIMIT = 10_000;

/** Basis points as a rate. Throws PARAM_INVALID or MONEY_INVALID naming the term. */
export function rateOf(name: string, bps: number): bigint {
  if (!(Math.abs(bps) < BPS_LIMIT)) throw refused(name, bps, 'is not between -10,000 and 10,000 basis points', '100 basis points are 1 %');
  return rateOfBps(bps, name);
}

export function refused(name: string, value: unknown, why: string, cure: string): Fault {
  return new Fault('PARAM_INVALID', `${name}: ${String(value)} ${why}`, { cure, data: { param: name, value } });
}

function notNegative(name: string, value: number): number {
  if (!(value >= 0 && Number.isFinite(value))) throw refused(name, value, 'is not a number from 0 on', 'give what it costs us, as a positive number');
  return value;
}

/** Throws PARAM_INVALID or MONEY_INVALID for terms no fee can be computed from. */
export function feeModel(terms: FeeTerms): FeeModel {
  switch (terms.model) {
    case 'percent': {
      const rate = safeRateOf(rateOf('fee.bps', terms.bps));
      return ({ value }) => partOf(value, rate);
    }
    case 'maker-taker': {
      const maker = safeRateOf(rateOf('fee.makerBps', terms.makerBps));
      const taker = safeRateOf(rateOf('fee.takerBps', terms.takerBps));
      return ({ value, isMaker }) => partOf(value, isMaker ? maker : taker);
    }
    case 'per-share':
      return perShareFee(
        toUnits(notNegative('fee.amount', terms.amount), 'fee.amount'),
        toUnits(notNegative('fee.minimum', terms.minimum ?? 0), 'fee.minimum'),
        terms.maximumBps === undefined ? undefined : safeRateOf(rateOf('fee.maximumBps', notNegative('fee.maximumBps', terms.maximumBps))),
      );
    case 'tiered':
      return tieredFee(terms.from, terms.bps);
    default:
      throw refused('fee.model', (terms as { model?: unknown }).model, 'is no fee model', 'use percentFee, perShareFee, tieredFee or makerTakerFee');
  }
}

/** Minimum and maximum are of the order, so a fill pays what the order owes by now less what it has paid. The maximum wins. */
function perShareFee(amount: Units, minimum: Units, maximumRate: SafeRate | undefined): FeeModel {
  return ({ quantity, value, filledBefore, valueBefore, feesBefore }) => {
    const byShare = times(plus(filledBefore, quantity), amount);
    const least = byShare > minimum ? byShare : minimum;
    const most = maximumRate === undefined ? least : partOf(plus(valueBefore, value), maximumRate);
    const owed = least < most ? least : most;
    return owed > feesBefore ? minus(owed, feesBefore) : 0;
  };
}

function tieredFee(from: readonly number[], bps: readonly number[]): FeeModel {
  const cure = 'give tieredFee([[0, 10], [100_000, 8]]): rising values from 0 on, each with its basis points';
  if (from.length === 0 || from.length !== bps.length || from[0] !== 0 || from.some((value, k) => k > 0 && !(value > from[k - 1]!))) throw refused('fee.from', from.join(', '), 'are no tiers', cure);
  const borders = from.map((value) => toUnits(value, 'fee.from'));
  const rates = bps.map((each) => safeRateOf(rateOf('fee.bps', each)));
  return ({ value, monthValue }) => {
    let tier = borders.length - 1;
    while (monthValue < borders[tier]!) tier--;
    return partOf(value, rates[tier]!);
  };
}

/** Throws PARAM_INVALID or MONEY_INVALID for terms no slippage can be computed from. */
export function slippageModel(terms: SlippageTerms): SlippageModel {
  switch (terms.model) {
    case 'fixed': {
      const rate = unitsOfExact(rateOf('slippage.bps', terms.bps));
      return (price) => timesUp(sizeOf(price), rate);
    }
    case 'spread': {
      const half = unitsOfExact((unitsOf(notNegative('slippage.amount', terms.amount)) + 1n) / 2n);
      return () => half;
    }
    case 'volume-share': {
      const impact = notNegative('slippage.impact', terms.impact);
      return (price, quantity, volume) => ofPrice(price, impact * shareOf(quantity, volume) ** 2);
    }
    case 'square-root': {
      const scale = (notNegative('impact.coefficient', terms.coefficient) * notNegative('impact.volatilityBps', terms.volatilityBps)) / BPS_LIMIT;
      return (price, quantity, volume) => ofPrice(price, scale * Math.sqrt(shareOf(quantity, volume)));
    }
    default:
      throw refused('slippage.model', (terms as { model?: unknown }).model, 'is no slippage model', 'use fixedSlippage, spreadSlippage, volumeShareSlippage or squareRootImpact');
  }
}

/** A bar without volume is taken to be all ours. */
function shareOf(quantity: Units, volume: number): number {
  return volume > 0 ? fromUnits(quantity) / volume : 1;
}

/** The part of a price, to the nearest 1e-8 of it; at most all of it. Below zero a price is as large as its size. */
function ofPrice(price: Units, part: number): Units {
  return timesUp(sizeOf(price), Math.round(Math.min(part, 1) * SCALE));
}

/** The nearest multiple of a step that is worse for the side: up for a buyer, down for a seller. */
export function worseTick(isBuy: boolean, price: Units, tick: Units): Units {
  const above = tick === 1 ? 0 : overTick(price, tick);
  if (above === 0) return price;
  const below = minus(price, above);
  return isBuy ? plus(below, tick) : below;
}

/** How far a price lies above the highest multiple of a step that is not above it. */
function overTick(price: Units, tick: Units): Units {
  const rest = restOf(price, tick);
  return rest < 0 ? plus(rest, tick) : rest;
}
