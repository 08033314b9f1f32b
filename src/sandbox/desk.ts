// What an orders function is given, as the realm makes it: views of plain numbers, new on each row or frozen, and frozen verbs.
//
// Y1. By E1 of realm.ts the verbs belong to the realm. They pass numbers and texts to the account, which stands outside, and get a number
//     back; below 0 it asks why, and throws an error of the realm.
// Y2. Only what the function names is made for it (graph/code-reads.ts): a number it does not read costs as much as one it does.
// Y3. Whatever else comes out of the account is not shown to the function: not even an overflowing stack, whose error would belong outside.
// Absent: what the verbs mean (broker/desk.ts), when the function is asked (account.ts).
import type { AccountColumns } from '#broker/account-columns.ts';
import type { Reads } from '#graph/code-reads.ts';

/** Numbers the account writes down before it asks: cash and equity, then position, entry price and how many open orders of each instrument. */
export const STANDING = { common: 2, each: 3 } as const;

/** Numbers of an open order, for its view: its number, its instrument, twice its type by number and one more for a sale, then amounts. AS_IT_WAS in place of the type where it looks as it did. */
export const ORDER_NUMBERS = ['id', 'instrument', 'type', 'quantity', 'limit', 'stop'] as const;
export const AS_IT_WAS = -1;

export const VERBS: ReadonlySet<string> = new Set(['buy', 'sell', 'moveTo', 'cancel', 'replace']);

/** What the verbs of the realm call. Each answers a number from 0 on, or below 0 when `why` has a reason. */
export interface OrdersHost {
  place(instrument: number, side: string, quantity: unknown, ...options: readonly unknown[]): number;
  unknownOption(verb: string, name: string): number;
  moveTo(instrument: number, position: unknown): number;
  cancel(instrument: number, id: unknown): number;
  replace(instrument: number, id: unknown, quantity: unknown, limit: unknown, stop: unknown): number;
  why(): string;
}

/** An orders function in the realm. The arrays belong to the realm; nothing is read from them but numbers. */
export interface LoadedOrders {
  /** Room for every input's rows, one after the other. */
  room(rows: number): Float64Array;
  /** Room for what the account writes down, and for its open orders. */
  standing(): Float64Array;
  open(orders: number): Float64Array;
  /** Asks at row `at` of a batch of `rows`, with that many open orders, −1 when they are as they were. Answers whether the function came back. */
  decide(at: number, rows: number, orders: number): boolean;
  reason(): string;
  line(): number;
  column(): number;
  /** True when what was thrown is what `why` said. */
  isOurs(): boolean;
}

export interface DeskProgram {
  readonly source: string;
  readonly reads: Reads;
  /** JSON. */
  readonly params: string;
  readonly instruments: readonly string[];
  readonly columns: Pick<AccountColumns, 'columns' | 'values'>;
  readonly types: readonly string[];
}

/** The text of a function of the realm that makes what an orders function is given, as far as it is read: key by key in one literal. */
export function viewText({ instruments, columns: { columns, values }, reads }: DeskProgram): string {
  const cell = (column: number): string => `inputs[${column} * rows + at]`;
  const common = (of: Reads): string[] => [
    ...keysRead(of, { t: 'inputs[at]', params: 'params', cash: 'standing[0]', equity: 'standing[1]' }),
    ...keysRead(of, { values: literal(keysRead(partOf(of, 'values'), Object.fromEntries(values.map(({ name, at }) => [name, cell(at)])))) }),
  ];
  const keysOf = (of: Reads, k: number): string[] => {
    const { open, high, low, close, volume } = columns[k]!;
    const bar = keysRead(partOf(of, 'bar'), { open: cell(open), high: cell(high), low: cell(low), close: cell(close), volume: cell(volume) });
    const at = STANDING.common + STANDING.each * k;
    const orders = readsLists(of) ? `lists[${k}]` : `{ length: standing[${at + 2}] }`;
    return keysRead(of, { bar: literal(bar), position: `standing[${at}]`, entryPrice: `standing[${at + 1}]`, orders, ...Object.fromEntries(Array.from(VERBS, (verb) => [verb, `${verb}${k}`])) });
  };
  const verbs = instruments.map((_, k) => literal(Array.from(VERBS, (verb) => `${verb}: ${verb}${k}`))).join(', ');
  const rest = isOne(instruments) ? keysOf(reads, 0) : keysRead(reads, Object.fromEntries(instruments.map((name, k) => [name, literal(keysOf(partOf(reads, name), k))])));
  return `(params, verbs) => { const [${verbs}] = verbs; return (inputs, rows, at, standing, lists) => (${literal([...common(reads), ...rest])}); }`;
}

/** Whether a function that reads so much is shown its open orders, and not only how many there are. */
export function areListsRead({ instruments, reads }: Pick<DeskProgram, 'instruments' | 'reads'>): boolean {
  return isOne(instruments) ? readsLists(reads) : instruments.some((name) => readsLists(partOf(reads, name)));
}

/** Of a single instrument everything stands beside what all have in common; several stand there by their names. */
function isOne(instruments: readonly string[]): boolean {
  return instruments[0] === '';
}

function readsLists(of: Reads): boolean {
  const orders = partOf(of, 'orders');
  return orders === true || Object.keys(orders).some((name) => name !== 'length');
}

function partOf(reads: Reads, name: string): Reads {
  return reads === true || (Object.hasOwn(reads, name) ? reads[name]! : {});
}

