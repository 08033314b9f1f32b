// The one door to an order: a broker takes Approved<OrderRequest> and nothing else, and the only cast to it is here.
// Absent: limits on position, loss and rate. They join this list of rules, and no caller changes.
import { Fault } from '#domain/fault.ts';
import { amountOf, UNITS_MAX } from '#domain/money.ts';
import type { Approved, OrderRequest } from '#domain/order.ts';

interface Rule {
  readonly name: string;
  readonly holds: (request: OrderRequest) => boolean;
  readonly cure: string;
}

const RULES: readonly Rule[] = [
  { name: 'quantity-positive', holds: (request) => request.quantity > 0n, cure: 'order more than nothing; the side says buy or sell' },
  { name: 'quantity-finite', holds: (request) => request.quantity <= UNITS_MAX, cure: 'order at most 1e18 units' },
];

/** Approves an order request, or throws ORDER_REFUSED naming the rule it broke and by what quantity. */
export function approve(request: OrderRequest): Approved<OrderRequest> {
  const broken = RULES.find((rule) => !rule.holds(request));
  if (broken) {
    const quantity = amountOf(request.quantity);
    throw new Fault('ORDER_REFUSED', `${request.side} ${quantity}: refused by the rule ${broken.name}`, {
      cure: broken.cure,
      data: { rule: broken.name, side: request.side, quantity },
    });
  }
  return request as Approved<OrderRequest>;
}
