// Piscina's home: threads that run long tasks, one task per thread.
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';

/** What a thread is given: the port its owner talks through, and plain data. */
export interface ThreadTask<T> {
  readonly port: MessagePort;
  readonly terms: T;
}

export interface Thread {
  readonly port: MessagePort;
  /** Resolves when the task returned, rejects when it threw or its thread died. */
  readonly ended: Promise<void>;
}

/** A pool of exactly `size` threads, each with its own memory; `file` exports the task as its default. */
export class ThreadPool<T> {
  readonly #piscina: Piscina;

  constructor(file: URL, size: number) {
    this.#piscina = new Piscina({
      filename: file.href,
      minThreads: size,
      maxThreads: size,
      concurrentTasksPerWorker: 1,
      // A blocking wait between tasks would starve the connection and timers of a task's thread.
      atomics: 'disabled',
    });
  }

  /** Runs one task on a free thread. */
  start(terms: T): Thread {
    const { port1, port2 } = new MessageChannel();
    const task: ThreadTask<T> = { port: port2, terms };
    const ended = this.#piscina.run(task, { transferList: [port2] }).finally(() => port1.close()) as Promise<void>;
    return { port: port1, ended };
  }

  async close(): Promise<void> {
    await this.#piscina.destroy();
  }
}
