// Rows across members against a table of all rows: whatever portions they come in, wherever a restart falls, whoever the members are when.
import { expect, test } from 'vitest';
import { seededRandom } from '#clock/random.ts';
import { Across } from '#kernels/operator-across.ts';

const MEMBERS = 4;
const MOMENTS = 120;
const PERIOD = 3;
const FAR = Number.POSITIVE_INFINITY;

/** What happens, in order: a side brings its row of a moment, or the set changes. */
type Event = { readonly side: number; readonly t: number; readonly value: number } | { readonly set: readonly number[] };

/** Sides bring most moments, each in order, one ahead of the other by up to ten; the set changes now and then. */
function story(seed: number): Event[] {
  const random = seededRandom(seed);
  const next = Array<number>(MEMBERS).fill(0);
  const events: Event[] = [{ set: [0, 1] }];
  while (next.some((t) => t < MOMENTS)) {
    const least = Math.min(...next);
    const side = random.below(MEMBERS);
    if (random.next() < 0.03) events.push({ set: Array.from({ length: MEMBERS }, (_, k) => k).filter(() => random.next() < 0.6) });
    if (next[side]! >= MOMENTS || next[side]! > least + 10) continue;
    const t = next[side]!++;
    if (random.next() < 0.9) events.push({ side, t, value: random.next() < 0.1 ? NaN : random.below(50) });
  }
  return events;
}

/** Count and mean of each moment, by the definition alone: a moment is decided by the set of the first event at which each of it has a row at or behind it. What is there while nobody is in the set is lost. */
function byDefinition(events: readonly Event[]): [number, number, number][] {
  const rows = Array.from({ length: MEMBERS }, () => new Map<number, { value: number; place: number }>());
  const reached = Array<number>(MEMBERS).fill(-1);
  let lost = [...reached];
  const decided: [number, number, number][] = [];
  let set: readonly number[] = [];
  let until = -1;
  for (const event of events) {
    if ('set' in event) ({ set } = event);
    else {
      rows[event.side]!.set(event.t, { value: event.value, place: rows[event.side]!.size + 1 });
      reached[event.side] = event.t;
    }
    if (set.length === 0) {
      lost = [...reached];
      continue;
    }
    const horizon = Math.min(...set.map((side) => reached[side]!));
    for (let t = until + 1; t <= horizon; t++) {
      const present = set.filter((side) => t > lost[side]!).map((side) => rows[side]!.get(t)).filter((row) => row !== undefined && row.place >= PERIOD);
      const values = present.map((row) => row!.value).filter((value) => !Number.isNaN(value));
      if (present.length > 0) decided.push([t, values.length, values.reduce((sum, value) => sum + value, 0) / values.length]);
    }
    until = Math.max(until, horizon);
  }
  return decided;
}

/** The same from the operator: rows of a side that follow each other go in together, up to `portion`, and `restart` says after which events it begins anew from its state. */
function fromOperator(events: readonly Event[], portion: number, restart: (event: number) => boolean): [number, number, number][] {
  const make = () => new Across({ members: MEMBERS, period: PERIOD, compares: false });
  const watermarks = Array<number>(MEMBERS).fill(-FAR);
  const made: [number, number, number][] = [];
  const out = { add: (t: number, figures: ArrayLike<number>) => void made.push([t, figures[1]!, figures[0]!]) };
  let across = make();
  for (let k = 0; k < events.length; ) {
    const event = events[k]!;
    if ('set' in event) {
      across.turnTo(event.set, k);
      k++;
    } else {
      const run: { t: number; value: number }[] = [];
      for (let each = event as Event | undefined; each && 'side' in each && each.side === event.side && run.length < portion; each = events[++k]) run.push(each);
      across.take(event.side, Float64Array.from(run, ({ t }) => t), [Float64Array.from(run, ({ value }) => value)], run.length);
      watermarks[event.side] = run.at(-1)!.t;
    }
    across.advance(Math.min(...watermarks), out, watermarks);
    if (restart(k)) {
      const state = across.snapshot();
      (across = make()).restore(state);
    }
  }
  return made;
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])('story %i gives the rows of its definition, in any portions and after any restart', (seed) => {
  const events = story(seed);
  const expected = byDefinition(events);
  expect(expected.length).toBeGreaterThan(20);
  for (const portion of [1, 2, 5, 100]) {
    for (const restart of [() => false, () => true, (event: number) => event % 7 === 3]) expect(fromOperator(events, portion, restart)).toEqual(expected);
  }
});

test('a set with a member that is not among the sides decides nothing any more', () => {
  const across = new Across({ members: 1, period: 1, compares: false });
  const made: number[] = [];
  const bring = (t: number) => {
    across.take(0, Float64Array.of(t), [Float64Array.of(t)], 1);
    across.advance(t, { add: (at) => void made.push(at) }, [t]);
  };
  across.turnTo([0], 1);
  bring(1);
  across.turnTo(undefined, 2);
  bring(2);
  expect(made).toEqual([1]);
});

test('a set with a lower number than the last is an old one, told again, also after a restart', () => {
  const bring = (across: Across, side: number, t: number): void => across.take(side, Float64Array.of(t), [Float64Array.of(side)], 1);
  const made: [number, number][] = [];
  let across = new Across({ members: 2, period: 1, compares: false });
  across.turnTo([0], 5);
  across.turnTo([0, 1], 9);
  const state = across.snapshot();
  (across = new Across({ members: 2, period: 1, compares: false })).restore(state);
  across.turnTo([0], 5);
  for (const side of [0, 1]) bring(across, side, 1);
  across.advance(1, { add: (t, figures) => void made.push([t, figures[1]!]) }, [1, 1]);
  expect(made).toEqual([[1, 2]]);
});

test.each([false, true])('rows that come while the set is empty are not kept, however many; compared: %s', (compares) => {
  const across = new Across({ members: 1, period: 1, compares });
  const made: number[] = [];
  const bring = (t: number): void => {
    for (let side = 0; side < 1 + Number(compares); side++) across.take(side, Float64Array.of(t), [Float64Array.of(t)], 1);
    across.advance(t, { add: (at) => void made.push(at) }, [t, t]);
  };
  for (let t = 0; t < 1_000; t++) bring(t);
  expect(across.waiting.rows).toBe(0);
  across.turnTo([0], 1);
  for (let t = 1_000; t < 1_003; t++) bring(t);
  across.turnTo([], 2);
  bring(1_003);
  expect(made).toEqual([1_000, 1_001, 1_002]);
});
