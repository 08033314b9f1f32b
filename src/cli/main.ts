// The command line: `qmtl <command>`. This file knows the list of commands and how a run ends; each command is in its own file.

import { readFileSync } from 'node:fs';

import { SystemClock } from '#clock/system.ts';
import { Fault } from '#domain/fault.ts';
import { registerBacktest } from './backtest.ts';
import { registerChaos } from './chaos.ts';
import { registerCheck } from './check.ts';
import { Cli, Command, CommanderError } from './cli.ts';
import { registerConfig } from './config.ts';
import { registerDag } from './dag.ts';
import { registerDrain } from './drain.ts';
import { registerScale } from './scale.ts';
import { reportError } from './errors.ts';
import { EXIT, EXIT_MEANING } from './exit.ts';
import { registerFeed } from './feed.ts';
import { registerInit } from './init.ts';
import { registerKernels } from './kernels.ts';
import { Output, type Sink, wantsColour } from './output.ts';
import { registerPaperVenue } from './paper-venue.ts';
import { registerPeek } from './peek.ts';
import { registerPublish } from './publish.ts';
import { registerQuarantine } from './quarantine.ts';
import { registerReproduce } from './reproduce.ts';
import { registerRetire } from './retire.ts';
import { registerSplit } from './split.ts';
import { registerStatus } from './status.ts';
import { registerSweep } from './sweep.ts';
import { registerTest } from './test.ts';
import { registerUp } from './up.ts';
import { registerWalkForward } from './walk-forward.ts';
import { registerWatch } from './watch.ts';

/** In the order of `qmtl --help`. */
const COMMANDS: readonly ((program: Command, cli: Cli) => void)[] = [
  registerInit,
  registerBacktest,
  registerSweep,
  registerWalkForward,
  registerCheck,
  registerReproduce,
  registerTest,
  registerUp,
  registerPublish,
  registerRetire,
  registerFeed,
  registerPaperVenue,
  registerStatus,
  registerWatch,
  registerPeek,
  registerDag,
  registerQuarantine,
  registerDrain,
  registerScale,
  registerSplit,
  registerKernels,
  registerChaos,
  registerConfig,
];

export interface Surroundings {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Runs one command line (without `node` and the script) and answers its exit code. Never throws. */
export async function run(args: readonly string[], surroundings: Surroundings = process): Promise<number> {
  const { stdout, stderr, env } = surroundings;
  if (stdout === process.stdout) endQuietlyOnClosedPipe();
  const cli = new Cli(new Output(stdout, stderr, env), env, new SystemClock());
  try {
    await buildProgram(cli).parseAsync(args.length === 0 ? ['--help'] : [...args], { from: 'user' });
    return cli.exitCode ?? EXIT.OK;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.OK; // help or version was asked for
    if (cli.isStopping) return cli.exitCode ?? EXIT.FAILURE;
    return reportError(error, cli.out, args.some((arg) => arg === '--json' || arg.startsWith('--json=')));
  }
}

/** The whole tree of commands. */
export function buildProgram(cli: Cli): Command {
  const { stdout, stderr, paint } = { stdout: cli.out.stdout, stderr: cli.out.stderr, paint: cli.out.paint };
  const program = new Command('qmtl')
    .description('Trading strategies as one shared graph, on an actor cluster with WASM compute kernels.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'explain a command, with examples')
    .helpCommand('help [command]', 'explain a command, with examples')
    .configureHelp({ showGlobalOptions: false, styleTitle: (title) => paint('bold', title), styleCommandText: (text) => paint('cyan', text), styleOptionTerm: (text) => paint('cyan', text), styleSubcommandTerm: (text) => paint('cyan', text) })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      // Errors are said by reportError, in one voice with all others.
      outputError: () => {},
      getOutHasColors: () => wantsColour(stdout, cli.env),
      getErrHasColors: () => wantsColour(stderr, cli.env),
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
    })
    .addHelpText('after', () => `\nExit codes:\n${exitTable()}\n\nSettings also come from the environment: an option shows its variable as (env: QMTL_…).`);
  for (const register of COMMANDS) register(program, cli);
  everyCommand(program, (command) => command.exitOverride((error) => refuseUsage(error, command)));
  return program;
}

function everyCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const child of command.commands) everyCommand(child, visit);
}

/** Turns commander's refusal into a Fault; help and version pass through. */
function refuseUsage(error: CommanderError, command: Command): never {
  if (error.exitCode === 0) throw error;
  const path: string[] = [];
  for (let each: Command | null = command; each !== null; each = each.parent) path.unshift(each.name());
  const help = `${path.join(' ')} --help`;
  // A group without a subcommand: commander has shown its help already.
  if (error.code === 'commander.help') throw new Fault('USAGE', `${path.join(' ')} needs a subcommand`, { cure: `choose one of: ${command.commands.map((each) => each.name()).join(', ')}`, cause: error });
  const [first = '', hint] = error.message.replace(/^error: /, '').split('\n');
  const cure = hint === undefined ? `see ${help}` : `${hint.replace(/^\((.*)\)$/, '$1').replace(/^Did/, 'did')} See ${help}`;
  throw new Fault('USAGE', first, { cure, cause: error });
}

function exitTable(): string {
  return Object.entries(EXIT_MEANING)
    .map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`)
    .join('\n');
}

/** The version in package.json, two floors above in a checkout and in the published package alike. */
function version(): string {
  return (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;
}

/** `qmtl kernels list | head -1` is no error. */
function endQuietlyOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.OK);
    throw error;
  });
}
