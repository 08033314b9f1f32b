// Runs an account by orders as a node of a plan: at each close the author's function is asked what to do.
// O1. The function is compiled from its normalised source, the same text its identity is made of (custom.ts, U1 and U2).
// O2. It keeps nothing of its own: what it is given is new on each row or frozen. What it may remember are its orders and its position, and both are
//     in the snapshot.
// O3. A throw, an amount the account cannot keep, and a call that does not come back halt the node at that row.
import { createContext, Script } from 'node:vm';
import { type AccountColumns, columnsOf } from '#broker/account-columns.ts';
import { Desk, type InstrumentView } from '#broker/desk.ts';
import { OrderAccount } from '#broker/order-account.ts';
import { readTerms } from '#broker/terms.ts';
import { Fault, isFault } from '#domain/fault.ts';
import { intervalMs } from '#domain/interval.ts';
import type { AccountSpec } from '#domain/node-spec.ts';
import { riskRules } from '#risk/check.ts';
import { withinTime } from './time-limit.ts';
import { fillHalted, type Halt, type HaltingNode } from './halt.ts';

/** For a batch, and in it for each row. A row takes microseconds; a whole batch of a slot stays short beside what a shard is given. */
const BATCH_MS = 2_000;
const ROW_MS = 10;

/** What an orders function is given: one instrument's view with the rest in it, or several by name beside the rest. */
type View = Record<string, unknown>;

type OrdersFunction = (view: View) => unknown;

export class OrdersNode implements HaltingNode {
  readonly lookback = 0;
  readonly account: OrderAccount;
  readonly #columns: AccountColumns;
  readonly #desks: readonly Desk[];
  readonly #names: readonly string[];
  readonly #params: unknown;
  /** The values by name, to copy. */
  readonly #template: Readonly<Record<string, number>>;
  readonly #orders: OrdersFunction;
  #halt: Halt | undefined;

  /** Throws PARAM_INVALID, MONEY_INVALID or SPEC_INVALID for terms that no account can have. */
  constructor({ code, config, schema }: AccountSpec) {
    if (code.account !== 'orders') throw new TypeError(`an account of kind ${code.account} is not asked for orders`);
    const terms = readTerms(config.params, intervalMs(config.interval));
    this.#columns = columnsOf(config.upstreams.map(({ name }) => name!), terms.instruments.length, terms.eventsPerRow);
    if (schema.outputs.join() !== this.#columns.outputs.join()) throw new Fault('SPEC_INVALID', 'the outputs of an account by orders are not those it has', { cure: 'let the SDK declare the account' });
    this.account = new OrderAccount(terms, this.#columns, riskRules(terms.risk));
    this.#desks = terms.instruments.map((_, k) => new Desk(this.account, k));
    const context = createContext(Object.create(null) as object, { codeGeneration: { strings: false, wasm: false } });
    this.#orders = new Script(`(${code.source})`, { filename: 'orders' }).runInContext(context) as OrdersFunction;
    const constants = Object.fromEntries(Object.entries(config.params).flatMap(([name, value]) => (name.startsWith('param_') ? [[name.slice('param_'.length), value]] : [])));
    this.#params = new Script(`JSON.parse(${JSON.stringify(JSON.stringify(constants))}, (_, value) => Object.freeze(value))`).runInContext(context) as unknown;
    this.#template = Object.fromEntries(this.#columns.values.map(({ name }) => [name, Number.NaN]));
    this.#names = terms.instruments.map(({ name }) => name);
  }

  get halt(): Halt | undefined {
    return this.#halt;
  }

  /** Names of its outputs. */
  get outputs(): readonly string[] {
    return this.#columns.outputs;
  }

  run(inputs: readonly Float64Array[], outputs: readonly Float64Array[], count: number): void {
    const first = this.account.row;
    if (!this.#halt) {
      try {
        if (!withinTime(BATCH_MS + ROW_MS * count, () => this.account.run(inputs, outputs, count, (at) => this.#decide(inputs, at)))) {
          this.#halt = { row: this.account.row, code: 'COMPUTE_FAILED', reason: 'orders did not come back', cure: 'make the orders function end for every bar' };
        }
      } catch (error) {
        if (!isFault(error)) throw error;
        this.#halt = { row: this.account.row, code: error.code, reason: error.message, cure: error.cure ?? 'trade a smaller quantity' };
      }
    }
    if (this.#halt) fillHalted(outputs, Math.max(0, this.#halt.row - first), count);
  }

  #decide(inputs: readonly Float64Array[], at: number): void {
    const view = this.#viewOf(inputs, at);
    try {
      this.#orders(view);
    } catch (error) {
      const { reason, cure } = isFault(error) ? { reason: error.message, cure: error.cure } : { reason: spelled(error), cure: undefined };
      throw new Fault('COMPUTE_FAILED', `orders threw ${reason}`, { cure: cure ?? 'make the orders function handle every bar, those with missing values included' });
    }
  }

  /** By O2. */
  #viewOf(inputs: readonly Float64Array[], at: number): View {
    const { columns, values } = this.#columns;
    const seen = { ...this.#template };
    for (let k = 0; k < values.length; k++) seen[values[k]!.name] = inputs[values[k]!.at]![at]!;
    const t = inputs[0]![at]!;
    const { cash, equity } = this.account;
    if (this.#names[0] === '') {
      // Written out, since a copy of a view would cost as much as all the rest of a quiet bar.
      const { bar, position, entryPrice, orders, buy, sell, moveTo, cancel, replace } = this.#instrument(0, inputs, at);
      return { t, values: seen, params: this.#params, cash, equity, bar, position, entryPrice, orders, buy, sell, moveTo, cancel, replace };
    }
    const view: View = { t, values: seen, params: this.#params, cash, equity };
    for (let k = 0; k < columns.length; k++) view[this.#names[k]!] = this.#instrument(k, inputs, at);
    return view;
  }

  #instrument(k: number, inputs: readonly Float64Array[], at: number): InstrumentView {
    const { open, high, low, close, volume } = this.#columns.columns[k]!;
    return this.#desks[k]!.view({ open: inputs[open]![at]!, high: inputs[high]![at]!, low: inputs[low]![at]!, close: inputs[close]![at]!, volume: inputs[volume]![at]! });
  }

  snapshot(): Uint8Array {
    return this.account.snapshot();
  }

  restore(bytes: Uint8Array): void {
    this.#halt = undefined;
    this.account.restore(bytes);
  }
}

/** To spell what an author's code threw may run more of that code. */
function spelled(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'what cannot be spelled';
  }
}
