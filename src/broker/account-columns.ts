// What an account by orders reads and writes, column by column.
//
//   reads    t, then what its upstreams are named: open0 high0 low0 close0 volume0 of instrument 0, where given rate0 (its currency in the
//            account's), funding0 (share of the position's value longs pay shorts on this row), path0 (1 the high came first, −1 the low
//            did), the same of instrument 1, …, and value_<name> for what the strategy wants to see
//   writes   one instrument:  orderQuantity fillQuantity fillPrice fee position cash equity, as a target's account does, and carry slippage
//            several:         fee cash equity carry slippage exposure position0 position1 …
//            rate0 … of the instruments that have one, then the events (event-tape.ts)
import { Fault } from '#domain/fault.ts';
import { layoutOf, type RowLayout } from './account-rows.ts';
import { tapeColumns } from './event-tape.ts';

export const BAR_INPUTS = ['open', 'high', 'low', 'close', 'volume'] as const;
export const OPTIONAL_INPUTS = ['rate', 'funding', 'path'] as const;
type Field = (typeof BAR_INPUTS)[number] | (typeof OPTIONAL_INPUTS)[number];

/**
 * Sums of a row: ordered at its close, filled in its bar (buy > 0; 0 when nothing was), the price of the last fill, or NaN; slippage is what fills cost
 * beside the market's price at their moment. Money in the account's currency.
 */
const SINGLE_OUTPUTS = ['orderQuantity', 'fillQuantity', 'fillPrice', 'fee', 'position', 'cash', 'equity', 'carry', 'slippage'] as const;
const SEVERAL_OUTPUTS = ['fee', 'cash', 'equity', 'carry', 'slippage', 'exposure'] as const;

export interface AccountColumns {
  /** Where each instrument's inputs stand; −1 for what is not given. */
  readonly columns: readonly Readonly<Record<Field, number>>[];
  readonly values: readonly { readonly name: string; readonly at: number }[];
  readonly outputs: readonly string[];
  /** Where the events begin among the outputs. */
  readonly tape: number;
  readonly layout: RowLayout;
}

/** Names of the outputs of an account that reads `upstreams`. */
export function accountOutputs(upstreams: readonly string[], instruments: number, eventsPerRow: number): string[] {
  const numbers = Array.from({ length: instruments }, (_, k) => k);
  const positions = numbers.map((k) => `position${k}`);
  const rates = numbers.map((k) => `rate${k}`).filter((rate) => upstreams.includes(rate));
  return [...(instruments === 1 ? SINGLE_OUTPUTS : [...SEVERAL_OUTPUTS, ...positions]), ...rates, ...tapeColumns(eventsPerRow)];
}

/** Throws SPEC_INVALID when the upstreams are not those of an account of so many instruments. */
export function columnsOf(upstreams: readonly string[], instruments: number, eventsPerRow: number): AccountColumns {
  const places = new Map(upstreams.map((name, k) => [name, k + 1])); // t stands before them
  const take = (name: string): number => {
    const at = places.get(name) ?? -1;
    places.delete(name);
    return at;
  };
  const columns = Array.from({ length: instruments }, (_, k) => {
    const missing = BAR_INPUTS.find((field) => !places.has(`${field}${k}`));
    if (missing) throw new Fault('SPEC_INVALID', `an account of ${instruments} instruments reads no ${missing}${k}`, { cure: 'let the SDK declare the account' });
    return Object.fromEntries([...BAR_INPUTS, ...OPTIONAL_INPUTS].map((field) => [field, take(`${field}${k}`)])) as Record<Field, number>;
  });
  const values = [...places].map(([name, at]) => {
    if (!name.startsWith('value_')) throw new Fault('SPEC_INVALID', `an account of ${instruments} instruments reads ${name}, which it has no use for`, { cure: 'let the SDK declare the account' });
    return { name: name.slice('value_'.length), at };
  });
  const outputs = accountOutputs(upstreams, instruments, eventsPerRow);
  const tape = outputs.indexOf('event1');
  return { columns, values, outputs, tape, layout: layoutOf(outputs) };
}

export interface BarValues {
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  /** 1 when the high came first, −1 when the low did, anything else when it is not known. */
  path: number;
}

/** Reads the bar of an instrument on a row; false when there is none. */
export function readBar(inputs: readonly Float64Array[], { open, high, low, close, volume, path }: AccountColumns['columns'][number], at: number, bar: BarValues): boolean {
  const first = inputs[open]![at]!;
  if (!Number.isFinite(first)) return false;
  // Of a bar that is not whole the open is a price all the same; a high below it is a defect of the data.
  const last = finiteOr(inputs[close]![at]!, first);
  bar.open = first;
  bar.close = last;
  bar.high = Math.max(first, last, finiteOr(inputs[high]![at]!, first));
  bar.low = Math.min(first, last, finiteOr(inputs[low]![at]!, first));
  bar.volume = finiteOr(inputs[volume]![at]!, 0);
  bar.path = path < 0 ? 0 : inputs[path]![at]!;
  return true;
}

/** True for a whole bar that lies between two prices, neither of them touched. */
export function isBetween(inputs: readonly Float64Array[], { open, high, low, close }: AccountColumns['columns'][number], at: number, { floor, ceiling }: { readonly floor: number; readonly ceiling: number }): boolean {
  const [first, highest, lowest, last] = [inputs[open]![at]!, inputs[high]![at]!, inputs[low]![at]!, inputs[close]![at]!];
  return lowest > floor && highest < ceiling && first > floor && first < ceiling && last > floor && last < ceiling;
}

export function finiteOr(value: number, otherwise: number): number {
  return Number.isFinite(value) ? value : otherwise;
}
