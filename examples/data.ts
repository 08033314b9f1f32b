// Bars to try the examples on, made up but the same for everybody: run `node examples/data.ts <directory>`.
//
//   ALPHA BETA GAMMA DELTA EPSILON ZETA   ten years of days; they share a market, and each has years of its own. BETA follows ALPHA.
//   MINUTES                               sixty sessions of one-minute bars, 14:30 to 21:00 UTC: quiet at noon, some days with a direction
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DAY_MS = 86_400_000;
const DAYS = 2_520;
const SESSIONS = 60;
const MINUTES = 390;

export interface Bar {
  readonly ts: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Numbers from 0 to 1 that follow from a seed: mulberry32 of Tommy Ettinger. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** About normal: the sum of twelve throws has a variance of 1. */
function normal(roll: () => number): number {
  let sum = -6;
  for (let k = 0; k < 12; k++) sum += roll();
  return sum;
}

function weekdays(count: number, fromMs: number): number[] {
  const days: number[] = [];
  for (let t = fromMs; days.length < count; t += DAY_MS) if (new Date(t).getUTCDay() % 6 !== 0) days.push(t);
  return days;
}

/** A bar in cents around a move from one price to the next. */
function bar(ts: number, from: number, to: number, roll: () => number): Bar {
  const cents = (price: number): number => Math.round(price * 100) / 100;
  const [open, close] = [cents(from), cents(to)];
  const reach = (Math.abs(to - from) + to * 0.002) * 0.6;
  return { ts, open, high: cents(Math.max(open, close) + roll() * reach), low: cents(Math.min(open, close) - roll() * reach), close, volume: Math.round(1e5 * (0.5 + roll())) };
}

/** Ten years of days of each instrument, by name. */
export function dailyBars(): Map<string, Bar[]> {
  const roll = dice(7);
  const days = weekdays(DAYS, Date.UTC(2010, 0, 4));
  const names = ['ALPHA', 'BETA', 'GAMMA', 'DELTA', 'EPSILON', 'ZETA'];
  const bars = new Map(names.map((name) => [name, [] as Bar[]]));
  const prices = names.map((_, k) => 40 + 15 * k);
  const drifts = names.map(() => 0);
  let gap = 0;
  for (const [day, ts] of days.entries()) {
    if (day % 180 === 0) drifts.forEach((_, k) => (drifts[k] = 0.0007 * normal(roll)));
    const market = 0.0002 + 0.008 * normal(roll);
    const before = [...prices];
    names.forEach((_, k) => (prices[k]! *= Math.exp(market + drifts[k]! + 0.007 * normal(roll))));
    // BETA is ALPHA's price and a gap that closes again, half of it in two weeks.
    gap = gap * 0.933 + 0.012 * normal(roll);
    prices[1] = prices[0]! * 1.4 * Math.exp(gap);
    names.forEach((name, k) => bars.get(name)!.push(bar(ts, before[k]! * Math.exp(0.002 * normal(roll)), prices[k]!, roll)));
  }
  return bars;
}

/** Sixty sessions of minutes. */
export function minuteBars(): Bar[] {
  const roll = dice(11);
  let price = 100;
  return weekdays(SESSIONS, Date.UTC(2024, 10, 4)).flatMap((day) => {
    const drift = roll() < 0.4 ? 0.00004 * normal(roll) : 0;
    price *= Math.exp(0.004 * normal(roll));
    return Array.from({ length: MINUTES }, (_, minute) => {
      const calm = 0.6 + 1.2 * ((minute - MINUTES / 2) / (MINUTES / 2)) ** 2;
      const from = price;
      price *= Math.exp(drift + 0.0004 * calm * normal(roll));
      return bar(day + (870 + minute) * 60_000, from, price, roll);
    });
  });
}

export function csvOf(bars: readonly Bar[]): string {
  return ['ts,open,high,low,close,volume', ...bars.map(({ ts, open, high, low, close, volume }) => [ts, open, high, low, close, volume].join())].join('\n') + '\n';
}

if (import.meta.main) {
  const directory = process.argv[2] ?? '.';
  mkdirSync(directory, { recursive: true });
  for (const [name, bars] of [...dailyBars(), ['MINUTES', minuteBars()] as const]) writeFileSync(join(directory, `${name}.csv`), csvOf(bars));
  console.log(`bars of 7 instruments are in ${directory}`);
}
