// qmtl init: a directory of strategies that runs at once, with types, a strategy, its test and data.
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '#clock/random.ts';
import { makeDirectory } from '#domain/directory.ts';
import { Fault } from '#domain/fault.ts';
import { unwritable } from '#domain/unwritable.ts';
import { type Cli, type Command, examples, jsonOption } from './cli.ts';
import { writeFile } from './files.ts';

/** Where the running QMTL lives; it is on no registry, so a project names this place. */
const HOME = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

const BARS = 2_000;
const DAY_MS = 86_400_000;
const FIRST_DAY_MS = Date.UTC(2016, 0, 4);

const STRATEGY = `// Long while the fast average is above the slow one.
import { crossover, int, latch, sma, Strategy, StreamInput } from 'qmtl';

export default new Strategy({
  name: 'golden-cross',
  params: { instrument: 'DEMO', venue: 'demo', interval: '1d', fast: 10, slow: 40, quantity: 10 },
  space: { fast: int(5, 20), slow: int(30, 90, 10) }, // what \`qmtl sweep\` tries
  allows: ({ fast, slow }) => fast < slow,
  build({ instrument, venue, interval, fast, slow, quantity }) {
    const price = new StreamInput({ venue, instrument, interval });
    const long = latch(crossover(sma(price, { period: fast }), sma(price, { period: slow })));
    return { target: long.times(quantity) }; // the position wanted at each close; orders fill at the next open
  },
});
`;

const TEST = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Runner } from 'qmtl';
import goldenCross from '../strategies/golden-cross.ts';

const span = { data: 'data/demo.csv', start: '2016-01-01', end: '2030-01-01' };

test('it trades, and no more than it is told to', async () => {
  const { metrics, run } = await Runner.backtest(goldenCross, span);
  assert.ok(metrics.roundTrips > 5);
  assert.equal(Math.max(...run.position), 10);
  assert.equal(Math.min(...run.position), 0);
});

test('it never holds anything before its slow average is there', async () => {
  const { run } = await Runner.backtest(goldenCross, { ...span, params: { slow: 90 } });
  assert.ok(run.position.slice(0, 90).every((position) => position === 0));
});
`;

/** A checkout is there as its TypeScript sources, so an editor reads them by the rules they were written by. Node's types are in the checkout, or beside the package. */
const tsconfig = (beside: string): object => ({
  extends: './node_modules/qmtl/tsconfig.json',
  compilerOptions: { noUnusedLocals: false, noUnusedParameters: false, typeRoots: ['./node_modules/qmtl/node_modules/@types', `${beside}/@types`] },
  include: ['strategies', 'test', 'node_modules/qmtl/src/**/*.d.ts'],
});

const README = (name: string): string => `# ${name}

    npm install                # links QMTL; nothing is downloaded
    npm test                   # the tests of test/
    npx qmtl backtest strategies/golden-cross.ts --data data/demo.csv --report report.html
    npx qmtl backtest strategies/golden-cross.ts --data data/demo.csv --watch
    npx qmtl sweep strategies/golden-cross.ts --data data/demo.csv --out found
    npx qmtl check overfit strategies/golden-cross.ts --data data/demo.csv

\`data/demo.csv\` is a seeded random walk, so that there is something to run on: whatever earns money on it does so by luck.
`;

export function registerInit(program: Command, cli: Cli): void {
  program
    .command('init')
    .description('make a directory of strategies: types, a strategy, its test and data')
    .argument('<directory>', 'a directory that does not exist yet, or is empty')
    .addOption(jsonOption())
    .addHelpText('after', examples(['qmtl init my-strategies', 'then: cd my-strategies, npm install, npm test']))
    .action((directory: string, { json: asJson }: { json?: true }) => init(directory, asJson ?? false, cli));
}

function init(directory: string, asJson: boolean, cli: Cli): void {
  const root = resolve(directory);
  if (existsSync(root) && readdirSync(root).length > 0) {
    throw new Fault('FILE_UNWRITABLE', `${directory} is not empty`, { cure: 'name a directory that does not exist yet', data: { path: directory } });
  }
  const name = basename(root).toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-').replaceAll(/^-+|-+$/g, '') || 'my-strategies';
  const files: Readonly<Record<string, string>> = {
    'package.json': json({
      name,
      private: true,
      type: 'module',
      scripts: { test: 'qmtl test', backtest: 'qmtl backtest strategies/golden-cross.ts --data data/demo.csv' },
      dependencies: { qmtl: `file:${pathFrom(root, HOME)}` },
    }),
    'tsconfig.json': json(tsconfig(pathFrom(root, dirname(HOME)))),
    'README.md': README(name),
    '.gitignore': 'node_modules/\nreport.html\nfound/\n',
    'strategies/golden-cross.ts': STRATEGY,
    'test/golden-cross.test.ts': TEST,
    'data/demo.csv': demoBars(),
  };
  for (const [path, content] of Object.entries(files)) {
    try {
      makeDirectory(dirname(join(root, path)));
    } catch (cause) {
      throw unwritable(directory, cause);
    }
    writeFile(join(root, path), content);
  }
  if (asJson) {
    cli.out.json({ directory: root, files: Object.keys(files) });
    return;
  }
  cli.out.line(`${cli.out.paint('bold', directory)}  ${Object.keys(files).join('  ')}`);
  cli.out.line();
  cli.out.line(`next: cd ${directory} && npm install && npm test`);
}

function pathFrom(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Working days of a seeded random walk in cents. */
function demoBars(): string {
  const random = seededRandom(7);
  const lines = ['date,open,high,low,close,volume'];
  let cents = 10_000;
  for (let day = 0; lines.length <= BARS; day++) {
    const t = FIRST_DAY_MS + day * DAY_MS;
    const weekday = new Date(t).getUTCDay();
    if (weekday === 0 || weekday === 6) continue;
    const open = cents + random.below(41) - 20;
    const close = Math.max(1_000, open + random.below(401) - 198);
    const high = Math.max(open, close) + random.below(60);
    const low = Math.max(500, Math.min(open, close) - random.below(60));
    lines.push([new Date(t).toISOString().slice(0, 10), ...[open, high, low, close].map((each) => (each / 100).toFixed(2)), 10_000 + random.below(90_000)].join(','));
    cents = close;
  }
  return `${lines.join('\n')}\n`;
}
