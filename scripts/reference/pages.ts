// The pages of the reference, from the catalogue.
import { BAR_FIELDS } from '#domain/bar.ts';
import { averages } from '#kernels/catalog-averages.ts';
import { candles } from '#kernels/catalog-candles.ts';
import { cycles } from '#kernels/catalog-cycle.ts';
import { momentum } from '#kernels/catalog-momentum.ts';
import { operators } from '#kernels/catalog-operators.ts';
import { oscillators } from '#kernels/catalog-oscillators.ts';
import { prices } from '#kernels/catalog-prices.ts';
import { regression } from '#kernels/catalog-regression.ts';
import { statistics } from '#kernels/catalog-statistics.ts';
import { transforms } from '#kernels/catalog-transforms.ts';
import { trend } from '#kernels/catalog-trend.ts';
import { volatility } from '#kernels/catalog-volatility.ts';
import { volume } from '#kernels/catalog-volume.ts';
import { type Kernel, kernelNames, kernelOf, resolveParams } from '#kernels/catalog.ts';
import { runKernel } from '#kernels/run-kernel.ts';
import { stableAfter } from '#kernels/stable.ts';
import { ABSENT } from './absent.ts';
import { plotBars } from './bars.ts';
import { plot } from './plot.ts';
import { rowsPage } from './rows.ts';
import { OTHERWISE } from './tradingview.ts';

interface Family {
  readonly file: string;
  readonly title: string;
  readonly about: string;
  readonly kernels: readonly string[];
  /** False where a picture would show nothing: elementary functions and operators. */
  readonly plotted: boolean;
}

const FAMILIES: readonly Family[] = [
  family('averages', 'Moving averages', 'The price, smoothed.', true, averages),
  family('momentum', 'Momentum', 'How fast a price moves, and where in its channel it stands.', true, momentum),
  family('oscillators', 'Oscillators', 'Made of other indicators: averages of rates of change, and places of one measure in its own past.', true, oscillators),
  family('trend', 'Trend', 'Whether prices go anywhere, and the channels they go in.', true, trend),
  family('volatility', 'Volatility', 'How far prices range, and where in their range they stand.', true, volatility),
  family('volume', 'Volume', 'Where the trading went.', true, volume),
  family('regression', 'Regression', 'Lines through windows, and how columns move together.', true, regression),
  family('statistics', 'Statistics', 'The sum of a window, and the shape of what is in it.', true, statistics),
  family('cycles', 'Cycles', 'What the dominant cycle of a price says of it.', true, cycles),
  family('prices', 'Prices', 'The one price that stands for a bar.', true, prices),
  family('candles', 'Candle patterns', 'What the last candles look like.', false, candles),
  family('transforms', 'Elementary functions', 'Of each row by itself.', false, transforms),
  family('operators', 'Operators and states', "What the SDK's operators, crossover and latch compile to.", false, operators),
];

function family(file: string, title: string, about: string, plotted: boolean, kernels: Readonly<Record<string, unknown>>): Family {
  return { file, title, about, plotted, kernels: Object.keys(kernels) };
}

/** Every file of the reference by its path in docs/reference. */
export function referenceFiles(): Map<string, string> {
  const files = new Map([['README.md', indexPage()], ['rows.md', rowsPage()]]);
  const bars = plotBars();
  for (const each of FAMILIES) {
    files.set(`${each.file}.md`, familyPage(each));
    if (!each.plotted) continue;
    for (const name of each.kernels) files.set(`plots/${name}.svg`, plot(kernelOf(name).title, bars, runKernel(name, {}, bars).outputs));
  }
  return files;
}

/** What counts as settled: where the series began weighs a millionth. */
const STABLE_EPS = 1e-6;

const GENERATED = '<!-- Written by `npm run reference` from src/kernels/catalog-*.ts: change those, not this. -->';

const NOTES = [
  '* **Warm-up** is how many rows come before the first output, as TA-Lib counts them.',
  '* **Settles** is how many rows come before the first output in which where the series began weighs a millionth at most (`stableAfter`).',
  "* **Names**: a kernel is found by its own name and by TA-Lib's in lower case: `kernel('linearreg_slope')` in a strategy, `qmtl kernels run linearreg_slope` on the command line.",
  '* **Gaps**: a row that is NaN gives NaN. A window gives NaN as long as it holds the gap, and then has forgotten it; a recursion passes over the row as if it were not there.',
  '* **Plots** are of a made-up market, with the defaults.',
];

