// What every command is given, and the small words commands share. Home of commander.
//
// To add a command: a file `src/cli/<command>.ts` with `export function register…(program: Command, cli: Cli): void`
// that adds it to the program, with `.addHelpText('after', examples(…))`, and its name in the list of main.ts.

import { existsSync } from 'node:fs';

import { type Command, InvalidArgumentError, Option } from 'commander';

import type { Clock } from '#clock/clock.ts';
import type { Config } from '#cluster/config.ts';
import { EXIT } from './exit.ts';
import type { Env, Output } from './output.ts';
import { type Progress, progress } from './progress.ts';

export { Command, CommanderError, InvalidArgumentError, Option } from 'commander';

export class Cli {
  readonly out: Output;
  readonly env: Env;
  readonly clock: Clock;
  /** Set by a command that ends other than by 0 or by a Fault; a command stopped by a signal that is its normal end sets 0. */
  exitCode: number | undefined;
  #stop: AbortController | undefined;

  constructor(out: Output, env: Env, clock: Clock) {
    this.out = out;
    this.env = env;
    this.clock = clock;
  }

  /**
   * A signal that aborts at the first Ctrl-C or SIGTERM, for commands that have something to put in order; the second one
   * ends the process at once. A command that never asks is simply ended by the first.
   */
  stopSignal(): AbortSignal {
    if (this.#stop !== undefined) return this.#stop.signal;
    const stop = new AbortController();
    this.#stop = stop;
    for (const [name, code] of [['SIGINT', EXIT.SIGINT], ['SIGTERM', EXIT.SIGTERM]] as const) {
      process.on(name, () => {
        if (stop.signal.aborted) process.exit(code);
        this.exitCode ??= code;
        stop.abort(new Error(`stopped by ${name}`));
      });
    }
    return stop.signal;
  }

  /** True once a signal has come: what fails afterwards fails because of it. */
  get isStopping(): boolean {
    return this.#stop?.signal.aborted ?? false;
  }

  progress(label: string, total?: number): Progress {
    return progress(label, { sink: this.out.stderr, env: this.env, clock: this.clock, ...(total === undefined ? {} : { total }) });
  }
}

/** `--json`: the answer as JSON on stdout, errors as JSON on stderr. */
export function jsonOption(): Option {
  return new Option('--json', 'answer in JSON');
}

export interface ConfigOptions {
  readonly file?: string;
  readonly set?: Readonly<Record<string, string>>;
}

/** `-f` and `--set`, for every command that reads the configuration. */
export function withConfigOptions(command: Command): Command {
  return command
    .addOption(new Option('-f, --file <cluster.yml>', 'configuration; ./cluster.yml where there is one').env('QMTL_CONFIG'))
    .option('--set <key=value>', 'override a value, e.g. gateway.httpPort=0 (repeatable; QMTL__GATEWAY__HTTP_PORT does the same)', collectPair);
}

/** The file that is read: what was given, else ./cluster.yml, else none. */
export function configFile(options: ConfigOptions): string | undefined {
  return options.file ?? (existsSync('cluster.yml') ? 'cluster.yml' : undefined);
}

/** Throws CONFIG_INVALID. */
export async function readConfig(options: ConfigOptions, cli: Cli): Promise<Config> {
  const { loadConfig } = await import('#cluster/config.ts');
  return loadConfig(configFile(options), { env: cli.env, flags: options.set ?? {} });
}

/** One more value of an option that may be repeated. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Parser of a repeatable `key=value` option. */
export function collectPair(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError(`"${text}" is not key=value.`);
  return { ...before, [text.slice(0, at).trim()]: text.slice(at + 1) };
}

/** Parser of a number in a range. */
export function numberIn(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!(value >= min && value <= max)) throw new InvalidArgumentError(`It must be a number from ${min} to ${max}.`);
    return value;
  };
}

/** Help that teaches: lines of `[what you type, what it does]`. */
export function examples(...rows: readonly (readonly [command: string, purpose: string])[]): string {
  return `\nExamples:\n${rows.map(([command, purpose]) => `  # ${purpose}\n  ${command}`).join('\n')}\n`;
}
