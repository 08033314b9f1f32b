// The row operators: what each is called, reads, takes and gives. An operator makes rows of its own, which its readers follow row for row.
// O1. A row of interval i at time t says what is known at t + i. Every operator gives its rows such times, so rows of one interval and one
//     time may be joined and nothing looks ahead.
// O2. `version` names the bits, as in the catalogue of kernels (C2).
import { Fault } from '#domain/fault.ts';
import { type Interval, intervalMs } from '#domain/interval.ts';
import type { Params } from '#domain/node-spec.ts';
import { AGGREGATES } from './aggregate.ts';
import { nearestName } from './nearest.ts';
import { AsOf } from './operator-asof.ts';
import { Gaps, MISSING_POLICIES } from './operator-gaps.ts';
import { KEYED_OUTPUTS, KeyedWindows, LATE_OUTPUTS, LATE_POLICIES, type LatePolicy } from './operator-keyed.ts';
import { Renko } from './operator-renko.ts';
import { Resample } from './operator-resample.ts';
import { Dedupe, Filter, Throttle } from './operator-select.ts';
import { Batches, SESSION_OUTPUTS, Sessions, SlidingWindows } from './operator-window.ts';
import type { PlanRows, RowMaker } from './plan-types.ts';

/** What an operator is declared with, as far as it can be told from the node and its upstreams. */
export interface OperatorTerms {
  readonly params: Params;
  /** Interval of the operator's own rows. */
  readonly interval: Interval;
  /** Inputs by name, in the order they are given, each with the interval of the node it comes from. */
  readonly inputs: readonly { readonly name: string; readonly interval: Interval }[];
}

/** A whole number, of ms where it says so, any number above another, or one of some words. */
export type OperatorParam = { readonly ms?: true; readonly least: number } | { readonly above: number } | { readonly words: readonly string[] };

export interface Operator {
  readonly version: string;
  readonly title: string;
  /** Its inputs in order; those from `optional` on may be left out. */
  readonly inputs: readonly string[];
  readonly optional?: number;
  readonly params: Readonly<Record<string, OperatorParam>>;
  outputs(params: Params): readonly string[];
  /** What its interval must be, beside that of its inputs. */
  readonly interval: 'that of its inputs' | 'a multiple of its inputs’' | 'that of its first input';
  make(params: Params, everyMs: number, inputMs: number): RowMaker;
  readonly doc: string;
}

const BAR_OUTPUTS = ['open', 'high', 'low', 'close', 'volume'] as const;
const ms = (params: Params, name: string): number => params[name] as number;
const value = (): readonly string[] => ['value'];

