// Runs a paper account as a node of a plan. An amount it cannot keep, or an order the risk rules refuse, silences this account alone.
import { PaperAccount } from '#broker/paper.ts';
import { decode, encode } from '#bus/codec.ts';
import { isFault } from '#domain/fault.ts';
import type { AccountTerms } from '#domain/strategy-spec.ts';
import { approve } from '#risk/check.ts';
import { fillSilent, type Silence, type SilenceableNode } from './silence.ts';

interface Snapshot {
  readonly row: number;
  readonly silence: Silence | null;
  readonly account: Uint8Array;
}

export class AccountNode implements SilenceableNode {
  readonly lookback = 0;
  readonly #account: PaperAccount;
  #row = 0;
  #silence: Silence | undefined;

  /** Throws MONEY_INVALID or PARAM_INVALID for terms that cannot be kept exactly. */
  constructor(terms: AccountTerms) {
    this.#account = new PaperAccount(terms, approve);
  }

  get silence(): Silence | undefined {
    return this.#silence;
  }

  run(inputs: readonly Float64Array[], outputs: readonly Float64Array[], count: number): void {
    let done = 0;
    if (!this.#silence) {
      // A row the account has finished has a number here, so the first that has none is the one it stopped at.
      const marker = outputs[0]!.fill(Number.NaN, 0, count);
      try {
        this.#account.run(inputs, outputs, count);
        done = count;
      } catch (error) {
        if (!isFault(error)) throw error;
        done = marker.findIndex((value) => Number.isNaN(value));
        this.#silence = { row: this.#row + done, code: error.code, reason: error.message, cure: error.cure ?? 'trade a smaller quantity' };
      }
    }
    if (done < count) fillSilent(outputs, done, count);
    this.#row += count;
  }

  snapshot(): Uint8Array {
    const state: Snapshot = { row: this.#row, silence: this.#silence ?? null, account: this.#account.snapshot() };
    return encode(state);
  }

  restore(bytes: Uint8Array): void {
    const { row, silence, account } = decode<Snapshot>(bytes, 'account state');
    this.#row = row;
    this.#silence = silence ?? undefined;
    this.#account.restore(account);
  }
}
