// qmtl paper-venue: a venue to rehearse a live run with, well behaved or not.
import { aborted } from '#clock/clock.ts';
import { type Cli, type Command, examples, jsonOption, numberIn } from './cli.ts';

interface PaperVenueOptions {
  readonly port: number;
  readonly ledger: string;
  readonly loseRequest: number;
  readonly loseAnswer: number;
  readonly delay: number;
  readonly delayMs: number;
  readonly crash: number;
  readonly seed: number;
  readonly json?: true;
}

const PORT = 7_400;

export function registerPaperVenue(program: Command, cli: Cli): void {
  const share = numberIn(0, 1);
  program
    .command('paper-venue')
    .description('run a venue on this machine that takes orders over HTTP, keeps them in a file, and misbehaves as it is told')
    .option('--port <n>', 'port on 127.0.0.1; 0 takes a free one', numberIn(0, 65_535), PORT)
    .option('--ledger <file>', 'where its orders are kept', 'venue.ndjson')
    .option('--lose-request <share>', 'share of requests that are lost before they are read', share, 0)
    .option('--lose-answer <share>', 'share of answers that are lost after the order is done', share, 0)
    .option('--delay <share>', 'share of requests and answers that are delayed', share, 0)
    .option('--delay-ms <ms>', 'longest delay', numberIn(0, 60_000), 100)
    .option('--crash <share>', 'share of requests in the middle of which it dies', share, 0)
    .option('--seed <n>', 'of its troubles', numberIn(0, 2 ** 32), 1)
    .addOption(jsonOption())
    .addHelpText('after', examples(['qmtl paper-venue', 'a venue that does what it is asked'], ['qmtl paper-venue --lose-answer 0.2 --crash 0.02', 'one answer in five is lost, and now and then it dies']))
    .action((options: PaperVenueOptions) => runVenue(options, cli));
}

async function runVenue({ port, ledger, seed, json, ...trouble }: PaperVenueOptions, cli: Cli): Promise<void> {
  const [{ PaperVenue }, { seededRandom }] = await Promise.all([import('#broker/paper-venue.ts'), import('#clock/random.ts')]);
  const signal = cli.stopSignal();
  const venue = new PaperVenue({ ledger, trouble, clock: cli.clock, random: seededRandom(seed), crash: () => process.kill(process.pid, 'SIGKILL') });
  const listening = await venue.listen(port);
  const url = `http://127.0.0.1:${listening}`;
  if (json) cli.out.json({ url, ledger });
  else cli.out.line(`venue at ${url}, orders in ${ledger}`);
  await aborted(signal);
  cli.exitCode = 0;
  await venue.close();
}
