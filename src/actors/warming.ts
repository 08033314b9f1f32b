// A lane that is catching up beside the main one of its slot (S5), until it is so near that the rest of the way is one short pause.
import type { LogEntry, LogReader } from '#bus/bus.ts';
import type { Slot } from '#bus/subjects.ts';
import { Fault } from '#domain/fault.ts';
import type { Lane } from './lane.ts';

/** A lane this close is taken the rest of the way while the main one waits. */
const NEAR_ENTRIES = 256;

export interface WarmingPorts {
  readonly slot: Slot;
  readonly lane: Lane;
  /** Of what both lanes read, from behind the entry this one stands at. */
  readonly reader: LogReader;
  /** Computes and stores. */
  readonly step: (lane: Lane, entries: readonly LogEntry[]) => Promise<void>;
  readonly isStopping: () => boolean;
}

export class Warming {
  readonly lane: Lane;
  /** Resolves when it came near the main lane, or failed on the way; advance() then says at what. */
  readonly done: Promise<void>;
  readonly #ports: WarmingPorts;
  /** Entries it was handed that lie beyond where the main lane is. */
  #ahead: LogEntry[] = [];
  #isNear = false;
  #failure: { readonly error: unknown } | undefined;
  #isCancelled = false;

  constructor(ports: WarmingPorts, main: Lane) {
    this.#ports = ports;
    this.lane = ports.lane;
    this.done = this.#approach(main)
      .catch((error: unknown) => void (this.#failure = { error }))
      .finally(() => (this.#isNear = true));
  }

  get isNear(): boolean {
    return this.#isNear;
  }

  /** Runs the lane to exactly `target`, unless a node of it halts or the slot is stopped. Throws whatever it failed at so far. */
  async advance(target: number): Promise<void> {
    const { slot, reader, step } = this.#ports;
    if (this.#failure) throw this.#failure.error;
    while (this.lane.inputSequence < target && this.lane.standstills.length === 0 && !this.#isOver()) {
      if (this.#ahead.length === 0) {
        const taken = await reader.take();
        if (!taken) throw readerClosed(slot);
        this.#ahead.push(...taken);
      }
      const beyond = this.#ahead.findIndex((entry) => entry.sequence > target);
      if (beyond === 0) this.lane.pass(target); // what came before it is purged
      else await step(this.lane, this.#ahead.splice(0, beyond < 0 ? this.#ahead.length : beyond));
    }
  }

  close(): void {
    this.#ports.reader.close();
  }

  /** Ends it; resolves when nothing of it is on its way any more. */
  async cancel(): Promise<void> {
    this.#isCancelled = true;
    this.close();
    await this.done;
  }

  #isOver(): boolean {
    return this.#isCancelled || this.#ports.isStopping();
  }

  /** Brings it near the main lane, which goes on meanwhile: each round is shorter than the one before. */
  async #approach(main: Lane): Promise<void> {
    while (this.lane.inputSequence < main.inputSequence - NEAR_ENTRIES && this.lane.standstills.length === 0 && !this.#isOver()) await this.advance(main.inputSequence);
  }
}

export function readerClosed(slot: Slot): Fault {
  return new Fault('NATS_UNREACHABLE', `slot ${slot}: its reader of the log was closed`, { cure: 'check that nats-server runs', retry: true });
}
