// What bars look like that are read without error and may still be wrong, as sentences.
//
//   gap      a step longer than the bars are apart, at a place where the market is not usually shut
//   jump     a move many times larger than this instrument makes from bar to bar
//   wick     a high or low that far from both open and close
//   stale    the same price for many bars, nothing traded
//   volume   bars without any, among bars that have some
//   outside  an open or close that does not lie between low and high
// Absent: correction. A backtest of mended data is a backtest of something else.
import { BAR_COLUMNS, type BarColumns } from '#domain/bar.ts';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** Between daily bars a holiday between two weekends is 5 days; longer is no holiday. */
const DAILY_GAP_MIN_MS = 5 * DAY_MS;
/** A place of the day, or of the week, that is followed by a break this often is where the market shuts. */
const USUAL_SHARE = 0.5;
const USUAL_COUNT_MIN = 3;
/** Robust deviations, and the least move: 15 of a stock's days are a quarter of its price, and of a currency's minutes less than anybody minds. */
const JUMP_DEVIATIONS = 15;
const JUMP_RETURN_MIN = 0.05;
/** Whatever is beyond the least move is beyond this, however both are rounded. */
const NEAR_JUMP = 0.99 * JUMP_RETURN_MIN;
/** Of a normal distribution, the deviation over the median of the absolute. */
const DEVIATION_OF_MEDIAN = 1.4826;
/** Robust deviations need some moves to stand on. */
const MOVES_MIN = 100;
const STALE_BARS = 30;

/** Notes on bars `intervalMs` apart, the most serious first; none for bars with nothing to say. */
export function qualityNotes(bars: BarColumns, intervalMs: number): string[] {
  return [...gaps(bars[0]!, intervalMs), ...jumps(bars), ...stale(bars), ...withoutVolume(bars)];
}

function at(t: number): string {
  return new Date(t).toISOString().replace(/:00\.000Z$/, 'Z').replace('T00:00Z', '');
}

function gaps(t: Float64Array, intervalMs: number): string[] {
  if (intervalMs <= 0) return [];
  const isDaily = intervalMs >= DAY_MS;
  const limitMs = isDaily ? Math.max(DAILY_GAP_MIN_MS, 5 * intervalMs) : intervalMs;
  const breaks: number[] = [];
  for (let row = 1; row < t.length; row++) if (t[row]! - t[row - 1]! > limitMs) breaks.push(row);
  if (breaks.length === 0) return [];
  const places = isDaily ? [] : [shutPlaces(t, intervalMs, DAY_MS), shutPlaces(t, intervalMs, WEEK_MS)];
  const found = new Worst();
  for (const row of breaks) if (!places.some((shut) => shut(t[row - 1]!))) found.take(t[row]! - t[row - 1]!, limitMs, row);
  return found.count === 0 ? [] : [`${found.inWords('gap')} where the market is not usually shut, the longest from ${at(t[found.row - 1]!)} to ${at(t[found.row]!)}`];
}

/** Tells of a time whether bars of that place in the period are usually followed by a break. */
function shutPlaces(t: Float64Array, intervalMs: number, periodMs: number): (time: number) => boolean {
  const size = Math.ceil(periodMs / intervalMs);
  const seen = new Uint32Array(size);
  const broken = new Uint32Array(size);
  const placeOf = (time: number): number => Math.floor((((time % periodMs) + periodMs) % periodMs) / intervalMs);
  for (let row = 1; row < t.length; row++) {
    const place = placeOf(t[row - 1]!);
    seen[place]!++;
    if (t[row]! - t[row - 1]! > intervalMs) broken[place]!++;
  }
  return (time) => {
    const place = placeOf(time);
    return seen[place]! >= USUAL_COUNT_MIN && broken[place]! >= USUAL_SHARE * seen[place]!;
  };
}

