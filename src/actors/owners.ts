// Who may write which rows, as the entries of OUT tell it in their order: for checks of a whole log, row by row.
import { shareOf } from '#bus/shares.ts';
import type { SourceID } from '#domain/bar.ts';
import type { NodeID } from '#domain/node-spec.ts';
import { type Divided, leaseIn } from './lease.ts';

const LEASE_KIND = 'lease';

export class Owners {
  /** By what is behind `lease.` in the subject. */
  readonly #newest = new Map<string, number>();
  readonly #divided = new Map<string, Divided>();

  /** Takes note of a lease; false for any other entry. */
  heard(subject: string, sequence: number, data: Uint8Array): boolean {
    const [, , kind, slot, ...share] = subject.split('.') as [string, string, string, string, ...string[]];
    if (kind !== LEASE_KIND) return false;
    this.#newest.set([slot, ...share].join('.'), sequence);
    if (share.length > 0) return true;
    const { divided } = leaseIn(data, sequence, subject);
    if (divided) this.#divided.set(slot, divided);
    else this.#divided.delete(slot);
    return true;
  }

  /** The epoch of whoever may write the rows of a node, by the source its share goes by. */
  epochOf(slot: string, firstSource: SourceID | NodeID): number | undefined {
    const divided = this.#divided.get(slot);
    const index = shareOf(firstSource, divided);
    return this.#newest.get(index === 0 ? slot : `${slot}.${divided!.at}.${index}`);
  }
}
