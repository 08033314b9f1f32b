// What can be done with the output of a node, fluently. Each answers a new node.
// Arithmetic, comparison and logic are kernels, row for row: a NaN row gives NaN, comparisons and logic answer 1 or 0.
// Selections, windows and the as-of join are row operators: what they answer has rows of its own, and so has everything that reads it.
import { interval } from '#domain/interval.ts';
import { readOneOf, readRecord } from '#graph/shape.ts';
import { AGGREGATES } from '#kernels/aggregate.ts';
import type { KernelName } from '#kernels/catalog.ts';
import { MISSING_POLICIES, type MissingPolicy } from '#kernels/operator-gaps.ts';
import { KEYED_OUTPUTS, LATE_OUTPUTS, LATE_POLICIES, type LatePolicy } from '#kernels/operator-keyed.ts';
import { SESSION_OUTPUTS } from '#kernels/operator-window.ts';
import { kernelVertex } from './kernel.ts';
import { Column, type Vertex } from './node.ts';
import { lengthMs, operatorVertex } from './operator.ts';

/** What an operator takes on its right side: another output of the same interval, or a number. */
export type Operand = Output | number;

type Outputs<Names extends readonly string[]> = { readonly [Name in Names[number]]: Output };

/** A window's figures, one row per window: `count`, `sum`, `mean`, `min`, `max`, `first`, `last`. */
export type WindowOutputs = Outputs<typeof AGGREGATES>;
/** A session's: the times of its first and last row, in UTC ms, and the figures of a window. */
export type SessionOutputs = Outputs<typeof SESSION_OUTPUTS>;
/** A keyed window's: its `key`, when it began (`start`, UTC ms), how often it was given out before (`revision`), and the figures of a window. */
export type KeyedOutputs = Outputs<typeof KEYED_OUTPUTS> & {
  /** The late rows themselves, by `late: 'side-output'`: their `key`, `time` and `value`. Throws PARAM_INVALID under another policy. */
  readonly late: Outputs<typeof LATE_OUTPUTS>;
};

export interface WindowSettings {
  /** Length of a window, `"1s"` … `"1d"`. */
  readonly width: string;
  /** Time from one window's beginning to the next: the width, if windows shall tumble; a part of it, if they shall slide. The width when left out. */
  readonly every?: string;
}

export interface KeyedSettings {
  /** What belongs together: rows of one value of this output. */
  readonly key: Output;
  /** Length of a window. */
  readonly width: string;
  /** Time of each row in UTC ms, in any order; the row's own when left out. */
  readonly time?: Output;
  /** How far behind the newest row of its key a row may come. No time at all when left out. */
  readonly delay?: string;
  /**
   * What becomes of a row that comes later still: it is left out (`ignore`, when nothing is said), given out beside (`side-output`), or its window is
   * given out again with it (`recompute`, as long as the delay lasts; windows then come without waiting for it). Late rows are counted by all three.
   */
  readonly late?: LatePolicy;
}

/** One output of a node: a column of values, one per row. Indicators and operators answer it, and take it as input. */
export class Output extends Column {
  /** this + other. */
  plus(other: Operand): Output {
    return rowwise('add', this, other);
  }

  /** this − other. */
  minus(other: Operand): Output {
    return rowwise('sub', this, other);
  }

  /** this · other. */
  times(other: Operand): Output {
    return rowwise('mul', this, other);
  }

  /** this / other; NaN where other is 0. */
  over(other: Operand): Output {
    return rowwise('div', this, other);
  }

  /** 1 where this > other, else 0. */
  gt(other: Operand): Output {
    return rowwise('gt', this, other);
  }

  /** 1 where this ≥ other, else 0. */
  gte(other: Operand): Output {
    return rowwise('gte', this, other);
  }

  /** 1 where this < other, else 0. */
  lt(other: Operand): Output {
    return rowwise('lt', this, other);
  }

  /** 1 where this ≤ other, else 0. */
  lte(other: Operand): Output {
    return rowwise('lte', this, other);
  }

  /** 1 where this = other, else 0. */
  eq(other: Operand): Output {
    return rowwise('eq', this, other);
  }

  /** 1 where this and other are both other than 0, else 0. */
  and(other: Operand): Output {
    return rowwise('and', this, other);
  }

  /** 1 where this or other is other than 0, else 0. */
  or(other: Operand): Output {
    return rowwise('or', this, other);
  }

