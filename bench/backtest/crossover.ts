// The crossover job: 500,000 bars made of integers, whose answer is known exactly. Reading them from a file, running the backtest, and
// the same loop written by hand on floats, which is faster and off by a trade.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { runBacktest } from '#actors/backtest.ts';
import { type Metrics, metrics } from '#analysis/metrics.ts';
import { BAR_COLUMNS, type BarColumns, sourceId } from '#domain/bar.ts';
import { readBars } from '#feeds/csv.ts';
import { backtest, sourcesOf } from '#sdk/backtest.ts';
import goldenCross from '../../examples/golden-cross.ts';
import { CROSSOVER_SHA256, csvOf, generateBars } from '../../test/broker/crossover.ts';
import { crossoverByHand } from './by-hand.ts';
import { clock, median, pairedRatio, pairedRounds, type Section, WrongAnswer } from '../measure.ts';

const ROWS = 500_000;
const SEED = 42;
const FILE_ROUNDS = 5;
/** The compiler has seen enough of the job after some ten rounds. */
const ROUNDS = 25;
const FAST = 10;
const SLOW = 30;
const TERMS = { cash: 100_000, feeBps: 10, slippageBps: 0 } as const;
/** In exact integers, from the job's reference. */
const ROUND_TRIPS = 9_784;
const EQUITY = '85502.80096';

export async function crossover(): Promise<Section[]> {
  const csv = csvOf(generateBars(ROWS, SEED));
  const sha256 = createHash('sha256').update(csv).digest('hex');
  if (sha256 !== CROSSOVER_SHA256) throw new WrongAnswer(`the generator of the crossover bars is broken: sha256 ${sha256} instead of ${CROSSOVER_SHA256}`);
  const dir = mkdtempSync(join(tmpdir(), 'qmtl-bench-'));
  // At the end of the process, so that an interrupted run leaves nothing behind either.
  process.once('exit', () => rmSync(dir, { recursive: true }));
  const plain = join(dir, 'bars.csv');
  const packed = join(dir, 'bars.csv.gz');
  writeFileSync(plain, csv);
  writeFileSync(packed, gzipSync(csv));
  const { columns } = await readBars(plain);
  return [await files(plain, packed), await job(columns)];
}

async function files(plain: string, packed: string): Promise<Section> {
  const [fromPlain, fromPacked] = (await pairedRounds(FILE_ROUNDS, [
    { name: 'plain', run: async () => void (await readBars(plain)) },
    { name: 'gzip', run: async () => void (await readBars(packed)) },
  ])) as [number[], number[]];
  const rate = (times: readonly number[]): number => ROWS / median(times) / 1e3;
  return {
    title: `Reading ${ROWS.toLocaleString('en')} bars from a file`,
    figures: [
      { name: 'CSV', value: rate(fromPlain), unit: 'M rows/s' },
      { name: 'CSV, gzip', value: rate(fromPacked), unit: 'M rows/s' },
    ],
  };
}

async function job(columns: BarColumns): Promise<Section> {
  const params = { fast: FAST, slow: SLOW };
  const spec = goldenCross.declare(params, TERMS);
  const data = new Map([[sourceId(sourcesOf(spec)[0]!), columns]]);
  const t = columns[0]!;
  let figures: Metrics | undefined;
  let equity = '';
  let roundTripsAsked = 0;
  let byHand = { entries: 0, equity: 0 };
  const startedMs = clock.monotonicMs();
  metrics(runBacktest(spec, data));
  const firstMs = clock.monotonicMs() - startedMs;
  const [times, asked, handTimes] = (await pairedRounds(ROUNDS, [
    {
      name: 'plan, account and metrics',
      run: () => {
        const run = runBacktest(spec, data);
        figures = metrics(run);
        equity = run.equity.at(-1)!.toFixed(5);
      },
    },
    {
      name: 'Runner',
      run: async () => {
        const result = await backtest(goldenCross, { data: columns, start: t[0]!, end: t.at(-1)! + 1, params, account: TERMS });
        roundTripsAsked = result.metrics.roundTrips;
      },
    },
    { name: 'by hand', run: () => void (byHand = crossoverByHand(columns[BAR_COLUMNS.indexOf('open')]!, columns[BAR_COLUMNS.indexOf('close')]!, FAST, SLOW)) },
  ])) as [number[], number[], number[]];
  const roundTrips = figures!.roundTrips;
  if (roundTrips !== ROUND_TRIPS || equity !== EQUITY || roundTripsAsked !== ROUND_TRIPS) {
    throw new WrongAnswer(`the crossover job must give ${ROUND_TRIPS} round trips and equity ${EQUITY}; it gave ${roundTrips} (${roundTripsAsked} when asked as an author does) and ${equity}`);
  }
  return {
    title: `Backtest of ${ROWS.toLocaleString('en')} bars: SMA10 × SMA30, 0.1 % fee, booked account, metrics`,
    figures: [
      { name: 'from parsed columns to metrics', value: median(times), unit: 'ms', target: { requirement: 'K5', atMost: 25 } },
      { name: 'the first time in a process, kernels compiled and all', value: firstMs, unit: 'ms' },
      { name: 'bars', value: ROWS / median(times) / 1e3, unit: 'M bars/s' },
      { name: 'Runner.backtest, fingerprint of the inputs included', value: median(asked), unit: 'ms' },
      { name: 'round trips', value: roundTrips, unit: '', note: `must be ${ROUND_TRIPS}` },
      { name: 'final equity', value: Number(equity), unit: '', decimals: 5, note: `must be ${EQUITY}` },
      { name: 'by hand in JavaScript on floats: loop only, no books', value: median(handTimes), unit: 'ms', note: `${byHand.entries} entries, equity ${byHand.equity.toFixed(5)}: not exact` },
      { name: 'backtest against by hand', value: pairedRatio(times, handTimes), unit: '× its time' },
    ],
  };
}
