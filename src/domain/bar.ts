// A bar is a closed OHLCV over [openTime, closeTime). A source is the stream of bars of one instrument at one venue and interval.
import type { Interval } from './interval.ts';
import { sha256 } from './sha256.ts';

/** The features of a bar, in the order of their columns; column 0 of every page and frame is `t`, the open time in UTC ms. */
export const BAR_FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const;
export type BarField = (typeof BAR_FIELDS)[number];

/** Columns of a source row: t, open, high, low, close, volume. */
export const BAR_COLUMNS = ['t', ...BAR_FIELDS] as const;

/** Rows of bars as columns: `[t, open, high, low, close, volume]`, all of one length; t in UTC ms, strictly increasing. */
export type BarColumns = readonly Float64Array[];

export interface Source {
  readonly venue: string;
  readonly instrument: string;
  readonly interval: Interval;
}

/** Names a source in subjects and records: SHA-256 in hex of what tells it from every other source. */
export type SourceID = string & { readonly sourceId: unique symbol };

export function sourceId(source: Source): SourceID {
  return sha256(JSON.stringify(['bars', source.venue, source.instrument, source.interval])) as SourceID;
}

export function sourceName(source: Source): string {
  return `${source.venue}:${source.instrument}:${source.interval}`;
}
