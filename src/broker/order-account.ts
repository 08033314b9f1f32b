// An account that trades by orders: bars in, decisions asked for at each close, fills, money and events out. Backtest and cluster run this same machine.
//
// A1. A row is played in this order:
//       corporate actions → borrow, interest, funding for the time since the last bar → what has expired or was cancelled → the bar
//       against the open orders (book.ts) → marks and margin at the close → the strategy decides.
// A2. Everything is a function of the rows so far and is in `snapshot`; chunks, restarts and calls leave no trace.
// A3. cash after = cash before − Σ price · quantity − Σ fees + Σ carry, in every currency, exactly (ledger.ts G2).
// A4. Margin: a fill that raises the value of all positions above leverage × equity is rejected with all that is left of its order. At a
//     close with equity < maintenance × value of all positions everything open is cancelled, every position is sold at the next open, and
//     nothing else is placed until all of them are gone.
// Absent: what the strategy decides (desk.ts), what risk rules say (`assess`).
import type { CorporateAction } from '#domain/account-terms.ts';
import { Fault } from '#domain/fault.ts';
import type { OrderRequest } from '#domain/order.ts';
import type { Assess, Standing } from '#domain/standing.ts';
import { fromUnits, minus, negative, plus, restOf, sizeOf, times, toUnits, type Units } from '#domain/units.ts';
import { type AccountColumns, finiteOr, isBetween, readBar } from './account-columns.ts';
import type { AccountRows } from './account-rows.ts';
import { readState, writeState } from './account-state.ts';
import { Book, type BookBar } from './book.ts';
import { type EventOrder, EventTape, ORDERS_MAX, type Reason } from './event-tape.ts';
import { holdingCost, interestOn } from './holding.ts';
import { Ledger } from './ledger.ts';
import { type Arrival, follow, openOrder, type OpenOrder, type OrderChange } from './open-order.ts';
import type { Day } from './session.ts';
import { Teller } from './teller.ts';
import type { Terms } from './terms.ts';

/** Changes with any change of an output's bits; it is part of the account node's identity. */
export const ORDER_ACCOUNT_VERSION = '1.1.1';

/** An order that closes what another one opens. */
export interface Exit {
  readonly type: 'limit' | 'stop' | 'trailing-stop' | 'trailing-stop-percent';
  readonly limit: Units | undefined;
  readonly stop: Units | undefined;
  readonly trail: Units | undefined;
}

/** An order as the strategy asks for it, on whole ticks and lots. */
export interface Placement {
  readonly instrument: number;
  readonly request: OrderRequest<Units>;
  readonly exits: readonly Exit[];
  /** An open order this one shall exclude, and be excluded by. */
  readonly pairWith: OpenOrder | null;
}

export class OrderAccount {
  readonly terms: Terms;
  readonly #columns: AccountColumns;
  readonly #assess: Assess;
  readonly #ledger: Ledger;
  readonly #tape: EventTape;
  readonly #book: Book;
  readonly #teller: Teller;
  /** Corporate actions that have happened, by instrument. */
  readonly #actionsDone: number[];
  /** False when nothing ever happens to what is held: no corporate action, no funding, no borrow fee. */
  readonly #hasEvents: boolean;
  /** The one bar the book is shown, filled in anew each time. */
  readonly #bar: BookBar = { row: 0, t: 0, open: 0, high: 0, low: 0, close: 0, volume: 0, path: 0, day: { number: Number.NaN, closesMs: Number.NaN }, isLast: false };
  #row = 0;
  #t = Number.NaN;
  #day: Day = { number: Number.NaN, closesMs: Number.NaN };
  // With a number from the start they are kept in place, and not made anew by every row.
  #equity = Number.NaN;
  #equityOfDay = Number.NaN;
  #equityPeak = Number.NaN;
  #ordersOfDay = 0;
  #lastOrder = 0;
  #lastPair = 0;
  #isMarginCall = false;
  /** Units ordered on the row, signed. */
  #ordered: Units = 0;

  constructor(terms: Terms, columns: AccountColumns, assess: Assess) {
    this.terms = terms;
    this.#columns = columns;
    this.#assess = assess;
    this.#ledger = new Ledger(terms.instruments.map(({ currency }) => currency), terms.cash);
    this.#tape = new EventTape(terms.eventsPerRow);
    this.#teller = new Teller(terms, this.#ledger, this.#tape);
    this.#book = new Book(this.#teller, terms.instruments.length);
    this.#actionsDone = terms.instruments.map(() => 0);
    this.#hasEvents = terms.borrow !== 0 || terms.instruments.some(({ actions }) => actions.length > 0) || columns.columns.some(({ funding }) => funding >= 0);
    this.#equity = this.#equityOfDay = this.#equityPeak = fromUnits(terms.cash);
  }

