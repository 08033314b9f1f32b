// The nodes of a slot that stand still: tried again, then put in quarantine, and released by the operator. A node that cannot run at
// all, because rows it needs are gone or the plan does not fit, is one of them: its row is then null.
//
//   halts at a row → taken out of the lane with all that read it → tried again from the origin, in a lane of its own, as a new node is
//                  → halts at the same row in every one of TRIES_MAX tries → quarantined → released by command → tried again
//
// Q1. A quarantine is a record, so it outlives the slot, the shard and the member, and holds wherever the slot goes.
// Q2. It has effect from when the record is written: until then a restart only begins the tries anew.
// Q3. A node that stands still, and one that waits for it, is in no lane. So a release needs nothing of its own: the nodes are new
//     ones again, and what they have committed is computed but not written twice (A2).
// Absent: why a node halts (custom.ts, account.ts), taking it out and in again (slot.ts).
import type { Cancel } from '#clock/clock.ts';
import type { Slot } from '#bus/subjects.ts';
import type { FaultCode } from '#domain/fault.ts';
import type { DeclaredNode, NodeID } from '#domain/node-spec.ts';
import { withDownstream, withUpstreams } from './assemble.ts';
import { reasonOf, type Standstill } from './halt.ts';
import type { Runnable, SlotPorts } from './slot-terms.ts';
import type { Unable } from './unable.ts';

/** Waits before the second and the third try: a machine that stood still or ran out of memory has mostly recovered by then. */
const TRY_WAITS_MS = [100, 1_000] as const;
const TRIES_MAX = TRY_WAITS_MS.length + 1;

/** Bucket `quarantine`, by the node's id. */
export interface QuarantineRecord {
  readonly node: NodeID;
  readonly name: string | null;
  readonly slot: Slot;
  readonly member: string;
  /** Number the row would have in the node's output, and its event time; null when the node cannot run for a reason that is of no row of its own. */
  readonly row: number | null;
  readonly t: number | null;
  readonly code: FaultCode;
  readonly reason: string;
  readonly cure: string;
  readonly tries: number;
  readonly atMs: number;
}

/** The newest that was heard of a node's record. */
export interface QuarantineMark {
  readonly revision: number;
  readonly isReleased: boolean;
}

interface Standing {
  readonly row: number | null;
  readonly tries: number;
  /** Ends the wait for the next try. */
  readonly waiting: Cancel | undefined;
  /** Of the record, once it is written. */
  readonly revision: number | undefined;
}

export class Quarantine {
  readonly #ports: SlotPorts;
  readonly #slot: Slot;
  readonly #member: string;
  readonly #nudge: () => void;
  readonly #standing = new Map<NodeID, Standing>();
  #marks: ReadonlyMap<NodeID, QuarantineMark> = new Map();

  /** `nudge` is called when a node may be tried again. */
  constructor(ports: SlotPorts, slot: Slot, member: string, nudge: () => void) {
    this.#ports = ports;
    this.#slot = slot;
    this.#member = member;
    this.#nudge = nudge;
  }

  /** Takes the records as they stand. */
  heard(marks: ReadonlyMap<NodeID, QuarantineMark>): void {
    this.#marks = marks;
    for (const [node, { revision }] of this.#standing) {
      const mark = marks.get(node);
      // What is heard may be older than the record this slot wrote a moment ago.
      if (revision !== undefined && mark?.isReleased && mark.revision >= revision) this.#standing.delete(node);
    }
  }

  /** What is left to run without the nodes that stand still and those that wait for them. */
  runnable({ nodes, own, ...others }: Runnable): Runnable {
    const held = this.held(nodes);
    if (held.size === 0) return { nodes, own, ...others };
    const left = new Set([...own].filter((id) => !held.has(id)));
    return { nodes: withUpstreams(left, nodes), own: left, ...others };
  }

  /** The nodes that stand still now, and those that wait for them. */
  held(nodes: readonly DeclaredNode[]): Set<NodeID> {
    if (this.#standing.size === 0 && this.#marks.size === 0) return new Set();
    const roots = nodes.flatMap(({ id }) => (this.#isHeld(id) ? [id] : []));
    return withDownstream(roots, nodes);
  }

  /** Takes note of nodes that halted: they wait for their next try, or are quarantined. Throws what the bucket throws. */
  async note(standstills: readonly (Standstill | Unable)[], nodes: readonly DeclaredNode[]): Promise<void> {
    const { clock, log } = this.#ports;
    for (const standstill of standstills) {
      const { node, row } = standstill;
      const before = this.#standing.get(node);
      const tries = before?.row === row ? before.tries + 1 : 1;
      const name = nodes.find(({ id }) => id === node)?.name ?? null;
      log.warn({ slot: this.#slot, node, name, row, tries, reason: reasonOf(standstill) }, row === null ? 'a node cannot run' : 'a node stands still');
      if (tries < TRIES_MAX) {
        this.#standing.set(node, { row, tries, revision: undefined, waiting: clock.after(TRY_WAITS_MS[tries - 1]!, () => this.#due(node)) });
      } else {
        this.#standing.set(node, { row, tries, waiting: undefined, revision: await this.#record(standstill, name, tries) });
      }
    }
  }

  /** Nodes that got past the row they stood at: should they begin from the origin once more, they have all their tries again. */
  forgive(running: ReadonlySet<NodeID>): void {
    for (const node of running) this.#standing.delete(node);
  }

  stop(): void {
    for (const { waiting } of this.#standing.values()) waiting?.();
  }

  #isHeld(node: NodeID): boolean {
    const standing = this.#standing.get(node);
    if (standing) return standing.waiting !== undefined || standing.revision !== undefined;
    const mark = this.#marks.get(node);
    return mark !== undefined && !mark.isReleased;
  }

  #due(node: NodeID): void {
    this.#standing.set(node, { ...this.#standing.get(node)!, waiting: undefined });
    this.#nudge();
  }

  async #record(standstill: Standstill | Unable, name: string | null, tries: number): Promise<number> {
    const { bus, clock, log } = this.#ports;
    const { node, row, t, code, cure } = standstill;
    const record: QuarantineRecord = { node, name, slot: this.#slot, member: this.#member, row, t, code, reason: reasonOf(standstill), cure, tries, atMs: clock.now() };
    const revision = await (await bus.bucket<QuarantineRecord>('quarantine')).put(node, record);
    log.error({ ...record }, 'a node is in quarantine; `qmtl quarantine release` tries it again');
    return revision;
  }
}
