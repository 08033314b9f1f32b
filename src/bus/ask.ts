// Questions to the log's API that may be asked again: a server that stops, or stops leading, may forget those that were on their way
// to it. So a question is put again while the earlier ones stay open, soon and then a little later each time, and the first answer
// counts. Where nobody leads, whoever leads next is asked within half a second, and a server that is slow is not asked for nothing.
import type { NatsConnection } from '@nats-io/nats-core';
import type { Clock } from '#clock/clock.ts';

const FIRST_WAIT_MS = 250; // an answer takes about a millisecond
const NEXT_WAIT_MS_MAX = 500;
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
export async function ask<T>(connection: Pick<NatsConnection, 'request' | 'isClosed'>, clock: Clock, subject: string, question: unknown, waitMs: number): Promise<T> {
  const body = question === undefined ? '' : JSON.stringify(question);
  const deadlineMs = clock.monotonicMs() + waitMs;
  const over = new AbortController();
  return new Promise<T>((resolve, reject) => {
    let why: unknown;
    const put = async (): Promise<void> => {
      try {
        const answer = (await connection.request(subject, body, { timeout: Math.max(FIRST_WAIT_MS, deadlineMs - clock.monotonicMs()) })).json<T & { error?: { err_code: number; description: string } }>();
        if (answer.error) throw new ApiError(answer.error);
        resolve(answer);
      } catch (error) {
        why = error;
        if (error instanceof ApiError || connection.isClosed()) reject(error);
      }
    };
    const keepAsking = async (): Promise<void> => {
      for (let nextMs = FIRST_WAIT_MS; !over.signal.aborted; nextMs = Math.min(2 * nextMs, NEXT_WAIT_MS_MAX)) {
        const asked = put();
        // A question that failed at once, since nobody listens, need not be waited for.
        await Promise.race([asked.then(() => clock.sleep(AGAIN_WAIT_MS, over.signal)), clock.sleep(nextMs, over.signal)]).catch(() => {});
        if (clock.monotonicMs() < deadlineMs) continue;
        await asked;
        reject(why ?? new Error(`no answer in ${waitMs} ms`));
        return;
      }
    };
    void keepAsking();
  }).finally(() => over.abort());
}
