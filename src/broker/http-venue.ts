// Reaches a paper venue over HTTP. Whatever leaves the outcome open is a Fault that may be tried again: by V1 trying again is harmless.
import type { Clock } from '#clock/clock.ts';
import { Fault } from '#domain/fault.ts';
import type { Approved, OrderRequest } from '#domain/order.ts';
import { readReport, type VenueOrder } from './paper-venue.ts';
import type { ClientOrderId, Venue, VenueReport } from './venue.ts';

const ANSWER_MS_MAX = 2_000;

export class HttpVenue implements Venue {
  readonly #url: string;
  readonly #clock: Clock;

  /** `url` such as `http://127.0.0.1:7400`. */
  constructor(url: string, clock: Clock) {
    this.#url = url;
    this.#clock = clock;
  }

  async place(order: Approved<OrderRequest>, id: ClientOrderId): Promise<VenueReport> {
    const body = JSON.stringify(order, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    return (await this.#ask('POST', id, '', body)) ?? { state: 'rejected', reason: 'the venue does not know the order it was just sent' };
  }

  async cancel(id: ClientOrderId): Promise<VenueReport> {
    return (await this.#ask('POST', id, '/cancel')) ?? { state: 'rejected', reason: 'no such order' };
  }

  find(id: ClientOrderId): Promise<VenueReport | undefined> {
    return this.#ask('GET', id, '');
  }

  async #ask(method: 'GET' | 'POST', id: ClientOrderId, verb: '' | '/cancel', body?: string): Promise<VenueReport | undefined> {
    const late = new AbortController();
    const cancel = this.#clock.after(ANSWER_MS_MAX, () => late.abort());
    try {
      const response = await fetch(`${this.#url}/orders/${encodeURIComponent(id)}${verb}`, { method, signal: late.signal, ...(body !== undefined && { body }) });
      if (response.status === 404) return undefined;
      return readReport((await response.json()) as VenueOrder);
    } catch (cause) {
      throw new Fault('VENUE_SILENT', `the venue at ${this.#url} did not answer about order ${id}`, { cure: 'check that it runs; it is asked again until it answers', retry: true, cause });
    } finally {
      cancel();
    }
  }
}
