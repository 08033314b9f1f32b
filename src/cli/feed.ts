// qmtl feed replay: recorded bars into the cluster.
import type { Cancel } from '#clock/clock.ts';
import { diskFullMessage, isDiskFull } from '#cluster/disk-watch.ts';
import { type Source, sourceName } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import { interval, intervalMs } from '#domain/interval.ts';
import { type Cli, type Command, examples, InvalidArgumentError, jsonOption, numberIn } from './cli.ts';
import { type ClusterOptions, type Connection, withCluster, withClusterOptions } from './connect.ts';

const LOOK_EVERY_MS = 500;

/** Rows of six columns: a frame stays under 64 KB. */
const FRAME_ROWS_MAX = 1_000;

interface ReplayOptions extends ClusterOptions {
  readonly source?: string;
  readonly speed: number;
  readonly rowsPerFrame: number;
  readonly negativePrices?: true;
  readonly json?: true;
}

export function registerFeed(program: Command, cli: Cli): void {
  const group = program.command('feed').description('market data into the cluster');
  withClusterOptions(group.command('replay'))
    .description('publish recorded bars to the subject of their source')
    .argument('<file>', 'bars: CSV or NDJSON, plain or gzip, or Parquet')
    .option('--source <name>', 'venue:instrument:interval; may be left out when the strategies read one source')
    .option('--speed <n>', '1 is real time, 60 is an hour a minute, max is as fast as possible', speed, Number.POSITIVE_INFINITY)
    .option('--rows-per-frame <n>', 'most rows in one message', numberIn(1, FRAME_ROWS_MAX), 256)
    .option('--negative-prices', 'take prices at and below zero for what they are')
    .addOption(jsonOption())
    .addHelpText('after', examples(['qmtl feed replay bars.csv', 'as fast as possible'], ['qmtl feed replay bars.csv.gz --source demo:SPX:1d --speed 86400', 'a day of market a second']))
    .action((file: string, options: ReplayOptions) => replayFile(file, options, cli));
}

async function replayFile(file: string, options: ReplayOptions, cli: Cli): Promise<void> {
  const [{ replay, chooseSource }, { readBars }] = await Promise.all([import('#actors/feed.ts'), import('#feeds/csv.ts')]);
  const signal = cli.stopSignal();
  await withCluster(options, cli, async (connection) => {
    const { bus, subjects, slots, dataDir } = connection;
    const source = parseSource(options.source) ?? chooseSource(options.source, await knownSources(connection), sourceName);
    const reading = cli.progress('reading bars');
    const bars = await readBars(file, { ...(options.negativePrices && { negativePrices: true }), onProgress: (done, total) => reading.at(done, total) });
    reading.end();
    refuseCloser(file, bars.intervalMs, source);
    for (const warning of bars.warnings) cli.out.warn(warning);
    const sending = cli.progress(`replaying ${sourceName(source)}`, bars.rows);
    const startedMs = cli.clock.monotonicMs();
    const pace = { speed: options.speed, rowsPerFrame: Math.floor(options.rowsPerFrame) };
    const stopLooking = dataDir === undefined ? () => {} : warnWhenFull(dataDir, cli);
    const report = await replay({ bus, subjects, clock: cli.clock }, slots, source, bars.columns, pace, (rows) => sending.at(rows), signal).finally(stopLooking);
    sending.end();
    const elapsedMs = cli.clock.monotonicMs() - startedMs;
    const { published, skipped, isOtherPast } = report;
    if (options.json) cli.out.json({ source: sourceName(source), ...report, elapsedMs });
    else {
      if (isOtherPast) cli.out.warn(`the ${skipped} bars the log had of ${sourceName(source)} are not those of ${file}, adjusted since perhaps: the log keeps what it has`);
      const had = skipped > 0 ? `; ${skipped} the log had already` : '';
      cli.out.line(`${published} bars of ${sourceName(source)} published in ${(elapsedMs / 1000).toFixed(1)} s${had}`);
    }
  });
}

/** What is in the log once stays there: minutes among the days of a source would be part of everything that is computed from it. */
function refuseCloser(file: string, stepMs: number, source: Source): void {
  if (stepMs === 0 || stepMs >= intervalMs(source.interval)) return;
  throw new Fault('DATA_SOURCE_UNBOUND', `${file}: bars are ${stepMs / 1_000} s apart, and ${sourceName(source)} has one in ${intervalMs(source.interval) / 1_000} s`, {
    cure: 'name the source these bars are of with --source; a strategy makes wider bars of them by price.resample',
  });
}

/** A log that has no space left is waited for; the one who waits is told why, once each time it fills. */
function warnWhenFull(dataDir: string, cli: Cli): Cancel {
  let said = false;
  return cli.clock.every(LOOK_EVERY_MS, () => {
    const full = isDiskFull(dataDir);
    if (full && !said) cli.out.warn(diskFullMessage(dataDir));
    said = full;
  });
}

/** Sources the cluster's nodes read. */
async function knownSources({ bus }: Connection): Promise<Source[]> {
  const { sourcesOf } = await import('#sdk/backtest.ts');
  const nodes = await (await bus.bucket<{ node: Parameters<typeof sourcesOf>[0]['nodes'][number] }>('nodes')).all();
  return sourcesOf({ nodes: nodes.map(({ value }) => value.node) });
}

function parseSource(text: string | undefined): Source | undefined {
  const parts = text?.split(':');
  if (parts?.length !== 3) return undefined;
  const [venue, instrument, width] = parts as [string, string, string];
  if (venue === '' || instrument === '') throw new Fault('USAGE', `--source ${text} has an empty part`, { cure: 'write venue:instrument:interval' });
  return { venue, instrument, interval: interval(width, '--source') };
}

function speed(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const value = Number(text.replace(/^[x×]/, ''));
  if (!(value > 0)) throw new InvalidArgumentError('It must be a positive number or max.');
  return value;
}
