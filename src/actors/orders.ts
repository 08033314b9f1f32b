// Runs an account by orders as a node of a plan: at each close the author's function is asked what to do, in the sandbox, account and all.
// O1. The function is compiled from its normalised source, the same text its identity is made of (custom.ts, U1 and U2).
// O2. What it may remember are its orders and its position. Both are in the account's bytes, which stay here, so that another process goes on where
//     one died.
// O3. A throw, an amount the account cannot keep, and a call that takes too long or too much memory halt the node at that row.
import { type AccountColumns, columnsOf } from '#broker/account-columns.ts';
import { rowOf } from '#broker/account-state.ts';
import { OrderAccount } from '#broker/order-account.ts';
import { readTerms, type Terms } from '#broker/terms.ts';
import { Fault } from '#domain/fault.ts';
import { intervalMs } from '#domain/interval.ts';
import type { AccountSpec } from '#domain/node-spec.ts';
import { readsOf } from '#graph/code.ts';
import { riskRules } from '#risk/check.ts';
import { VERBS } from '#sandbox/desk.ts';
import { type Errand, SandboxedProgram } from '#sandbox/program.ts';
import { Sandbox } from '#sandbox/sandbox.ts';
import { fillHalted, type Halt, haltOfComplaint, type HaltingNode } from './halt.ts';

export class OrdersNode implements HaltingNode {
  readonly lookback = 0;
  readonly terms: Terms;
  readonly #columns: AccountColumns;
  readonly #source: string;
  readonly #program: SandboxedProgram;
  #row = 0;
  #halt: Halt | undefined;
  readonly #started: { readonly count: number; readonly errand: Errand | undefined }[] = [];

  /** Throws PARAM_INVALID, MONEY_INVALID or SPEC_INVALID for terms that no account can have. */
  constructor({ code, config, schema }: AccountSpec) {
    if (code.account !== 'orders') throw new TypeError(`an account of kind ${code.account} is not asked for orders`);
    const { params, interval } = config;
    const upstreams = config.upstreams.map(({ name }) => name!);
    this.terms = readTerms(params, intervalMs(interval));
    riskRules(this.terms.risk);
    this.#columns = columnsOf(upstreams, this.terms.instruments.length, this.terms.eventsPerRow);
    if (schema.outputs.join() !== this.#columns.outputs.join()) throw new Fault('SPEC_INVALID', 'the outputs of an account by orders are not those it has', { cure: 'let the SDK declare the account' });
    this.#source = code.source;
    this.#program = new SandboxedProgram({ orders: code.source, reads: readsOf(code.source, VERBS), params, interval, upstreams }, this.#columns.layout);
  }

  get halt(): Halt | undefined {
    return this.#halt;
  }

  /** Names of its outputs. */
  get outputs(): readonly string[] {
    return this.#columns.outputs;
  }

  run(inputs: readonly Float64Array[], outputs: readonly Float64Array[], count: number): void {
    this.start(inputs, count);
    this.finish(outputs);
  }

  /** Begins to do what run does, and does not wait. What is begun is finished in the same order, and `inputs` must stay as they are until then. */
  start(inputs: readonly Float64Array[], count: number): void {
    this.#started.push({ count, errand: this.#halt ? undefined : Sandbox.ofThread().start(this.#program, inputs, count) });
  }

  /** Ends what was begun first. */
  finish(outputs: readonly Float64Array[]): void {
    const { count, errand } = this.#started.shift()!;
    let done = 0;
    if (errand && !this.#halt) {
      const answer = Sandbox.ofThread().finish(errand, outputs);
      done = answer.done;
      if (answer.complaint) this.#halt = haltOfComplaint('orders', this.#source, answer.complaint, this.#row + done);
    }
    if (done < count) fillHalted(outputs, done, count);
    this.#row += count;
  }

  /** The events the rows so far had no place for: OrderAccount.leftover. */
  leftover(): Float64Array[] {
    return this.#account().leftover();
  }

  snapshot(): Uint8Array {
    const { state } = this.#program;
    return state.length > 0 ? state : this.#account().snapshot();
  }

  /** Throws CHECKPOINT_DAMAGED for bytes that are no account of this version. */
  restore(bytes: Uint8Array): void {
    this.#row = rowOf(bytes);
    this.#halt = undefined;
    this.#program.state = bytes;
    Sandbox.ofThread().prepare(); // what goes on has rows to compute in a moment
  }

  /** By O2. */
  #account(): OrderAccount {
    const account = new OrderAccount(this.terms, this.#columns, riskRules(this.terms.risk));
    if (this.#program.state.length > 0) account.restore(this.#program.state);
    return account;
  }
}
