// Runs in the reader's browser: the columns of a run, from what series.ts packed. See browser.ts.
import type { Browser } from './browser.ts';
import type { Pyramid, pyramid, totals, unpack } from './browser-data.ts';
import type { Bars, Fills, Line } from './browser-shapes.ts';
import type { Block, ReportSeries } from './series.ts';

export interface RunKit {
  readonly unpack: typeof unpack;
  readonly totals: typeof totals;
  readonly pyramid: typeof pyramid;
}

export interface Run {
  readonly rows: number;
  readonly t: Float64Array;
  readonly equity: Line;
  readonly drawdown: Line;
  readonly exposure: Line;
  /** Absent for a run too short for them. */
  readonly rolling?: { readonly sharpe: Line; readonly volatility: Line };
  /** Of an instrument by its number; unpacked when asked for. */
  bars(instrument: number): Promise<Bars>;
  fills(instrument: number): Fills;
  /** What the opening cash would have become in an instrument bought at its first close and held. */
  held(bars: Bars): Line;
}

export async function readRun(browser: Browser, data: ReportSeries, { unpack, totals, pyramid }: RunKit): Promise<Run> {
  const { rows } = data.run;
  const read = ({ text, rows: count }: Block, columns: number): Promise<Float64Array[]> => unpack(text, count, columns, (packed) => browser.atob(packed));
  const scaled = (values: Float64Array, places: number): Float64Array => (places === 0 ? values : values.map((value) => (places > 0 ? value / 10 ** places : value * 10 ** -places)));
  const sum = (values: Float64Array, to: Float64Array): Float64Array => values.map((value, row) => value + to[row]!);
  const lineOf = (values: Float64Array, extremes: Pyramid = pyramid(values, values)): Line => ({ values, extremes });

  const [times, last, below, above, share] = (await read(data.run, 5)) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const [, places, , , sharePlaces] = data.run.places as [number, number, number, number, number];
  const units = totals(last);
  const equity = scaled(units, places);
  const [lowest, highest] = [scaled(sum(below, units), places), scaled(sum(above, units), places)];
  let peak = data.cash;
  const peaks = highest.map((value) => (peak = value > peak ? value : peak));
  const fallen = (values: Float64Array): Float64Array => values.map((value, row) => (peaks[row]! > 0 ? Math.min((value - peaks[row]!) / peaks[row]!, 0) : 0));
  const drawdown = fallen(equity);

  const [fillRows, fillPrices, fillQuantities, fillOf] = (await read(data.trades, 4)) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const [, pricePlaces, quantityPlaces] = data.trades.places as [number, number, number];
  const fills: Fills = { rows: totals(fillRows), prices: scaled(totals(fillPrices), pricePlaces), quantities: scaled(fillQuantities, quantityPlaces) };

  /** A figure that stands from its row to the next one's. */
  const standing = (values: readonly (number | null)[]): Line => {
    const column = new Float64Array(rows).fill(Number.NaN);
    const at = data.rolling.rows;
    values.forEach((value, k) => column.fill(value ?? Number.NaN, at[k], at[k + 1] ?? rows));
    return lineOf(column);
  };
  return {
    rows,
    t: totals(times).map((time) => data.origin + time * data.unitMs),
    equity: lineOf(equity, pyramid(lowest, highest)),
    drawdown: lineOf(drawdown, pyramid(fallen(lowest), drawdown)),
    exposure: lineOf(scaled(totals(share), sharePlaces)),
    ...(data.rolling.rows.length > 0 && { rolling: { sharpe: standing(data.rolling.sharpe), volatility: standing(data.rolling.volatility) } }),
    async bars(instrument) {
      const block = data.instruments[instrument]!;
      const [closes, opens, highs, lows] = (await read(block, 4)) as [Float64Array, Float64Array, Float64Array, Float64Array];
      const close = totals(closes);
      const [open, high, low] = [opens, highs, lows].map((column) => scaled(sum(column, close), block.places[0]!)) as [Float64Array, Float64Array, Float64Array];
      return { open, high, low, close: scaled(close, block.places[0]!), extremes: pyramid(low, high) };
    },
    fills(instrument) {
      const pick = (values: Float64Array): Float64Array => values.filter((_, k) => fillOf[k] === instrument);
      return { rows: pick(fills.rows), prices: pick(fills.prices), quantities: pick(fills.quantities) };
    },
    held({ close }) {
      const first = close.find((value) => value === value) ?? Number.NaN;
      return lineOf(close.map((value) => (first === 0 ? Number.NaN : (value / first) * data.cash)));
    },
  };
}
