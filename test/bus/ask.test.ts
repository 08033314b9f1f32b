import type { Msg, RequestOptions } from '@nats-io/nats-core';
import { expect, test } from 'vitest';
import { ApiError, ask } from '#bus/ask.ts';
import { SimulatedClock } from '#clock/simulated.ts';

/** A log whose answer to a question put at `ms` comes so many milliseconds later, or never. */
function logOf(clock: SimulatedClock, answerAfterMs: (atMs: number) => number | undefined, answer: object = { ok: true }) {
  const putMs: number[] = [];
  const request = async (_subject: string, _body: unknown, { timeout }: RequestOptions): Promise<Msg> => {
    const atMs = clock.monotonicMs();
    putMs.push(atMs);
    const afterMs = answerAfterMs(atMs) ?? Infinity;
    await clock.sleep(Math.min(afterMs, timeout));
    if (afterMs > timeout) throw new Error('timeout');
    return { json: () => answer } as Msg;
  };
  return { putMs, connection: { request: request as never, isClosed: () => false } };
}

async function asked(answerAfterMs: (atMs: number) => number | undefined, answer?: object): Promise<{ outcome: unknown; tookMs: number; putMs: number[] }> {
  const clock = new SimulatedClock();
  const { connection, putMs } = logOf(clock, answerAfterMs, answer);
  const startedMs = clock.monotonicMs();
  let tookMs = Number.NaN;
  const done = ask(connection, clock, 'api', undefined, 4_000)
    .catch((error: unknown) => error)
    .finally(() => (tookMs = clock.monotonicMs() - startedMs));
  await clock.advance(20_000);
  return { outcome: await done, tookMs, putMs };
}

test('an answer ends the asking: the question was put once', async () => {
  const { outcome, tookMs, putMs } = await asked(() => 1);
  expect(outcome).toEqual({ ok: true });
  expect(tookMs).toBe(1);
  expect(putMs).toHaveLength(1);
});

test('whoever begins to answer is asked within half a second, however long nobody did', async () => {
  for (const ledFromMs of [1, 249, 600, 1_700, 2_600, 3_400]) {
    const { outcome, tookMs } = await asked((atMs) => (atMs < ledFromMs ? undefined : 1));
    expect(outcome).toEqual({ ok: true });
    expect(tookMs - ledFromMs).toBeLessThanOrEqual(501);
  }
});

test('a slow answer counts, though the question was put again meanwhile', async () => {
  const { outcome, tookMs } = await asked(() => 1_300);
  expect(outcome).toEqual({ ok: true });
  expect(tookMs).toBe(1_300);
});

test('a refusal is told at once, and silence once the time is over', async () => {
  const refused = await asked(() => 1, { error: { err_code: 10037, description: 'no message found' } });
  expect(refused.outcome).toBeInstanceOf(ApiError);
  expect(refused.tookMs).toBe(1);
  const silent = await asked(() => undefined);
  expect(silent.outcome).toEqual(new Error('timeout'));
  expect(silent.tookMs).toBeLessThanOrEqual(4_500);
});
