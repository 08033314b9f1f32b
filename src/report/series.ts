// The numbers a report's charts draw: every bar of the run, not a picture of it, packed so that a year of minutes is a few MB.
//
// S1. A column is whole numbers in units of its own, 10^−places, told as steps from row to row where rows are alike.
// S2. Prices keep every digit they have where 15 digits hold them. Equity is kept to the cent, as it is shown, so that it is not rounded twice;
//     below 10,000 to nine digits, so that a drawdown of a small account has some.
// S3. A run of more than BARS_MAX bars, those of all its instruments together, is told in wider ones: of each `width` rows the first open, the highest high, the lowest low and the last of
//     everything else. Of the equity then also the highest and the lowest, so that no drawdown is lost.
import type { Rolling } from '#analysis/rolling.ts';
import { firstRowAtOrAfter } from '#analysis/row-search.ts';
import type { Trade } from '#domain/order.ts';
import { pack } from './packed.ts';

/** Bars of one instrument along the rows of the run: NaN where it has none. */
export interface InstrumentBars {
  readonly name: string;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

export interface SeriesInput {
  readonly intervalMs: number;
  readonly t: Float64Array;
  readonly equity: Float64Array;
  /** Value of the position / equity, signed. */
  readonly exposure: Float64Array;
  readonly instruments: readonly InstrumentBars[];
  readonly trades: readonly Trade[];
  readonly rolling: Rolling;
  readonly cash: number;
}

/** A packed block of columns, `places[k]` of column k. */
export interface Block {
  readonly rows: number;
  readonly places: readonly number[];
  readonly text: string;
}

/** What the page's script reads. Columns of `run`: time, equity, its lowest and highest of the row, exposure. */
export interface ReportSeries {
  readonly intervalMs: number;
  /** Rows of the run in one row here. */
  readonly width: number;
  readonly origin: number;
  readonly unitMs: number;
  readonly cash: number;
  readonly run: Block;
  /** Columns: close, open, high, low, told from each other. */
  readonly instruments: readonly (Block & { readonly name: string })[];
  /** Columns: row, price, signed quantity, number of the instrument. */
  readonly trades: Block;
  readonly rolling: { readonly bars: number; readonly rows: readonly number[]; readonly sharpe: readonly (number | null)[]; readonly volatility: readonly (number | null)[] };
}

export const BARS_MAX = 1_000_000; // a few MB
const CENT_PLACES = 2;
const SMALL_EQUITY_DIGITS = 9;
const EXPOSURE_PLACES = 4;

export function seriesOf(input: SeriesInput): ReportSeries {
  const { intervalMs, t, equity, exposure, instruments, trades, rolling, cash } = input;
  const width = Math.max(Math.ceil((t.length * instruments.length) / BARS_MAX), 1);
  const origin = t[0] ?? 0;
  const unitMs = [intervalMs, 1_000].find((unit) => unit > 0 && t.every((time) => (time - origin) % unit === 0)) ?? 1;
  const times = widened(t, width, 'first').map((time) => (time - origin) / unitMs);
  const places = equityPlaces(equity);
  const last = whole(widened(equity, width, 'last'), places);
  const lowest = whole(widened(equity, width, 'lowest'), places);
  const highest = whole(widened(equity, width, 'highest'), places);
  const share = whole(widened(exposure, width, 'last'), EXPOSURE_PLACES);
  return {
    intervalMs,
    width,
    origin,
    unitMs,
    cash,
    run: {
      rows: times.length,
      places: [0, places, places, places, EXPOSURE_PLACES],
      text: pack([steps(times), steps(last), differences(lowest, last), differences(highest, last), steps(share)]),
    },
    instruments: instruments.map((bars) => ({ name: bars.name, ...packBars(bars, width) })),
    trades: packTrades(trades, instruments, t, width),
    rolling: {
      bars: rolling.windowBars,
      rows: Array.from(rolling.rows, (row) => Math.floor(row / width)),
      sharpe: Array.from(rolling.sharpe, orNull),
      volatility: Array.from(rolling.volatility, orNull),
    },
  };
}

/** JSON has no NaN; five digits are more than a picture shows. */
function orNull(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(5)) : null;
}

