// The next owner of a slot, before it is one. It follows the slot's input beside the present owner, gives nothing out, and is near
// the end when it is told to take over, so that the slot stands still only for a few messages.
// N2. It waits for the owner to let go, and not longer than RELEASE_WAIT_MS: a fence decides, not courtesy.
import type { LogReader } from '#bus/bus.ts';
import { slotIn } from '#bus/shares.ts';
import type { Share } from '#bus/subjects.ts';
import { untilUploadedFor } from './depot.ts';
import { FOLLOW_POLL_MS, Follower } from './follower.ts';
import type { Lane } from './lane.ts';
import { claim, type Lease, leaseOf } from './lease.ts';
import { begin, type Begun, type BegunOwner, meetLog, restoreLane } from './recover.ts';
import type { Runnable, SlotPorts } from './slot-terms.ts';

const RELEASE_WAIT_MS = 500;
const RELEASE_POLL_MS = 2;

export interface StandbyTerms {
  readonly member: string;
  readonly wanted: Runnable;
  /** Tells this handover from others of the slot; below 0 it is a division, and who hands over owns the whole slot. */
  readonly handover: number;
  readonly read: (lane: Lane) => Promise<LogReader>;
}

export class Standby {
  readonly #ports: SlotPorts;
  readonly #slot: Share;
  readonly #terms: StandbyTerms;
  readonly #begun: Begun;
  readonly #follower: Follower;
  readonly #logIdentity: string;

  private constructor(ports: SlotPorts, slot: Share, terms: StandbyTerms, begun: Begun, logIdentity: string, reader: LogReader) {
    this.#ports = ports;
    this.#slot = slot;
    this.#terms = terms;
    this.#begun = begun;
    this.#follower = new Follower(ports, slot, begun.lane, reader, terms.wanted.division !== undefined);
    this.#logIdentity = logIdentity;
  }

  static async open(ports: SlotPorts, slot: Share, terms: StandbyTerms, over: () => boolean): Promise<Standby> {
    // The first owner of a share begins with what the owner of the whole slot has.
    await untilUploadedFor(ports, terms.handover < 0 ? slotIn(slot) : slot, terms.handover, over);
    const { identity } = await ports.bus.state('IN');
    const begun = await restoreLane(ports, slot, terms.wanted, identity);
    return new Standby(ports, slot, terms, begun, identity, await terms.read(begun.lane));
  }

  get begun(): Begun {
    return this.#begun;
  }

  /** Goes along with the owner until `over`; `onReady` is called once it is as near as it gets. */
  async follow(over: () => boolean, onReady: () => void): Promise<void> {
    for (let ready = false; !over(); await this.#ports.clock.sleep(FOLLOW_POLL_MS)) {
      await this.#follower.keepUp();
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
    if (lease?.released?.nodes === lane.stand().nodes) await this.#follower.advance(lease.released.inputSequence, RELEASE_WAIT_MS);
    const claimed = await claim(this.#ports, this.#slot, member, division);
    if (await meetLog(this.#ports, this.#slot, lane, claimed)) return { ...this.#begun, tenure: claimed, logIdentity: this.#logIdentity, reader: this.#follower.handOn() };
    return begin(this.#ports, this.#slot, member, wanted); // the log lost its end meanwhile
  }

  close(): void {
    this.#follower.close();
  }
}
