// The rules of a supervisor where they cross: kind of child × how it ended × scope × limit. The answers are those of Erlang/OTP's
// "Supervisor Behaviour" (OTP Design Principles): who is started again, in which order, and when a supervisor gives up. One row is ours: a Fault
// is expected, so it is started again and never counts.
import { describe, expect, test } from 'vitest';
import type { Random } from '#clock/random.ts';
import { SimulatedClock } from '#clock/simulated.ts';
import { Fault } from '#domain/fault.ts';
import { type Restart, RestartLimit, type RestartScope } from '#supervisor/restart.ts';
import { Supervisor } from '#supervisor/supervisor.ts';
import { TREE } from '#supervisor/tree.ts';
import { logger } from '#telemetry/log.ts';

const log = logger({ role: 'test', level: 'silent' });
const MOST: Random = { next: () => 1 - 2 ** -53, below: () => 0, id: () => '' };
const EXITS = { ended: undefined, failed: new Error('broken'), fault: new Fault('LOG_GAP', 'rows are missing') } as const;
type Exit = keyof typeof EXITS;

/** Children by name, what happened to them in order, and a way to end each. */
class Family {
  readonly clock = new SimulatedClock();
  readonly story: string[] = [];
  readonly supervisor: Supervisor;
  readonly #ends = new Map<string, (failure?: unknown) => void>();
  readonly failing = new Set<string>();

  constructor(restartScope: RestartScope, restartsMax = Infinity, periodMs = 60_000) {
    this.supervisor = new Supervisor(this.clock, MOST, log, { restartScope, restartsMax, periodMs });
  }

