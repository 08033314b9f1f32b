// What a live account holds at its venue, by the venue's own reports, beside what the simulated account holds of the same orders.
//
// G1. A report says how an order stands, all of it, so the newest replaces what was known: told twice, or in any number of steps, it comes to the same.
// G2. The two are never mixed. The simulated account is a node, and its values follow from its inputs: it does not learn what a venue did.
// Absent: asking the venue, and the journal (dealer.ts).
import type { VenueReport } from '#broker/venue.ts';
import { absolute, amountOf } from '#domain/money.ts';
import type { OrderRequest, Side } from '#domain/order.ts';

/** Of one instrument, since the account went live. Amounts as people read them. */
export interface LiveStanding {
  /** The account's name for it; empty where it trades one. */
  readonly instrument: string;
  /** Units the simulated account got from the orders that were sent, and units the venue filled of them; short below 0. */
  readonly expected: number;
  readonly actual: number;
  /** What the venue's fills brought or, below 0, cost, fees included; null when it does not tell prices. */
  readonly cash: number | null;
  /** Orders that may still fill. */
  readonly open: number;
}

interface LiveOrder {
  readonly request: Pick<OrderRequest, 'side' | 'quantity' | 'instrument'>;
  report: VenueReport | undefined;
}

export class LiveLedger {
  /** By the number of the intent. */
  readonly #orders = new Map<number, LiveOrder>();
  readonly #expected = new Map<string, bigint>();

  place(intent: number, request: OrderRequest): void {
    this.#orders.set(intent, { request, report: undefined });
  }

  /** By G1. An intent that placed nothing is none of it. */
  report(intent: number, report: VenueReport): void {
    const order = this.#orders.get(intent);
    if (order) order.report = report;
  }

  /** How an order stood when the venue was asked last. */
  reportOf(intent: number): VenueReport | undefined {
    return this.#orders.get(intent)?.report;
  }

  /** Intents whose orders the venue called open. */
  get open(): number[] {
    return [...this.#orders].flatMap(([intent, { report }]) => (report?.state === 'open' ? [intent] : []));
  }

  /** A fill of the simulated account. */
  expect(instrument: string, side: Side, quantity: bigint): void {
    this.#expected.set(instrument, (this.#expected.get(instrument) ?? 0n) + (side === 'buy' ? quantity : -quantity));
  }

  /** What the simulated account got, as bytes carry it: units as text, by instrument. */
  get expected(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#expected].map(([instrument, units]) => [instrument, String(units)]));
  }

  /** Goes on from what `expected` said. */
  restoreExpected(expected: Readonly<Record<string, string>>): void {
    this.#expected.clear();
    for (const [instrument, units] of Object.entries(expected)) this.#expected.set(instrument, BigInt(units));
  }

  standing(): LiveStanding[] {
    const names = new Set([...this.#expected.keys(), ...[...this.#orders.values()].map(({ request }) => request.instrument ?? '')]);
    return [...names].toSorted().map((instrument) => {
      const own = [...this.#orders.values()].filter(({ request }) => (request.instrument ?? '') === instrument);
      let actual = 0n;
      let cash: bigint | null = 0n;
      for (const { request, report } of own) {
        const quantity = filledOf(request.quantity, report);
        actual += request.side === 'buy' ? quantity : -quantity;
        if (quantity === 0n || cash === null) continue;
        cash = report?.filled ? cash + (request.side === 'buy' ? -absolute(report.filled.value) : absolute(report.filled.value)) - report.filled.fee : null;
      }
      return {
        instrument,
        expected: amountOf(this.#expected.get(instrument) ?? 0n),
        actual: amountOf(actual),
        cash: cash === null ? null : amountOf(cash),
        open: own.filter(({ report }) => report?.state === 'open').length,
      };
    });
  }
}

/** A venue that does not tell how much has filled still says when all has. */
function filledOf(quantity: bigint, report: VenueReport | undefined): bigint {
  return report?.filled?.quantity ?? (report?.state === 'filled' ? quantity : 0n);
}
