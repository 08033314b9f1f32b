// Carries the orders of one account to a venue, each once, whatever dies on the way.
//
// D1. Intent first: what is to be sent is in the account's journal, behind the last entry the dealer knows, before the venue hears of it.
//     So a dealer that was passed by another (D2) cannot wish for anything any more.
// D2. One owner: a dealer begins by entering its name behind the last entry. Whoever still writes behind the entry before that is refused
//     (LEASE_LOST) and stops.
// D3. The name at the venue follows from the account and the number of the intent, and the venue opens one order under a name. A dealer that
//     was stopped between intent and send, and wakes up late, sends what its successor has settled; the venue knows the name.
// D4. Settle first: a dealer that begins asks the venue about every intent without a known outcome, and sends those it never got, before
//     it looks at anything new.
// D5. Wishes come in the order of the account's rows, from its first on, at every start; what the journal has is skipped by its place.
// D6. What the venue makes of an order later is asked for, and entered as another `settled` of its intent: the last one holds. One thing at a time is
//     entered, so that asking never stands between an intent and its sending.
// D7. How far the rows were read is entered now and then. So rows that went from the log while no dealer lived are told from rows that wanted
//     nothing, and a dealer that would have to go on behind them refuses: what was wanted there, it cannot know. With it goes what the
//     simulated account got up to that row, whose fills may be purged by the time the next owner asks.
//
//   wish (row, place) ──► intent n ──append, fenced──► journal ──► venue.place(id n) ──► settled n ──append──► journal
import type { ClientOrderId, Filled, Venue, VenueReport } from '#broker/venue.ts';
import { clientOrderId } from '#broker/venue.ts';
import type { Bus } from '#bus/bus.ts';
import { decode, encode } from '#bus/codec.ts';
import type { Clock } from '#clock/clock.ts';
import type { Random } from '#clock/random.ts';
import { Fault, isFault } from '#domain/fault.ts';
import type { OrderRequest, Side } from '#domain/order.ts';
import { approve } from '#risk/check.ts';
import { LiveLedger } from './live-ledger.ts';

const RETRY_MS_MIN = 20;
const RETRY_MS_MAX = 5_000;
/** Of a log that is kept for days, as of `retention.out`, this is little; and the journal, which is kept for good, grows by two dozen entries a day. */
const READ_ENTRY_EVERY_MS = 3_600_000;

/** What an account wants of a venue: a new order, or the end of one it placed before. */
export interface Wish {
  /** Where it stands: number of the account's row, and its place among the wishes of the row. */
  readonly row: number;
  readonly place: number;
  /** Open time of the row's bar, UTC ms. */
  readonly ts: number;
  /** The account's number of the order. */
  readonly order: number;
  /** Absent to cancel. */
  readonly request?: OrderRequest;
}

/** A fill of the simulated account. */
export interface SimulatedFill {
  readonly row: number;
  /** The account's number of the order. */
  readonly order: number;
  readonly instrument: string;
  readonly side: Side;
  /** In units. */
  readonly filled: bigint;
}

/** Where the rows of an account begin in the log. */
export interface FirstAccountRow {
  readonly row: number;
  /** When its bar closes, UTC ms. */
  readonly closeMs: number;
  /** There were rows before it. */
  readonly isPurgedBefore: boolean;
}

type Entry =
  | { readonly kind: 'owner'; readonly owner: string; /** Bars that close before it are history and never sent; the first owner's holds for all. */ readonly sinceMs: number }
  | { readonly kind: 'intent'; readonly owner: string; readonly intent: number; readonly row: number; readonly place: number; readonly order: number; readonly request?: StoredRequest }
  | { readonly kind: 'read'; readonly owner: string; /** All that the account wanted up to this row has an intent. */ readonly row: number; /** Of the ledger. */ readonly expected: Readonly<Record<string, string>> }
  | { readonly kind: 'settled'; readonly owner: string; readonly intent: number; readonly state: VenueReport['state']; readonly reason?: string; readonly filled?: StoredFilled };

/** A request as bytes carry it: amounts of 1e-8 units as text. */
type StoredRequest = { readonly [K in keyof OrderRequest]: OrderRequest[K] extends bigint | undefined ? string : OrderRequest[K] };

type StoredFilled = { readonly [K in keyof Filled]: string };

/** An order that was sent, and what the venue made of it. */
export interface Dealt {
  readonly id: ClientOrderId;
  readonly intent: number;
  readonly wish: Wish;
  readonly report: VenueReport;
}

export interface DealerPorts {
  readonly bus: Bus;
  readonly venue: Venue;
  readonly clock: Clock;
  readonly random: Random;
}

