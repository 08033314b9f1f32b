// Sweeps of the crossover job: many trials over the same bars, every answer checked; and bars of many instruments from files.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { BarColumns } from '#domain/bar.ts';
import type { AccountTerms } from '#domain/strategy-spec.ts';
import { readBars } from '#feeds/csv.ts';
import { int, Runner, type Space } from '#sdk/mod.ts';
import goldenCross from '../../examples/golden-cross.ts';
import { csvOf, generateBars } from '../../test/broker/crossover.ts';
import { clock, type Figure, median, pairedRounds, type Section, WrongAnswer } from '../measure.ts';
import { barsOf } from './bars.ts';

const ROWS = 500_000;
const SEED = 42;
const ROUNDS = 5;
const DENSITY_ROUNDS = 3;
/** Of slow averages one next to the other, with the same fast one. */
const DENSITY_TRIALS = 5;
const TERMS = { feeBps: 10 } as const;
/** Of accounts that live through 5,000,000 bars: one that is worth nothing or less is looked at once more, bar by bar. */
const RICH = { ...TERMS, cash: 10_000_000 } as const;
/** Of the 100 combinations, in exact integers, from the job's reference. */
const BEST_EQUITY = 92_471.89715;
const INSTRUMENTS = 20;
const YEAR_MINUTES = 525_600;
const MIB = 2 ** 20;

export async function sweeps(): Promise<Section[]> {
  // First, while nothing else has filled the memory.
  const read = await year();
  return [await speed(barsOf(ROWS)), await shapes(), read];
}

function run(data: BarColumns, space: Space, threads: number, account: Partial<AccountTerms> = TERMS) {
  return Runner.sweep(goldenCross, { data, start: 0, end: 1e14, account, objective: 'equityFinal', space, threads });
}

/** Millions of combination-bars a second. */
function rate(trials: number, rows: number, ms: number): number {
  return (trials * rows) / ms / 1e3;
}

async function speed(data: BarColumns): Promise<Section> {
  const hundred = { fast: int(5, 14), slow: int(20, 65, 5) };
  const tenThousand = { fast: int(5, 104), slow: int(105, 204) };
  const threads = availableParallelism();
  const prints = new Set<string>();
  let cpuMs = 0;
  const sweepHundred = async (count: number): Promise<number> => {
    const before = process.cpuUsage();
    const { rows, best, fingerprint, elapsedMs } = await run(data, hundred, count);
    const { user, system } = process.cpuUsage(before);
    if (count === 1) cpuMs = (user + system) / 1e3;
    prints.add(fingerprint);
    const equity = rows[best!]!.figures!.equityFinal;
    if (equity !== BEST_EQUITY || prints.size > 1) throw new WrongAnswer(`the best of the 100 combinations must have ${BEST_EQUITY}, the same on any number of threads; it has ${equity}, with ${prints.size} different answers`);
    return elapsedMs;
  };
  const [one, all] = (await pairedRounds(ROUNDS, [
    { name: 'one thread', run: () => sweepHundred(1) },
    { name: 'all threads', run: () => sweepHundred(threads) },
  ])) as [number[], number[]];
  const { rows, elapsedMs } = await run(data, tenThousand, threads);
  return {
    title: `Sweep of the crossover job: ${ROWS.toLocaleString('en')} bars, fees, booked accounts, 20 figures each`,
    figures: [
      { name: `100 combinations, ${threads} threads, their start included`, value: rate(100, ROWS, median(all)), unit: 'M combination-bars/s', target: { requirement: 'K5', atLeast: 50 } },
      { name: '100 combinations, one thread', value: rate(100, ROWS, median(one)), unit: 'M combination-bars/s' },
      { name: 'processor time of that thread', value: (cpuMs * 1e6) / (100 * ROWS), unit: 'ns per combination and bar', note: 'of the last round, compiling and declaring included' },
      { name: `${rows.length.toLocaleString('en')} combinations, ${threads} threads`, value: rate(rows.length, ROWS, elapsedMs), unit: 'M combination-bars/s' },
      { name: `${rows.length.toLocaleString('en')} combinations, from the first to the last`, value: elapsedMs / 1e3, unit: 's', target: { requirement: 'K5', atMost: 60 } },
      { name: 'best equity of the 100', value: BEST_EQUITY, unit: '', decimals: 5, note: 'checked in every round, one answer on any number of threads' },
    ],
  };
}

async function shapes(): Promise<Section> {
  const figures: Figure[] = [];
  const narrow = { fast: int(8, 12), slow: int(20, 40, 20) };
  for (const rows of [50_000, 500_000, 5_000_000]) {
    const data = barsOf(rows);
    await run(data.map((column) => column.subarray(0, 50_000)), narrow, 1, RICH);
    const times: number[] = [];
    for (let round = 0; round < (rows > ROWS ? 1 : 3); round++) times.push((await run(data, narrow, 1, RICH)).elapsedMs);
    figures.push({ name: `${rows.toLocaleString('en')} bars, 10 combinations`, value: rate(10, rows, median(times)), unit: 'M combination-bars/s' });
  }
  const data = barsOf(ROWS);
  const densities = [[14, 70], [10, 30], [2, 4]] as const;
  const names: string[] = [];
  const times = await pairedRounds(DENSITY_ROUNDS, densities.map(([fast, slow], k) => ({
    name: `SMA${fast}`,
    run: async () => {
      const { rows, elapsedMs } = await run(data, { fast: int(fast, fast), slow: int(slow, slow + DENSITY_TRIALS - 1) }, 1, RICH);
      const density = rows.reduce((sum, { figures: each }) => sum + each!.trades, 0) / rows.length / ROWS;
      names[k] = `an order on ${(density * 100).toFixed(1)} % of the bars, ${rows.length} combinations`;
      return elapsedMs;
    },
  })));
  for (const [k, own] of times.entries()) figures.push({ name: names[k]!, value: rate(DENSITY_TRIALS, ROWS, median(own)), unit: 'M combination-bars/s' });
  return { title: 'The same on one thread, by number of bars and density of orders', figures };
}

async function year(): Promise<Section> {
  const dir = mkdtempSync(join(tmpdir(), 'qmtl-bench-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  const packed = gzipSync(csvOf(generateBars(YEAR_MINUTES, SEED)));
  const paths = Array.from({ length: INSTRUMENTS }, (_, k) => join(dir, `${k}.csv.gz`));
  for (const path of paths) writeFileSync(path, packed);
  const before = process.memoryUsage.rss();
  let largest = before;
  const startedMs = clock.monotonicMs();
  for (const path of paths) {
    const { rows } = await readBars(path);
    if (rows !== YEAR_MINUTES) throw new WrongAnswer(`${path} has ${rows} rows instead of ${YEAR_MINUTES}`);
    largest = Math.max(largest, process.memoryUsage.rss());
  }
  return {
    title: `A year of one-minute bars of ${INSTRUMENTS} instruments from gzip CSV`,
    figures: [
      { name: 'reading, one file after the other', value: (clock.monotonicMs() - startedMs) / 1e3, unit: 's', target: { requirement: 'K5', atMost: 10 } },
      { name: 'memory beyond what was there before', value: (largest - before) / MIB, unit: 'MiB', note: 'bars are used and let go, file by file' },
    ],
  };
}