function indexPage(): string {
  const rows = FAMILIES.map(({ file, title, kernels }) => `| [${title}](${file}.md) | ${kernels.map((name) => `[\`${name}\`](${file}.md#${name})`).join(' ')} |`);
  const theirs = kernelNames
    .map((name) => kernelOf(name))
    .flatMap((kernel) => (kernel.talib ? [[kernel.talib.name, talibRow(kernel)] as const] : []))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${[
    GENERATED,
    '# Indicators',
    `${kernelNames.length} kernels, in TA-Lib's conventions. Each is one function for backtests and live runs alike: the same rows give the same bits however they are cut into calls, after a restart, and on any machine.`,
    NOTES.join('\n'),
    '| family | kernels |\n| --- | --- |\n' + rows.join('\n'),
    'What makes rows of its own — wider bars, windows, joins, filters, policies for missing and late rows, tag queries — is on a [page of row operators](rows.md).',
    '## From TradingView',
    `With \`seeding: 'tradingview'\` these begin as TradingView's: ${seeded().join(', ')}. Averages start from their first value there, and the first row's true range is high − low. These differ in more than their beginning:`,
    Object.entries(OTHERWISE).map(([names, how]) => `* ${names.split(', ').map(link).join(', ')}: ${how}`).join('\n'),
    '## From TA-Lib',
    'Parameters are in the order of TA-Lib\'s options; a dash is an option that stays at its default.',
    '| TA-Lib | kernel | parameters | outputs |\n| --- | --- | --- | --- |\n' + theirs.map(([, row]) => row).join('\n'),
    '### Functions without a kernel',
    Object.entries(reasons()).map(([reason, names]) => `* ${names.map((name) => `\`${name}\``).join(', ')}: ${reason}`).join('\n'),
  ].join('\n\n')}\n`;
}

function reasons(): Record<string, string[]> {
  const byReason: Record<string, string[]> = {};
  for (const [name, reason] of Object.entries(ABSENT)) (byReason[reason] ??= []).push(name);
  return byReason;
}

function seeded(): string[] {
  return kernelNames.filter((name) => Object.hasOwn(kernelOf(name).params, 'seeding')).map(link);
}

function link(name: string): string {
  const { file } = FAMILIES.find(({ kernels }) => kernels.includes(name))!;
  return `[\`${name}\`](${file}.md#${name})`;
}

function talibRow({ name, talib }: Kernel): string {
  return `| \`${talib!.name}\` | ${link(name)} | ${talib!.params.map((param) => param ?? '–').join(', ')} | ${talib!.outputs.join(', ')} |`;
}

function familyPage({ file, title, about, kernels, plotted }: Family): string {
  if (file === 'candles') return candlesPage(title, about);
  return `${[GENERATED, `# ${title}`, `${about} [All indicators](README.md).`, ...kernels.map((name) => section(kernelOf(name), plotted))].join('\n\n')}\n`;
}

/** All patterns on one page: they read the same and give the same. */
function candlesPage(title: string, about: string): string {
  const rows = Object.keys(candles).map(kernelOf).map((kernel) => {
    const { name, title: called, doc, talib, params } = kernel;
    const settings = Object.entries(params).map(([param, { default: byDefault }]) => `${param} ${byDefault}`);
    return `<a id="${name}"></a>\n### \`${name}\` ${called}\n\n${escape(doc)} TA-Lib's \`${talib!.name}\`; ${[`${kernel.lookback(resolveParams(name, {}))} rows of warm-up`, ...settings].join('; ')}.`;
  });
  return `${[GENERATED, `# ${title}`, `${about} [All indicators](README.md).`, CANDLE_NOTES.join('\n'), "```ts\nconst turn = cdlmorningstar(price, { penetration: 0.3 });\nconst buy = turn.gt(0);\n```", ...rows].join('\n\n')}\n`;
}

const CANDLE_NOTES = [
  '* Each pattern reads open, high, low and close, and gives 0 on a row where it is not there: 100 where it is and is taken for a sign of rising prices (or is neither), −100 for falling ones. The values are those of TA-Lib C, but for ties.',
  '* **Candles**: the body reaches from open to close, the shadows from its ends to high and low. A candle is white when it closes at its open or above, else black. A gap is between bodies, unless it says otherwise.',
  "* **Sizes** are measured beside the rows before the candle, as in TA-Lib: a body is long above the mean body of ten rows and short below it; a doji's body, or a shadow as good as none, is at most a tenth of their mean range; prices are near each other within a fifth of the mean range of five rows, far apart from 0.6 of it on, and equal within a twentieth.",
  "* **Ties**: TA-Lib adds its means up in a running sum, and where a size equals its measure to the last digit, as it may with prices in ticks, what that sum was rounded by decides. Here each mean is added up anew from its own rows, so that equal rows give equal values wherever a series began: two in a million values differ from TA-Lib's on prices in cents, and none on full doubles.",
  '* **Gaps**: a row that is NaN gives NaN as long as a pattern or its means would see it.',
  '* **Version** 1.0.0, all of them. Nothing of the beginning shows after the warm-up.',
];

