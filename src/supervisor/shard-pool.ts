// The shards of a member as threads, one for each.
import { ThreadPool } from '#kernels/pool.ts';
import { newPulse } from '#telemetry/pulse.ts';
import { wrap } from './link.ts';
import type { RunningShard, ShardHost } from './member.ts';
import type { ShardControl } from './shard.ts';
import type { ShardTerms } from './shard-thread.ts';

export class ShardPool implements ShardHost {
  readonly #pool: ThreadPool<ShardTerms>;
  readonly #terms: Omit<ShardTerms, 'shard' | 'pulse'>;

  constructor(terms: Omit<ShardTerms, 'shard' | 'pulse'>, shards: number) {
    this.#terms = terms;
    this.#pool = new ThreadPool(new URL(import.meta.url.endsWith('.ts') ? './shard-thread.ts' : './shard-thread.js', import.meta.url), shards);
  }

  start(shard: number): RunningShard {
    const pulse = newPulse();
    const { port, ended, kill } = this.#pool.start({ ...this.#terms, shard, pulse });
    return { control: wrap<ShardControl>(port), ended, thread: { pulse, kill } };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
