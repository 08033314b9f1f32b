// What a search has found so far, on disk: one line of JSON per trial, below a line that says over which bars and spans.
// J1. A trial is known by its account's NodeID, which names everything that determines its outcome but the bars.
// J2. Lines are only ever appended, and a line cut off by a crash is the last one: reading stops before it.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Fault } from '#domain/fault.ts';
import type { NodeID } from '#domain/node-spec.ts';
import { unwritable } from '#domain/unwritable.ts';
import type { TrialAnswer } from './batch.ts';

const FORMAT = 1;

interface Head {
  readonly journal: typeof FORMAT;
  /** Names bars and spans. */
  readonly ground: string;
}

type Line = { readonly account: NodeID } & TrialAnswer;

export class Journal {
  readonly #path: string;
  /** Outcomes that need not be worked out again. */
  readonly known: ReadonlyMap<NodeID, TrialAnswer>;

  /** Takes up the journal at `path`, or begins it. Throws DISK_FULL, FILE_UNWRITABLE, and JOURNAL_FOREIGN for a file of another search. */
  constructor(path: string, ground: string) {
    this.#path = path;
    const { lines, bytes } = readLines(path);
    const [head, ...rest] = lines as [Head | undefined, ...Line[]];
    if (head === undefined) {
      this.#write(() => writeFileSync(path, `${JSON.stringify({ journal: FORMAT, ground } satisfies Head)}\n`));
    } else if (head.journal !== FORMAT || head.ground !== ground) {
      throw new Fault('JOURNAL_FOREIGN', `${path} is the journal of a search over other bars or spans`, {
        cure: 'name another directory for this search, or remove the journal',
        data: { path },
      });
    } else if (bytes !== undefined) this.#write(() => writeFileSync(path, bytes));
    this.known = new Map(rest.map(({ account, ...answer }) => [account, answer]));
  }

  append(answers: readonly (readonly [account: NodeID, answer: TrialAnswer])[]): void {
    const lines = answers.map(([account, answer]) => `${JSON.stringify({ account, ...answer } satisfies Line)}\n`);
    this.#write(() => appendFileSync(this.#path, lines.join('')));
  }

  #write(write: () => void): void {
    try {
      write();
    } catch (cause) {
      throw unwritable(this.#path, cause);
    }
  }
}

/** The whole lines of a journal; by J2, `bytes` are what should be left of it when the last one is cut off. */
function readLines(path: string): { lines: unknown[]; bytes?: string } {
  if (!existsSync(path)) return { lines: [] };
  const text = readFileSync(path, 'utf8');
  const end = text.lastIndexOf('\n') + 1;
  const lines: unknown[] = [];
  for (const line of text.slice(0, end).split('\n')) {
    if (line === '') continue;
    try {
      lines.push(JSON.parse(line));
    } catch (cause) {
      throw new Fault('JOURNAL_FOREIGN', `${path}, line ${lines.length + 1}: is no line of a search's journal`, { cure: 'name another directory for this search, or remove the file', data: { path }, cause });
    }
  }
  return end < text.length ? { lines, bytes: text.slice(0, end) } : { lines };
}
