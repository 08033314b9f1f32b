// A client of the memory log whose appends fail now and then, as they do while a server restarts.
import type { AppendOptions } from '#bus/bus.ts';
import { MemoryBus, type MemoryLog } from '#bus/memory.ts';
import type { Random } from '#clock/random.ts';
import { Fault } from '#domain/fault.ts';

/** Fails every append for which `fails` says so; half of those that fail are stored all the same, and only their answer is lost. */
export class UnreliableBus extends MemoryBus {
  readonly #random: Random;
  readonly #fails: (subject: string) => boolean;

  constructor(server: MemoryLog, random: Random, fails: (subject: string) => boolean) {
    super(server);
    this.#random = random;
    this.#fails = fails;
  }

  override async append(subject: string, data: Uint8Array, options?: AppendOptions): Promise<number> {
    if (!this.#fails(subject)) return super.append(subject, data, options);
    if (this.#random.below(2) === 0) await super.append(subject, data, options);
    throw new Fault('NATS_UNREACHABLE', `${subject}: the outcome of an append is unknown`, { retry: true });
  }
}
