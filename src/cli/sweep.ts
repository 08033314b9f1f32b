// qmtl sweep: a strategy over recorded bars at every point of a space of params.
import { join } from 'node:path';
import { unitOf } from '#analysis/figures.ts';
import { formatFigure } from '#analysis/format.ts';
import { makeDirectory } from '#domain/directory.ts';
import { Fault } from '#domain/fault.ts';
import { unwritable } from '#domain/unwritable.ts';
import type { Strategy } from '#sdk/strategy.ts';
import type { FigureName, SweepOptions, SweepResult } from '#sdk/sweep.ts';
import { isLessBetter } from '#search/figures.ts';
import { choice, type Dimension, int, real, type Space, type Variable } from '#search/space.ts';
import { type Cli, type Command, collectPair, examples, InvalidArgumentError, jsonOption, numberIn } from './cli.ts';
import { writeFile } from './files.ts';
import { type RunFlags, runOptions, withAccountOptions, withDataOptions } from './run-options.ts';

/** What every command that searches is told. */
export interface SearchFlags extends RunFlags {
  readonly vary?: Readonly<Record<string, string>>;
  readonly random?: number;
  readonly seed: number;
  readonly threads?: number;
  readonly json?: true;
}

interface SweepFlags extends SearchFlags {
  readonly objective: string;
  readonly out?: string;
}

const SHOWN = 10;

/** Adds strategy, data, space and account to a command. */
export function withSearchOptions(command: Command): Command {
  return withAccountOptions(withDataOptions(command))
    .option('--vary <param=values>', 'what to vary: from..to, from..to:step, or a,b,c (repeatable; the strategy’s own space when left out)', collectPair)
    .option('--random <n>', 'try this many points drawn at random, not the whole grid', wholeNumber)
    .option('--seed <n>', 'what the draw begins with', numberIn(0, Number.MAX_SAFE_INTEGER), 1)
    .option('--threads <n>', 'threads to use, as many as there are cores when left out', wholeNumber)
    .addOption(jsonOption());
}

/** Loads the strategy and runs a search of it, progress shown and errors told in the author's lines. */
export async function search<R extends { readonly warnings: readonly string[] }>(file: string, flags: SearchFlags, cli: Cli, run: (strategy: Strategy, options: SweepOptions) => Promise<R>): Promise<R> {
  const { loadStrategy, withAuthor } = await import('./strategy-file.ts');
  const strategy = await loadStrategy(file);
  const bars = { reading: cli.progress('reading bars'), running: cli.progress('searching') };
  try {
    const result = await withAuthor(file, () =>
      run(strategy, {
        ...runOptions(flags),
        ...(flags.vary && { space: spaceOf(flags.vary) }),
        search: flags.random === undefined ? { kind: 'grid' } : { kind: 'random', trials: flags.random, seed: flags.seed },
        ...(flags.threads !== undefined && { threads: flags.threads }),
        onProgress: (step, done, total) => bars[step].at(done, total),
        signal: cli.stopSignal(),
      }),
    );
    bars.running.end();
    for (const warning of result.warnings) cli.out.warn(warning);
    return result;
  } finally {
    bars.reading.end();
    bars.running.end();
  }
}

export function registerSweep(program: Command, cli: Cli): void {
  withSearchOptions(program.command('sweep'))
    .description('run a strategy over recorded bars at every point of a space of params')
    .option('--objective <figure>', 'what makes a trial the best', 'sharpe')
    .option('--out <directory>', 'write sweep.json, sweep.parquet and a heat map there, and go on there if a sweep was cut short')
    .addHelpText(
      'after',
      examples(
        ['qmtl sweep examples/golden-cross.ts --data bars.csv', 'the space the strategy declares, the best trials in the terminal'],
        ['qmtl sweep my.ts --data bars.csv --vary fast=5..50 --vary slow=20..200:10 --fee-bps 10 --out found', 'a grid of your own; run again, it goes on where it was stopped'],
        ['qmtl sweep my.ts --data bars.csv --vary level=0.5..3 --random 500 --objective calmar --json', 'points drawn at random, for scripts'],
      ),
    )
    .action((file: string, flags: SweepFlags) => sweepFile(file, flags, cli));
}

