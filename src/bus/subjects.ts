// The only place where subjects are built. First token: wire version; second: tenant.
//   q1.T.in.<slot>.<sourceId>     rows of a source                          stream IN
//   q1.T.o.<slot>.<nodeId>        a node's output, shared by all readers     stream OUT
//   q1.T.lease.<slot>             the slot's lease; its sequence is the epoch stream OUT, so that it can fence outputs
//   q1.T.lease.<slot>.<at>.<k>    that of share k, while the slot is divided  stream OUT
//   q1.T.event.<strategyId>       transitions of a strategy                  stream EVENT
//   q1.T.order.<accountId>        intents of a live account                  stream EVENT
//   q1.T.ctl.<service>.<endpoint> calls
// The slot stands in front of the id, so that one wildcard filter serves a whole slot.
import type { SourceID } from '#domain/bar.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { StreamName } from './bus.ts';

/** What one owner runs: a slot, or a share of one that is divided (shares.ts). */
export type Share = string & { readonly share: unique symbol };
/** A slot is also the name of its first share, which is all of it while it is not divided. */
export type Slot = Share & { readonly slot: unique symbol };

/** Slots are written as three hex digits; 256 is the most a tenant may have, because each costs a consumer on the stream. */
export function slotName(index: number): Slot {
  return index.toString(16).padStart(3, '0') as Slot;
}

/** The slot a source belongs to, and with it every node computed from it: rows of one source meet in one memory. */
export function slotOf(source: SourceID, slots: number): Slot {
  return slotName(Number.parseInt(source.slice(0, 8), 16) % slots);
}

export interface Subjects {
  input(slot: Slot, source: SourceID): string;
  inputs(slot: Slot): string;
  output(slot: Slot, node: NodeID): string;
  /** The outputs of a slot. */
  outputs(slot: Slot): string;
  /** A node's output wherever its slot is. */
  outputAnywhere(node: NodeID): string;
  inputAnywhere(source: SourceID): string;
  lease(slot: Slot): string;
  /** The lease of another share than the first, by the entry that divided the slot. */
  shareLease(slot: Slot, dividedAt: number, index: number): string;
  /** The leases of all shares but the first, of every division. */
  shareLeases(slot: Slot): string;
  event(strategy: string): string;
  journal(account: NodeID): string;
  call(service: string, endpoint: string): string;
  streamSubjects: Readonly<Record<StreamName, readonly string[]>>;
  streamName(stream: StreamName): string;
  bucketName(bucket: string): string;
}

/** The source or node an entry of IN or OUT is about: the last token of its subject. */
export function idIn<ID extends SourceID | NodeID>(subject: string): ID {
  return subject.slice(subject.lastIndexOf('.') + 1) as ID;
}

export function subjects(tenant: string): Subjects {
  const root = `q1.${tenant}`;
  return {
    input: (slot, source) => `${root}.in.${slot}.${source}`,
    inputs: (slot) => `${root}.in.${slot}.>`,
    output: (slot, node) => `${root}.o.${slot}.${node}`,
    outputs: (slot) => `${root}.o.${slot}.*`,
    outputAnywhere: (node) => `${root}.o.*.${node}`,
    inputAnywhere: (source) => `${root}.in.*.${source}`,
    lease: (slot) => `${root}.lease.${slot}`,
    shareLease: (slot, dividedAt, index) => `${root}.lease.${slot}.${dividedAt}.${index}`,
    shareLeases: (slot) => `${root}.lease.${slot}.*.*`,
    event: (strategy) => `${root}.event.${strategy}`,
    journal: (account) => `${root}.order.${account}`,
    call: (service, endpoint) => `${root}.ctl.${service}.${endpoint}`,
    streamSubjects: { IN: [`${root}.in.>`], OUT: [`${root}.o.>`, `${root}.lease.>`], EVENT: [`${root}.event.>`, `${root}.order.>`] },
    streamName: (stream) => `QMTL_${tenant}_${stream}`,
    bucketName: (bucket) => `qmtl_${tenant}_${bucket}`,
  };
}
