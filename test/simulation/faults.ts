// What may go wrong, and a schedule of it drawn from a seed. An event says all of itself, so that one left out changes no other:
// that is what makes a failing schedule shrink.
import type { Random } from '#clock/random.ts';

export const MEMBERS = ['m1', 'm2', 'm3'] as const;
export const SHARDS = 2;
export const ROLES = ['dag-manager', 'gateway', ...MEMBERS] as const;
export const INSTRUMENTS = ['ABC', 'XYZ'] as const;
/** Half of the seeds have a slot for each instrument, the others one that can be divided. */
export const slotsOf = (seed: number): number => ((seed >> 2) % 2 === 0 ? 1 : 4);

export type MemberName = (typeof MEMBERS)[number];
export type RoleName = (typeof ROLES)[number];

export type Mishap =
  | { readonly kind: 'kill'; readonly role: RoleName; readonly ms: number }
  | { readonly kind: 'kill shard'; readonly member: MemberName; readonly shard: number }
  | { readonly kind: 'restart'; readonly role: RoleName }
  | { readonly kind: 'pause'; readonly role: RoleName; readonly ms: number }
  | { readonly kind: 'cut off'; readonly role: RoleName; readonly ms: number }
  | { readonly kind: 'elect'; readonly ms: number }
  | { readonly kind: 'jump'; readonly role: RoleName; readonly ms: number }
  /** Somebody gives the slot of an instrument to a member by hand; the other members hear of records that much later, so that for a while two believe. */
  | { readonly kind: 'place'; readonly instrument: string; readonly member: MemberName; readonly ms: number }
  /** An operator takes a member out of service for so long. */
  | { readonly kind: 'drain'; readonly member: MemberName; readonly ms: number }
  /** An operator divides the slot of an instrument, and makes it whole again after so long. */
  | { readonly kind: 'split'; readonly instrument: string; readonly ms: number }
  | { readonly kind: 'damage'; readonly member: MemberName; readonly instrument: string }
  /** A machine is lost: the member comes back with empty disks. */
  | { readonly kind: 'lose'; readonly member: MemberName; readonly ms: number }
  /** The machine of the one server and of the members loses power, and each stream what was stored last, what a query was told with what it gave out by it; not with replicas. Gateway and DAG manager may be on another. */
  | { readonly kind: 'power'; readonly ms: number; readonly inMs: number; readonly outMs: number; readonly sparesManager: boolean }
  | { readonly kind: 'fill disk'; readonly member: MemberName; readonly ms: number }
  | { readonly kind: 'publish' }
  /** An operator releases whatever is in quarantine. */
  | { readonly kind: 'release' }
  | { readonly kind: 'kill feed'; readonly instrument: string }
  | { readonly kind: 'cut off feed'; readonly instrument: string; readonly ms: number }
  /** Something writes a frame of the input log again, past every condition and duplicate window. */
  | { readonly kind: 'double'; readonly place: number };

export type Event = Mishap & { readonly atMs: number };

/** Of rows and outputs; much less than there is between two uploads. */
const LOST_MS_MAX = 300;

/** How often each kind comes, of the sum of all. */
const WEIGHTS: Readonly<Record<Mishap['kind'], number>> = {
  kill: 4,
  'kill shard': 2,
  restart: 2,
  pause: 3,
  'cut off': 3,
  elect: 2,
  jump: 1,
  place: 6,
  drain: 4,
  split: 6,
  damage: 2,
  lose: 2,
  power: 3,
  'fill disk': 1,
  publish: 3,
  release: 2,
  'kill feed': 2,
  'cut off feed': 1,
  double: 2,
};
const KINDS = Object.entries(WEIGHTS).flatMap(([kind, weight]) => Array.from({ length: weight }, () => kind as Mishap['kind']));

/** The events of a schedule, until `untilMs`. */
export function drawSchedule(random: Random, untilMs: number): Event[] {
  const events: Event[] = [];
  // Some schedules leave time to recover in, others do not.
  const gapMsMax = 80 + random.next() * 600;
  for (let atMs = random.next() * gapMsMax; atMs < untilMs; atMs += random.next() * gapMsMax) events.push({ atMs, ...draw(random) });
  return events;
}

function draw(random: Random): Mishap {
  const pick = <T>(from: readonly T[]): T => from[random.below(from.length)]!;
  const ms = Math.round(random.next() ** 2 * 3_000);
  // Members carry the rows: they get most of it.
  const role = random.below(4) === 0 ? pick(ROLES) : pick(MEMBERS);
  const kind = pick(KINDS);
  switch (kind) {
    case 'kill':
    case 'pause':
    case 'cut off':
      return { kind, role, ms };
    case 'kill shard':
      return { kind, member: pick(MEMBERS), shard: random.below(SHARDS) };
    case 'restart':
      return { kind, role };
    case 'elect':
      return { kind, ms };
    case 'jump':
      return { kind, role, ms: Math.round((random.next() - 0.5) * 7_200_000) };
    case 'place':
      return { kind, instrument: pick(INSTRUMENTS), member: pick(MEMBERS), ms };
    case 'drain':
      return { kind, member: pick(MEMBERS), ms };
    case 'split':
      return { kind, instrument: pick(INSTRUMENTS), ms: 300 + ms };
    case 'damage':
      return { kind, member: pick(MEMBERS), instrument: pick(INSTRUMENTS) };
    case 'lose':
      return { kind, member: pick(MEMBERS), ms };
    case 'power':
      return { kind, ms, inMs: Math.round(random.next() * LOST_MS_MAX), outMs: Math.round(random.next() * LOST_MS_MAX), sparesManager: random.below(2) === 0 };
    case 'fill disk':
      return { kind, member: pick(MEMBERS), ms };
    case 'publish':
    case 'release':
      return { kind };
    case 'kill feed':
      return { kind, instrument: pick(INSTRUMENTS) };
    case 'cut off feed':
      return { kind, instrument: pick(INSTRUMENTS), ms };
    default:
      return { kind, place: random.next() };
  }
}

/** One line of the story. */
export function describe(event: Event): string {
  const { kind, ...what } = event;
  return [kind, ...Object.entries(what).flatMap(([name, value]) => (name === 'atMs' ? [] : [name === 'ms' ? `${value} ms` : String(value)]))].join(' ');
}
