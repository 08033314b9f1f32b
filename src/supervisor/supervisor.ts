// Keeps children running. A child spec is data; what becomes of a child that ends is in the tables of restart.ts.
//
// V1. A child is never started while its last life has not ended.
// V2. Starting again waits: longer after each failure in a row, with jitter so that many children do not come back as one, from the
//     shortest wait once a life was long enough.
// V3. stop() ends a child for good, also one that is waiting to start.
// V4. Where children depend on each other (scope rest, all) they are ended in the reverse of the order they were added in, one after
//     the other, and started in that order. Where they do not (scope one) none waits for another.
// V5. A stop that takes longer than the spec allows becomes a kill, where the child can be killed.
// V6. A supervisor that passed its limit ends its children and fails: `failed` says why, and whoever keeps it decides.
// Absent: what a child does (actors), which children there should be (member), the limits of each level (tree.ts).
import type { Clock } from '#clock/clock.ts';
import type { Random } from '#clock/random.ts';
import type { Log } from '#telemetry/log.ts';
import { backoffMs, counts, type Restart, restartedWith, RestartLimit, type RestartTerms, startsAgain } from './restart.ts';

export interface ChildSpec {
  readonly id: string;
  readonly restart: Restart;
  /** Begins a life. A rejection counts as a failed life. */
  readonly start: () => Promise<Child>;
  /** By V5; for ever when left out. */
  readonly stopWaitMs?: number;
}

export interface Child {
  /** Resolves when the life ended by itself or was stopped, rejects with the reason when it failed. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
  /** Ends the life at once, whatever it is doing. */
  kill?(): void;
}

export interface ChildStatus {
  readonly id: string;
  readonly state: 'starting' | 'running' | 'waiting' | 'done';
  readonly restarts: number;
  readonly lastFailure: string | undefined;
}

const HEALTHY_AFTER_MS = 10_000;

/** Children on their own, and nobody above who could help. */
const UNLIMITED: RestartTerms = { restartScope: 'one', restartsMax: Infinity, periodMs: 0 };

interface Kept {
  readonly spec: ChildSpec;
  readonly stopped: AbortController;
  state: ChildStatus['state'];
  restarts: number;
  failuresInRow: number;
  lastFailure: string | undefined;
  startedMs: number;
  /** A start that is under way. */
  birth: Promise<unknown> | undefined;
  child: Child | undefined;
}