  /** Rows finished. */
  get row(): number {
    return this.#row;
  }

  get equity(): number {
    return this.#equity;
  }

  get cash(): number {
    return this.#ledger.cashAmount();
  }

  get orders(): readonly OpenOrder[] {
    return this.#book.orders;
  }

  /** Changes whenever an open order may look different. */
  get ordersVersion(): number {
    return this.#book.version;
  }

  position(instrument: number): Units {
    return this.#ledger.position(instrument);
  }

  positionAmount(instrument: number): number {
    return this.#ledger.positionAmount(instrument);
  }

  entryPrice(instrument: number): number {
    return this.#ledger.entryPrice(instrument);
  }

  /** Advances over `count` rows, tells them and asks `decide` at each close. A Fault leaves `row` at the one it happened on, with nothing told of it. */
  run(inputs: readonly Float64Array[], rows: AccountRows, count: number, decide: (at: number) => void): void {
    rows.begin(count);
    for (let at = 0; at < count; at++) {
      this.#tape.row = this.#row;
      this.#teller.beginRow();
      this.#ordered = 0;
      this.#begin(inputs, at);
      this.#trade(inputs, at);
      this.#mark(inputs, at);
      decide(at);
      if (this.terms.fillsAtClose) this.#fillAtClose(inputs, at);
      rows.tell(at, this.#equity, this.#ordered, this.#ledger, this.#teller, this.#tape);
      this.#row++;
    }
  }

  /**
   * Places an order, to meet the bars after this one. Answers its number, or 0 when the risk rules refused it, which is an event of the row.
   */
  place({ instrument, request, exits, pairWith }: Placement): number {
    const id = ++this.#lastOrder;
    if (id >= ORDERS_MAX) throw new Fault('ORDER_REFUSED', `order ${id} is beyond the ${ORDERS_MAX - 1} an account can number`, { cure: 'begin a new account' });
    const isBuy = request.side === 'buy';
    const of = { id, instrument, isBuy };
    if (this.#isMarginCall && !this.#reduces(instrument, request)) return this.#refuse(of, request, 'margin call open', 0);
    const assessed = this.#assess(request, () => this.#standing(instrument, isBuy));
    if ('rule' in assessed) return this.#refuse(of, request, assessed.rule, assessed.excess);
    const pair = pairWith ? (pairWith.pair ||= ++this.#lastPair) : 0;
    const order = this.#opening(id, instrument, request, pair, 0);
    order.quantity = request.quantity;
    follow(order, this.#ledger.marks[instrument]!, this.#ledger.marks[instrument]!);
    this.#book.add(order);
    if (exits.length > 0) this.#addExits(id, instrument, isBuy, exits);
    this.#ordersOfDay++;
    this.#ordered = plus(this.#ordered, isBuy ? request.quantity : negative(request.quantity));
    this.#teller.opened(order, 'placed');
    return id;
  }

  /** Wishes an order away; it is when the wish has arrived, unless it has filled before. */
  cancel(order: OpenOrder): void {
    if (this.#isInstant) this.#book.cancel(order, 'by the strategy');
    else this.#book.cancelAt(order, this.#arrival());
  }

  /** Wishes an order changed: it loses its place in the book. */
  replace(order: OpenOrder, change: OrderChange): void {
    this.#book.changeAt(order, change, this.#arrival());
    if (this.#isInstant) this.#book.change(order);
  }

  /** The events the rows so far had no place for, as the first columns of further rows would tell them. Not part of any run. */
  leftover(): Float64Array[] {
    return this.#tape.leftover(this.#columns.outputs.length, this.#columns.tape, this.#row);
  }

  snapshot(): Uint8Array {
    return writeState({
      row: this.#row, t: this.#t, day: this.#day, equity: this.#equity, equityOfDay: this.#equityOfDay, equityPeak: this.#equityPeak,
      ordersOfDay: this.#ordersOfDay, lastOrder: this.#lastOrder, lastPair: this.#lastPair, teller: this.#teller.snapshot(),
      isMarginCall: this.#isMarginCall, actionsDone: this.#actionsDone,
      ledger: this.#ledger.snapshot(), tape: this.#tape.snapshot(), orders: this.#book.snapshot(),
    });
  }

  /** Throws CHECKPOINT_DAMAGED for bytes that are no snapshot of this version. */
  restore(bytes: Uint8Array): void {
    const state = readState(bytes);
    this.#row = state.row;
    this.#t = state.t;
    this.#day = state.day;
    this.#equity = state.equity;
    this.#equityOfDay = state.equityOfDay;
    this.#equityPeak = state.equityPeak;
    this.#ordersOfDay = state.ordersOfDay;
    this.#lastOrder = state.lastOrder;
    this.#lastPair = state.lastPair;
    this.#teller.restore(state.teller);
    this.#isMarginCall = state.isMarginCall;
    state.actionsDone.forEach((done, k) => (this.#actionsDone[k] = done));
    this.#ledger.restore(state.ledger);
    this.#tape.restore(state.tape);
    this.#book.restore(state.orders);
  }

  /** By A1: a new day, what happened to what is held, wishes and ends. */
  #begin(inputs: readonly Float64Array[], at: number): void {
    const { instruments, session } = this.terms;
    const t = inputs[0]![at]!;
    const elapsedMs = Number.isNaN(this.#t) ? 0 : t - this.#t;
    this.#t = t;
    const day = session.dayOf(t);
    if (day.number !== this.#day.number) {
      this.#equityOfDay = this.#equity;
      this.#ordersOfDay = 0;
      this.#day = day;
      this.#teller.beginDay(t);
    }
    if (this.#hasEvents) {
      for (let k = 0; k < instruments.length; k++) {
        const { actions, currency } = instruments[k]!;
        while (this.#actionsDone[k]! < actions.length && actions[this.#actionsDone[k]!]!.ts <= t) this.#act(k, actions[this.#actionsDone[k]!++]!);
        const { funding } = this.#columns.columns[k]!;
        const rate = funding < 0 ? 0 : inputs[funding]![at]!;
        if (this.#ledger.position(k) !== 0) this.#teller.take(currency, holdingCost(this.terms, this.#ledger.position(k), this.#ledger.marks[k]!, elapsedMs, rate));
      }
    }
    if (this.terms.interest !== 0) {
      for (let c = 0; c < this.terms.currencies.length; c++) this.#teller.take(c, interestOn(this.terms, this.#ledger.cash(c), elapsedMs));
    }
    if (this.#book.orders.length > 0) this.#book.begin(this.#row, t, day);
  }

  #trade(inputs: readonly Float64Array[], at: number): void {
    const { intervalMs, instruments, fillsAtClose } = this.terms;
    if (this.#book.orders.length === 0 && !fillsAtClose) return;
    const day = this.#day;
    const bar = this.#bar;
    const isLast = this.#t < day.closesMs && this.#t + intervalMs >= day.closesMs;
    for (let k = 0; k < instruments.length; k++) {
      const columns = this.#columns.columns[k]!;
      const isCalm = !isLast && isBetween(inputs, columns, at, this.#book.calmOf(k));
      if (isCalm && !fillsAtClose) continue;
      this.#teller.beginBar(k, finiteOr(inputs[columns.volume]![at]!, 0)); // a close without an open has a volume too
      if (!readBar(inputs, columns, at, bar)) continue;
      if (Number.isNaN(this.#ledger.marks[k]!)) this.#ledger.marks[k] = bar.open;
      bar.row = this.#row;
      bar.t = this.#t;
      bar.day = day;
      bar.isLast = isLast;
      if (!isCalm) this.#book.meet(k, bar);
    }
  }

  #mark(inputs: readonly Float64Array[], at: number): void {
    const { columns } = this.#columns;
    for (let k = 0; k < columns.length; k++) {
      const { close, rate } = columns[k]!;
      this.#ledger.marks[k] = finiteOr(inputs[close]![at]!, this.#ledger.marks[k]!);
      const { currency } = this.terms.instruments[k]!;
      if (rate >= 0) this.#ledger.rates[currency] = finiteOr(inputs[rate]![at]!, this.#ledger.rates[currency]!);
    }
    this.#appraise();
    if (this.terms.maintenance > 0) this.#checkMargin();
  }

  #appraise(): void {
    this.#equity = this.#ledger.equityAmount();
    if (this.#equity > this.#equityPeak) this.#equityPeak = this.#equity;
  }

  /** By A4. */
  #checkMargin(): void {
    const exposure = this.#ledger.exposure();
    if (exposure === 0) {
      this.#isMarginCall = false;
      return;
    }
    if (!this.#isMarginCall) {
      if (this.#ledger.equity() >= times(exposure, this.terms.maintenance)) return;
      this.#isMarginCall = true;
      for (const order of this.#book.orders) if (order.quantity > 0) this.#book.cancel(order, 'margin call');
    }
    for (let instrument = 0; instrument < this.#ledger.marks.length; instrument++) {
      const position = this.#ledger.position(instrument);
      if (position === 0 || this.#book.orders.some((order) => order.instrument === instrument && order.type === 'market')) continue;
      const request: OrderRequest<Units> = { side: position > 0 ? 'sell' : 'buy', quantity: sizeOf(position), type: 'market' };
      this.place({ instrument, request, exits: [], pairWith: null });
    }
  }

  #fillAtClose(inputs: readonly Float64Array[], at: number): void {
    const { columns } = this.#columns;
    for (let k = 0; k < columns.length; k++) {
      const close = inputs[columns[k]!.close]![at]!;
      if (Number.isFinite(close)) this.#book.fillAtClose(k, this.#row, close);
    }
    this.#appraise();
  }

  /** A dividend is of the units held before a split; what a split leaves of a lot is paid out at the new price. */
  #act(instrument: number, { split, dividend }: CorporateAction): void {
    const { lot, currency } = this.terms.instruments[instrument]!;
    const position = this.#ledger.position(instrument);
    if (dividend !== 0 && position !== 0) this.#teller.take(currency, times(position, toUnits(dividend, 'dividend')));
    if (split === 1) return;
    this.#ledger.marks[instrument] = this.#ledger.marks[instrument]! / split;
    const units = toUnits(fromUnits(position) * split, 'position');
    const rest = restOf(units, lot);
    this.#teller.hasMoved = true;
    this.#ledger.restate(instrument, minus(units, rest));
    if (rest !== 0) this.#teller.take(currency, times(rest, toUnits(this.#ledger.marks[instrument], 'mark')));
    this.#book.split(instrument, split, lot);
  }

  /** What closes an order as it fills; several exclude each other. */
  #addExits(entry: number, instrument: number, isBuy: boolean, exits: readonly Exit[]): void {
    const pair = exits.length > 1 ? ++this.#lastPair : 0;
    for (const { type, limit, stop, trail } of exits) {
      const request: OrderRequest<Units> = { side: isBuy ? 'sell' : 'buy', quantity: 0, type, timeInForce: 'gtc', limit, stop, trail, untilMs: undefined };
      this.#book.add(this.#opening(++this.#lastOrder, instrument, request, pair, entry));
    }
  }

  #refuse(order: EventOrder, { quantity }: OrderRequest<Units>, reason: Reason, excess: number): 0 {
    this.#tape.ended(order, 'refused', fromUnits(quantity), reason, excess);
    return 0;
  }

  #standing(instrument: number, isBuy: boolean): Standing {
    let pending: Units = 0;
    for (const order of this.#book.orders) {
      if (order.instrument === instrument && order.isBuy === isBuy && order.pair === 0 && order.entry === 0) pending = plus(pending, order.quantity);
    }
    const mark = this.#ledger.marks[instrument]!;
    return {
      position: this.#ledger.position(instrument),
      pending,
      price: Number.isNaN(mark) ? 0 : this.#ledger.converted(this.terms.instruments[instrument]!.currency, toUnits(mark, 'mark')),
      equity: this.#ledger.equity(),
      exposure: this.#ledger.exposure(),
      equityOfDay: toUnits(this.#equityOfDay),
      equityPeak: toUnits(this.#equityPeak),
      ordersOfDay: this.#ordersOfDay,
    };
  }

  #reduces(instrument: number, { side, quantity }: OrderRequest<Units>): boolean {
    const position = this.#ledger.position(instrument);
    return position > 0 === (side === 'sell') && quantity <= sizeOf(position);
  }

  #opening(id: number, instrument: number, request: OrderRequest<Units>, pair: number, entry: number): OpenOrder {
    const placed = { id, instrument, isBuy: request.side === 'buy', arrival: this.#arrival(), placedRow: this.#row, placedDay: this.#day.number, pair, entry };
    return openOrder(placed, request);
  }

  get #isInstant(): boolean {
    return this.terms.latencyBars === 0 && this.terms.latencyMs === 0;
  }

  #arrival(): Arrival {
    const { latencyBars, latencyMs, intervalMs } = this.terms;
    return { row: this.#row + 1 + latencyBars, t: latencyMs === 0 ? -Infinity : this.#t + intervalMs + latencyMs };
  }
}
