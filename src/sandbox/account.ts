// Runs an account by orders in the process of the sandbox: the account's own code stands outside the realm, the author's function inside.
//
// O1. The account is a function of its rows and of what the function decides. Its owner keeps it as bytes from call to call; here it is kept
//     as well, because what was given back is mostly what comes next.
// O2. What goes wrong in the account itself ends the row, whatever the function makes of it: it cannot catch that and go on.
// O3. What fills a row's outputs and what a row is: broker/order-account.ts. A row that failed is none, and the account is of no use after it.
import { type AccountColumns, columnsOf } from '#broker/account-columns.ts';
import { AccountRows } from '#broker/account-rows.ts';
import { Desk, type OrderOptions, unknownOption } from '#broker/desk.ts';
import { OrderAccount } from '#broker/order-account.ts';
import { readTerms, type Terms } from '#broker/terms.ts';
import { Fault, isFault } from '#domain/fault.ts';
import { intervalMs } from '#domain/interval.ts';
import { ORDER_TYPES, type OrderType, type Side } from '#domain/order.ts';
import { fromUnits } from '#domain/units.ts';
import { riskRules } from '#risk/check.ts';
import { areListsRead, AS_IT_WAS, type LoadedOrders, ORDER_NUMBERS, type OrdersHost, STANDING } from './desk.ts';
import { placeOf, Realm } from './realm.ts';
import { type AccountProgram, type Complaint, NO_BYTES, NO_NUMBERS, type Ran, type Runner } from './wire.ts';

const TYPE_NUMBERS = Object.fromEntries(ORDER_TYPES.map((type, k) => [type, k])) as Readonly<Record<OrderType, number>>;
/** What an author's constants are called among the params of the node. */
const PARAM = 'param_';

export class AccountRunner implements Runner {
  readonly #terms: Terms;
  readonly #columns: AccountColumns;
  /** Columns it is given. */
  readonly #width: number;
  readonly #loaded: LoadedOrders;
  readonly #standing: Float64Array;
  readonly #areListsRead: boolean;
  #openOrders: Float64Array = NO_NUMBERS;
  #account: OrderAccount;
  #desks: readonly Desk[];
  /** The account as its owner has it; undefined when it is not in between two rows. */
  #state: Uint8Array | undefined;
  /** Version of the open orders the realm has. */
  #ordersSeen = -1;
  readonly #rows: AccountRows;
  /** What the account objected to last, and what broke in it. */
  #objection: Fault | undefined;
  #broken: unknown;

