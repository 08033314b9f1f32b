// A member's next life that stands by: when it begins, when it is called, and that it does nothing else.
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemRandom } from '#clock/random.ts';
import { SimulatedClock } from '#clock/simulated.ts';
import { SystemClock } from '#clock/system.ts';
import { isAlive } from '#cluster/cluster-file.ts';
import { loadConfig } from '#cluster/config.ts';
import { Spare } from '#cluster/spare.ts';
import { startCluster } from '#cluster/up.ts';
import { logger } from '#telemetry/log.ts';

let dir = '';
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'qmtl-spare-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('a spare', () => {
  const clock = new SimulatedClock();
  const forked: ChildProcess[] = [];

  /** Its process says what it is told, and ends with its parent. */
  function spare(): Spare {
    const program = join(dir, 'program.mjs');
    writeFileSync(program, "process.on('message', (word) => process.send(word)); process.on('disconnect', () => process.exit());\n");
    forked.length = 0;
    return new Spare(clock, () => {
      forked.push(fork(program));
      return forked.at(-1)!;
    });
  }

  test('begins once a life has lasted for a while, and is called once', async () => {
    const standing = spare();
    standing.prepare();
    await clock.advance(4_999);
    expect([forked.length, standing.take()]).toEqual([0, undefined]);
    await clock.advance(10_000);
    expect(forked).toEqual([]); // that life is over, and the next one has yet to begin
    standing.prepare();
    await clock.advance(5_000);
    const called = standing.take()!;
    expect(called.pid).toBe(forked[0]!.pid);
    expect(await new Promise((resolve) => called.once('message', resolve))).toBe('go');
    expect(standing.take()).toBeUndefined();
    called.kill('SIGKILL');
  });

  test('that died while it stood by is not called', async () => {
    const standing = spare();
    standing.prepare();
    await clock.advance(5_000);
    const gone = new Promise((resolve) => forked[0]!.once('exit', resolve));
    forked[0]!.kill('SIGKILL');
    await gone;
    expect(standing.take()).toBeUndefined();
  });

  test('ends when nobody needs it any more, and none follows', async () => {
    const standing = spare();
    standing.prepare();
    await clock.advance(5_000);
    const gone = new Promise((resolve) => forked[0]!.once('exit', resolve));
    standing.end();
    await gone;
    standing.prepare();
    standing.end();
    await clock.advance(10_000);
    expect([forked.length, standing.take()]).toEqual([1, undefined]);
  });
});

test('a member that is killed goes on in the process that stood by, and neither outlives the cluster', { timeout: 60_000 }, async () => {
  const clock = new SystemClock();
  const members = JSON.stringify([{ id: 'm1', shards: 1, httpPort: 0 }]);
  const config = loadConfig(undefined, { flags: { dataDir: dir, slots: 2, logLevel: 'silent', 'gateway.httpPort': 0, 'dagManager.httpPort': 0, members } });
  const events: string[] = [];
  const cluster = await startCluster(config, { clock, random: systemRandom, log: logger({ role: 'test', level: 'silent' }), onEvent: (event) => events.push(event) });
  const lives: number[] = [];
  try {
    const spare = async (): Promise<number> => {
      while (cluster.spareOf('member:m1') === undefined) await clock.sleep(50);
      return cluster.spareOf('member:m1')!;
    };
    lives.push(cluster.pidOf('member:m1')!, await spare());
    process.kill(lives[0]!, 'SIGKILL');
    while (!events.some((event) => event.startsWith('member:m1 came back'))) await clock.sleep(10);
    expect(cluster.pidOf('member:m1')).toBe(lives[1]);
    expect(cluster.file().roles.find(({ name }) => name === 'member:m1')!.httpPort).toBeGreaterThan(0);
    lives.push(await spare());
  } finally {
    await cluster.stop();
  }
  while (lives.some(isAlive)) await clock.sleep(10);
});
