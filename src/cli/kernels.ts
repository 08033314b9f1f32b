// qmtl kernels: the catalogue of compute kernels, and one kernel on a file.

import { BAR_FIELDS, type BarField } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import type { Params } from '#domain/node-spec.ts';
import type { Kernel } from '#kernels/catalog.ts';
import type { Operator } from '#kernels/operator.ts';
import { type Cli, type Command, examples, jsonOption } from './cli.ts';
import { readTextFile, writeFile } from './files.ts';

interface RunOptions {
  readonly params: string;
  readonly data: string;
  readonly json?: string | true;
}

export function registerKernels(program: Command, cli: Cli): void {
  const group = program.command('kernels').description('list the indicators, run one on a file');

  group
    .command('list')
    .description('every kernel with its inputs, outputs and parameters')
    .option('--operators', 'the row operators in place of the kernels: what makes rows of its own, such as windows and joins')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        ['qmtl kernels list', 'names, parameters with their defaults, outputs'],
        ["qmtl kernels list --json | jq '.[].name'", 'for scripts, with ranges, warm-up and formulas'],
        ['qmtl kernels list --operators', 'windows, joins, filters and policies for missing rows'],
      ),
    )
    .action(async (options: { json?: boolean; operators?: boolean }) => {
      if (options.operators) return listOperators(options.json ?? false, cli);
      const { kernelNames, kernelOf } = await import('#kernels/catalog.ts');
      const { stableAfter } = await import('#kernels/stable.ts');
      const catalogue = kernelNames.map((name) => kernelOf(name));
      if (options.json) cli.out.json(catalogue.map((kernel) => ({ ...entryOf(kernel), stableAfter: stableAfter(kernel, defaultsOf(kernel), STABLE_EPS) })));
      else cli.out.table(['name', 'parameters', 'outputs', 'what'], catalogue.map((kernel) => [kernel.name, paramsInWords(kernel), kernel.outputs.join(', '), kernel.title]));
    });

  group
    .command('run')
    .description('run a kernel over the bars of a file')
    .argument('<name>', 'a kernel of `qmtl kernels list`, or its name in TA-Lib')
    .option('--params <json>', 'parameters as a JSON object, or @file; what is left out has its default', '{}')
    .requiredOption('--data <csv>', 'bars, plain or gzip')
    .option('--json [out]', 'write { name, params, outputs } as JSON to a file, or to stdout when none is named')
    .addHelpText('after', examples(["qmtl kernels run sma --params '{\"period\":20}' --data bars.csv", 'the last rows as a table'], ["qmtl kernels run bbands --data bars.csv.gz --json out.json", 'every row, null before the warm-up']))
    .action((name: string, options: RunOptions) => runOnFile(name, options, cli));
}

async function listOperators(asJson: boolean, cli: Cli): Promise<void> {
  const { operators } = await import('#kernels/operator.ts');
  const { paramInWords } = await import('#kernels/operator-words.ts');
  const table = Object.entries<Operator>(operators);
  if (asJson) cli.out.json(table.map(([name, { version, title, inputs, optional = inputs.length, params, interval, doc }]) => ({ name, version, title, inputs: inputs.slice(0, optional), optionalInputs: inputs.slice(optional), params, interval, doc })));
  else cli.out.table(['name', 'reads', 'parameters', 'what'], table.map(([name, { title, inputs, params }]) => [name, inputs.join(', '), Object.entries(params).map(([param, of]) => `${param}=${paramInWords(of)}`).join(' '), title]));
}

/** Where a series began is forgotten when it weighs a millionth; in JSON, a kernel that never forgets has null. */
const STABLE_EPS = 1e-6;

async function runOnFile(name: string, options: RunOptions, cli: Cli): Promise<void> {
  const { kernelNamed, resolveParams } = await import('#kernels/catalog.ts');
  const kernel = kernelNamed(name);
  const params = resolveParams(kernel.name, paramsFrom(options.params));
  const { readBars } = await import('#feeds/csv.ts');
  const { runKernel } = await import('#kernels/run-kernel.ts');

  const reading = cli.progress('reading bars');
  const bars = await readBars(options.data, { onProgress: (done, total) => reading.at(done, total) });
  reading.end();
  for (const warning of bars.warnings) cli.out.warn(warning);
  const [t, ...features] = bars.columns;
  const columns = Object.fromEntries(BAR_FIELDS.map((field, index) => [field, features[index]])) as Record<BarField, Float64Array>;
  const { outputs } = runKernel(kernel.name, params, columns);

  if (options.json === undefined) {
    printTail(kernel, t ?? new Float64Array(), outputs, cli);
    return;
  }
  const answer = JSON.stringify({ name: kernel.name, params, outputs: Object.fromEntries(Object.entries(outputs).map(([output, values]) => [output, nullable(values)])) });
  if (options.json === true) cli.out.stdout.write(`${answer}\n`);
  else writeFile(options.json, `${answer}\n`);
}

/** Rows a person reads at a glance. */
const TAIL_ROWS = 10;

function printTail(kernel: Kernel, t: Float64Array, outputs: Readonly<Record<string, Float64Array>>, cli: Cli): void {
  const first = Math.max(0, t.length - TAIL_ROWS);
  const rows = Array.from(t.subarray(first), (time, index) => [
    new Date(time).toISOString(),
    ...kernel.outputs.map((output) => {
      const value = outputs[output]?.[first + index] ?? Number.NaN;
      return Number.isNaN(value) ? '' : String(value);
    }),
  ]);
  cli.out.table(['t', ...kernel.outputs], rows);
  if (first > 0) cli.out.note(`the last ${TAIL_ROWS} of ${t.length} rows; --json writes all`);
}

/** NaN is "no value yet" before the warm-up and "no value" after a gap: JSON has null for both. */
function nullable(values: Float64Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) ? value : null));
}

function paramsFrom(text: string): Params {
  const cure = "write a JSON object in single quotes, e.g. --params '{\"period\":20}'";
  // A file is easier to write than quotes in some shells.
  const json = text.startsWith('@') ? readTextFile(text.slice(1)) : text;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new Fault('PARAM_INVALID', `--params is not JSON: ${(cause as Error).message}`, { cure, cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Fault('PARAM_INVALID', `--params is not a JSON object: ${json}`, { cure });
  return value as Params;
}

/** A catalogue entry as data: ranges and defaults as they are, the warm-up for the default parameters. */
function entryOf(kernel: Kernel): Record<string, unknown> {
  const { name, aliases, version, title, inputs, outputs, params, talib, doc } = kernel;
  return { name, aliases, version, title, inputs, outputs, params, warmup: kernel.lookback(defaultsOf(kernel)), ...(talib && { talib }), doc };
}

function defaultsOf({ params }: Kernel): Record<string, number> {
  return Object.fromEntries(Object.entries(params).flatMap(([name, { default: value }]) => (value === undefined ? [] : [[name, value]])));
}

function paramsInWords(kernel: Kernel): string {
  return Object.entries(kernel.params)
    .map(([name, { default: value, optional, choices }]) => (choices ? `[${name}=${choices.join('|')}]` : optional ? `[${name}]` : `${name}=${value}`))
    .join(' ');
}