/** The largest move that is no jump; undefined where there are too few to tell. */
function moveLimit(close: Float64Array): number | undefined {
  const moves = new Float64Array(close.length);
  let moved = 0;
  for (let row = 1; row < close.length; row++) {
    const move = Math.abs(close[row]! / close[row - 1]! - 1);
    if (move > 0) moves[moved++] = move;
  }
  if (moved < MOVES_MIN) return undefined;
  return Math.max(JUMP_RETURN_MIN, JUMP_DEVIATIONS * DEVIATION_OF_MEDIAN * moves.subarray(0, moved).toSorted()[moved >> 1]!);
}

function jumps(bars: BarColumns): string[] {
  const [t, open, high, low, close] = bars as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const moveOf = (row: number): number => Math.abs(close[row]! / close[row - 1]! - 1);
  const wickOf = (row: number): number => Math.max(high[row]! / Math.max(open[row]!, close[row]!) - 1, 1 - low[row]! / Math.min(open[row]!, close[row]!));
  // Most bars come nowhere near the least limit there is: a product tells, where a ratio takes a division, and to find the true limit means to sort all moves.
  const moves: number[] = [];
  const wicks: number[] = [];
  let before = close[0]!;
  for (let row = 0; row < close.length; row++) {
    const first = open[row]!;
    const last = close[row]!;
    const highest = high[row]!;
    const lowest = low[row]!;
    if (Math.abs(last - before) > NEAR_JUMP * Math.abs(before)) moves.push(row);
    const nearFirst = NEAR_JUMP * Math.abs(first);
    const nearLast = NEAR_JUMP * Math.abs(last);
    if (Math.abs(highest - first) > nearFirst || Math.abs(highest - last) > nearLast || Math.abs(lowest - first) > nearFirst || Math.abs(lowest - last) > nearLast) wicks.push(row);
    before = last;
  }
  const limit = moves.length + wicks.length > 0 ? moveLimit(close) : undefined;
  if (limit === undefined) return [];
  const jumped = new Worst();
  const wicked = new Worst();
  for (const row of moves) jumped.take(moveOf(row), limit, row);
  for (const row of wicks) wicked.take(wickOf(row), limit, row);
  const beyond = `beyond ${(limit * 100).toFixed(0)} %`;
  return [
    ...(jumped.count > 0 ? [`${jumped.inWords('jump')} from one close to the next ${beyond}, the largest from ${close[jumped.row - 1]} to ${close[jumped.row]} at ${at(t[jumped.row]!)}: a split, or a wrong price?`] : []),
    ...(wicked.count > 0 ? [`${wicked.inWords('bar')} with a high or low ${beyond} from open and close, the largest at ${at(t[wicked.row]!)}: ${low[wicked.row]} … ${high[wicked.row]} around ${close[wicked.row]}`] : []),
  ];
}

/** How often something was beyond a limit, and where most. */
class Worst {
  count = 0;
  row = 0;
  #size = 0;

  take(size: number, limit: number, row: number): void {
    if (!(size > limit)) return;
    this.count++;
    if (size > this.#size) [this.#size, this.row] = [size, row];
  }

  inWords(what: string): string {
    return `${this.count} ${what}${this.count === 1 ? '' : 's'}`;
  }
}

function stale(bars: BarColumns): string[] {
  const [t, open, high, low, close, volume] = bars as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  let longest = 0;
  let where = 0;
  let length = 0;
  for (let row = 0; row < t.length; row++) {
    const still = volume[row] === 0 && open[row] === close[row] && high[row] === low[row] && (row === 0 || close[row] === close[row - 1]);
    length = still ? length + 1 : 0;
    if (length > longest) {
      longest = length;
      where = row;
    }
  }
  return longest < STALE_BARS ? [] : [`the price stands still for ${longest} bars without a trade up to ${at(t[where]!)}`];
}

function withoutVolume(bars: BarColumns): string[] {
  const volume = bars[BAR_COLUMNS.indexOf('volume')]!;
  let count = 0;
  for (let row = 0; row < volume.length; row++) if (volume[row] === 0) count++;
  return count === 0 || count === volume.length ? [] : [`${count} of ${volume.length} bars have a volume of 0`];
}