export const operators = {
  resample: {
    version: '1.0.0',
    title: 'Bars of a wider interval',
    inputs: BAR_OUTPUTS,
    params: { offsetMs: { ms: true, least: 0 } },
    outputs: () => BAR_OUTPUTS,
    interval: 'a multiple of its inputs’',
    make: (params, everyMs) => new Resample(everyMs, ms(params, 'offsetMs')),
    doc: 'First open, highest high, lowest low, last close and the sum of the volumes of each bucket of the interval, which begins at a multiple of it since 1970-01-01 UTC, moved by offsetMs. A bucket is complete with its last bar, or with the first bar behind it; one without bars gives none.',
  },
  renko: {
    version: '1.0.0',
    title: 'Renko bricks',
    inputs: ['close', 'volume'],
    params: { size: { above: 0 } },
    outputs: () => BAR_OUTPUTS,
    interval: 'that of its inputs',
    make: (params) => new Renko(params['size'] as number),
    doc: 'A row for each brick, with the time of the row that makes it: one brick, several or none for a row. Edges are the multiples of size; the first close begins at the nearest. A brick goes on where a close reaches the next edge, and turns where a close reaches the edge past the other end of the last brick, as on TradingView without wicks: open and close are edges, high and low the greater and the lesser. The volume since the brick before is that of the first brick of a row. A close more than a thousand bricks away makes none: bricks begin anew next to it.',
  },
  window: {
    version: '1.0.0',
    title: 'Tumbling and sliding windows',
    inputs: ['value'],
    params: { widthMs: { ms: true, least: 1_000 } },
    outputs: () => AGGREGATES,
    interval: 'a multiple of its inputs’',
    make: (params, everyMs) => new SlidingWindows(ms(params, 'widthMs'), everyMs),
    doc: 'Count, sum, mean, least, greatest, first and last value of each window [end − widthMs, end) of event time, the ends being the multiples of the interval. The windows tumble when the width is the interval, and slide when it is a multiple. A window without rows gives none.',
  },
  session: {
    version: '1.0.0',
    title: 'Session windows',
    inputs: ['value'],
    params: { gapMs: { ms: true, least: 1_000 } },
    outputs: () => SESSION_OUTPUTS,
    interval: 'that of its inputs',
    make: (params) => new Sessions(ms(params, 'gapMs')),
    doc: 'One row for each run of rows that are less than gapMs apart: its first and last time and the same figures as a window’s. It comes when the gap has passed.',
  },
  buffer: {
    version: '1.0.0',
    title: 'Windows of so many rows',
    inputs: ['value'],
    params: { rows: { least: 1 } },
    outputs: () => AGGREGATES,
    interval: 'that of its inputs',
    make: (params) => new Batches(params['rows'] as number),
    doc: 'The figures of a window for each `rows` rows, at the last of them. Rows that do not fill a buffer yet are held back.',
  },
  keyed: {
    version: '1.1.0',
    title: 'Tumbling windows by key',
    inputs: ['value', 'key', 'time'],
    optional: 2,
    params: { widthMs: { ms: true, least: 1 }, delayMs: { ms: true, least: 0 }, late: { words: LATE_POLICIES }, gives: { words: ['windows', 'late'] } },
    outputs: (params) => (params['gives'] === 'late' ? LATE_OUTPUTS : KEYED_OUTPUTS),
    interval: 'that of its inputs',
    make: (params) => new KeyedWindows({ widthMs: ms(params, 'widthMs'), delayMs: ms(params, 'delayMs'), late: params['late'] as LatePolicy, gives: params['gives'] as 'windows' | 'late' }),
    doc: 'Windows of the rows of each key, complete when a row of the same key is delayMs past their end: a fast key never closes a slow key’s window. Rows may have a time of their own, in any order; one that comes too late is ignored, given out beside, or recomputes its window.',
  },
  filter: {
    version: '1.0.0',
    title: 'Rows where a condition holds',
    inputs: ['value', 'condition'],
    params: {},
    outputs: value,
    interval: 'that of its inputs',
    make: () => new Filter(),
    doc: 'The rows whose condition is a number other than 0.',
  },
  dedupe: {
    version: '1.0.0',
    title: 'Rows that bring another value',
    inputs: ['value'],
    params: {},
    outputs: value,
    interval: 'that of its inputs',
    make: () => new Dedupe(),
    doc: 'The rows whose value differs from the one that passed last. A NaN never passes.',
  },
  throttle: {
    version: '1.0.0',
    title: 'At most one row in a while',
    inputs: ['value'],
    params: { everyMs: { ms: true, least: 1_000 } },
    outputs: value,
    interval: 'that of its inputs',
    make: (params) => new Throttle(ms(params, 'everyMs')),
    doc: 'The first row, then each time the next that is at least everyMs later than the one that passed last.',
  },
  gaps: {
    version: '1.1.0',
    title: 'Rows that are missing',
    inputs: ['value'],
    params: { missing: { words: MISSING_POLICIES } },
    outputs: value,
    interval: 'that of its inputs',
    make: (params, everyMs) => new Gaps(everyMs, params['missing'] as (typeof MISSING_POLICIES)[number]),
    doc: 'Counts the rows that are missing between others. `skip` lets a gap stand, `fail` halts the node at the first row behind one, `interpolate` fills it with a straight line to the row behind it, which is known only then: for study, not for decisions; a gap of more than 525,600 rows halts it.',
  },
  asof: {
    version: '1.0.0',
    title: 'As-of join',
    inputs: ['rows', 'value'],
    params: {},
    outputs: value,
    interval: 'that of its first input',
    make: (_, everyMs, inputMs) => new AsOf(inputMs - everyMs, 1),
    doc: 'For each row of the first input the newest value of the second that is known when the row is: a bar of an hour is known to the minutes when it is over. Rows before the first such value are left out.',
  },
} as const satisfies Readonly<Record<string, Operator>>;

export type OperatorName = keyof typeof operators;

/** An operator of the table. Throws KERNEL_UNKNOWN with the nearest name. */
export function operatorOf(name: string): Operator {
  if (Object.hasOwn(operators, name)) return operators[name as OperatorName];
  const known = Object.keys(operators);
  const nearest = nearestName(name, known);
  throw new Fault('KERNEL_UNKNOWN', `no operator is called ${JSON.stringify(name)}`, {
    cure: nearest === undefined ? `use one of: ${known.join(', ')}` : `did you mean ${JSON.stringify(nearest)}?`,
    data: { name, known },
  });
}

