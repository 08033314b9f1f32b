// Publishes recorded bars as the rows of a source.
// F1. Rows are numbered on from what the log has of the source; rows not later than its last one are skipped. So a feed that is
//     started again after a crash, or run twice, doubles nothing.
// F2. At most APPENDS_IN_FLIGHT frames wait for the log's answer; the log's pace is the feed's.
// Absent: what the bars are and where they come from (feeds).
import type { Bus } from '#bus/bus.ts';
import { decodeFrame, encodeFrame, extendChains } from '#bus/frame.ts';
import { slotOf, type Subjects } from '#bus/subjects.ts';
import type { Clock } from '#clock/clock.ts';
import { BAR_COLUMNS, type BarColumns, type Source, sourceId } from '#domain/bar.ts';
import { Fault, isFault } from '#domain/fault.ts';
import { rowsId } from './lane.ts';

const APPENDS_IN_FLIGHT = 64;
const RETRY_WAIT_MS = 50;
/** Keeps a frame under 64 KB. */
export const FRAME_ROWS_MAX = 1_000;

export interface FeedPorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly subjects: Subjects;
}

/** When rows are due: recorded time divided by `speed`; `Infinity` is as fast as the log takes them. */
export interface Pace {
  readonly speed: number;
  readonly rowsPerFrame: number;
}

export interface ReplayReport {
  readonly published: number;
  /** Rows the log had already. */
  readonly skipped: number;
}

/** Publishes the rows of one source in order. Throws what the log refuses for good. */
export async function replay(ports: FeedPorts, slots: number, source: Source, columns: BarColumns, pace: Pace, onProgress: (rows: number) => void, signal?: AbortSignal): Promise<ReplayReport> {
  const { bus, clock, subjects } = ports;
  const id = sourceId(source);
  const subject = subjects.input(slotOf(id, slots), id);
  const last = await bus.last('IN', subject);
  const before = last && decodeFrame(last.data, `${subject} at ${last.sequence}`);
  const t = columns[0]!;
  const rows = t.length;
  let from = 0;
  if (before) while (from < rows && t[from]! <= before.watermark) from++; // by F1
  const skipped = from;
  const chains = before ? before.chains.slice() : new Uint32Array(BAR_COLUMNS.length);
  let next = before ? before.first + before.count : 0;
  const startedMs = clock.monotonicMs();
  const origin = t[from] ?? 0;
  const inFlight: Promise<void>[] = [];

  for (; from < rows; ) {
    if (signal?.aborted) break;
    const dueAt = (row: number): number => startedMs + (t[row]! - origin) / pace.speed;
    const waitMs = dueAt(from) - clock.monotonicMs();
    if (waitMs > 0) {
      await clock.sleep(waitMs, signal).catch(() => {});
      continue;
    }
    // Whatever is due by now goes along: one row when the pace is slow, a full frame when it is not.
    let to = from + 1;
    const now = clock.monotonicMs();
    while (to < rows && to - from < pace.rowsPerFrame && dueAt(to) <= now) to++;
    const cut = columns.map((column) => column.subarray(from, to));
    extendChains(chains, cut, 0, to - from);
    const frame = encodeFrame({ kind: 'source', id, epoch: 0, first: next, count: to - from, inputSequence: 0, watermark: t[to - 1]!, chains, columns: cut });
    if (inFlight.length >= APPENDS_IN_FLIGHT) await inFlight.shift(); // by F2
    inFlight.push(append(ports, subject, frame, rowsId(id, next, to - from)));
    next += to - from;
    from = to;
    onProgress(from);
  }
  await Promise.all(inFlight);
  return { published: from - skipped, skipped };
}

/** Appends until the log has it; its readers skip what a retry doubles and its id keeps most retries from being stored. */
async function append({ bus, clock }: FeedPorts, subject: string, frame: Uint8Array, messageId: string): Promise<void> {
  for (;;) {
    try {
      await bus.append(subject, frame, { messageId });
      return;
    } catch (error) {
      if (!isFault(error) || !error.retry) throw error;
      await clock.sleep(RETRY_WAIT_MS);
    }
  }
}

/** The source a name means: `venue:instrument:interval`, or the only one the cluster's nodes read. Throws DATA_SOURCE_UNBOUND. */
export function chooseSource(name: string | undefined, known: readonly Source[], spell: (source: Source) => string): Source {
  const list = known.map(spell).join(', ') || 'none yet';
  if (name === undefined) {
    if (known.length === 1) return known[0]!;
    throw new Fault('DATA_SOURCE_UNBOUND', `the cluster’s strategies read ${known.length} sources (${list}), and it is not said whose bars these are`, {
      cure: known.length === 0 ? 'publish a strategy first, or name the source with --source venue:instrument:interval' : 'name one with --source',
    });
  }
  const found = known.filter((source) => spell(source) === name || source.instrument === name);
  if (found.length === 1) return found[0]!;
  throw new Fault('DATA_SOURCE_UNBOUND', `"${name}" is not a source the cluster knows`, { cure: `known are ${list}; write a new one as venue:instrument:interval` });
}