export class Dealer {
  readonly #account: string;
  readonly #subject: string;
  readonly #ports: DealerPorts;
  readonly #owner: string;
  #sequence = 0;
  #sinceMs = 0;
  /** Intents so far, and the place of the last one. */
  #intents = 0;
  #last = { row: -1, place: -1 };
  /** By D7: the first row whose wishes the journal may lack; undefined while it says nothing of rows. */
  #nextRow: number | undefined;
  /** By D7, fills up to this row are in the ledger. */
  #countedRow = -1;
  #readEntryDueMs = -Infinity;
  #isFirstOwner = true;
  /** Intents of orders by the account's number, to cancel them by. */
  readonly #intentOf = new Map<number, number>();
  /** By the number of an intent to cancel, that of the order it is to end. */
  readonly #ended = new Map<number, number>();
  /** By D6, the end of what is under way. */
  #turn: Promise<unknown> = Promise.resolve();
  /** What the account holds at the venue. */
  readonly ledger = new LiveLedger();

  private constructor(account: string, subject: string, ports: DealerPorts) {
    this.#account = account;
    this.#subject = subject;
    this.#ports = ports;
    this.#owner = ports.random.id();
  }

  /** Takes an account over: D2, then D4. `subject` is its journal's, in stream EVENT. Throws LEASE_LOST when another took it at the same moment. */
  static async start(account: string, subject: string, ports: DealerPorts, signal?: AbortSignal): Promise<Dealer> {
    const dealer = new Dealer(account, subject, ports);
    const open = await dealer.#replay();
    await dealer.#enter({ kind: 'owner', owner: dealer.#owner, sinceMs: dealer.#sinceMs });
    for (const entry of open) await dealer.#settle(entry, true, signal);
    return dealer;
  }

  /** Bars that close before this moment, UTC ms, are history. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** Carries a wish out, unless the journal has it: D5. Answers what was sent. Throws LEASE_LOST when another dealer owns the account. */
  carry(wish: Wish, signal?: AbortSignal): Promise<Dealt | undefined> {
    return this.#inTurn(() => this.#carry(wish, signal));
  }