/** How a plan runs an operator. Throws KERNEL_UNKNOWN, PARAM_INVALID, SPEC_INVALID for wrong inputs and INTERVAL_INVALID for intervals that do not fit. */
export function planRows(name: string, terms: OperatorTerms): PlanRows {
  const operator = operatorOf(name);
  checkParams(name, operator, terms.params);
  checkInputs(name, operator, terms.inputs.map((input) => input.name));
  const everyMs = intervalMs(terms.interval);
  const sides = terms.inputs.map((_, k) => (operator.interval === 'that of its first input' ? Math.min(k, 1) : 0));
  const [first, second = first] = terms.inputs.map((input) => intervalMs(input.interval)) as [number, number?];
  checkIntervals(name, operator, terms);
  if (terms.params['gives'] === 'late' && terms.params['late'] !== 'side-output') {
    throw paramFault(name, 'late', `is ${JSON.stringify(terms.params['late'])}, so late rows are not given out`, "declare it with late: 'side-output'", terms.params['late']);
  }
  const widthMs = terms.params['widthMs'];
  if (name === 'window' && (widthMs as number) % everyMs !== 0) {
    throw new Fault('PARAM_INVALID', `${name}: widthMs is ${String(widthMs)}, which is no multiple of its step of ${everyMs}`, { cure: 'slide by a step that divides the width', data: { value: widthMs } });
  }
  const lagsMs = operator.interval === 'that of its first input' ? [0, second - everyMs] : [first - everyMs];
  return { maker: operator.make(terms.params, everyMs, second), sides, lagsMs };
}

function checkParams(name: string, { params }: Operator, given: Params): void {
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(params, key));
  if (unknown !== undefined) throw paramFault(name, unknown, 'is not one of its parameters', `its parameters are: ${Object.keys(params).join(', ') || 'none'}`, given[unknown]);
  for (const [key, param] of Object.entries(params)) {
    const is = given[key];
    if ('words' in param) {
      if (!param.words.includes(is as string)) throw paramFault(name, key, `is ${JSON.stringify(is)}`, `use one of: ${param.words.join(', ')}`, is);
    } else if ('above' in param) {
      if (typeof is !== 'number' || !Number.isFinite(is) || is <= param.above) throw paramFault(name, key, `is ${JSON.stringify(is)}, which is not a number in range`, `give a number above ${param.above}`, is);
    } else if (typeof is !== 'number' || !Number.isSafeInteger(is) || is < param.least) {
      throw paramFault(name, key, `is ${JSON.stringify(is)}, which is not a whole number${param.ms ? ' of milliseconds' : ''} in range`, `give ${param.least} or more`, is);
    }
  }
}

function paramFault(name: string, key: string, wrong: string, cure: string, given: unknown): Fault {
  return new Fault('PARAM_INVALID', `${name}: ${key} ${wrong}`, { cure, data: { operator: name, param: key, value: given } });
}

function checkInputs(name: string, { inputs, optional = inputs.length }: Operator, given: readonly string[]): void {
  if (given.length >= optional && given.length <= inputs.length && given.every((input, k) => input === inputs[k])) return;
  throw new Fault('SPEC_INVALID', `${name} reads ${inputs.slice(0, optional).join(', ')}, and ${given.join(', ') || 'nothing'} is given`, { cure: 'declare it with the SDK', data: { operator: name } });
}

function checkIntervals(name: string, operator: Operator, { interval, inputs }: OperatorTerms): void {
  const refuse = (wrong: string, cure: string): Fault => new Fault('INTERVAL_INVALID', `${name} ${wrong}`, { cure, data: { operator: name, interval, intervals: inputs.map((input) => input.interval) } });
  const base = inputs[0]!.interval;
  const other = operator.interval === 'that of its first input' ? undefined : inputs.find((input) => input.interval !== base);
  if (other) throw refuse(`reads ${inputs[0]!.name} at ${base} and ${other.name} at ${other.interval}`, 'give all its inputs one interval');
  const isMultiple = intervalMs(interval) % intervalMs(base) === 0;
  if (operator.interval === 'a multiple of its inputs’' ? isMultiple : interval === base) return;
  throw refuse(`has interval ${interval}, and its inputs have ${base}`, `its interval must be ${operator.interval}`);
}
