// qmtl peek: what a strategy would say if the bar that forms closed as it stands.
import { BAR_COLUMNS } from '#domain/bar.ts';
import { label } from '#graph/graph.ts';
import type { FormingBar, Provisional } from '#sdk/forming.ts';
import { type DeclaredNode, kindOf } from '#domain/node-spec.ts';
import { type Cli, type Command, collect, examples, InvalidArgumentError, jsonOption } from './cli.ts';
import { type DataFlags, dataOptions, withDataOptions } from './run-options.ts';

interface PeekFlags extends DataFlags {
  readonly bar: FormingBar;
  readonly of?: string;
  readonly beside?: readonly string[];
  readonly json?: true;
}

export function registerPeek(program: Command, cli: Cli): void {
  withDataOptions(program.command('peek'))
    .description('what each node would say if the bar that forms behind the data closed as it stands')
    .requiredOption('--bar <t,open,high,low,close,volume>', 'the bar as it stands; t is when it opened, in UTC ms or as ISO text', readBar)
    .option('--of <instrument>', 'whose bar it is, where the strategy reads several')
    .option('--beside <file.ts>', 'another strategy whose nodes tag queries find (repeatable)', collect)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        ['qmtl peek my.ts --data bars.csv --bar 2024-05-01T10:30Z,101,102,100.5,101.5,900', 'bars.csv ends with the bar of 10:29'],
        ["qmtl peek my.ts --data bars.csv --bar 1714559400000,101,102,100.5,101.5,900 --json | jq '.target'", 'the position it would want'],
      ),
    )
    .action((file: string, flags: PeekFlags) => peek(file, flags, cli));
}

async function peek(file: string, flags: PeekFlags, cli: Cli): Promise<void> {
  const [{ loadStrategy, withAuthor }, { Runner }] = await Promise.all([import('./strategy-file.ts'), import('#sdk/runner.ts')]);
  const strategy = await loadStrategy(file);
  const beside = await Promise.all((flags.beside ?? []).map(loadStrategy));
  const forming = await withAuthor(file, () => Runner.forming(strategy, { ...dataOptions(flags), ...(flags.set && { params: flags.set }), beside }));
  const told = forming.peek(flags.bar, flags.of);
  const nodes = forming.spec.nodes.filter((node) => node.spec.nodeType !== 'stream');
  if (flags.json) {
    cli.out.json({
      strategy: forming.spec.name,
      bar: flags.bar,
      target: plain(told.target),
      outputs: Object.fromEntries(Object.entries(told.outputs).map(([name, value]) => [name, plain(value)])),
      nodes: nodes.map((node) => ({ nodeId: node.id, kind: kindOf(node.spec), values: valuesOf(node, told) })),
    });
    return;
  }
  if (told.target !== undefined) cli.out.line(`target\t${told.target}`);
  for (const [name, value] of Object.entries(told.outputs)) cli.out.line(`${name}\t${value}`);
  for (const node of nodes) {
    const values = told.nodes.get(node.id);
    const isTold = values !== undefined && !Object.values(values).every(Number.isNaN);
    const what = isTold ? Object.entries(values).map(([output, value]) => `${output} ${value}`).join(', ') : cli.out.paint('dim', 'is told at a close');
    cli.out.line(`${cli.out.paint('dim', node.id.slice(0, 8))}\t${node.name === undefined ? kindOf(node.spec) : label(node)}\t${what}`);
  }
}

/** As JSON has it, which knows no NaN. */
const plain = (value: number | undefined): number | null => (value === undefined || Number.isNaN(value) ? null : value);

function valuesOf({ id, spec }: DeclaredNode, { nodes }: Provisional): Record<string, number | null> | null {
  const values = nodes.get(id);
  return values ? Object.fromEntries(spec.schema.outputs.map((output) => [output, plain(values[output])])) : null;
}

function readBar(text: string): FormingBar {
  const [when = '', ...prices] = text.split(',');
  const values = [/^-?\d+$/.test(when) ? Number(when) : new Date(when).getTime(), ...prices.map((price) => (price.trim() === '' ? Number.NaN : Number(price)))];
  if (values.length !== BAR_COLUMNS.length || values.some(Number.isNaN)) throw new InvalidArgumentError(`It must be ${BAR_COLUMNS.join(',')}, all numbers but the time.`);
  return Object.fromEntries(BAR_COLUMNS.map((column, k) => [column, values[k]!])) as unknown as FormingBar;
}