function section(kernel: Kernel, plotted: boolean): string {
  const { name, title, doc, params, outputs, aliases } = kernel;
  const defaults = resolveParams(name, {});
  const facts = [
    ['reads', kernel.inputs.map((input) => `${input.name}${input.name === input.default ? '' : ` (say, the ${input.default})`}`).join(', ')],
    ['gives', outputs.join(', ')],
    ['warm-up', warmup(kernel, defaults)],
    ['settles', settling(kernel, defaults)],
    ...(kernel.talib ? [['TA-Lib', `\`${kernel.talib.name}\``]] : []),
    ...(aliases.length > 0 ? [['also', aliases.map((alias) => `\`${alias}\``).join(', ')]] : []),
    ...(kernel.ascending ? [['order', `${kernel.ascending.join(', ')} are taken in ascending order, however they are given`]] : []),
    ['version', kernel.version],
  ];
  return [
    `<a id="${name}"></a>\n## \`${name}\` ${title}`,
    ...(plotted ? [`![${title}](plots/${name}.svg)`] : []),
    escape(doc),
    `\`\`\`ts\n${callOf(kernel)}\n\`\`\``,
    '| | |\n| --- | --- |\n' + facts.map(([fact, value]) => `| ${fact} | ${value} |`).join('\n'),
    ...(Object.keys(params).length > 0 ? [paramTable(kernel)] : []),
  ].join('\n\n');
}

/** The rows, and the expression they come from when it has parameters in it. */
function warmup(kernel: Kernel, defaults: Readonly<Record<string, number>>): string {
  const rows = kernel.lookback(defaults);
  const written = String(Reflect.get(kernel, 'lookback')).replaceAll(/\s+/g, ' ').replace(/^\(p \)/, '(p)'); // an arrow function of p, or of nothing; stripped types leave blanks
  const expression = written.replace(/^[^=]*=>\s*/, '').replace(/^\((.* \? .*)\)$/, '$1').replaceAll(/\bp\./g, '').replaceAll('Math.', '').replaceAll('*', '·').replaceAll('-', '−');
  const readable = expression.replace(/^seeding \? (.*) : (.*)$/, '$2, with seeding tradingview $1');
  return written.startsWith('(p)') ? `${readable}: ${rows} rows with the defaults` : `${rows} rows`;
}

function settling(kernel: Kernel, defaults: Readonly<Record<string, number>>): string {
  const rows = stableAfter(kernel, defaults, STABLE_EPS);
  if (rows === Infinity) return 'no number of rows is enough for every series';
  return rows === kernel.lookback(defaults) ? 'with its first output' : `after ${rows.toLocaleString('en')} rows with the defaults`;
}

function paramTable({ params }: Kernel): string {
  const rows = Object.entries(params).map(([name, { type, choices, default: byDefault, min, max, doc }]) => `| ${name} | ${type} | ${choices?.[0] ?? byDefault ?? 'none'} | ${choices?.join(', ') ?? range(min, max)} | ${doc} |`);
  return '| parameter | type | default | range | what it is |\n| --- | --- | --- | --- | --- |\n' + rows.join('\n');
}

function range(min: number, max: number): string {
  return max === Number.MAX_VALUE ? 'any' : `${min.toLocaleString('en')} … ${max.toLocaleString('en')}`;
}

const METHODS: Readonly<Record<string, string>> = { add: 'plus', sub: 'minus', mul: 'times', div: 'over' };

/** How a strategy calls it. */
function callOf({ name, inputs, outputs, params }: Kernel): string {
  if (inputs[0]!.name === 'a' && name !== 'crossover') return inputs.length === 1 ? `price.${name}()` : `price.close.${METHODS[name] ?? name}(price.open)`;
  const bars = inputs.length > 1 && inputs.every((input) => BAR_FIELDS.some((field) => field === input.name));
  const operands = bars ? 'price' : inputs.map((input) => `price.${input.default}`).join(', ');
  const given = Object.entries(params).flatMap(([param, { default: byDefault }]) => (byDefault === undefined ? [] : [`${param}: ${byDefault}`]));
  const call = `${name}(${operands}${given.length > 0 ? `, { ${given.join(', ')} }` : ''})`;
  return outputs.length === 1 ? call : `const { ${outputs.join(', ')} } = ${call};`;
}

/** Bars and stars in a formula are no markup. */
function escape(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('<', '&lt;');
}
