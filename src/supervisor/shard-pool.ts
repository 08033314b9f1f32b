// The shards of a member as threads, one for each. They load their program with the pool, three hundred files, and the member's own process
// does at the same time; they may begin before it has.
import { programBeside } from '#domain/program.ts';
import { ThreadPool } from '#kernels/pool.ts';
import { newPulse } from '#telemetry/pulse.ts';
import { wrap } from './link.ts';
import type { RunningShard, ShardHost } from './member.ts';
import type { ShardControl } from './shard.ts';
import type { ShardTerms } from './shard-thread.ts';

export class ShardPool implements ShardHost {
  readonly #pool: ThreadPool<ShardTerms>;
  readonly #terms: Omit<ShardTerms, 'shard' | 'pulse'>;
  readonly #shards: number;
  /** Begun, and not asked for yet. */
  readonly #begun = new Map<number, RunningShard>();

  constructor(terms: Omit<ShardTerms, 'shard' | 'pulse'>, shards: number) {
    this.#terms = terms;
    this.#pool = new ThreadPool(programBeside(import.meta.url, 'shard-thread'), shards);
    this.#shards = shards;
  }

  /** Has all begin, where it is known by now that they shall. */
  begin(): void {
    for (let shard = 0; shard < this.#shards; shard++) this.#begun.set(shard, this.#begin(shard));
  }

  start(shard: number): RunningShard {
    const begun = this.#begun.get(shard);
    this.#begun.delete(shard);
    return begun ?? this.#begin(shard);
  }

  #begin(shard: number): RunningShard {
    const pulse = newPulse();
    const { port, ended, kill } = this.#pool.start({ ...this.#terms, shard, pulse });
    ended.catch(() => {}); // whoever asks for the shard is told
    return { control: wrap<ShardControl>(port), ended, thread: { pulse, kill } };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