export class Supervisor {
  /** Resolves with the reason when the limit was passed and every child has ended. */
  readonly failed: Promise<Error>;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #log: Log;
  readonly #terms: RestartTerms;
  readonly #limit: RestartLimit;
  readonly #children = new Map<string, Kept>();
  #fail: (reason: Error) => void = () => {};
  #isOver = false;
  /** Restarts of several children, one after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(clock: Clock, random: Random, log: Log, terms: RestartTerms = UNLIMITED) {
    this.#clock = clock;
    this.#random = random;
    this.#log = log;
    this.#terms = terms;
    this.#limit = new RestartLimit(terms);
    this.failed = new Promise((resolve) => (this.#fail = resolve));
  }

  /**
   * Starts a child and keeps it by its spec. An id may be used again once its child was stopped. Resolves when the first life began,
   * rejects when it could not begin; the child is kept either way, so only who wants to know has to wait.
   */
  add(spec: ChildSpec): Promise<void> {
    if (this.#children.has(spec.id)) throw new Error(`a child named ${spec.id} is already kept`);
    if (this.#isOver) return Promise.reject(new Error(`${spec.id} was not started: its supervisor has given up`));
    const kept: Kept = { spec, stopped: new AbortController(), state: 'starting', restarts: 0, failuresInRow: 0, lastFailure: undefined, startedMs: 0, birth: undefined, child: undefined };
    this.#children.set(spec.id, kept);
    const began = this.#begin(kept);
    began.catch((error: unknown) => this.#ended(kept, 'failed', error));
    return began;
  }

  has(id: string): boolean {
    return this.#children.has(id);
  }

  /** By V3; resolves when the child's life has ended. */
  async stop(id: string): Promise<void> {
    const kept = this.#children.get(id);
    if (!kept) return;
    kept.stopped.abort();
    await this.#end(kept);
    if (this.#children.get(id) === kept) this.#children.delete(id);
  }

  /** Ends every child for good, in the order of V4. */
  async stopAll(): Promise<void> {
    const ids = [...this.#children.keys()].toReversed();
    // Before the first has ended, none of the others may be started again for it.
    for (const kept of this.#children.values()) kept.stopped.abort();
    if (this.#terms.restartScope === 'one') await Promise.all(ids.map((id) => this.stop(id)));
    else for (const id of ids) await this.stop(id);
  }

  status(): ChildStatus[] {
    return [...this.#children.values()].map(({ spec, state, restarts, lastFailure }) => ({ id: spec.id, state, restarts, lastFailure }));
  }

  /** Starts a life. Rejects when it cannot begin. */
  async #begin(kept: Kept): Promise<void> {
    kept.state = 'starting';
    kept.startedMs = this.#clock.monotonicMs();
    const birth = kept.spec.start();
    kept.birth = birth.catch(() => {}).finally(() => (kept.birth = undefined));
    const child = await birth;
    kept.child = child;
    kept.state = 'running';
    child.ended.then(
      () => this.#lifeOver(kept, child, 'ended'),
      (error: unknown) => this.#lifeOver(kept, child, 'failed', error),
    );
  }

  /** Ends a life on purpose, by V5. */
  async #end(kept: Kept): Promise<void> {
    await kept.birth; // one that is being born is born first
    const { child, spec } = kept;
    if (!child) return;
    const over = child.ended.catch(() => {});
    const waited = new AbortController();
    const stopping = child.stop();
    if (spec.stopWaitMs === undefined || !child.kill) await stopping;
    else {
      stopping.catch(() => {}); // one that is cut short may well complain
      const late = this.#clock.sleep(spec.stopWaitMs, waited.signal).then(
        () => child.kill!(),
        () => {},
      );
      await Promise.race([over, late]);
      waited.abort();
    }
    await over;
    kept.child = undefined;
    kept.state = 'waiting';
  }

  #lifeOver(kept: Kept, child: Child, exit: 'ended' | 'failed', failure?: unknown): void {
    if (exit === 'failed') kept.lastFailure = spelled(failure);
    if (kept.child !== child || kept.stopped.signal.aborted || kept.state !== 'running') return; // #end waits for it
    kept.child = undefined;
    this.#ended(kept, exit, failure);
  }

  /** Decides about a child that has no life any more and was not asked to end. */
  #ended(kept: Kept, exit: 'ended' | 'failed', failure: unknown): void {
    kept.state = 'done';
    if (exit === 'failed') kept.lastFailure = spelled(failure);
    if (this.#clock.monotonicMs() - kept.startedMs > HEALTHY_AFTER_MS) kept.failuresInRow = 0;
    if (this.#isOver || kept.stopped.signal.aborted || !startsAgain(kept.spec.restart, exit)) return;
    kept.state = 'waiting';
    if (counts(failure) && this.#limit.passedBy(this.#clock.monotonicMs())) {
      void this.#giveUp(kept, failure);
      return;
    }
    if (this.#terms.restartScope === 'one') void this.#restart(kept, failure);
    else this.#turn = this.#turn.then(() => this.#restart(kept, failure));
  }

  async #restart(failed: Kept, failure: unknown): Promise<void> {
    if (this.#isOver || failed.child !== undefined || failed.birth !== undefined) return; // a sibling's restart took it along meanwhile
    const affected = restartedWith(this.#terms.restartScope, failed, [...this.#children.values()]);
    for (const kept of affected.toReversed()) {
      if (kept === failed) continue;
      if (kept.state === 'running') kept.state = 'waiting';
      await this.#end(kept);
    }
    const waitMs = backoffMs(failed.failuresInRow++, this.#random.next());
    this.#log.warn({ child: failed.spec.id, error: failure, restarts: failed.restarts, waitMs: Math.round(waitMs) }, 'a child ended and will be started again');
    await this.#clock.sleep(waitMs, failed.stopped.signal).catch(() => {}); // by V3 a stop ends the wait
    for (const kept of affected) {
      if (kept.stopped.signal.aborted || this.#isOver) continue;
      if (kept !== failed && !startsAgain(kept.spec.restart, 'sibling')) {
        kept.state = 'done';
        continue;
      }
      kept.restarts++;
      try {
        await this.#begin(kept);
      } catch (error) {
        // Those after it are in its own scope too, and come with it.
        this.#ended(kept, 'failed', error);
        return;
      }
    }
  }

  /** By V6. */
  async #giveUp(kept: Kept, failure: unknown): Promise<void> {
    const { restartsMax, periodMs } = this.#terms;
    this.#isOver = true;
    const reason = new Error(`${kept.spec.id} ended more than ${restartsMax} times within ${periodMs / 1000} s, the last time by: ${spelled(failure ?? 'itself')}`, { cause: failure });
    this.#log.error({ child: kept.spec.id, error: failure }, 'a child ended too often; its supervisor gives up');
    await this.stopAll();
    this.#fail(reason);
  }
}

function spelled(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}