  /** 1 where this is 0, else 0. */
  not(): Output {
    return rowwise('not', this);
  }

  /** −this. */
  neg(): Output {
    return rowwise('neg', this);
  }

  /** |this|. */
  abs(): Output {
    return rowwise('abs', this);
  }

  /** The value so many rows before. The change since then is `mom`, as a portion `rocp`. */
  lag(rows: number): Output {
    return new Output(kernelVertex('lag', [this], { period: rows }), 'value');
  }

  /** The rows in which the condition is other than 0; a NaN is no yes. */
  filter(condition: Output): Output {
    return only(operatorVertex('filter', { value: this, condition }, {}));
  }

  /** The rows of each value of `key`, one output for each of `keys`, in their order. */
  route(key: Output, keys: readonly number[]): readonly Output[] {
    return keys.map((each) => this.filter(key.eq(each)));
  }

  /** The rows that bring another value than the one that passed last. */
  dedupe(): Output {
    return only(operatorVertex('dedupe', { value: this }, {}));
  }

  /** At most one row in a while: the first, then each time the next that comes at least `every` later. */
  throttle(every: string): Output {
    return only(operatorVertex('throttle', { value: this }, { everyMs: lengthMs(every, 'throttle') }));
  }

  /**
   * Says what becomes of rows that are missing, and counts them. `skip` lets a gap stand, `fail` halts the node at the first row behind one,
   * `interpolate` fills it with a straight line to the row behind it. That row is not known when the filled ones would have been: use it to study, not to trade.
   */
  gaps(missing: MissingPolicy): Output {
    return only(operatorVertex('gaps', { value: this }, { missing: readOneOf(missing, 'gaps', MISSING_POLICIES) }));
  }

  /**
   * This output as it was known at each row of `rows`: `hourly.asOf(price)` gives the last finished hour to every minute. Rows before the
   * first known value are left out.
   */
  asOf(rows: Output): Output {
    return only(operatorVertex('asof', { rows, value: this }, {}));
  }

  /** Windows of event time, tumbling or sliding. A window comes when it is over; one without rows does not come. */
  window(settings: WindowSettings): WindowOutputs {
    const { width, every = width } = readRecord(settings, 'window', ['width'], ['every']) as unknown as WindowSettings;
    return named(operatorVertex('window', { value: this }, { widthMs: lengthMs(width, 'window: width') }, interval(every, 'window: every')), AGGREGATES);
  }

  /** Runs of rows less than `gap` apart. A session comes when the gap has passed. */
  session(gap: string): SessionOutputs {
    return named(operatorVertex('session', { value: this }, { gapMs: lengthMs(gap, 'session') }), SESSION_OUTPUTS);
  }

  /** Holds back rows until there are so many, and gives the figures of a window of them at the last. */
  buffer(rows: number): WindowOutputs {
    return named(operatorVertex('buffer', { value: this }, { rows }), AGGREGATES);
  }

  /** Tumbling windows of each key. Only rows of the same key end a window, so that a fast key never ends a slow one's. */
  byKey(settings: KeyedSettings): KeyedOutputs {
    const { key, width, time, delay, late = 'ignore' } = readRecord(settings, 'byKey', ['key', 'width'], ['time', 'delay', 'late']) as unknown as KeyedSettings;
    const inputs = { value: this, key, ...(time && { time }) };
    const params = { widthMs: lengthMs(width, 'byKey: width'), delayMs: delay === undefined ? 0 : lengthMs(delay, 'byKey: delay'), late: readOneOf(late, 'byKey: late', LATE_POLICIES) };
    const windows = named(operatorVertex('keyed', inputs, { ...params, gives: 'windows' }), KEYED_OUTPUTS);
    return Object.freeze({
      ...windows,
      get late() {
        return named(operatorVertex('keyed', inputs, { ...params, gives: 'late' }), LATE_OUTPUTS);
      },
    });
  }
}

function only(vertex: Vertex): Output {
  return new Output(vertex, 'value');
}

function named<const Names extends readonly string[]>(vertex: Vertex, names: Names): Outputs<Names> {
  return Object.freeze(Object.fromEntries(names.map((name) => [name, new Output(vertex, name)]))) as Outputs<Names>;
}

function rowwise(name: KernelName, ...operands: readonly Operand[]): Output {
  return new Output(kernelVertex(name, operands, {}), 'value');
}
