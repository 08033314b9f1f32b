// Bars that a program hands over as columns are held to the rules that rows of a file are held to, and refused with the row.
// Where one column stands for all four prices they are no prices but a series of values, such as what `pathBars` tells, and may be below zero.
import { BAR_COLUMNS, BAR_FIELDS, type BarColumns } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import { TIME_MS_MAX } from './timestamp.ts';

const SHAPE = `give a Float64Array for each of ${BAR_COLUMNS.join(', ')}, all of one length; t in UTC ms`;

/** The columns themselves. `whose` names them. Throws DATA_COLUMNS_INVALID for what are none, DATA_ROW_INVALID with the number of the row, from 1. */
export function givenBars(given: unknown, whose: string, { negativePrices = false }: { readonly negativePrices?: boolean } = {}): BarColumns {
  const columns = shapeOf(given, whose);
  const [t, open, high, low, close, volume] = columns as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const isSeries = open === high && open === low && open === close;
  const least = negativePrices || isSeries ? -Infinity : 0;
  let before = -TIME_MS_MAX - 1;
  for (let row = 0; row < t.length; row++) {
    const time = t[row]!;
    const first = open[row]!;
    const highest = high[row]!;
    const lowest = low[row]!;
    const last = close[row]!;
    const traded = volume[row]!;
    // NaN passes none of these comparisons.
    const isBounded = first < Infinity && highest < Infinity && last < Infinity && traded < Infinity;
    const isSound = isBounded && time > before && lowest > least && first > least && last > least && highest >= lowest && traded >= 0 && time <= TIME_MS_MAX;
    if (!isSound) throw badRow(columns, row, least, whose);
    before = time;
  }
  return columns;
}

function shapeOf(given: unknown, whose: string): BarColumns {
  const refuse = (what: string): Fault => new Fault('DATA_COLUMNS_INVALID', `the bars of ${whose} are ${what}`, { cure: SHAPE });
  if (!Array.isArray(given)) throw refuse(given === null ? 'null' : `a ${typeof given}, and no list of columns`);
  if (given.length !== BAR_COLUMNS.length) throw refuse(`${given.length} columns, and not ${BAR_COLUMNS.length}`);
  const columns = given as unknown[];
  const other = columns.findIndex((column) => !(column instanceof Float64Array));
  if (other >= 0) throw refuse(`columns of which ${BAR_COLUMNS[other]} is no Float64Array`);
  const all = columns as Float64Array[];
  const short = all.findIndex((column) => column.length !== all[0]!.length);
  if (short >= 0) throw refuse(`columns of ${all[0]!.length} rows, of which ${BAR_COLUMNS[short]} has ${all[short]!.length}`);
  return all;
}

/** Finds what is wrong with a row that failed the check. */
function badRow(columns: BarColumns, row: number, least: number, whose: string): Fault {
  const [t, , high, low] = columns as [Float64Array, Float64Array, Float64Array, Float64Array];
  const refuse = (why: string, cure: string): Fault => new Fault('DATA_ROW_INVALID', `the bars of ${whose}, row ${row + 1}: ${why}`, { cure, data: { row } });
  const time = t[row]!;
  if (!(Math.abs(time) <= TIME_MS_MAX)) return refuse(`its time is ${time}`, 'give UTC ms');
  if (row > 0 && !(time > t[row - 1]!)) return refuse(`its time ${time} does not come after ${t[row - 1]!}`, 'sort the rows by time, each time once');
  for (const [k, field] of BAR_FIELDS.entries()) {
    const value = columns[k + 1]![row]!;
    if (!Number.isFinite(value)) return refuse(`${field} is ${value}`, 'fill or remove rows without a value');
    if (field === 'volume' && value < 0) return refuse(`volume is ${value}, below zero`, 'correct or remove the row');
    if (field !== 'volume' && value <= least) return refuse(`${field} is ${value}, which is not above zero`, 'correct or remove the row, or allow such prices where they are real: negativePrices');
  }
  return refuse(`high is ${high[row]!}, below the low ${low[row]!}`, 'correct or remove the row');
}