  /** Throws for terms no account can have; its owner has seen that they are not. */
  constructor({ orders, reads, params, interval, upstreams }: AccountProgram, realm: Realm) {
    this.#terms = readTerms(params, intervalMs(interval));
    const { instruments, eventsPerRow } = this.#terms;
    this.#columns = columnsOf(upstreams, instruments.length, eventsPerRow);
    this.#width = 1 + upstreams.length;
    const constants = Object.fromEntries(Object.entries(params).flatMap(([name, value]) => (name.startsWith(PARAM) ? [[name.slice(PARAM.length), value]] : [])));
    const program = { source: orders, reads, params: JSON.stringify(constants), instruments: instruments.map(({ name }) => name), columns: this.#columns, types: ORDER_TYPES };
    this.#loaded = realm.loadOrders(program, this.#host());
    this.#areListsRead = areListsRead(program);
    this.#standing = numbersIn(this.#loaded.standing(), STANDING.common + STANDING.each * instruments.length);
    this.#rows = new AccountRows(this.#columns, instruments);
    [this.#account, this.#desks] = this.#begin();
  }

  run(given: Uint8Array, rows: number, goesOn: boolean): Ran {
    const inputBytes = 8 * this.#width * rows;
    const before = given.slice(inputBytes);
    if (goesOn && !this.#state) return { done: 0, complaint: { reason: 'did not end the rows before' }, outputs: [], told: NO_NUMBERS, state: NO_BYTES };
    if (!goesOn && (!this.#state || Buffer.compare(before, this.#state) !== 0)) this.#restore(before);
    Realm.bytesOf(this.#loaded.room(this.#width * rows), this.#width * rows).set(given.subarray(0, inputBytes));
    const room = numbersIn(this.#loaded.room(this.#width * rows), this.#width * rows);
    const inputs = Array.from({ length: this.#width }, (_, k) => room.subarray(k * rows, (k + 1) * rows));
    const first = this.#account.row;
    this.#broken = undefined;
    const complaint = this.#advance(inputs, rows);
    const done = this.#account.row - first;
    this.#state = complaint ? undefined : this.#account.snapshot();
    const steady = this.#rows.steady.map(({ buffer }) => new Uint8Array(buffer as ArrayBuffer, 0, 8 * done));
    return { done, complaint, outputs: steady, told: this.#rows.told, state: this.#state ?? before };
  }

  warmup(): Ran {
    return { done: 0, complaint: { reason: 'has no warm-up of its own' }, outputs: [], told: NO_NUMBERS, state: NO_BYTES };
  }

  #begin(): [OrderAccount, Desk[]] {
    const account = new OrderAccount(this.#terms, this.#columns, riskRules(this.#terms.risk));
    return [account, this.#terms.instruments.map((_, k) => new Desk(account, k))];
  }

  #restore(state: Uint8Array): void {
    [this.#account, this.#desks] = this.#begin();
    if (state.length > 0) this.#account.restore(state);
    this.#ordersSeen = -1;
  }

  #advance(inputs: readonly Float64Array[], rows: number): Complaint | undefined {
    try {
      this.#account.run(inputs, this.#rows, rows, (at) => this.#decide(at, rows));
      return undefined;
    } catch (error) {
      if (error instanceof Thrown) return error.complaint;
      if (isFault(error)) return { code: error.code, reason: error.message, cure: error.cure ?? 'trade a smaller quantity' };
      if (error instanceof RangeError) return { reason: `threw ${String(error)}` }; // its stack ended inside a verb
      return { reason: `broke its account: ${String(error)}`, cure: 'report this with the strategy: an account may refuse an order, and not break' };
    }
  }

  #decide(at: number, rows: number): void {
    const account = this.#account;
    const standing = this.#standing;
    standing[0] = account.cash;
    standing[1] = account.equity;
    for (let k = 0; k < this.#desks.length; k++) {
      standing[STANDING.common + STANDING.each * k] = account.positionAmount(k);
      standing[STANDING.common + STANDING.each * k + 1] = account.entryPrice(k);
    }
    const isBack = this.#loaded.decide(at, rows, account.ordersVersion === this.#ordersSeen ? -1 : this.#showOrders());
    if (this.#broken !== undefined) throw this.#broken;
    if (isBack) return;
    const place = placeOf(this.#loaded);
    if (!this.#loaded.isOurs()) throw new Thrown({ reason: this.#loaded.reason(), ...place });
    const { message, cure } = this.#objection!;
    throw new Thrown({ reason: `threw ${message}`, ...(cure !== undefined && { cure }), ...place });
  }

  /** Writes down the open orders for the realm; answers how many, or −1 where it has no use for them. One that a wish to cancel is on its way to is not shown. */
  #showOrders(): number {
    const { orders, ordersVersion } = this.#account;
    const standing = this.#standing;
    for (let k = 0; k < this.#desks.length; k++) standing[STANDING.common + STANDING.each * k + 2] = 0;
    for (const { instrument, cancelAt } of orders) if (cancelAt === null) standing[STANDING.common + STANDING.each * instrument + 2]!++;
    if (!this.#areListsRead) {
      this.#ordersSeen = ordersVersion;
      return -1;
    }
    if (this.#openOrders.length < ORDER_NUMBERS.length * orders.length) this.#openOrders = numbersIn(this.#loaded.open(orders.length), ORDER_NUMBERS.length * orders.length);
    const numbers = this.#openOrders;
    let first = 0;
    for (const { instrument, id, isBuy, type, quantity, limit, stop, cancelAt, watch } of orders) {
      if (cancelAt !== null) continue;
      numbers[first] = id;
      numbers[first + 1] = instrument;
      if (watch.version <= this.#ordersSeen) numbers[first + 2] = AS_IT_WAS;
      else {
        numbers[first + 2] = 2 * TYPE_NUMBERS[type] + Number(!isBuy);
        numbers[first + 3] = fromUnits(quantity);
        numbers[first + 4] = limit;
        numbers[first + 5] = stop;
      }
      first += ORDER_NUMBERS.length;
    }
    this.#ordersSeen = ordersVersion;
    return first / ORDER_NUMBERS.length;
  }

  #host(): OrdersHost {
    const tried = (run: () => number): number => {
      try {
        return run();
      } catch (error) {
        // By O2.
        if (isFault(error)) this.#objection = error;
        else this.#broken = error;
        return -1;
      }
    };
    return {
      place: (instrument, side, quantity, limit, stop, trail, trailPercent, at, timeInForce, until, takeProfit, stopLoss, trailingLoss, trailingLossPercent, pairWith) =>
        tried(() => {
          const options = { limit, stop, trail, trailPercent, at, timeInForce, until, takeProfit, stopLoss, trailingLoss, trailingLossPercent, pairWith };
          return this.#desks[instrument]!.place(side as Side, quantity as number, options as OrderOptions);
        }),
      unknownOption: (verb, name) =>
        tried(() => {
          throw unknownOption(verb as Side | 'replace', name);
        }),
      moveTo: (instrument, position) => tried(() => this.#desks[instrument]!.moveTo(position as number)),
      cancel: (instrument, id) =>
        tried(() => {
          this.#desks[instrument]!.cancel(id as number | undefined);
          return 0;
        }),
      replace: (instrument, id, quantity, limit, stop) =>
        tried(() => {
          this.#desks[instrument]!.replace(id as number, { quantity, limit, stop } as Parameters<Desk['replace']>[1]);
          return 0;
        }),
      why: () => this.#objection?.message ?? '',
    };
  }
}

/** Carries what the function threw out of the account. */
class Thrown extends Error {
  readonly complaint: Complaint;

  constructor(complaint: Complaint) {
    super(complaint.reason);
    this.complaint = complaint;
  }
}

/** The first numbers of an array of the realm, as an array of ours on the same memory. */
function numbersIn(array: Float64Array, length: number): Float64Array {
  const { buffer } = Realm.bytesOf(array, length);
  return new Float64Array(buffer as ArrayBuffer, 0, length);
}
