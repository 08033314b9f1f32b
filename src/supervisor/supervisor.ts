// Keeps children running. A child spec is data; a child that ends is started again or not, by its spec alone.
//
//   restart     ended by itself   failed
//   permanent   again             again
//   transient   done              again
//   temporary   done              done
//
// V1. A child is never started while its last life has not ended.
// V2. Starting again waits: twice as long after each failure in a row, with jitter so that many children do not come back as one,
//     from the shortest wait once a life was long enough.
// V3. stop() ends a child for good, also one that is waiting to start.
// Absent: what a child does (actors), which children there should be (member).
import type { Clock } from '#clock/clock.ts';
import type { Random } from '#clock/random.ts';
import type { Log } from '#telemetry/log.ts';

export interface ChildSpec {
  readonly id: string;
  readonly restart: 'permanent' | 'transient' | 'temporary';
  /** Begins a life. A rejection counts as a failed life. */
  readonly start: () => Promise<Child>;
}

export interface Child {
  /** Resolves when the life ended by itself or was stopped, rejects with the reason when it failed. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export interface ChildStatus {
  readonly id: string;
  readonly state: 'starting' | 'running' | 'waiting' | 'done';
  readonly restarts: number;
  readonly lastFailure: string | undefined;
}

const BACKOFF_MS_MIN = 100;
const BACKOFF_MS_MAX = 5_000; // an operator who mends something sees it taken up while still looking
const HEALTHY_AFTER_MS = 10_000;

interface Kept {
  readonly spec: ChildSpec;
  readonly stopped: AbortController;
  state: ChildStatus['state'];
  restarts: number;
  failuresInRow: number;
  lastFailure: string | undefined;
  child: Child | undefined;
  readonly finished: Promise<void>;
}

export class Supervisor {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #log: Log;
  readonly #children = new Map<string, Kept>();

  constructor(clock: Clock, random: Random, log: Log) {
    this.#clock = clock;
    this.#random = random;
    this.#log = log;
  }

  /** Starts a child and keeps it by its spec. An id may be used again once its child was stopped. */
  add(spec: ChildSpec): void {
    if (this.#children.has(spec.id)) throw new Error(`a child named ${spec.id} is already kept`);
    const kept: Kept = { spec, stopped: new AbortController(), state: 'starting', restarts: 0, failuresInRow: 0, lastFailure: undefined, child: undefined, finished: Promise.resolve() };
    this.#children.set(spec.id, Object.assign(kept, { finished: this.#keep(kept) }));
  }

  has(id: string): boolean {
    return this.#children.has(id);
  }

  /** By V3; resolves when the child's life has ended. */
  async stop(id: string): Promise<void> {
    const kept = this.#children.get(id);
    if (!kept) return;
    kept.stopped.abort();
    await kept.child?.stop();
    await kept.finished;
    this.#children.delete(id);
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#children.keys()].map((id) => this.stop(id)));
  }

  status(): ChildStatus[] {
    return [...this.#children.values()].map(({ spec, state, restarts, lastFailure }) => ({ id: spec.id, state, restarts, lastFailure }));
  }

  async #keep(kept: Kept): Promise<void> {
    const { spec, stopped } = kept;
    while (!stopped.signal.aborted) {
      kept.state = 'starting';
      const startedMs = this.#clock.monotonicMs();
      let failure: unknown;
      try {
        kept.child = await spec.start();
        kept.state = 'running';
        // The stop may have come while the child was being born.
        if (stopped.signal.aborted) await kept.child.stop();
        await kept.child.ended;
      } catch (error) {
        failure = error;
        kept.lastFailure = error instanceof Error ? error.message : String(error);
      }
      kept.child = undefined;
      if (stopped.signal.aborted || !startsAgain(spec.restart, failure !== undefined)) break;
      if (this.#clock.monotonicMs() - startedMs > HEALTHY_AFTER_MS) kept.failuresInRow = 0;
      const waitMs = this.#backoffMs(kept.failuresInRow++);
      this.#log.warn({ child: spec.id, error: failure, restarts: kept.restarts, waitMs: Math.round(waitMs) }, 'a child ended and will be started again');
      kept.state = 'waiting';
      await this.#clock.sleep(waitMs, stopped.signal).catch(() => {}); // by V3 a stop ends the wait
      if (!stopped.signal.aborted) kept.restarts++;
    }
    kept.state = 'done';
  }

  #backoffMs(failuresInRow: number): number {
    return Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** failuresInRow) * (0.5 + this.#random.next() / 2);
  }
}

/** The table above. */
export function startsAgain(restart: ChildSpec['restart'], failed: boolean): boolean {
  return restart === 'permanent' || (restart === 'transient' && failed);
}
