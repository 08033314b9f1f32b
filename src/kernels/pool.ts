// Piscina's home: threads that run long tasks, one task per thread.
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
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
  /** Ends the thread at once, whatever it is doing; another takes its place in the pool. */
  readonly kill: () => void;
}

/** A pool of exactly `size` threads, each with its own memory; `file` exports the task as its default. */
export class ThreadPool<T> {
  readonly #piscina: Piscina;

  constructor(file: URL, size: number) {
    const cache = getCompileCacheDir();
    this.#piscina = new Piscina({
      filename: file.href,
      minThreads: size,
      maxThreads: size,
      concurrentTasksPerWorker: 1,
      // A blocking wait between tasks would starve the connection and timers of a task's thread.
      atomics: 'disabled',
      // A thread does not take over by itself that its process keeps compiled code, in a folder of this Node's version.
      ...(cache !== undefined && { env: { ...process.env, NODE_COMPILE_CACHE: dirname(cache) } as Record<string, string> }),
    });
  }

  /** Runs one task on a free thread. */
  start(terms: T): Thread {
    const { port1, port2 } = new MessageChannel();
    const task: ThreadTask<T> = { port: port2, terms };
    const killed = new AbortController();
    const closed = new Promise<void>((resolve) => port1.once('close', resolve));
    const run = async (): Promise<void> => {
      try {
        await this.#piscina.run(task, { transferList: [port2], signal: killed.signal });
      } finally {
        // The pool says so before a killed thread is gone; its end of the port goes with it.
        if (killed.signal.aborted) await closed;
        else port1.close();
      }
    };
    return { port: port1, ended: run(), kill: () => killed.abort() };
  }

  async close(): Promise<void> {
    await this.#piscina.destroy();
  }
}
