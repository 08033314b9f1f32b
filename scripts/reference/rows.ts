// The page of row operators, from the table that runs them.
import { operators, type Operator, type OperatorName } from '#kernels/operator.ts';
import { ACROSS_OUTPUTS, AMONG_OUTPUTS } from '#kernels/operator-across.ts';
import { paramInWords } from '#kernels/operator-words.ts';

/** How a strategy calls each. */
const CALLS: Readonly<Record<OperatorName, string>> = {
  resample: "const hourly = price.resample('1h', { offset: '30m' });",
  renko: 'const bricks = price.renko(2.5);\nconst trend = ema(bricks, { period: 20 }).asOf(price);',
  window: "const { mean, max } = price.close.window({ width: '1h', every: '15m' });",
  session: "const { count, start, end } = price.volume.session('4h');",
  buffer: 'const { sum } = price.volume.buffer(100);',
  keyed: "const { key, sum, late } = amount.byKey({ key: symbol, time: tradedAt, width: '1m', delay: '5s', late: 'side-output' });",
  filter: 'const busy = price.close.filter(price.volume.gt(1_000));\nconst [buys, sells] = amount.route(side, [1, -1]);',
  dedupe: 'const changes = signal.dedupe();',
  throttle: "const calm = signal.throttle('10m');",
  gaps: "const whole = price.close.gaps('interpolate');",
  asof: 'const known = hourly.close.asOf(price);',
};

const RULES = [
  '* An operator counts rows of its own from 0, and whoever reads it follows them. What it makes depends on the rows of its sides and on how far they are complete, never on how they were cut: batch, live, restarted and moved runs give the same bits.',
  '* A row of interval i at time t says what is known at t + i. Each operator gives its rows such times, so nothing looks ahead.',
  '* Nodes read one interval; `.resample()` and `.asOf()` lead from one to another. `.route()` is a filter for each key, and rank and z-score across instruments are `rankAcross` and `zscoreAcross`.',
  '* Rows of a source come in order of time: the feed drops a row that is not later than the last one and counts it. So a row can be late only where rows carry a time of their own, in keyed windows, whose `late` says what becomes of it. Rows that are missing are the matter of `gaps`. Both count what they met, which `qmtl_uneven_rows` of the metrics shows.',
];

export function rowsPage(): string {
  const names = Object.keys(operators) as OperatorName[];
  return `${[
    '<!-- Written by `npm run reference` from src/kernels/operator.ts: change that, not this. -->',
    '# Row operators',
    'What makes rows of its own out of rows. [All indicators](README.md). `qmtl kernels list --operators` lists them.',
    RULES.join('\n'),
    ...names.map((name) => section(name, operators[name])),
    QUERY,
  ].join('\n\n')}\n`;
}

function section(name: OperatorName, { title, inputs, optional = inputs.length, params, interval, version, doc }: Operator): string {
  const facts = [
    ['reads', [...inputs.slice(0, optional), ...inputs.slice(optional).map((input) => `${input} (may be left out)`)].join(', ')],
    ['interval', interval.replace('’', "'")],
    ...Object.entries(params).map(([param, of]) => [`\`${param}\``, paramInWords(of).replaceAll('|', ', ')]),
    ['version', version],
  ];
  return [`## \`${name}\` ${title}`, doc, `\`\`\`ts\n${CALLS[name]}\n\`\`\``, '| | |\n| --- | --- |\n' + facts.map(([fact, value]) => `| ${fact} | ${value} |`).join('\n')].join('\n\n');
}

const QUERY = `## \`TagQueryNode\` Whoever carries a tag

A row at each moment at which one of the nodes found has one, once all of them are complete up to it: ${ACROSS_OUTPUTS.join(', ')} of their first outputs. A node counts from its \`period\`-th row on, and one that is NaN counts for nothing. \`rank\` and \`zscore\` of an output among them (${AMONG_OUTPUTS.join(', ')}) come with its own rows: place 1 for the least, equal ones sharing theirs, and the distance from the mean in deviations. The query is the node's identity, the set it finds is not.

In a backtest the set is the same from the first row to the last. In a cluster it follows the strategies that are published and retired, within a second, and every replay meets the same members at the same rows; before its first members the history is decided with those, and while it has none, what reads it waits. A member that falls silent holds it up.

\`\`\`ts
const strong = new TagQueryNode({ tags: ['momentum'], match: 'any', interval: '1d', period: 20 });
const place = strong.rank(mom(price, { period: 20 }).tagged('momentum'));
\`\`\``;
