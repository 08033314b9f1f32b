// Publishes recorded bars as the rows of a source.
// F1. Rows are numbered on from what the log has of the source; rows not later than its last one are skipped. A frame is stored
//     only right behind the one it continues, so a feed that is started again after a crash, or run twice, even at the same time,
//     doubles nothing, and no frame overtakes one that got lost and leaves a hole behind it.
// F2. One step is on its way and at most one gathers behind it, STEP_FRAMES_MAX frames each; the log's pace is the feed's.
// F3. A step is stored behind the sequence of the frame it continues (B4). Where somebody else wrote in between the log refuses it,
//     and the feed goes on behind what the log has.
// Absent: what the bars are and where they come from (feeds).
import type { Bus, StepEntry } from '#bus/bus.ts';
import { decodeFrame, encodeFrame, extendChains } from '#bus/frame.ts';
import { slotOf, type Subjects } from '#bus/subjects.ts';
import type { Clock } from '#clock/clock.ts';
import { BAR_COLUMNS, type BarColumns, type Source, type SourceID, sourceId } from '#domain/bar.ts';
import { Fault, isFault } from '#domain/fault.ts';
import { rowsId } from './lane-output.ts';

const STEP_FRAMES_MAX = 512; // beyond it the cost of an answer per step is lost in the cost of the frames
const RETRY_WAIT_MS = 50;

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
  /** Rows that came to the log while the feed ran. */
  readonly published: number;
  /** Rows the log had already. */
  readonly skipped: number;
  /** True where as many rows as were skipped are other ones in the log. */
  readonly isOtherPast?: true;
}

/** Publishes the rows of one source in order. Throws what the log refuses for good. */
export async function replay(ports: FeedPorts, slots: number, source: Source, columns: BarColumns, pace: Pace, onProgress: (rows: number) => void, signal?: AbortSignal): Promise<ReplayReport> {
  const { clock } = ports;
  const t = columns[0]!;
  const rows = t.length;
  const tail = await Tail.open(ports, sourceId(source), slots);
  let from = firstAfter(t, tail.watermark); // by F1
  const skipped = from;
  const otherPast = tail.isEndOf(columns, skipped) ? {} : { isOtherPast: true as const };
  const startedMs = clock.monotonicMs();
  const origin = t[from] ?? 0;
  const dueAtMs = (row: number): number => startedMs + (t[row]! - origin) / pace.speed;

  for (;;) {
    const waitMs = from < rows ? dueAtMs(from) - clock.monotonicMs() : 0;
    const isOver = from === rows || signal?.aborted === true;
    if (tail.failed || isOver || waitMs > 0) {
      // Nothing is due: the moment to hear what became of the frames that were sent.
      if (!(await tail.settled(signal))) from = firstAfter(t, tail.watermark);
      else if (isOver) return { published: from - skipped, skipped, ...otherPast };
      else await clock.sleep(waitMs, signal).catch(() => {});
      continue;
    }
    // Whatever is due by now goes along: one row when the pace is slow, a full frame when it is not.
    let to = from + 1;
    const now = clock.monotonicMs();
    while (to < rows && to - from < pace.rowsPerFrame && dueAtMs(to) <= now) to++;
    if (!(await tail.extend(columns.map((column) => column.subarray(from, to))))) continue;
    from = to;
    onProgress(from);
  }
}

/** The end of a source in the log, with the frames that are on their way behind it. */
class Tail {
  readonly #ports: FeedPorts;
  readonly #id: SourceID;
  readonly #subject: string;
  /** Frames that leave with the next step. */
  #gathered: StepEntry[] = [];
  #sending: Promise<void> | undefined;
  #stepFramesMax = 1;
  #failure: unknown;
  /** Sequence of the newest frame, as the log answered it. */
  #sequence = 0;
  #next = 0;
  #watermark = Number.NEGATIVE_INFINITY;
  #chains = new Uint32Array(BAR_COLUMNS.length);

  private constructor(ports: FeedPorts, id: SourceID, subject: string) {
    this.#ports = ports;
    this.#id = id;
    this.#subject = subject;
  }

