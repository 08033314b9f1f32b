// Questions to the log's API that may be asked again: a server that stops, or stops leading, may forget those that were on their way
// to it. So the first answer is not waited for long, and each further one twice as long.
import type { NatsConnection } from '@nats-io/nats-core';
import type { Clock } from '#clock/clock.ts';

const FIRST_WAIT_MS = 250; // an answer takes about a millisecond
const AGAIN_WAIT_MS = 20;

/** Why the log's API refused a question. */
export class ApiError extends Error {
  readonly code: number;

  constructor({ err_code: code, description }: { err_code: number; description: string }) {
    super(description);
    this.code = code;
  }
}

/** Asks until there is an answer, for `waitMs` at most. Throws ApiError, or the reason why there was none. */
export async function ask<T>(connection: NatsConnection, clock: Clock, subject: string, question: unknown, waitMs: number): Promise<T> {
  const body = question === undefined ? '' : JSON.stringify(question);
  const deadlineMs = clock.monotonicMs() + waitMs;
  for (let timeoutMs = FIRST_WAIT_MS; ; timeoutMs *= 2) {
    try {
      const answer = (await connection.request(subject, body, { timeout: timeoutMs })).json<T & { error?: { err_code: number; description: string } }>();
      if (answer.error) throw new ApiError(answer.error);
      return answer;
    } catch (error) {
      if (error instanceof ApiError || connection.isClosed() || clock.monotonicMs() >= deadlineMs) throw error;
      await clock.sleep(AGAIN_WAIT_MS);
    }
  }
}
