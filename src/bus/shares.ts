// The shares of a slot that is divided. Each has an owner of its own; what is in which follows from the source alone, so a node is in
// one share only, whoever asks. Subjects say nothing of shares: a reader never learns that a slot was divided.
import type { SourceID } from '#domain/bar.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { Share, Slot } from './subjects.ts';

/** As many owners as a slot can have; more of them than sources would have nothing to do. */
export const SHARES_MAX = 8;
const SLOT_DIGITS = 3;
/** Salts that are tried: eight sources fall on eight shares with one in four hundred. */
const SALTS = 4_096;
/** A division this even is not improved on. */
const EVEN_RATIO = 1.1;

export interface Division {
  /** Tells it from other divisions of the slot; grows. */
  readonly number: number;
  readonly shares: number;
  /** Chosen so that the sources there are spread evenly. */
  readonly salt: number;
}

export function shareName(slot: Slot, index: number): Share {
  return index === 0 ? slot : (`${slot}-${index}` as Share);
}

export function slotIn(share: Share): Slot {
  return share.slice(0, SLOT_DIGITS) as Slot;
}

/** Which share of its slot it is, from 0. */
export function indexIn(share: Share): number {
  return Number(share.slice(SLOT_DIGITS + 1));
}

/** Which share runs what is computed from a source; a node without one goes by its own id. All is in share 0 where nothing is divided. */
export function shareOf(id: SourceID | NodeID, division: Pick<Division, 'shares' | 'salt'> | undefined): number {
  if (!division) return 0;
  // The digits that slotOf() takes are much alike among the sources of a slot.
  const mixed = Math.imul(Number.parseInt(id.slice(8, 16), 16) ^ Math.imul(division.salt + 1, 0x9e3779b1), 0x85ebca6b);
  return ((mixed ^ (mixed >>> 15)) >>> 0) % division.shares;
}

/** A salt that spreads sources evenly over shares. */
export function evenSalt(sources: Iterable<SourceID>, shares: number): number {
  const all = [...sources];
  let best = 0;
  let fewest = Number.POSITIVE_INFINITY;
  const even = Math.ceil((EVEN_RATIO * all.length) / shares);
  for (let salt = 0; salt < SALTS && fewest > even; salt++) {
    const counts = Array.from({ length: shares }, () => 0);
    for (const source of all) counts[shareOf(source, { shares, salt })]!++;
    const fullest = counts.includes(0) ? Number.POSITIVE_INFINITY : Math.max(...counts);
    if (fullest < fewest) [best, fewest] = [salt, fullest];
  }
  return best;
}