  static async open(ports: FeedPorts, id: SourceID, slots: number): Promise<Tail> {
    const tail = new Tail(ports, id, ports.subjects.input(slotOf(id, slots), id));
    await tail.#read();
    return tail;
  }

  /** Event time of the last row. */
  get watermark(): number {
    return this.#watermark;
  }

  /** False when the log has as many rows, and they are not these; of more or fewer it cannot tell. */
  isEndOf(columns: BarColumns, rows: number): boolean {
    if (rows !== this.#next) return true;
    const chains = new Uint32Array(BAR_COLUMNS.length);
    extendChains(chains, columns, 0, rows);
    return chains.every((chain, c) => chain === this.#chains[c]);
  }

  /** True when a frame was not stored: nothing can follow it until settled() said where the log ends. */
  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /** Sends the rows that come next as one frame. False when a frame before it failed and nothing was sent. */
  async extend(columns: BarColumns): Promise<boolean> {
    while (this.#gathered.length >= this.#stepFramesMax && this.#sending) await this.#sending; // by F2
    if (this.failed) return false;
    const first = this.#next;
    const count = columns[0]!.length;
    extendChains(this.#chains, columns, 0, count);
    this.#watermark = columns[0]![count - 1]!;
    this.#next += count;
    const frame = encodeFrame({ kind: 'source', id: this.#id, epoch: 0, first, count, inputSequence: 0, watermark: this.#watermark, chains: this.#chains, columns });
    this.#gathered.push({ subject: this.#subject, data: frame, messageId: rowsId(this.#id, first, count) });
    this.#sending ??= this.#send();
    return true;
  }

  /** Waits for every answer. True when all is stored; false when the log had to be asked where it ends. Throws what the log refuses for good. */
  async settled(signal?: AbortSignal): Promise<boolean> {
    while (this.#sending) await this.#sending;
    if (!this.failed) return true;
    while (this.failed) {
      const failure = this.#failure;
      const isRefused = isFault(failure) && failure.code === 'LEASE_LOST';
      if (!isRefused && (!isFault(failure) || !failure.retry || signal?.aborted)) throw failure;
      if (!isRefused) await this.#ports.clock.sleep(RETRY_WAIT_MS, signal).catch(() => {});
      this.#failure = undefined;
      await this.#read().catch((error: unknown) => (this.#failure = error));
    }
    return false;
  }

  /** Stores what was gathered as one step. Never rejects. */
  async #send(): Promise<void> {
    const step = this.#gathered.splice(0, this.#stepFramesMax);
    try {
      const { newest, reason } = await this.#ports.bus.appendStep(step, { subject: this.#subject, sequence: this.#sequence }); // by F3
      if (reason) throw reason;
      // A frame the log had already is answered with the place it has; nothing new stands behind which others could follow unseen.
      const isNew = newest !== undefined && newest.sequence > this.#sequence;
      if (isNew) this.#sequence = newest.sequence;
      this.#stepFramesMax = isNew ? Math.min(2 * this.#stepFramesMax, STEP_FRAMES_MAX) : 1;
    } catch (error) {
      this.#failure = error;
      this.#gathered = []; // what follows a frame that is not stored must not be stored either
    }
    this.#sending = this.#gathered.length > 0 ? this.#send() : undefined;
  }

  async #read(): Promise<void> {
    const last = await this.#ports.bus.last('IN', this.#subject);
    this.#stepFramesMax = 1; // the log may have frames beyond the last that were doubled
    const frame = last && decodeFrame(last.data, `${this.#subject} at ${last.sequence}`);
    this.#sequence = last?.sequence ?? 0;
    this.#next = frame ? frame.first + frame.count : 0;
    this.#watermark = frame?.watermark ?? Number.NEGATIVE_INFINITY;
    this.#chains = frame?.chains.slice() ?? new Uint32Array(BAR_COLUMNS.length);
  }
}

/** The first row later than `watermark`, or how many there are. */
function firstAfter(t: Float64Array, watermark: number): number {
  const row = t.findIndex((time) => time > watermark);
  return row < 0 ? t.length : row;
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