  /** `deaf` does not hear a stop and has to be killed. */
  add(id: string, restart: Restart = 'permanent', { deaf = false, stopWaitMs }: { deaf?: boolean; stopWaitMs?: number } = {}): Promise<void> {
    return this.supervisor.add({
      id,
      restart,
      ...(stopWaitMs !== undefined && { stopWaitMs }),
      start: async () => {
        if (this.failing.has(id)) throw new Error(`${id} cannot start`);
        this.story.push(`+${id}`);
        const ended = new Promise<void>((resolve, reject) => this.#ends.set(id, (failure) => (failure === undefined ? resolve() : reject(failure))));
        const over = (): void => {
          this.story.push(`-${id}`);
          this.#ends.get(id)!();
        };
        return {
          ended,
          stop: async () => {
            if (!deaf) over();
          },
          kill: () => {
            this.story.push(`!${id}`);
            over();
          },
        };
      },
    });
  }

  end(id: string, exit: Exit): void {
    this.#ends.get(id)!(EXITS[exit]);
  }

  /** What happened since the last call. */
  told(): string {
    return this.story.splice(0).join(' ');
  }
}

describe('a, b and c are kept, and b ends', () => {
  // restart, exit, scope: what happens · whether the supervisor fails when it happens again with a limit of one restart
  const TABLE: readonly (readonly [Restart, Exit, RestartScope, string, boolean])[] = [
    ['permanent', 'ended', 'one', '+b', true],
    ['permanent', 'ended', 'rest', '-c +b +c', true],
    ['permanent', 'ended', 'all', '-c -a +a +b +c', true],
    ['permanent', 'failed', 'one', '+b', true],
    ['permanent', 'failed', 'rest', '-c +b +c', true],
    ['permanent', 'failed', 'all', '-c -a +a +b +c', true],
    ['permanent', 'fault', 'one', '+b', false],
    ['permanent', 'fault', 'rest', '-c +b +c', false],
    ['permanent', 'fault', 'all', '-c -a +a +b +c', false],
    ['transient', 'ended', 'one', '', false],
    ['transient', 'ended', 'rest', '', false],
    ['transient', 'ended', 'all', '', false],
    ['transient', 'failed', 'one', '+b', true],
    ['transient', 'failed', 'rest', '-c +b +c', true],
    ['transient', 'failed', 'all', '-c -a +a +b +c', true],
    ['transient', 'fault', 'one', '+b', false],
    ['transient', 'fault', 'rest', '-c +b +c', false],
    ['transient', 'fault', 'all', '-c -a +a +b +c', false],
    ['temporary', 'ended', 'one', '', false],
    ['temporary', 'ended', 'rest', '', false],
    ['temporary', 'ended', 'all', '', false],
    ['temporary', 'failed', 'one', '', false],
    ['temporary', 'failed', 'rest', '', false],
    ['temporary', 'failed', 'all', '', false],
    ['temporary', 'fault', 'one', '', false],
    ['temporary', 'fault', 'rest', '', false],
    ['temporary', 'fault', 'all', '', false],
  ];

  test('the table has a row for every crossing', () => {
    expect(new Set(TABLE.map(([restart, exit, scope]) => `${restart} ${exit} ${scope}`)).size).toBe(3 * 3 * 3);
  });

  test.each(TABLE)('%s, %s, scope %s: %j, and a second time gives up: %s', async (restart, exit, scope, expected, givesUp) => {
    const family = new Family(scope, 1);
    let reason: Error | undefined;
    void family.supervisor.failed.then((error) => (reason = error));
    void family.add('a');
    void family.add('b', restart);
    void family.add('c');
    await family.clock.advance(1);
    expect(family.told()).toBe('+a +b +c');

    family.end('b', exit);
    await family.clock.advance(1_000);
    expect(family.told()).toBe(expected);
    expect(reason).toBeUndefined();

    if (expected === '') return; // there is no second time
    family.end('b', exit);
    await family.clock.advance(1_000);
    if (!givesUp) expect(family.told()).toBe(expected);
    else {
      // Whoever depends on another is ended before it.
      expect(family.told()).toBe('-c -a');
      expect(reason!.message).toMatch(/^b ended more than 1 times within 60 s/);
      expect(reason!.cause).toBe(EXITS[exit]);
      expect(family.clock.pending).toBe(0);
      await expect(family.add('d')).rejects.toThrow('given up');
    }
  });
});

describe('siblings that are ended for another', () => {
  test.each([['permanent', '-c +b +c'], ['transient', '-c +b +c'], ['temporary', '-c +b']] as const)('%s: %s', async (restart, expected) => {
    const family = new Family('rest');
    void family.add('b');
    void family.add('c', restart);
    await family.clock.advance(1);
    family.told();
    family.end('b', 'failed');
    await family.clock.advance(1_000);
    expect(family.told()).toBe(expected);
  });

  test('that fail at the same moment are restarted together, once', async () => {
    const family = new Family('all');
    for (const id of ['a', 'b', 'c']) void family.add(id);
    await family.clock.advance(1);
    family.told();
    for (const id of ['c', 'a', 'b']) family.end(id, 'failed');
    await family.clock.advance(10_000);
    expect(family.told()).toBe('+a +b +c');
  });

  test('stay away when they were stopped for good meanwhile', async () => {
    const family = new Family('all');
    for (const id of ['a', 'b', 'c']) void family.add(id);
    await family.clock.advance(1);
    family.told();
    family.end('a', 'failed');
    await family.clock.advance(50);
    await family.supervisor.stop('b');
    await family.clock.advance(1_000);
    expect(family.told()).toBe('-c -b +a +c');
  });
});

describe('a start that fails', () => {
  test('the first time is told to who added the child, and tried again all the same', async () => {
    const family = new Family('one');
    family.failing.add('a');
    await expect(family.add('a')).rejects.toThrow('a cannot start');
    family.failing.clear();
    await family.clock.advance(1_000);
    expect(family.told()).toBe('+a');
  });

  test('in the middle of a restart of all is tried again with all of them', async () => {
    const family = new Family('all');
    for (const id of ['a', 'b', 'c']) void family.add(id);
    await family.clock.advance(1);
    family.told();
    family.failing.add('b');
    family.end('c', 'failed');
    await family.clock.advance(120);
    family.failing.clear();
    await family.clock.advance(1_000);
    expect(family.told()).toBe('-b -a +a -a +a +b +c');
  });

  test('counts like a life that failed', async () => {
    const family = new Family('one', 3);
    family.failing.add('a');
    void family.add('a').catch(() => {});
    await family.clock.advance(60_000);
    expect((await family.supervisor.failed).message).toBe('a ended more than 3 times within 60 s, the last time by: a cannot start');
  });
});

describe('ending', () => {
  test('of children that depend on each other goes backwards, one after the other', async () => {
    const family = new Family('rest');
    for (const id of ['a', 'b', 'c']) void family.add(id);
    await family.clock.advance(1);
    family.told();
    await family.supervisor.stopAll();
    expect(family.told()).toBe('-c -b -a');
  });

  test('a child that does not hear becomes killing it, after the time its spec allows', async () => {
    const family = new Family('one');
    void family.add('a', 'permanent', { deaf: true, stopWaitMs: 2_000 });
    await family.clock.advance(1);
    const stopped = family.supervisor.stop('a');
    await family.clock.advance(1_999);
    expect(family.told()).toBe('+a');
    await family.clock.advance(1);
    await stopped;
    expect(family.told()).toBe('!a -a');
    expect(family.clock.pending).toBe(0);
  });

  test('a child that hears leaves no timer behind', async () => {
    const family = new Family('one');
    void family.add('a', 'permanent', { stopWaitMs: 2_000 });
    await family.clock.advance(1);
    await family.supervisor.stop('a');
    expect(family.told()).toBe('+a -a');
    expect(family.clock.pending).toBe(0);
  });
});

describe('the limit', () => {
  test.each([
    ['at once', 3, [0, 0, 0], false],
    ['one too many', 3, [0, 0, 0, 0], true],
    ['one too many at the edge of the period', 3, [0, 1, 2, 1_000], true],
    ['one too many, but the first is forgotten', 3, [0, 1, 2, 1_001], false],
    ['none allowed', 0, [5], true],
    ['never', Infinity, Array.from({ length: 1_000 }, () => 0), false],
  ] as const)('%s', (_, restartsMax, times, passed) => {
    const limit = new RestartLimit({ restartScope: 'one', restartsMax, periodMs: 1_000 });
    expect(times.map((time) => limit.passedBy(time)).at(-1)).toBe(passed);
  });

  test('passed by a slot ends its shard, passed by a shard its member, and a cluster gives nobody up', async () => {
    // Two levels of real supervisors: the inner one is a child of the outer one.
    const clock = new SimulatedClock();
    const member = new Supervisor(clock, MOST, log, TREE.member);
    let shards = 0;
    void member.add({
      id: 'shard 0',
      restart: 'permanent',
      start: async () => {
        shards++;
        const shard = new Supervisor(clock, MOST, log, TREE.shard);
        shard.add({ id: '007', restart: 'permanent', start: () => Promise.reject(new Error('a bug')) }).catch(() => {});
        return { ended: shard.failed.then((reason) => Promise.reject(reason)), stop: () => shard.stopAll() };
      },
    });
    let reason: Error | undefined;
    void member.failed.then((error) => (reason = error));
    await clock.advance(10 * 60_000);
    expect(shards).toBe(1 + TREE.member.restartsMax);
    expect(reason!.message).toContain('shard 0 ended more than 3 times');
    expect(reason!.message).toContain('007 ended more than 10 times');
    expect(TREE.cluster.restartsMax).toBe(Infinity);
  });
});