function packBars({ open, high, low, close }: InstrumentBars, width: number): Block {
  const places = Math.max(...[open, high, low, close].map(placesOf));
  const bars = { open: whole(widened(open, width, 'first'), places), high: whole(widened(high, width, 'highest'), places), low: whole(widened(low, width, 'lowest'), places), close: whole(widened(close, width, 'last'), places) };
  return {
    rows: bars.close.length,
    places: [places],
    text: pack([steps(bars.close), differences(bars.open, bars.close), differences(bars.high, bars.close), differences(bars.low, bars.close)]),
  };
}

function packTrades(trades: readonly Trade[], instruments: readonly InstrumentBars[], t: Float64Array, width: number): Block {
  let row = 0;
  const rows = Float64Array.from(trades, ({ ts }) => Math.floor((row = firstRowAtOrAfter(t, ts, row)) / width));
  const prices = Float64Array.from(trades, ({ price }) => price);
  const quantities = Float64Array.from(trades, ({ side, quantity }) => (side === 'buy' ? quantity : -quantity));
  const names = instruments.map(({ name }) => name);
  const places = [0, placesOf(prices), placesOf(quantities), 0] as const;
  const traded = Float64Array.from(trades, ({ instrument }) => Math.max(instrument === undefined ? 0 : names.indexOf(instrument), 0));
  return { rows: trades.length, places, text: pack([steps(rows), steps(whole(prices, places[1])), whole(quantities, places[2]), traded]) };
}

/** By S3. A stretch without a number has none. */
function widened(values: Float64Array, width: number, take: 'first' | 'last' | 'lowest' | 'highest'): Float64Array {
  if (width === 1) return values;
  const wide = new Float64Array(Math.ceil(values.length / width)).fill(Number.NaN);
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (Number.isNaN(value)) continue;
    const k = Math.floor(row / width);
    const held = wide[k]!;
    if (Number.isNaN(held) || take === 'last' || (take === 'lowest' && value < held) || (take === 'highest' && value > held)) wide[k] = value;
  }
  return wide;
}

const PLACES_MAX = 8; // an amount has no more
const EXACT_DIGITS = 15;
const EXACT_MAX = 10 ** EXACT_DIGITS;
const ROUNDED_DIGITS = 8;

/** By S2: the decimals that hold every value exactly, or eight digits of the largest where none do. */
function placesOf(values: Float64Array): number {
  let scale = 1;
  for (let places = 0; places <= PLACES_MAX; places++, scale *= 10) {
    if (values.every((value) => Number.isNaN(value) || (Math.abs(value) * scale < EXACT_MAX && Math.round(value * scale) / scale === value))) return places;
  }
  return Math.min(ROUNDED_DIGITS - digitsBefore(values), PLACES_MAX);
}

/** By S2. */
function equityPlaces(equity: Float64Array): number {
  const digits = digitsBefore(equity);
  return digits <= 4 ? SMALL_EQUITY_DIGITS - digits : Math.min(CENT_PLACES, EXACT_DIGITS - digits);
}

/** Digits before the point of the largest. */
function digitsBefore(values: Float64Array): number {
  const largest = values.reduce((found, value) => (Math.abs(value) > found && Number.isFinite(value) ? Math.abs(value) : found), 1);
  return Math.floor(Math.log10(largest)) + 1;
}

function whole(values: Float64Array, places: number): Float64Array {
  const scale = 10 ** places;
  return values.map((value) => (Number.isFinite(value) ? Math.round(value * scale) : Number.NaN));
}

/** Each less the one before it that is a number. */
function steps(values: Float64Array): Float64Array {
  let before = 0;
  return values.map((value) => {
    const step = value - before;
    if (!Number.isNaN(value)) before = value;
    return step;
  });
}

function differences(values: Float64Array, from: Float64Array): Float64Array {
  return values.map((value, row) => value - from[row]!);
}
