// Which child is started again, when, and that it never lives twice at once.
import { describe, expect, test } from 'vitest';
import { type Random, seededRandom } from '#clock/random.ts';
import { SimulatedClock } from '#clock/simulated.ts';
import { startsAgain } from '#supervisor/restart.ts';
import { type Child, type ChildSpec, Supervisor } from '#supervisor/supervisor.ts';
import { logger } from '#telemetry/log.ts';

const log = logger({ role: 'test', level: 'silent' });
const chance = (value: number): Random => ({ next: () => value, below: () => 0, id: () => '' });
const MOST = chance(1 - 2 ** -53);

/** A child whose lives are ended from outside, and which notices when two of them overlap. */
class Subject {
  readonly spec: ChildSpec;
  /** Times of birth. */
  readonly births: number[] = [];
  stops = 0;
  alive = 0;
  /** When set, a birth waits for it. */
  birth: Promise<void> | undefined;
  #end: (failure?: unknown) => void = () => {};

  constructor(clock: SimulatedClock, restart: ChildSpec['restart'], failAtOnce?: unknown) {
    this.spec = {
      id: 'child',
      restart,
      start: async (): Promise<Child> => {
        this.births.push(clock.monotonicMs());
        await this.birth;
        if (failAtOnce !== undefined) throw failAtOnce;
        this.alive++;
        expect(this.alive).toBe(1);
        const ended = new Promise<void>((resolve, reject) => {
          this.#end = (failure) => {
            this.#end = () => {};
            this.alive--;
            if (failure === undefined) resolve();
            else reject(failure);
          };
        });
        return {
          ended,
          stop: async () => {
            this.stops++;
            this.#end();
          },
        };
      },
    };
  }

  end(failure?: unknown): void {
    this.#end(failure);
  }
}

function kept(restart: ChildSpec['restart'], random: Random = MOST, failAtOnce?: unknown): { clock: SimulatedClock; supervisor: Supervisor; child: Subject } {
  const clock = new SimulatedClock();
  const supervisor = new Supervisor(clock, random, log);
  const child = new Subject(clock, restart, failAtOnce);
  void supervisor.add(child.spec);
  return { clock, supervisor, child };
}

describe('a child that ends', () => {
  const TABLE = [
    ['permanent', 'ended', true],
    ['permanent', 'failed', true],
    ['transient', 'ended', false],
    ['transient', 'failed', true],
    ['temporary', 'ended', false],
    ['temporary', 'failed', false],
  ] as const;

  test.each(TABLE)('%s and %s: again is %s', async (restart, how, again) => {
    expect(startsAgain(restart, how)).toBe(again);
    const { clock, supervisor, child } = kept(restart);
    await clock.advance(0);
    expect(supervisor.status()).toEqual([{ id: 'child', state: 'running', restarts: 0, lastFailure: undefined }]);
    child.end(how === 'failed' ? new Error('broken') : undefined);
    await clock.advance(1_000);
    expect(child.births.length).toBe(again ? 2 : 1);
    expect(supervisor.status()).toEqual([{ id: 'child', state: again ? 'running' : 'done', restarts: again ? 1 : 0, lastFailure: how === 'failed' ? 'broken' : undefined }]);
    expect(clock.pending).toBe(0);
  });

  test.each(TABLE)('%s and %s while it was being stopped: never again', async (restart, how) => {
    const { clock, supervisor, child } = kept(restart);
    await clock.advance(0);
    const stopped = supervisor.stop('child');
    child.end(how === 'failed' ? new Error('broken') : undefined);
    await stopped;
    await clock.advance(60_000);
    expect(child.births.length).toBe(1);
    expect(supervisor.has('child')).toBe(false);
  });
});

describe('starting again waits', () => {
  test('twice as long after each failure in a row, up to five seconds', async () => {
    const { clock, child } = kept('permanent', MOST, new Error('cannot'));
    await clock.advance(60_000);
    const waits = child.births.slice(1).map((at, k) => Math.round(at - child.births[k]!));
    expect(waits.slice(0, 9)).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000]);
  });

  test('between half of that and all of it, as chance will have it', async () => {
    for (const [value, least] of [[0, 50], [0.5, 75], [1 - 2 ** -53, 100]] as const) {
      const { clock, child } = kept('permanent', chance(value), new Error('cannot'));
      await clock.advance(149);
      expect(child.births[1]! - child.births[0]!).toBeCloseTo(least, 9);
    }
  });

  test('from the shortest wait again once a life was long enough', async () => {
    const { clock, child } = kept('permanent');
    await clock.advance(0);
    for (let failure = 0; failure < 5; failure++) {
      child.end(new Error('soon'));
      await clock.advance(5_000);
    }
    await clock.advance(10_000);
    child.end(new Error('late'));
    const diedMs = clock.monotonicMs();
    await clock.advance(5_000);
    expect(child.births.at(-1)! - diedMs).toBeCloseTo(100, 9);
  });
});

