// The one door to an order: a broker takes Approved<OrderRequest> and nothing else, and the only cast to it is here.
//
// K1. An order that makes a position smaller, and does not turn it, is approved whatever the limits say: closing is never refused.
// K2. Limits hold for the position as it would be were the order filled together with the open orders of its side.
// K3. The first rule of the table that is broken is the one that is named, with how far beyond its limit the order was.
// K4. Where there is no equity left to measure by, everything that opens is refused.
import type { RiskTerms } from '#domain/account-terms.ts';
import { Fault } from '#domain/fault.ts';
import { SCALE, UNITS_MAX } from '#domain/money.ts';
import type { Approved, OrderRequest } from '#domain/order.ts';
import type { Assess, Refusal, Standing } from '#domain/standing.ts';
import { fromUnits, minus, plus, sizeOf, times, toUnits, type Units } from '#domain/units.ts';

interface FormRule {
  readonly name: string;
  readonly holds: (request: OrderRequest<Units>) => boolean;
  readonly cure: string;
}

/** As a number: to compare one with a bigint takes longer than all else that is asked of an order. */
const UNITS_MOST = Number(UNITS_MAX);

/** What every order must be, whoever places it. */
const FORM: readonly FormRule[] = [
  { name: 'quantity-positive', holds: (request) => request.quantity > 0, cure: 'order more than nothing; the side says buy or sell' },
  { name: 'quantity-finite', holds: ({ quantity }) => (typeof quantity === 'number' ? quantity <= UNITS_MOST : quantity <= UNITS_MAX), cure: 'order at most 1e18 units' },
];

/** Approves an order request, or throws ORDER_REFUSED naming the rule it broke and by what quantity. */
export function approve<Amount extends Units>(request: OrderRequest<Amount>): Approved<OrderRequest<Amount>> {
  for (const { name, holds, cure } of FORM) {
    if (holds(request)) continue;
    const quantity = fromUnits(request.quantity);
    throw new Fault('ORDER_REFUSED', `${request.side} ${quantity}: refused by the rule ${name}`, { cure, data: { rule: name, side: request.side, quantity } });
  }
  return request as Approved<OrderRequest<Amount>>;
}

/** What the rules measure of an order and where it would lead. */
interface Measure extends Standing {
  readonly quantity: Units;
  /** By K2, unsigned, in units and in money. */
  readonly positionAfter: Units;
  readonly valueAfter: Units;
  readonly exposureAfter: Units;
}

type LimitRule = readonly [rule: Refusal['rule'], limit: keyof RiskTerms, excess: (measure: Measure, limit: number) => number];

/** How far beyond each limit an order is; more than 0 breaks the rule. */
const LIMITS: readonly LimitRule[] = [
  ['size', 'orderMax', ({ quantity }, limit) => fromUnits(minus(quantity, toUnits(limit)))],
  ['position', 'positionMax', ({ positionAfter }, limit) => fromUnits(minus(positionAfter, toUnits(limit)))],
  ['concentration', 'concentrationMax', ({ valueAfter, equity }, limit) => beyondShare(valueAfter, equity, limit)],
  ['leverage', 'leverageMax', ({ exposureAfter, equity }, limit) => beyondShare(exposureAfter, equity, limit)],
  ['daily loss', 'dailyLossMax', ({ equityOfDay, equity }, limit) => fromUnits(minus(minus(equityOfDay, equity), toUnits(limit)))],
  ['rate', 'ordersPerDayMax', ({ ordersOfDay }, limit) => ordersOfDay + 1 - limit],
  ['drawdown', 'drawdownMax', ({ equityPeak, equity }, limit) => beyondShare(minus(equityPeak, equity), equityPeak, limit)],
];

/** The rules of an account. Throws PARAM_INVALID for a limit that is none. */
export function riskRules(terms: RiskTerms | null): Assess {
  const unknown = Object.keys(terms ?? {}).find((name) => !LIMITS.some(([, known]) => known === name));
  if (unknown !== undefined) throw new Fault('PARAM_INVALID', `risk.${unknown} is no limit`, { cure: `the limits are ${LIMITS.map(([, known]) => known).join(', ')}`, data: { param: `risk.${unknown}` } });
  const limits = terms === null ? [] : LIMITS.flatMap(([rule, name, excess]) => (terms[name] === undefined ? [] : [{ rule, limit: checked(name, terms[name]), excess }]));
  return (request, standing) => {
    const form = approve(request);
    if (limits.length === 0) return form;
    const measure = measureOf(request, standing());
    if (!measure) return form;
    for (const { rule, limit, excess } of limits) {
      const beyond = excess(measure, limit);
      if (beyond > 0) return { rule, excess: beyond };
    }
    return form;
  };
}

/** Undefined for an order that only makes a position smaller (K1). */
function measureOf({ side, quantity }: OrderRequest<Units>, standing: Standing): Measure | undefined {
  const { position, pending, price, exposure } = standing;
  const held = sizeOf(position);
  const isOpposite = position !== 0 && position > 0 === (side === 'sell');
  const sum = plus(quantity, pending);
  if (isOpposite && sum <= held) return undefined;
  const positionAfter = isOpposite ? minus(sum, held) : plus(held, sum);
  const valueAfter = times(positionAfter, price);
  return { ...standing, quantity, positionAfter, valueAfter, exposureAfter: plus(minus(exposure, times(held, price)), valueAfter) };
}

/** part / whole − limit, where more than 0 is exactly that: by products, not by the quotient. */
function beyondShare(part: Units, whole: Units, limit: number): number {
  if (whole <= 0) return part > 0 ? Number.MAX_VALUE : 0;
  const allowed = times(whole, toUnits(limit));
  return part > allowed ? Math.max(Number(part) / Number(whole) - limit, 1 / SCALE) : 0;
}

function checked(name: keyof RiskTerms, limit: number): number {
  if (limit >= 0 && Number.isFinite(limit)) return limit;
  throw new Fault('PARAM_INVALID', `risk.${name}: ${limit} is no limit`, { cure: 'give a number from 0 on, or leave it out', data: { param: `risk.${name}`, value: limit } });
}
