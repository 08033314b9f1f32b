// What a thread of a search does: it is given the bars once, in shared memory, then one batch after another, until it is told that there are no more.
import type { ThreadTask } from '#kernels/pool.ts';
import { type Batch, runBatch } from './batch.ts';
import type { Ground } from './span.ts';

/** A batch, or the end. */
export type ThreadOrder = Batch | null;

export default function serve({ port, terms: ground }: ThreadTask<Ground>): Promise<void> {
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