async function sweepFile(file: string, flags: SweepFlags, cli: Cli): Promise<void> {
  const { sweepStrategy } = await import('#sdk/sweep.ts');
  if (flags.out !== undefined) makeFolder(flags.out);
  const journal = flags.out === undefined ? undefined : join(flags.out, 'journal.ndjson');
  const result = await search(file, flags, cli, (strategy, options) => sweepStrategy(strategy, { ...options, objective: flags.objective as FigureName, ...(journal !== undefined && { journal }) }));
  if (flags.out !== undefined) await writeAll(result, flags.out);
  if (flags.json) cli.out.json(result);
  else show(result, flags.out, cli);
}

async function writeAll(result: SweepResult, directory: string): Promise<void> {
  const [{ heatMapOf, tableOf }, { parquetOf }, { heatMap }] = await Promise.all([import('./sweep-files.ts'), import('#feeds/parquet.ts'), import('#report/heat-map.ts')]);
  writeFile(join(directory, 'sweep.json'), `${JSON.stringify(result, null, 2)}\n`);
  writeFile(join(directory, 'sweep.parquet'), parquetOf(tableOf(result)));
  writeFile(join(directory, 'sweep.html'), heatMap(heatMapOf(result)));
}

function show(result: SweepResult, directory: string | undefined, cli: Cli): void {
  const { rows, objective, bars, elapsedMs, strategy } = result;
  const { out } = cli;
  const names = Object.keys(result.space);
  const ranked = rows.filter(({ figures }) => figures !== null && figures[objective] !== null);
  const sorted = ranked.toSorted((a, b) => (isLessBetter(objective) ? 1 : -1) * (a.figures![objective]! - b.figures![objective]!));
  const shown = [...new Set<FigureName>([objective, 'sharpe', 'totalReturn', 'maxDrawdownRatio', 'roundTrips', 'hitRatio'])];
  out.line(`${out.paint('bold', strategy)}  ${rows.length.toLocaleString('en')} trials of ${bars.toLocaleString('en')} bars in ${(elapsedMs / 1_000).toFixed(2)} s, ${((rows.length * bars) / elapsedMs / 1_000).toFixed(0)} M trial-bars/s`);
  out.line();
  out.table([...names, ...shown], sorted.slice(0, SHOWN).map(({ params, figures }) => [...names.map((name) => spell(params[name]!)), ...shown.map((name) => spellFigure(name, figures![name]))]));
  if (sorted.length > SHOWN) out.line(out.paint('dim', `… and ${(sorted.length - SHOWN).toLocaleString('en')} more`));
  const failed = rows.filter(({ figures }) => figures === null);
  if (failed.length > 0) out.line(`\n${failed.length} trials failed, the first (${names.map((name) => `${name}=${String(failed[0]!.params[name])}`).join(' ')}): ${failed[0]!.failure!.message}`);
  if (directory !== undefined) out.line(`\nwritten  ${['sweep.json', 'sweep.parquet', 'sweep.html'].map((name) => join(directory, name)).join('  ')}`);
}

export function spell(value: Variable): string | number {
  return typeof value === 'number' ? value : String(value);
}

/** In its unit; a number with places enough to tell neighbouring trials apart. */
export function spellFigure(name: FigureName, value: number | null): string {
  const unit = unitOf(name);
  return unit === 'number' && value !== null ? value.toFixed(4).replace('-', '−') : formatFigure(value, unit);
}

/** `5..50`, `0.5..2:0.25`, `1..9` without a step for whole numbers, or `a,b,c`. */
export function spaceOf(given: Readonly<Record<string, string>>): Space {
  return Object.fromEntries(Object.entries(given).map(([name, text]) => [name, dimensionOf(name, text)]));
}

function dimensionOf(name: string, text: string): Dimension {
  const range = /^(-?[\d.eE+-]+?)\.\.(-?[\d.eE+-]+?)(?::([\d.eE+-]+))?$/.exec(text.trim());
  if (!range) return choice(...text.split(',').map(variableOf));
  const [from, to, step] = range.slice(1).map((part) => (part === undefined ? undefined : Number(part)));
  if (Number.isNaN(from) || Number.isNaN(to) || Number.isNaN(step ?? 0)) {
    throw new Fault('USAGE', `--vary ${name}=${text} is no range of numbers`, { cure: 'write from..to or from..to:step, for example 5..50 or 0.5..2:0.25' });
  }
  return [from, to, step ?? 1].every(Number.isInteger) ? int(from!, to!, step) : real(from!, to!, step);
}

function variableOf(text: string): Variable {
  const word = text.trim();
  if (word === 'true' || word === 'false') return word === 'true';
  return word !== '' && Number.isFinite(Number(word)) ? Number(word) : word;
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number of at least 1.');
  return value;
}

function makeFolder(path: string): void {
  try {
    makeDirectory(path);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}
