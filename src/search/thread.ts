// What a thread of a search does: it is given the bars once, then one batch after another, until it is told that there are no more.
import type { BarColumns, SourceID } from '#domain/bar.ts';
import type { ThreadTask } from '#kernels/pool.ts';
import { type Batch, runBatch } from './batch.ts';
import { groundOf, type Span } from './span.ts';

export interface ThreadTerms {
  /** Columns in shared memory. */
  readonly data: ReadonlyMap<SourceID, BarColumns>;
  readonly spans: readonly Span[];
}

/** A batch, or the end. */
export type ThreadOrder = Batch | null;

export default function serve({ port, terms }: ThreadTask<ThreadTerms>): Promise<void> {
  const ground = groundOf(terms.data, terms.spans);
  return new Promise((resolve, reject) => {
    port.on('message', (order: ThreadOrder) => {
      if (order === null) {
        port.close();
        resolve();
        return;
      }
      try {
        port.postMessage(runBatch(order, ground));
      } catch (error) {
        reject(error);
      }
    });
  });
}
