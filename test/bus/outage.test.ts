// What callers see of an outage: the truth, soon, and nothing left hanging.
import { rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StepEntry } from '#bus/bus.ts';
import { NatsBus } from '#bus/nats.ts';
import { slotName, subjects } from '#bus/subjects.ts';
import { SystemClock } from '#clock/system.ts';
import { type NatsServer, startNatsServer } from '#cluster/nats-server.ts';
import { Fault } from '#domain/fault.ts';
import type { NodeID } from '#domain/node-spec.ts';

const clock = new SystemClock();
const names = subjects('t');
const subject = names.event('s');
let dir: string;
let server: NatsServer;
const connect = () => NatsBus.connect({ url: server.url, subjects: names, clock, name: 'outage' });

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'qmtl-outage-'));
  server = await startNatsServer({ dir, port: 0, clock });
  const bus = await connect();
  await bus.createStreams();
  await bus.close();
});

afterAll(async () => {
  await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('a server that is killed', () => {
  test('and comes back answers what was on its way as unknown right then, and the retries are stored once', async () => {
    const bus = await connect();
    await bus.append(subject, new Uint8Array([0]));
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    const startedMs = clock.monotonicMs();
    const outcome = bus.append(subject, new Uint8Array([1]), { messageId: 'one' }).then(
      () => undefined,
      (error: unknown) => error as Fault,
    );
    server = await startNatsServer({ dir, port: Number(new URL(server.url).port), clock });
    const fault = await outcome;
    expect(fault === undefined || (fault.code === 'NATS_UNREACHABLE' && fault.retry)).toBe(true);
    // Not the five seconds a lost answer takes while the connection stands.
    expect(clock.monotonicMs() - startedMs).toBeLessThan(3_000);
    const sequence = await bus.append(subject, new Uint8Array([1]), { messageId: 'one' });
    expect(await bus.append(subject, new Uint8Array([1]), { messageId: 'one' })).toBe(sequence);
    expect((await bus.last('EVENT', subject))!.sequence).toBe(2);
    await bus.close();
  });
});

describe('a connection that is closed', () => {
  test('ends its readers, and what they were waiting for', async () => {
    const bus = await connect();
    const reader = await bus.read('EVENT', [names.event('nobody')], 1);
    const waiting = reader.take();
    await bus.close();
    expect(await waiting).toBeUndefined();
    // Longer than a reader takes to notice silence: it must not ask a closed connection for anything.
    await clock.sleep(1_000);
    expect(await reader.take()).toBeUndefined();
    reader.close();
  });

  test('opens no new ones', async () => {
    const bus = await connect();
    await bus.close();
    await expect(bus.read('EVENT', [subject], 1)).rejects.toMatchObject({ code: 'NATS_UNREACHABLE' });
  });

  test('answers every append that still waits', async () => {
    const bus = await connect();
    const appends = Array.from({ length: 3_000 }, () => bus.append(subject, new Uint8Array(10)).then(() => 'stored', (error: unknown) => (error as Fault).code));
    await bus.close();
    expect(new Set(await Promise.all(appends))).toEqual(new Set(['NATS_UNREACHABLE']));
  });
});

test.each([true, false])('a refusal crosses the wire whole: code, message, cure, data, and whether to try again (%s)', async (retry) => {
  const bus = await connect();
  const call = names.call(`refuser-${retry}`, 'ask');
  const refusal = new Fault('CLUSTER_NOT_READY', 'not now', { cure: 'wait', data: { since: 7 }, retry });
  await bus.serve({ name: `refuser-${retry}`, version: '1.0.0', description: '', endpoints: { ask: { subject: call, answer: () => Promise.reject(refusal) } } });
  await expect(bus.call(call, null)).rejects.toMatchObject({ name: 'Fault', code: 'CLUSTER_NOT_READY', message: 'not now', cure: 'wait', data: { since: 7 }, retry });
  await bus.close();
});

describe('a stream that reached the size it may have', () => {
  test('takes nothing more and drops nothing, says what to do, and takes what waited once there is room', async () => {
    const full = subjects('full');
    const bus = await NatsBus.connect({ url: server.url, subjects: full, clock, name: 'full' });
    await bus.createStreams(1, { OUT: 50_000 });
    const lease = full.lease(slotName(1));
    const fence = { subject: lease, sequence: await bus.append(lease, new Uint8Array(1)) };
    const output = full.output(slotName(1), 'a'.repeat(64) as NodeID);
    const entry = (k: number): StepEntry => ({ subject: output, data: new Uint8Array(4_000).fill(k), messageId: `row ${k}` });
    let stored = 0;
    let outcome = await bus.appendStep([entry(0)], fence);
    for (; outcome.left.length === 0 && stored < 100; outcome = await bus.appendStep([entry(stored)], fence)) stored++;
    expect(stored).toBeGreaterThan(5);
    expect(outcome.left).toEqual([entry(stored)]);
    expect(outcome.reason).toMatchObject({ code: 'LOG_REFUSED', retry: true, data: { errorCode: 10077 }, cure: expect.stringContaining('retention.out.bytesMax') as string });
    expect(await bus.state('OUT')).toMatchObject({ firstSequence: 1, entries: 1 + stored });
    expect(await bus.purge('OUT', output, 4)).toBe(2);
    expect((await bus.appendStep(outcome.left, fence)).left).toEqual([]);
    expect(Buffer.compare((await bus.last('OUT', output))!.data, entry(stored).data)).toBe(0);
    await bus.close();
  });
});
