// Shards that hang: noticed by their pulse, ended, and replaced; shards that are only slow to answer are not.
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { MemoryBus, MemoryLog } from '#bus/memory.ts';
import { subjects } from '#bus/subjects.ts';
import { seededRandom } from '#clock/random.ts';
import { SimulatedClock } from '#clock/simulated.ts';
import { ThreadPool } from '#kernels/pool.ts';
import { logger } from '#telemetry/log.ts';
import { createMetrics } from '#telemetry/metrics.ts';
import { newPulse } from '#telemetry/pulse.ts';
import { Member, type RunningShard } from '#supervisor/member.ts';
import type { ShardStatus } from '#supervisor/shard.ts';

const log = logger({ role: 'test', level: 'silent' });
const HEARTBEAT_EVERY_MS = 500;

describe('a thread that hangs', () => {
  test('is ended by kill(), and the next task runs on a fresh one', { timeout: 30_000 }, async () => {
    const pool = new ThreadPool<{ hangs: boolean; pulse: SharedArrayBuffer }>(pathToFileURL('test/support/endless-task.ts'), 1);
    const hung = pool.start({ hangs: true, pulse: newPulse() });
    await once(hung.port, 'message');
    hung.kill();
    await expect(hung.ended).rejects.toThrow();
    const next = pool.start({ hangs: false, pulse: newPulse() });
    await once(next.port, 'message');
    next.port.postMessage('end', []);
    await next.ended;
    await pool.close();
  });
});

describe('a member', () => {
  /** Shards that answer or do not, with pulses of the test's. */
  function begin(answers: () => boolean) {
    const clock = new SimulatedClock();
    const lives: { pulse: Int32Array; isKilled: boolean }[] = [];
    const shards = {
      start: (): RunningShard => {
        const pulse = newPulse();
        const life = { pulse: new Int32Array(pulse), isKilled: false };
        lives.push(life);
        let fail: (reason: Error) => void = () => {};
        const ended = new Promise<void>((_, reject) => (fail = reject));
        const kill = (): void => {
          life.isKilled = true;
          fail(new Error('killed'));
        };
        const status = (): Promise<ShardStatus> => (answers() ? Promise.resolve({ shard: 0, slots: [], nodeBytes: { largest: [], bytes: 0 } }) : new Promise(() => {}));
        return { control: { status, want: async () => {}, release: async () => {}, stop: async () => {} }, ended, thread: { pulse, kill } };
      },
      close: async () => {},
    };
    const member = new Member({ bus: new MemoryBus(new MemoryLog(subjects('t'))), clock, random: seededRandom(1), log, metrics: createMetrics(), shards }, { member: 'm1', shards: 1, heartbeatEveryMs: HEARTBEAT_EVERY_MS });
    return { clock, lives, member };
  }

  test('replaces a shard whose pulse stands still for 20 s, and not sooner', async () => {
    const { clock, lives, member } = begin(() => true);
    await member.start(0);
    await clock.advance(19_000);
    expect(lives).toHaveLength(1);
    await clock.advance(2_000);
    expect(lives[0]!.isKilled).toBe(true);
    expect(lives).toHaveLength(2);
    expect(member.problem()).toBeUndefined();
  });

  test('replaces one that hangs before it ever answered', async () => {
    let isHealthy = false;
    const { clock, lives, member } = begin(() => isHealthy);
    await member.start(0);
    await clock.advance(10_000);
    expect(member.problem()).toBe('shard 0 is not running');
    isHealthy = true;
    await clock.advance(12_000);
    expect(lives).toHaveLength(2);
    expect(member.problem()).toBeUndefined();
  });

  test('leaves one alone that answers nobody but has a pulse', async () => {
    let isBusy = false;
    const { clock, lives, member } = begin(() => !isBusy);
    await member.start(0);
    isBusy = true;
    for (let second = 0; second < 120; second++) {
      await clock.advance(1_000);
      lives[0]!.pulse[0]!++;
    }
    expect(lives).toHaveLength(1);
  });

  test('kills a shard that does not end when it is told to', async () => {
    const { clock, lives, member } = begin(() => true);
    await member.start(0);
    await clock.advance(1_000);
    const stopped = member.stop();
    await clock.advance(4_900);
    expect(lives[0]!.isKilled).toBe(false);
    await clock.advance(200);
    await stopped;
    expect(lives[0]!.isKilled).toBe(true);
  });
});
