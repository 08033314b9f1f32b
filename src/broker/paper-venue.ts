// A venue to rehearse with: an HTTP server on this machine that keeps every order it was sent in a file, fills market orders at once, and can
// be told to misbehave. `qmtl paper-venue` runs it.
//
//   POST /orders/<id>          {side, quantity, type, …}   opens an order, once: 200 with its report
//   POST /orders/<id>/cancel                               ends it
//   POST /orders/<id>/fill     {quantity, value, fee}      fills as much more of an open order, as an operator who rehearses may want
//   GET  /orders/<id>                                      its report, 404 when it is not known
//   GET  /ledger                                           every order there is, in the order they were opened
//
// P1. An order is in the file before it is answered, so a venue that is killed knows after it all it had answered, and perhaps one more.
// P2. Trouble is chance with a seed: a request is lost before it is read, an answer after it is done, either is delayed, the process dies.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '#clock/clock.ts';
import type { Random } from '#clock/random.ts';
import type { Filled, VenueReport } from './venue.ts';

/** Shares of requests, 0 … 1. */
export interface Trouble {
  readonly loseRequest: number;
  readonly loseAnswer: number;
  readonly delay: number;
  readonly delayMs: number;
  /** Ends the process in the middle of a request: before the order is written, or after. */
  readonly crash: number;
}

export const NO_TROUBLE: Trouble = { loseRequest: 0, loseAnswer: 0, delay: 0, delayMs: 0, crash: 0 };

/** An order as the venue holds it. Amounts are 1e-8 units as text. */
export interface VenueOrder extends Omit<VenueReport, 'filled'> {
  readonly id: string;
  /** What was filled by hand; a market order fills whole, at no price. */
  readonly filled?: { readonly quantity: string; readonly value: string; readonly fee: string };
  readonly request: Readonly<Record<string, unknown>>;
  /** How often it was sent. */
  readonly sent: number;
}

export interface PaperVenueOptions {
  /** File of the ledger; one JSON line for each change of an order. */
  readonly ledger: string;
  readonly trouble: Trouble;
  readonly clock: Clock;
  readonly random: Random;
  /** Ends the process. */
  readonly crash: () => void;
}

export class PaperVenue {
  readonly #orders = new Map<string, VenueOrder>();
  readonly #options: PaperVenueOptions;
  readonly #server: Server;

  constructor(options: PaperVenueOptions) {
    this.#options = options;
    if (existsSync(options.ledger)) {
      // A line that a crash cut off was never answered.
      for (const line of readFileSync(options.ledger, 'utf8').split('\n').slice(0, -1)) this.#keep(JSON.parse(line) as VenueOrder);
    }
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** Listens on 127.0.0.1; port 0 takes a free one. Answers the port. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => this.#server.once('error', reject).listen(port, '127.0.0.1', resolve));
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { trouble, clock, random, crash } = this.#options;
    const strikes = (share: number): boolean => share > 0 && random.next() < share;
    const [, what, id = '', verb] = (request.url ?? '/').split('/');
    if (what === 'ledger') return answer(response, 200, [...this.#orders.values()]);
    if (what !== 'orders' || id === '') return answer(response, 404, { error: 'no such page' });
    const body = await bodyOf(request);
    if (strikes(trouble.delay)) await clock.sleep(trouble.delayMs * random.next());
    if (strikes(trouble.loseRequest)) return void request.socket.destroy();
    if (strikes(trouble.crash)) return crash();
    const order = request.method === 'GET' ? this.#orders.get(decodeURIComponent(id)) : this.#take(decodeURIComponent(id), verb, body);
    if (strikes(trouble.crash)) return crash();
    if (strikes(trouble.delay)) await clock.sleep(trouble.delayMs * random.next());
    if (strikes(trouble.loseAnswer)) return void request.socket.destroy();
    if (!order) return answer(response, 404, { error: 'no such order' });
    answer(response, 200, order);
  }

  #take(id: string, verb: string | undefined, body: string): VenueOrder | undefined {
    const known = this.#orders.get(id);
    if (verb === 'cancel') {
      if (known?.state === 'open') return this.#write({ ...known, state: 'cancelled' });
      return known;
    }
    if (verb === 'fill') return known && this.#fill(known, body);
    if (known) return this.#write({ ...known, sent: known.sent + 1 });
    const request = readRequest(body);
    if (!request) return this.#write({ id, request: {}, sent: 1, state: 'rejected', reason: 'the order cannot be read' });
    return this.#write({ id, request, sent: 1, state: request.type === 'market' ? 'filled' : 'open' });
  }

  /** More than is left is not filled. */
  #fill(order: VenueOrder, body: string): VenueOrder {
    const more = readAmounts(body);
    if (!more || order.state !== 'open') return order;
    const before = readReport(order).filled ?? { quantity: 0n, value: 0n, fee: 0n };
    const quantity = before.quantity + more.quantity;
    const whole = BigInt(String(order.request.quantity));
    if (quantity > whole) return order;
    const filled = { quantity: String(quantity), value: String(before.value + more.value), fee: String(before.fee + more.fee) };
    return this.#write({ ...order, filled, state: quantity === whole ? 'filled' : 'open' });
  }

  /** By P1. */
  #write(order: VenueOrder): VenueOrder {
    appendFileSync(this.#options.ledger, `${JSON.stringify(order)}\n`);
    this.#keep(order);
    return order;
  }

  #keep(order: VenueOrder): void {
    this.#orders.set(order.id, order);
  }
}

function readRequest(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const request = JSON.parse(body) as Readonly<Record<string, unknown>>;
    const isOrder = (request.side === 'buy' || request.side === 'sell') && typeof request.quantity === 'string' && /^[1-9]\d*$/.test(request.quantity);
    return isOrder ? request : undefined;
  } catch {
    return undefined;
  }
}

/** The amounts of a fill; undefined where they are none. */
function readAmounts(body: string): Filled | undefined {
  try {
    const { quantity, value, fee } = JSON.parse(body) as Record<keyof Filled, string>;
    const amounts = { quantity: BigInt(quantity), value: BigInt(value), fee: BigInt(fee) };
    return amounts.quantity > 0n ? amounts : undefined;
  } catch {
    return undefined;
  }
}

/** What the venue's answer says of an order. */
export function readReport({ state, reason, filled }: VenueOrder): VenueReport {
  return { state, ...(reason !== undefined && { reason }), ...(filled && { filled: { quantity: BigInt(filled.quantity), value: BigInt(filled.value), fee: BigInt(filled.fee) } }) };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of request) body += String(part);
  return body;
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
