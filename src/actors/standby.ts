// The next owner of a slot, before it is one. It follows the slot's input beside the present owner, gives nothing out, and is near
// the end when it is told to take over, so that the slot stands still only for a few messages.
// N1. It never computes beyond what the owner has committed, so it may take over at any moment, also from an owner that is dead.
// N2. It waits for the owner to let go, and not longer than RELEASE_WAIT_MS: a fence decides, not courtesy.
import type { LogEntry, LogReader } from '#bus/bus.ts';
import { slotIn } from '#bus/shares.ts';
import type { Share } from '#bus/subjects.ts';
import { intervalMs } from '#domain/interval.ts';
import type { NodeID } from '#domain/node-spec.ts';
import { isUploadedFor } from './depot.ts';
import type { Lane } from './lane.ts';
import { claim, type Lease, leaseOf } from './lease.ts';
import { begin, type Begun, type BegunOwner, meetLog, progressOf, restoreLane } from './recover.ts';
import type { Runnable, SlotPorts } from './slot-terms.ts';

const POLL_MS = 5;
/** How long the owner is given to upload what a handover begins with. */
const UPLOAD_WAIT_MS = 2_000;
const RELEASE_WAIT_MS = 500;
const RELEASE_POLL_MS = 2;
/** Asked for at every look. */
const FOLLOWED_MAX = 8;

export interface StandbyTerms {
  readonly member: string;
  readonly wanted: Runnable;
  readonly logIdentity: string;
  /** Tells this handover from others of the slot; below 0 it is a division, and who hands over owns the whole slot. */
  readonly handover: number;
  readonly read: (lane: Lane) => Promise<LogReader>;
}

export class Standby {
  readonly #ports: SlotPorts;
  readonly #slot: Share;
  readonly #terms: StandbyTerms;
  readonly #begun: Begun;
  readonly #reader: LogReader;
  /** Read, and not to be applied yet. */
  #ahead: LogEntry[] = [];
  /** An answer of the reader that is still awaited. */
  #taking: Promise<readonly LogEntry[] | undefined> | undefined;
  /** Input of the newest output seen; by N1 what came before it may be applied. */
  #seen: number;

  private constructor(ports: SlotPorts, slot: Share, terms: StandbyTerms, begun: Begun, reader: LogReader) {
    this.#ports = ports;
    this.#slot = slot;
    this.#terms = terms;
    this.#begun = begun;
    this.#reader = reader;
    this.#seen = begun.lane.inputSequence;
  }

  static async open(ports: SlotPorts, slot: Share, terms: StandbyTerms, over: () => boolean): Promise<Standby> {
    const { clock } = ports;
    // The first owner of a share begins with what the owner of the whole slot has.
    const giver = terms.handover < 0 ? slotIn(slot) : slot;
    for (const lateMs = clock.monotonicMs() + UPLOAD_WAIT_MS; clock.monotonicMs() < lateMs && !over(); await clock.sleep(POLL_MS)) {
      if (await isUploadedFor(ports, giver, terms.handover).catch(() => false)) break; // by D2
    }
    const begun = await restoreLane(ports, slot, terms.wanted, terms.logIdentity);
    return new Standby(ports, slot, terms, begun, await terms.read(begun.lane));
  }

  get begun(): Begun {
    return this.#begun;
  }

  /** Goes along with the owner until `over`; `onReady` is called once it is as near as it gets. */
  async follow(over: () => boolean, onReady: () => void): Promise<void> {
    const followed = this.#terms.wanted.division && busiest(this.#begun.lane);
    for (let ready = false; !over(); await this.#ports.clock.sleep(POLL_MS)) {
      const newest = await progressOf(this.#ports, this.#slot, followed);
      if (newest > this.#seen) {
        await this.#advance(this.#seen, POLL_MS);
        this.#seen = newest;
      }
      if (!ready) onReady();
      ready = true;
    }
  }

  /** Takes the lease, once the owner let go or it is clear that it will not. Throws LEASE_LOST when somebody else was faster. */
  async takeOver(): Promise<BegunOwner> {
    const { clock } = this.#ports;
    const { wanted, member } = this.#terms;
    const { division } = wanted;
    const { lane } = this.#begun;
    let lease: Lease | undefined;
    for (const lateMs = clock.monotonicMs() + RELEASE_WAIT_MS; ; await clock.sleep(RELEASE_POLL_MS)) {
      lease = await leaseOf(this.#ports, this.#slot, division);
      if (!lease || lease.released || clock.monotonicMs() >= lateMs) break;
    }
    // Of the same nodes, so what the owner read last is among what is read here.
    if (lease?.released?.nodes === lane.stand().nodes) await this.#advance(lease.released.inputSequence, RELEASE_WAIT_MS);
    const claimed = await claim(this.#ports, this.#slot, member, division);
    if (await meetLog(this.#ports, this.#slot, lane, claimed)) return { ...this.#begun, tenure: claimed };
    return begin(this.#ports, this.#slot, member, wanted, this.#terms.logIdentity); // the log lost its end meanwhile
  }

  close(): void {
    this.#reader.close();
  }

  /** Applies what is read up to the target, and waits no longer than told for what is still on its way. */
  async #advance(target: number, waitMs: number): Promise<void> {
    const { lane } = this.#begun;
    while (lane.inputSequence < target) {
      if (this.#ahead.length === 0) {
        this.#taking ??= this.#reader.take();
        const taken = await Promise.race([this.#taking, this.#ports.clock.sleep(waitMs)]);
        if (!taken) return;
        this.#taking = undefined;
        this.#ahead.push(...taken);
      }
      const beyond = this.#ahead.findIndex((entry) => entry.sequence > target);
      const due = this.#ahead.splice(0, beyond < 0 ? this.#ahead.length : beyond);
      if (due.length === 0) return; // nothing of ours lies before the target any more
      lane.apply(due);
      lane.takeFrames(0); // by N1 the log has them
    }
  }
}

/** Of what a lane gives out, those with a row most often. */
function busiest({ nodes, published }: Lane): NodeID[] {
  const given = nodes.filter(({ id }) => published.has(id));
  return given.toSorted((a, b) => intervalMs(a.spec.config.interval) - intervalMs(b.spec.config.interval)).slice(0, FOLLOWED_MAX).map(({ id }) => id);
}