/** Those of the keys, with their values as text, that are read. */
function keysRead(reads: Reads, values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => (reads === true || Object.hasOwn(reads, name) ? [`${JSON.stringify(name)}: ${value}`] : []));
}

function literal(keys: readonly string[]): string {
  return `{ ${keys.join(', ')} }`;
}

/** Part of what furnishes the realm, and read as text by it: its names are those of realm.ts. */
export const LOAD_ORDERS = `(orders, params, viewOf, types, instruments, host) => {
    const constants = parse(params, (_, value) => freeze(value));
    const none = freeze([]);
    // What is open of each instrument.
    const lists = [];
    const verbs = [];
    let [inputs, open] = [new Native(0), new Native(0)];
    const standing = new Native(${STANDING.common} + ${STANDING.each} * instruments);
    let [why, line, column, refused] = ['', 0, 0];
    const overflow = () => new TooMuch('Maximum call stack size exceeded');
    const plain = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function' ? describe(value) : value;
    const settled = (answer) => {
      if (answer >= 0) return answer;
      refused = new Failure(host.why());
      throw refused;
    };
    const unknown = (verb, name) => {
      let answer = 0;
      try { answer = host.unknownOption(verb, name); } catch { throw overflow(); }
      settled(answer);
    };
    const place = (k, side, quantity, given) => {
      let answer = 0;
      let limit, stop, trail, trailPercent, at, timeInForce, until, takeProfit, stopLoss, trailingLoss, trailingLossPercent, pairWith;
      // Only what is given is read: options are of many shapes, and to ask each for all names takes longer than all the rest.
      for (const name in given) {
        const value = plain(given[name]);
        switch (name) {
          case 'limit': limit = value; break;
          case 'stop': stop = value; break;
          case 'trail': trail = value; break;
          case 'trailPercent': trailPercent = value; break;
          case 'at': at = value; break;
          case 'timeInForce': timeInForce = value; break;
          case 'until': until = value; break;
          case 'takeProfit': takeProfit = value; break;
          case 'stopLoss': stopLoss = value; break;
          case 'trailingLoss': trailingLoss = value; break;
          case 'trailingLossPercent': trailingLossPercent = value; break;
          case 'pairWith': pairWith = value; break;
          default: unknown(side, name);
        }
      }
      // By Y3.
      try {
        answer = host.place(k, side, plain(quantity), limit, stop, trail, trailPercent, at, timeInForce, until, takeProfit, stopLoss, trailingLoss, trailingLossPercent, pairWith);
      } catch { throw overflow(); }
      return settled(answer);
    };
    const nothing = freeze({});
    for (let k = 0; k < instruments; k++) {
      lists[k] = none;
      verbs[k] = freeze({
        buy: freeze((quantity, given = nothing) => place(k, 'buy', quantity, given)),
        sell: freeze((quantity, given = nothing) => place(k, 'sell', quantity, given)),
        moveTo: freeze((position) => {
          let answer = 0;
          try { answer = host.moveTo(k, plain(position)); } catch { throw overflow(); }
          return settled(answer);
        }),
        cancel: freeze((id) => {
          let answer = 0;
          try { answer = host.cancel(k, plain(id)); } catch { throw overflow(); }
          settled(answer);
        }),
        replace: freeze((id, change) => {
          let answer = 0;
          const { quantity, limit, stop } = change;
          for (const name in change) if (name !== 'quantity' && name !== 'limit' && name !== 'stop') unknown('replace', name);
          try { answer = host.replace(k, plain(id), plain(quantity), plain(limit), plain(stop)); } catch { throw overflow(); }
          settled(answer);
        }),
      });
    }
    const view = viewOf(constants, verbs);
    // A view is made anew only for an order that looks different. They are in the order of the orders' numbers, so what comes is at no later place than it was.
    const views = [];
    const refresh = (count) => {
      while (views.length < count) views.push(undefined);
      let was = 0;
      for (let now = 0, at = 0; now < count; now++, at += ${ORDER_NUMBERS.length}) {
        const id = open[at];
        const type = open[at + 2];
        let view;
        if (type === ${AS_IT_WAS}) {
          while (views[was].id !== id) was++;
          view = views[was++];
        } else view = freeze({ id, side: (type & 1) === 1 ? 'sell' : 'buy', type: types[type >>> 1], quantity: open[at + 3], limit: open[at + 4], stop: open[at + 5] });
        views[now] = view;
      }
      for (let k = 0; k < instruments; k++) {
        const list = instruments === 1 ? views.slice(0, count) : [];
        if (instruments > 1) for (let now = 0; now < count; now++) if (open[now * ${ORDER_NUMBERS.length} + 1] === k) list.push(views[now]);
        lists[k] = list.length === 0 ? none : freeze(list);
      }
    };
    return {
      room(rows) {
        if (inputs.length < rows) inputs = new Native(rows);
        return inputs;
      },
      standing: () => standing,
      open(orders) {
        if (open.length < ${ORDER_NUMBERS.length} * orders) open = new Native(2 * ${ORDER_NUMBERS.length} * orders);
        return open;
      },
      decide(at, rows, count) {
        bytesLeft = bytesMax;
        refused = undefined;
        if (count >= 0) refresh(count);
        try {
          orders(view(inputs, rows, at, standing, lists));
          return true;
        } catch (error) {
          [why, line, column] = spell(error);
          if (refused !== error) refused = undefined;
          return false;
        }
      },
      reason: () => why,
      line: () => line,
      column: () => column,
      isOurs: () => refused !== undefined,
    };
  }`;
