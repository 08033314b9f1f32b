// What was the newest entry of its subject a round of retention ago (K5 in retention.ts). A log that has lost its end since, and gone on, has
// other entries under the same numbers: what a manager that outlived it remembers of them is of no use, and nothing was known a round ago.
import type { Bus, LogEntry, StreamName } from '#bus/bus.ts';
import { type EntryMark, isMarked, markOf } from '#bus/entry-mark.ts';

/** An entry that is the newest of its subject. */
export type Newest = Pick<LogEntry, 'subject' | 'sequence'>;

interface Round {
  readonly sequences: ReadonlyMap<string, number>;
  /** The newest of all. While the log has it, it has all that came before it. */
  readonly last: (Newest & EntryMark) | undefined;
}

export class RoundAgo {
  readonly #bus: Pick<Bus, 'next'>;
  readonly #rounds = new Map<string, Round>();

  constructor(bus: Pick<Bus, 'next'>) {
    this.#bus = bus;
  }

  /**
   * The newest entries of some subjects of a stream, given in stream order, as they were when `what` was asked last: the oldest first, and
   * 1, before which there is nothing, for a subject of which that is not known.
   */
  async of(stream: StreamName, what: string, newest: readonly LogEntry[]): Promise<Newest[]> {
    const before = this.#rounds.get(what);
    this.#rounds.set(what, roundOf(newest));
    const known = before && (await this.#stands(stream, before)) ? before.sequences : new Map<string, number>();
    const found = newest.map(({ subject, sequence }) => ({ subject, sequence: Math.min(sequence, known.get(subject) ?? 1) }));
    return found.toSorted((a, b) => a.sequence - b.sequence);
  }

  async #stands(stream: StreamName, { last }: Round): Promise<boolean> {
    if (!last) return true;
    const entry = await this.#bus.next(stream, last.subject, last.sequence);
    return isMarked(entry, last);
  }
}

function roundOf(newest: readonly LogEntry[]): Round {
  const last = newest.at(-1);
  return {
    sequences: new Map(newest.map(({ subject, sequence }) => [subject, sequence])),
    last: last && { subject: last.subject, ...markOf(last) },
  };
}
