// Which slots leave their shard little time, while a second owner would have a shard to run them on.

/** Of a shard's time: what is left must do for what comes in bursts. */
const HOT_RATIO = 0.8;

export interface BusyMember {
  readonly alive: boolean;
  readonly drained: boolean;
  readonly shards: number;
  readonly slots: readonly { readonly slot: string; readonly busyRatio: number }[];
}

/** Slots with one owner that keep it busy, as of about the last minute; none where there is one shard only. */
export function hotSlots(members: readonly BusyMember[]): { readonly slot: string; readonly busyRatio: number }[] {
  const usable = members.filter(({ alive, drained }) => alive && !drained);
  if (usable.reduce((sum, { shards }) => sum + shards, 0) < 2) return [];
  const shown = members.flatMap(({ alive, slots }) => (alive ? slots : []));
  return shown.filter(({ slot, busyRatio }) => busyRatio > HOT_RATIO && !shown.some((other) => other.slot.startsWith(`${slot}-`) || slot.startsWith(`${other.slot}-`)));
}
