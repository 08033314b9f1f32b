// Plays bars through an account by orders, with a script in the strategy's place.
import { type AccountColumns, columnsOf } from '#broker/account-columns.ts';
import { AccountRows, spread } from '#broker/account-rows.ts';
import { Desk, type InstrumentView } from '#broker/desk.ts';
import type { OpenOrder } from '#broker/open-order.ts';
import { eventsOf } from '#broker/event-tape.ts';
import { OrderAccount } from '#broker/order-account.ts';
import { paramsOf, readTerms } from '#broker/terms.ts';
import type { AccountConventions, InstrumentTerms } from '#domain/account-terms.ts';
import type { OrderEvent } from '#domain/order.ts';
import { riskRules } from '#risk/check.ts';

export const MINUTE_MS = 60_000;

export interface Bar {
  readonly t: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly rate?: number;
  readonly funding?: number;
  readonly path?: number;
}

/** Bars a minute apart from `[open, high, low, close, volume]`; the volume is 1,000 when left out. */
export function minutes(...rows: readonly (readonly number[])[]): Bar[] {
  return rows.map(([open, high, low, close, volume = 1_000], k) => ({ t: k * MINUTE_MS, open: open!, high: high!, low: low!, close: close!, volume }));
}

/** The verbs of a desk, what is held after the bar, and the open orders. */
export type Shown = Pick<InstrumentView, 'position' | 'buy' | 'sell' | 'moveTo' | 'cancel' | 'replace'> & { readonly orders: readonly OpenOrder[] };
export type Script = (desks: readonly Shown[], row: number) => void;

export interface Played {
  readonly account: OrderAccount;
  readonly events: readonly OrderEvent[];
  readonly columns: readonly Float64Array[];
  /** A column by name. */
  readonly of: (output: string) => number[];
}

export interface Stage {
  readonly conventions?: Partial<AccountConventions>;
  readonly instruments?: Readonly<Record<string, InstrumentTerms>>;
  readonly intervalMs?: number;
  /** Rows of each call; all at once when left out. */
  readonly chunk?: number;
  /** Row after which the account is rebuilt from its snapshot, or every call. */
  readonly restartAt?: number | 'every call';
}

/** One instrument: `play(bars, ([desk], row) => { if (row === 0) desk!.buy(1); })`. */
export function play(bars: readonly Bar[], script: Script, stage: Stage = {}): Played {
  return playAll([bars], script, { instruments: { '': {} }, ...stage });
}

/** Several instruments, bars of each in the order of `stage.instruments`. */
export function playAll(bars: readonly (readonly Bar[])[], script: Script, { conventions = {}, instruments = {}, intervalMs = MINUTE_MS, chunk, restartAt }: Stage): Played {
  const optional = (['rate', 'funding', 'path'] as const).filter((field) => bars.some((rows) => rows.some((bar) => bar[field] !== undefined)));
  const fields = ['open', 'high', 'low', 'close', 'volume', ...optional] as const;
  const names = bars.flatMap((rows, k) => fields.filter((field) => rows[0]?.[field] !== undefined).map((field) => `${field}${k}`));
  const terms = readTerms(paramsOf({ cash: 1_000, feeBps: 0, slippageBps: 0, ...conventions }, instruments), intervalMs);
  const layout: AccountColumns = columnsOf(names, bars.length, terms.eventsPerRow);
  const rows = bars[0]!.length;
  const inputs = [
    Float64Array.from(bars[0]!, (bar) => bar.t),
    ...names.map((name) => {
      const [, field, k] = /^([a-z]+)(\d+)$/.exec(name)!;
      return Float64Array.from(bars[Number(k)]!, (bar) => bar[field as keyof Bar]!);
    }),
  ];
  const columns = layout.outputs.map(() => new Float64Array(rows));
  const create = (): OrderAccount => new OrderAccount(terms, layout, riskRules(terms.risk));
  const told = new AccountRows(layout, terms.instruments);
  let account = create();
  let desks = bars.map((_, k) => shownOf(account, k));
  const step = chunk ?? rows;
  const events: OrderEvent[] = [];
  const instrumentNames = terms.instruments.map(({ name }) => name);
  for (let from = 0; from < rows; from += step) {
    const to = Math.min(rows, from + step);
    const part = columns.map((column) => column.subarray(from, to));
    account.run(inputs.map((column) => column.subarray(from, to)), told, to - from, (at) => {
      script(desks, from + at);
    });
    spread(told.steady.map((column) => column.subarray(0, to - from)), told.told, layout.layout, part, 0, to - from);
    events.push(...eventsOf({ first: from, count: to - from, t: inputs[0]!.subarray(from, to), columns: part }, layout.outputs, instrumentNames, (row) => inputs[0]![row]!));
    if (restartAt === 'every call' || (restartAt !== undefined && from <= restartAt && restartAt < to)) {
      const bytes = account.snapshot();
      account = create();
      account.restore(bytes);
      desks = bars.map((_, k) => shownOf(account, k));
    }
  }
  const left = account.leftover();
  events.push(...eventsOf({ first: rows, count: left[0]!.length, t: new Float64Array(left[0]!.length), columns: left }, layout.outputs, instrumentNames, (row) => inputs[0]![row]!));
  return { account, events, columns, of: (output) => [...columns[layout.outputs.indexOf(output)]!] };
}

function shownOf(account: OrderAccount, k: number): Shown {
  const desk = new Desk(account, k);
  return {
    buy: (quantity, options = {}) => desk.place('buy', quantity, options),
    sell: (quantity, options = {}) => desk.place('sell', quantity, options),
    moveTo: (position) => desk.moveTo(position),
    cancel: (id) => desk.cancel(id),
    replace: (id, change) => desk.replace(id, change),
    get position() {
      return account.positionAmount(k);
    },
    get orders() {
      return account.orders.filter(({ instrument, cancelAt }) => instrument === k && cancelAt === null);
    },
  };
}

/** Fills as `row side quantity @ price`. */
export function fillsOf({ events }: Pick<Played, 'events'>): string[] {
  return events.flatMap((event) => (event.kind === 'filled' ? [`${event.row} ${event.side} ${event.quantity} @ ${event.price}`] : []));
}

/** What ended without filling, as `row kind order: reason`. */
export function endsOf({ events }: Pick<Played, 'events'>): string[] {
  return events.flatMap((event) => ('reason' in event ? [`${event.row} ${event.kind} ${event.order}: ${event.reason}`] : []));
}
