// Runs a paper account as a node of a plan. An amount it cannot keep, or an order the risk rules refuse, halts it.
import { PaperAccount } from '#broker/paper.ts';
import { decode, encode } from '#bus/codec.ts';
import { isFault } from '#domain/fault.ts';
import type { AccountTerms } from '#domain/strategy-spec.ts';
import type { KernelExports } from '#kernels/wasm.ts';
import { approve } from '#risk/check.ts';
import { fillHalted, type Halt, type HaltingNode } from './halt.ts';

interface Snapshot {
  readonly row: number;
  readonly account: Uint8Array;
}

export class AccountNode implements HaltingNode {
  readonly lookback = 0;
  readonly isTidy = true;
  readonly #account: PaperAccount;
  #row = 0;
  #halt: Halt | undefined;

  /** Throws MONEY_INVALID or PARAM_INVALID for terms that cannot be kept exactly. */
  constructor(terms: AccountTerms) {
    this.#account = new PaperAccount(terms, approve);
  }

  get halt(): Halt | undefined {
    return this.#halt;
  }

  run(inputs: readonly Float64Array[], outputs: readonly Float64Array[], count: number, kernels?: KernelExports): void {
    let done = 0;
    if (!this.#halt) {
      // A row the account has finished has its equity, so the first that has none is the one it stopped at.
      const equity = outputs.at(-1)!.fill(Number.NaN, 0, count);
      try {
        this.#account.run(inputs, outputs, count, kernels?.paper_block);
        done = count;
      } catch (error) {
        if (!isFault(error)) throw error;
        done = equity.findIndex((value) => Number.isNaN(value));
        this.#halt = { row: this.#row + done, code: error.code, reason: error.message, cure: error.cure ?? 'trade a smaller quantity' };
      }
    }
    if (done < count) fillHalted(outputs, done, count);
    this.#row += count;
  }

  snapshot(): Uint8Array {
    const state: Snapshot = { row: this.#row, account: this.#account.snapshot() };
    return encode(state);
  }

  restore(bytes: Uint8Array): void {
    const { row, account } = decode<Snapshot>(bytes, 'account state');
    this.#row = row;
    this.#halt = undefined;
    this.#account.restore(account);
  }
}
