// What a search may vary: per parameter a list of values, or a range that only chance can draw from.
import type { Random } from '#clock/random.ts';
import { Fault } from '#domain/fault.ts';

/** What one parameter may be. */
export type Dimension = Choice | Range;
export type Variable = number | string | boolean;

export interface Choice {
  readonly values: readonly Variable[];
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Dimensions by the names of the parameters. */
export type Space = Readonly<Record<string, Dimension>>;

/** One value for each dimension of a space. */
export type Point = Readonly<Record<string, Variable>>;

/** More points than this are a mistake in a range rather than a plan: at a millisecond each they take three hours. */
const POINTS_MAX = 10_000_000;
const WIDER = 'take wider steps, or search at random';
/** Steps such as 0.1 are not f64; twelve digits bring every multiple back to the decimal that was meant. */
const STEP_DIGITS = 12;

/** Whole numbers from … to, both included, `step` apart. */
export function int(from: number, to: number, step = 1): Choice {
  if (![from, to, step].every(Number.isInteger)) throw refuse(`int(${from}, ${to}, ${step})`, 'has a bound or a step that is not a whole number');
  return steps('int', from, to, step);
}

/** Numbers from … to. With a step they are a grid, both ends included; without one only a random search can draw from them. */
export function real(from: number, to: number, step?: number): Dimension {
  if (step !== undefined) return steps('real', from, to, step);
  if (!(from < to && Number.isFinite(to - from))) throw refuse(`real(${from}, ${to})`, 'is empty');
  return Object.freeze({ from, to });
}

/** Any of these values. */
export function choice(...values: readonly Variable[]): Choice {
  if (values.length === 0 || new Set(values).size < values.length) throw refuse(`choice(${values.join(', ')})`, values.length === 0 ? 'is empty' : 'names a value twice');
  return Object.freeze({ values: Object.freeze([...values]) });
}

function steps(kind: string, from: number, to: number, step: number): Choice {
  const what = `${kind}(${from}, ${to}, ${step})`;
  if (!(step > 0 && from <= to && Number.isFinite(to - from))) throw refuse(what, step > 0 ? 'is empty' : 'has a step that is not above 0');
  const count = Math.floor((to - from) / step + 1e-9) + 1;
  if (count > POINTS_MAX) throw refuse(what, `has ${count} values`, WIDER);
  return Object.freeze({ values: Object.freeze(Array.from({ length: count }, (_, k) => Number((from + k * step).toPrecision(STEP_DIGITS)))) });
}

/** Every point of the space, the last dimension turning fastest. Throws PARAM_INVALID for a range without a step. */
export function grid(space: Space): Point[] {
  const names = Object.keys(space);
  const lists = names.map((name) => {
    const dimension = space[name]!;
    if ('values' in dimension) return dimension.values;
    throw refuse(`${name}: real(${dimension.from}, ${dimension.to})`, 'has no step, so it has no grid', 'give it a step, or search at random');
  });
  const count = lists.reduce((product, { length }) => product * length, 1);
  if (count > POINTS_MAX) throw refuse('the grid', `has ${count} points`, WIDER);
  return Array.from({ length: count }, (_, index) => {
    let rest = index;
    const values = lists.toReversed().map((list) => {
      const value = list[rest % list.length]!;
      rest = Math.floor(rest / list.length);
      return value;
    });
    return Object.freeze(Object.fromEntries(names.map((name, k) => [name, values.at(-1 - k)!])));
  });
}

/** Up to `count` different points, each dimension drawn evenly; fewer where the space has no more. */
export function drawn(space: Space, count: number, random: Random, allows: (point: Point) => boolean = () => true): Point[] {
  const points = new Map<string, Point>();
  // A space that is nearly used up gives ever fewer new points, and one nearly nothing of is allowed does as well.
  for (let attempts = 20 * count; points.size < count && attempts > 0; attempts--) {
    const point = Object.freeze(Object.fromEntries(Object.entries(space).map(([name, dimension]) => [name, drawFrom(dimension, random)])));
    if (allows(point)) points.set(JSON.stringify(Object.values(point)), point);
  }
  return [...points.values()];
}

function drawFrom(dimension: Dimension, random: Random): Variable {
  if ('values' in dimension) return dimension.values[random.below(dimension.values.length)]!;
  return dimension.from + random.next() * (dimension.to - dimension.from);
}

function refuse(what: string, why: string, cure = 'give a range with at least one value, such as int(5, 50) or real(0.5, 2, 0.25)'): Fault {
  return new Fault('PARAM_INVALID', `${what} ${why}`, { cure });
}
