// What a slot is given to run with and what it shows of itself: data only, shared by its actor (slot.ts), those who begin one
// (recover.ts, standby.ts) and those who tell it what to do (supervisor).
import type { Bus } from '#bus/bus.ts';
import type { Division } from '#bus/shares.ts';
import type { Share, Subjects } from '#bus/subjects.ts';
import type { CheckpointStore } from '#checkpoint/checkpoint.ts';
import type { Clock } from '#clock/clock.ts';
import type { DeclaredNode, NodeID } from '#domain/node-spec.ts';
import type { Log } from '#telemetry/log.ts';
import type { NodeBytes } from '#telemetry/node-bytes.ts';
import type { Counts } from './assemble.ts';
import type { QuarantineMark } from './quarantine.ts';
import type { Begun } from './recover.ts';
import type { Origins } from './view.ts';

export interface SlotPorts {
  readonly bus: Bus;
  readonly store: CheckpointStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly subjects: Subjects;
}

/** What a slot shall compute. */
export interface Wanted {
  /**
   * Its nodes and all their upstreams, in topological order. A node that joins instruments of several slots brings its foreign
   * upstreams along: they are computed here once more, unpublished, which costs nanoseconds where reading them across costs a hop.
   */
  readonly nodes: readonly DeclaredNode[];
  /** The computed nodes whose outputs this slot publishes; stream inputs are not among them, since their rows are in the log already. */
  readonly own: ReadonlySet<NodeID>;
  /** Where those of its own begin that do not begin with their sources. */
  readonly origins: Origins;
  /** How the slot shall be divided; these are then the nodes of one share of it. Left out while it is whole. */
  readonly division?: Division | undefined;
  /** What the other shares run that are about to become its own, so that it gets ready for that. Left out else. */
  readonly soon?: ReadonlyMap<Share, Wanted>;
  /** How many shares the slot ever had at once, so that what any of them uploaded is found; 1 when left out. */
  readonly sharesMost?: number;
  /** By their view ids, the nodes of all shares: none of them may lose the last uploads that hold it. Those of `own` when left out. */
  readonly kept?: ReadonlySet<NodeID>;
  /** What is known of their records of quarantine; none when left out. */
  readonly quarantine?: ReadonlyMap<NodeID, QuarantineMark>;
}

/** What of it is to run now. */
export type Runnable = Pick<Wanted, 'nodes' | 'own' | 'origins' | 'division' | 'sharesMost'>;

/**
 * What the member is to a slot: its owner, or the one that gets ready to be. A handover, told to both by one number, makes the owner
 * upload what the other begins with.
 */
export interface Part {
  readonly role: 'owner' | 'standby';
  readonly handover: number | undefined;
}

export const OWNER: Part = { role: 'owner', handover: undefined };

export interface SlotSettings {
  readonly member: string;
  /** Slots of the tenant. */
  readonly slots: number;
  /** A checkpoint is due after this many steps' rows or this long, whichever comes first. */
  readonly checkpointEveryRows: number;
  readonly checkpointEveryMs: number;
  /** How often a checkpoint goes to where other machines find it. */
  readonly uploadEveryMs: number;
  /** How often a node that gives nothing is spoken for. */
  readonly silentEveryMs: number;
}

export interface SlotStatus {
  /** The slot, or the share of it. */
  readonly slot: Share;
  /** `standby` gets ready to own the slot, and is `ready` when it only waits to be told; `gathered` runs a share, and only waits to be told to run all of them. */
  readonly state: 'starting' | 'standby' | 'ready' | 'warming' | 'running' | 'gathered' | 'stopped';
  readonly epoch: number;
  /** All it looks after, those that wait included; none before it owns the slot. */
  readonly nodes: readonly NodeID[];
  /** Nodes that stand still, and those that wait for them. */
  readonly waiting: readonly NodeID[];
  readonly inputSequence: number;
  readonly rows: number;
  readonly residentBytes: number;
  /** How much of its thread's time it computed, in [0, 1], as of about the last minute. */
  readonly busyRatio: number;
  /** Of each node it gives out, its page and state. */
  readonly nodeBytes: NodeBytes;
  /** Rows that came late or are missing, by the nodes that count them. */
  readonly counts: Readonly<Record<NodeID, Counts>>;
  /** Rows that were missing between what the last owner committed and what this one went on with; 0 unless the log lost some. */
  readonly gapRows: number;
  readonly restoredFrom: Begun['from'] | undefined;
}