describe('stop()', () => {
  test('of a child that waits to start ends the wait at once and leaves no timer', async () => {
    const { clock, supervisor, child } = kept('permanent', MOST, new Error('cannot'));
    await clock.advance(10);
    expect(supervisor.status()[0]!.state).toBe('waiting');
    await supervisor.stop('child');
    expect(clock.pending).toBe(0);
    await clock.advance(60_000);
    expect(child.births.length).toBe(1);
  });

  test('of a child that is being born lets the birth end, then ends that life', async () => {
    const clock = new SimulatedClock();
    const supervisor = new Supervisor(clock, MOST, log);
    const child = new Subject(clock, 'permanent');
    let born: () => void = () => {};
    child.birth = new Promise((resolve) => (born = resolve));
    void supervisor.add(child.spec);
    await clock.advance(0);
    expect(supervisor.status()[0]!.state).toBe('starting');
    const stopped = supervisor.stop('child');
    born();
    await stopped;
    expect(child).toMatchObject({ stops: 1, alive: 0 });
    expect(child.births.length).toBe(1);
  });

  test('resolves only when the life has ended, also when it is asked twice', async () => {
    const clock = new SimulatedClock();
    const supervisor = new Supervisor(clock, MOST, log);
    let end: () => void = () => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    void supervisor.add({ id: 'slow', restart: 'permanent', start: async () => ({ ended, stop: async () => {} }) });
    await clock.advance(0);
    const stops = [supervisor.stop('slow'), supervisor.stopAll()];
    let over = 0;
    for (const stop of stops) void stop.then(() => over++);
    await clock.advance(1_000);
    expect(over).toBe(0);
    end();
    await Promise.all(stops);
    expect(supervisor.status()).toEqual([]);
  });

  test('of an unknown child is no matter', async () => {
    await expect(new Supervisor(new SimulatedClock(), MOST, log).stop('nobody')).resolves.toBeUndefined();
  });
});

test('a child is never kept twice under one id, and may come back under it once it was stopped', async () => {
  const { clock, supervisor, child } = kept('permanent');
  expect(() => void supervisor.add(child.spec)).toThrow('a child named child is already kept');
  await clock.advance(0);
  await supervisor.stop('child');
  void supervisor.add(child.spec);
  await clock.advance(0);
  expect(child.births.length).toBe(2);
  expect(supervisor.status()[0]).toMatchObject({ state: 'running', restarts: 0 });
});

test('whatever is thrown counts as a failure, an Error or not', async () => {
  for (const [thrown, said] of [['a word', 'a word'], [null, 'null'], [new Error('broken'), 'broken']] as const) {
    const { clock, supervisor, child } = kept('permanent', MOST, thrown);
    await clock.advance(120);
    expect(child.births.length).toBe(2);
    expect(supervisor.status()[0]!.lastFailure).toBe(said);
  }
});

test('under any order of endings, failures and stops a child lives at most once at a time', async () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = seededRandom(seed);
    const clock = new SimulatedClock();
    const supervisor = new Supervisor(clock, random, log);
    const child = new Subject(clock, 'permanent'); // it looks for two lives at once itself
    for (let step = 0; step < 100; step++) {
      const what = random.below(5);
      if (what === 0 && !supervisor.has('child')) void supervisor.add(child.spec);
      if (what === 1 && child.alive > 0) child.end();
      if (what === 2 && child.alive > 0) child.end(new Error('broken'));
      if (what === 3) await Promise.all([supervisor.stop('child'), clock.advance(random.below(300))]);
      if (what === 4) await clock.advance(random.below(3_000));
    }
    await supervisor.stopAll();
    expect(child.alive, `seed ${seed}`).toBe(0);
    expect(clock.pending).toBe(0);
  }
});