  /** By D7, for an owner to ask before the first wish. Throws LOG_GAP when rows are gone that may have wanted something. */
  requireWhole({ row, closeMs, isPurgedBefore }: FirstAccountRow): void {
    if (!isPurgedBefore || this.#isFirstOwner || closeMs < this.#sinceMs) return; // what is gone is history, which is never sent
    if (this.#nextRow !== undefined && row <= this.#nextRow) return;
    const missing = this.#nextRow === undefined ? `all rows before ${row}` : `rows ${this.#nextRow} to ${row - 1}`;
    throw new Fault('LOG_GAP', `account ${this.#account}: ${missing} are missing from the log, and what they ordered was never sent`, {
      cure: 'no runner lived for longer than retention.out of cluster.yml keeps rows: keep more. This account cannot go on; bring the position at the venue in order by hand and go live with another, for example of another cash, which sends what is ordered from then on',
      data: { account: this.#account, expected: this.#nextRow, found: row },
    });
  }

  /** Takes note that all the account wanted up to a row was carried. Throws as carry does. */
  async read(row: number): Promise<void> {
    const now = this.#ports.clock.monotonicMs();
    if (now < this.#readEntryDueMs || row < (this.#nextRow ?? 0)) return;
    this.#readEntryDueMs = now + READ_ENTRY_EVERY_MS;
    await this.#inTurn(() => this.#enter({ kind: 'read', owner: this.#owner, row, expected: this.ledger.expected }));
    this.#nextRow = row + 1;
    this.#countedRow = row;
  }

  /** Asks the venue how open orders stand, and enters what has changed. Throws as carry does. */
  refresh(signal?: AbortSignal): Promise<void> {
    return this.#inTurn(async () => {
      for (const intent of this.ledger.open) {
        const report = await this.#persist(() => this.#ports.venue.find(clientOrderId(this.#account, intent)), signal);
        if (report && JSON.stringify(storedReport(report)) !== JSON.stringify(storedReport(this.ledger.reportOf(intent)!))) await this.#enterReport(intent, report);
      }
    });
  }

  /** Takes note of a fill of the simulated account; one of an order that was never sent is none of the ledger's. */
  noteFill({ row, order, instrument, side, filled }: SimulatedFill): void {
    if (row > this.#countedRow && this.#intentOf.has(order)) this.ledger.expect(instrument, side, filled);
  }

  /** By D6. */
  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(run);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #carry(wish: Wish, signal?: AbortSignal): Promise<Dealt | undefined> {
    const { row, place, order, request } = wish;
    const { row: lastRow, place: lastPlace } = this.#last;
    if (row < lastRow || (row === lastRow && place <= lastPlace)) return undefined;
    if (!request && !this.#intentOf.has(order)) return undefined; // placed before the account went live
    if (request) approve(request);
    const entry = { kind: 'intent', owner: this.#owner, intent: this.#intents, row, place, order, ...(request && { request: stored(request) }) } as const;
    await this.#enter(entry);
    this.#note(entry);
    const report = await this.#settle(entry, false, signal);
    return { id: clientOrderId(this.#account, entry.intent), intent: entry.intent, wish, report };
  }

  /** Reads the journal; answers the intents without a known outcome, in order. */
  async #replay(): Promise<Extract<Entry, { kind: 'intent' }>[]> {
    const { bus, clock } = this.#ports;
    const newest = await bus.last('EVENT', this.#subject);
    this.#sinceMs = clock.now();
    if (!newest) return [];
    this.#isFirstOwner = false;
    const open = new Map<number, Extract<Entry, { kind: 'intent' }>>();
    let isFirst = true;
    const reader = await bus.read('EVENT', [this.#subject], 1);
    try {
      while (this.#sequence < newest.sequence) {
        for (const { sequence, data } of (await reader.take()) ?? []) {
          const entry = decode<Entry>(data, 'entry of an account’s journal');
          this.#sequence = sequence;
          if (entry.kind === 'owner' && isFirst) this.#sinceMs = entry.sinceMs;
          isFirst = false;
          if (entry.kind === 'read') {
            this.#nextRow = entry.row + 1;
            this.#countedRow = entry.row;
            this.ledger.restoreExpected(entry.expected);
          }
          if (entry.kind === 'intent') {
            this.#note(entry);
            open.set(entry.intent, entry);
          } else if (entry.kind === 'settled') {
            open.delete(entry.intent);
            this.ledger.report(this.#placedBy(entry.intent), reportOf(entry));
          }
        }
      }
    } finally {
      reader.close();
    }
    return [...open.values()];
  }

  #note({ intent, row, place, order, request }: Extract<Entry, { kind: 'intent' }>): void {
    this.#intents = intent + 1;
    this.#last = { row, place };
    this.#nextRow ??= row; // more of the same row may follow, and its fill does
    if (!request) {
      this.#ended.set(intent, this.#intentOf.get(order)!);
      return;
    }
    this.#intentOf.set(order, intent);
    this.ledger.place(intent, unstored(request));
  }

  /** The intent an order was placed by, of one that is to end it. */
  #placedBy(intent: number): number {
    return this.#ended.get(intent) ?? intent;
  }

  async #enterReport(intent: number, report: VenueReport): Promise<void> {
    await this.#enter({ kind: 'settled', owner: this.#owner, intent, ...storedReport(report) });
    this.ledger.report(this.#placedBy(intent), report);
  }

  /** Has the venue do what an intent says, until its outcome is known, and enters it. */
  async #settle(entry: Extract<Entry, { kind: 'intent' }>, isOld: boolean, signal?: AbortSignal): Promise<VenueReport> {
    const report = await this.#persist(() => this.#send(entry, isOld), signal);
    await this.#enterReport(entry.intent, report);
    return report;
  }

  async #send({ intent, order, request }: Extract<Entry, { kind: 'intent' }>, isOld: boolean): Promise<VenueReport> {
    const { venue } = this.#ports;
    if (!request) return venue.cancel(clientOrderId(this.#account, this.#intentOf.get(order)!));
    const id = clientOrderId(this.#account, intent);
    return (isOld && (await venue.find(id))) || venue.place(approve(unstored(request)), id);
  }

  /** By D1, behind the last entry. An append whose answer was lost is recognised by what is there. */
  async #enter(entry: Entry): Promise<void> {
    const { bus } = this.#ports;
    const data = encode(entry);
    const fence = { subject: this.#subject, sequence: this.#sequence };
    this.#sequence = await this.#persist(async () => {
      try {
        return await bus.append(this.#subject, data, { fence });
      } catch (error) {
        const newest = await bus.last('EVENT', this.#subject);
        if (newest && newest.sequence > fence.sequence) {
          if (Buffer.compare(newest.data, data) === 0) return newest.sequence;
          throw new Fault('LEASE_LOST', `account ${this.#account.slice(0, 8)}: another dealer owns it now`, { cure: 'let the other one run; an account has one owner', cause: error });
        }
        throw error;
      }
    });
  }

  /** Tries again what may be tried again. */
  async #persist<T>(attempt: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { clock, random } = this.#ports;
    for (let waitMs = RETRY_MS_MIN; ; waitMs = Math.min(RETRY_MS_MAX, waitMs * 2)) {
      try {
        return await attempt();
      } catch (error) {
        if (!isFault(error) || !error.retry) throw error;
        await clock.sleep(waitMs * (0.5 + random.next() / 2), signal);
      }
    }
  }
}

function stored(request: OrderRequest): StoredRequest {
  return Object.fromEntries(Object.entries(request).map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value])) as StoredRequest;
}

const AMOUNTS = ['quantity', 'limit', 'stop', 'trail'];

function unstored(request: StoredRequest): OrderRequest {
  return Object.fromEntries(Object.entries(request).map(([name, value]) => [name, AMOUNTS.includes(name) ? BigInt(value as string) : value])) as unknown as OrderRequest;
}

function storedReport({ state, reason, filled }: VenueReport): Pick<Extract<Entry, { kind: 'settled' }>, 'state' | 'reason' | 'filled'> {
  return { state, ...(reason !== undefined && { reason }), ...(filled && { filled: { quantity: String(filled.quantity), value: String(filled.value), fee: String(filled.fee) } }) };
}

function reportOf({ state, reason, filled }: Extract<Entry, { kind: 'settled' }>): VenueReport {
  return { state, ...(reason !== undefined && { reason }), ...(filled && { filled: { quantity: BigInt(filled.quantity), value: BigInt(filled.value), fee: BigInt(filled.fee) } }) };
}
