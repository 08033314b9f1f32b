// The crossover job, from parsed columns to metrics, over histories of other lengths and with other averages, which trade more or less often: by a
// target, and decided bar by bar; and a target made of several instruments.
// History never lives in what the hot path touches, so a bar costs the same in all of them but for the orders it has.
import { type BacktestRun, runBacktest } from '#actors/backtest.ts';
import { metrics } from '#analysis/metrics.ts';
import { BAR_COLUMNS, type BarColumns, sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import { sma, Strategy, StreamInput } from '#sdk/mod.ts';
import { barsOf } from './bars.ts';
import { crossoverByHand, type CrossoverAnswer, crossoverOrdersByHand, type Decide } from './by-hand.ts';
import { contender, crossing, market, rate, share } from './by-orders.ts';
import { type Contender, type Figure, pairedRatio, pairedRounds, type Section } from '../measure.ts';

const ROWS = 500_000;
const LENGTHS = [50_000, 500_000, 5_000_000] as const;
/** Averages whose crossings give an order on 2, 4 and 22 % of the bars. */
const DENSITIES = [[14, 70], [10, 30], [2, 5]] as const;
const ROUNDS = 11;
const LENGTH_ROUNDS = 7;
/** Of a target that is made of so many, with so many bars of each. */
const INSTRUMENTS = [1, 5, 20] as const;
const INSTRUMENT_ROWS = 50_000;

type Job = (fast: number, slow: number) => Strategy;

/** Enough cash for all the bars there are. */
const targeted: Job = (fast, slow) => new Strategy({ name: 'target', account: { cash: 10_000_000, feeBps: 10 }, build: () => ({ target: crossing(fast, slow) }) });

/** Each with a loop by hand that does the same. */
const PATHS: readonly { readonly path: string; readonly job: Job; readonly hand: typeof byHand; readonly handTitle: string }[] = [
  { path: 'by a target', job: targeted, hand: byHand, handTitle: 'The same by hand in JavaScript on floats: the loop only, no books, no metrics' },
  { path: 'decided bar by bar', job: market, hand: ordersByHand, handTitle: 'The same by hand, decided bar by bar: floats, orders and what happened to them, no metrics' },
];

interface Shape extends Contender {
  /** Of one round. */
  readonly rows: number;
  readonly note: () => string;
}

export async function shapes(): Promise<Section[]> {
  const bars = barsOf(ROWS);
  const sections: Section[] = [];
  for (const { path, job, hand, handTitle } of PATHS) {
    const dense = DENSITIES.map(([fast, slow]) => shape(`SMA${fast} × SMA${slow}`, job(fast, slow), bars));
    sections.push(await section(`The crossover job ${path}, by how often it trades`, ROUNDS, dense));
    sections.push(await section(handTitle, ROUNDS, DENSITIES.map(([fast, slow]) => hand(fast, slow, bars))));
    const long = LENGTHS.map((rows) => shape(`${rows.toLocaleString('en')} bars`, job(10, 30), barsOf(rows)));
    sections.push(await section(`The crossover job ${path}, by length of history`, LENGTH_ROUNDS, long));
  }
  const joined = INSTRUMENTS.map((count) => joining(count, barsOf(INSTRUMENT_ROWS)));
  sections.push(await section(`A target made of several instruments, ${INSTRUMENT_ROWS.toLocaleString('en')} bars of each`, ROUNDS, joined));
  return sections;
}

/** Short histories are run through as often as makes a round of theirs a long one: else what they wait for is the garbage of the long one before. */
function shape(name: string, of: Strategy, bars: BarColumns): Shape {
  const { run, answer } = contender(name, of, bars);
  const times = Math.max(1, ROWS / bars[0]!.length);
  const job = async (): Promise<void> => {
    for (let k = 0; k < times; k++) {
      await run();
      metrics(answer());
    }
  };
  return { name, run: job, note: () => share(answer()), rows: times * bars[0]!.length };
}

/** What orders cost a loop that keeps nothing: a processor foretells neither when they come nor how they round. */
function byHand(fast: number, slow: number, bars: BarColumns): Shape {
  return loop(fast, slow, bars, (_, open, close) => crossoverByHand(open, close, fast, slow));
}

/** What they cost a loop that keeps them, and has somebody decide. */
function ordersByHand(fast: number, slow: number, bars: BarColumns): Shape {
  const decide: Decide = ({ values, moveTo }) => {
    if (values.long >= 0) moveTo(values.long);
  };
  return loop(fast, slow, bars, (t, open, close) => crossoverOrdersByHand(t, open, close, fast, slow, decide));
}

function loop(fast: number, slow: number, bars: BarColumns, job: (t: Float64Array, open: Float64Array, close: Float64Array) => CrossoverAnswer): Shape {
  const [t, open, close] = (['t', 'open', 'close'] as const).map((field) => bars[BAR_COLUMNS.indexOf(field)]!) as [Float64Array, Float64Array, Float64Array];
  let entries = 0;
  return { name: `SMA${fast} × SMA${slow}`, run: () => void ({ entries } = job(t, open, close)), note: () => `${entries.toLocaleString('en')} entries`, rows: open.length };
}

/** Holds the first instrument while it is below the mean of the averages of all. */
function joining(count: number, bars: BarColumns): Shape {
  const sources = Array.from({ length: count }, (_, k) => ({ venue: 'bench', instrument: `I${k}`, interval: interval('1m') }));
  const prices = sources.map((source) => new StreamInput(source));
  const averages = prices.map((price) => sma(price, { period: 10 }));
  const spec = new Strategy({ name: 'joining', account: { cash: 100_000, feeBps: 10 }, build: () => ({ target: averages.reduce((sum, each) => sum.plus(each)).gt(prices[0]!.close.times(count)) }) }).declare();
  const data = new Map(sources.map((source) => [sourceId(source), bars]));
  let answer: BacktestRun | undefined;
  const job = (): void => void metrics((answer = runBacktest(spec, data)));
  return { name: `${count} instrument${count === 1 ? '' : 's'}`, run: job, note: () => share(answer!), rows: count * bars[0]!.length };
}

/** Every shape with its bars a second, and what a bar of it costs beside one of the first. */
async function section(title: string, rounds: number, all: readonly Shape[]): Promise<Section> {
  const times = await pairedRounds(rounds, all);
  const perBar = times.map((own, k) => own.map((ms) => ms / all[k]!.rows));
  const figures = all.flatMap((each, k): Figure[] => {
    const speed = rate(each.name, each.rows, times[k]!, each.note());
    return k === 0 ? [speed] : [speed, { name: `${each.name}: a bar of it against one of ${all[0]!.name}`, value: pairedRatio(perBar[k]!, perBar[0]!), unit: '× its time' }];
  });
  return { title, figures };
}
