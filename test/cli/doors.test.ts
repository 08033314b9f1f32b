// Everything wrong a user can hand to `qmtl backtest`: the strategy file, its parameters, the data, the places to write to.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CommandLoop, expectRefused, qmtl, type Refusal } from '../support/qmtl.ts';

const SP500 = resolve('node_modules/vega-datasets/data/sp500-2000.csv');
const GOLDEN_CROSS = resolve('examples/golden-cross.ts');
const lines = readFileSync(SP500, 'utf8').trim().split('\n');
let directory: string;
let commands: CommandLoop;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'qmtl-doors-'));
  for (const [name, content] of Object.entries({ ...STRATEGIES, ...DATA })) writeFileSync(join(directory, name), content);
  mkdirSync(join(directory, 'folder.csv'));
  commands = new CommandLoop({ cwd: directory });
});
afterAll(() => {
  commands.stop();
  rmSync(directory, { recursive: true });
});

const HEAD = "import { Node, sma, Strategy, StreamInput } from 'qmtl';";
const SPX = "new StreamInput({ venue: 'demo', instrument: 'SPX', interval: '1d' })";
/** A compute function that goes wrong on the first close above `limit`. */
const late = (wrong: string): string => `${HEAD}
export default new Strategy({
  name: 'late',
  params: { limit: 1527, list: [1, 2], flag: true, text: 'a' },
  build({ limit }) {
    const price = ${SPX};
    const score = new Node({
      inputs: { price },
      period: 3,
      params: { limit },
      compute: ({ price }, { limit }) => {
        const last = price[price.length - 1]!;
        if (last > limit) { ${wrong} }
        return last;
      },
    }).named('score');
    return { target: score.gt(0) };
  },
});
`;

const STRATEGIES: Record<string, string> = {
  'syntax.ts': `${HEAD}\nexport default new Strategy({\n  name: 'x',\n  build() { const a = ; },\n});\n`,
  'enum.ts': `${HEAD}\n\nenum Side { Buy }\nexport default Side;\n`,
  'throws.ts': `${HEAD}\n\nthrow new Error('no luck today');\n`,
  'throws-text.ts': "throw 'no luck';\n",
  'no-default.ts': `${HEAD}\nexport const strategy = 1;\n`,
  'class.ts': 'export default class Mine {}\n',
  'record.ts': "export default { name: 'x', build() { return {}; } };\n",
  'null.ts': 'export default null;\n',
  'no-module.ts': `${HEAD}\nimport { signal } from './signals.ts';\nexport default signal;\n`,
  'no-package.ts': `${HEAD}\nimport signal from 'no-such-package';\nexport default signal;\n`,
  'no-name.ts': "import { smaa } from 'qmtl';\nexport default smaa;\n",
  'captures.ts': `${HEAD}\n\nconst factor: number = 3;\n\nexport default new Strategy({\n  name: 'captures',\n  build() {\n    const price = ${SPX};\n    return { target: new Node({ inputs: { price }, period: 1, compute: ({ price }) => {\n      const last = price[0]!;\n      return last * factor;\n    } }) };\n  },\n});\n`,
  'build-throws.ts': `${HEAD}\nexport default new Strategy({\n  name: 'x',\n  build() {\n    const none: any[] = [];\n    return { target: none[0].times(2) };\n  },\n});\n`,
  'empty.ts': `${HEAD}\nexport default new Strategy({ name: 'hollow', build() { return {}; } });\n`,
  'no-interval.ts': `${HEAD}\nexport default new Strategy({ name: 'x', build() { return { target: sma(new StreamInput({ venue: 'demo', instrument: 'SPX' } as never)) }; } });\n`,
  'late-throw.ts': late("throw 'above the limit';"),
  'late-error.ts': late(`
          // A word on prices.
          const none: number[] | null =
            null;
          return none!
            .length as number;
        `),
  'late-order.ts': `import { account, Strategy, StreamInput } from 'qmtl';
export default new Strategy({
  name: 'late',
  build: () => ({
    account: account(${SPX}, { cash: 10_000, params: { limit: 1527 } }, ({ bar, params, buy }) => {
      const last: number = bar.close;

      buy(1,
        { limit: last > params.limit ? Number.NaN : last });
    }),
  }),
});
`,
  'late-text.ts': late("return 'high' as never;"),
  'late-nothing.ts': late('return undefined as never;'),
  'two.ts': `${HEAD}
export default new Strategy({
  name: 'two',
  build() {
    const [a, b] = ['AAA', 'BBB'].map((instrument) => new StreamInput({ venue: 'demo', instrument, interval: '1d' })) as [StreamInput, StreamInput];
    return { target: sma(a, { period: 3 }).gt(sma(b, { period: 4 })) };
  },
});
`,
  'notes.txt': 'not a strategy\n',
};

const first40 = lines.slice(0, 41).join('\n');
const DATA: Record<string, string | Uint8Array> = {
  'empty.csv': '',
  'names-only.csv': `${lines[0]}\n`,
  'other-names.csv': 'a,b,c\n1,2,3\n',
  'bad-time.csv': `${first40}\n2000-13-45,1,2,1,2,2,5\n`,
  'bad-number.csv': `${first40}\n2000-03-02,1,2,one,2,2,5\n`,
  'short-row.csv': `${first40}\n2000-03-02,1,2\n`,
  'disorder.csv': `${first40}\n${lines[10]}\n`,
  'cut.csv.gz': gzipSync(first40).subarray(0, 300),
  'noise.csv': Uint8Array.from({ length: 2_000 }, (_, k) => (k * 151 + 128) % 256),
};

const inDirectory = (args: readonly string[], refusal: Refusal): Promise<void> => expectRefused((words) => commands.run(words), ['backtest', ...args], refusal);

describe('a strategy file is refused with the line to mend', () => {
  const invalid = (says: RegExp, cure: RegExp): Refusal => ({ code: 'STRATEGY_FILE_INVALID', says, cure });
  const form = /ends in `export default new Strategy/;
  test.each<[string, string, Refusal]>([
    ['that is not there', 'none.ts', invalid(/none\.ts does not exist/, /check the path/)],
    ['that is no program', 'notes.txt', invalid(/notes\.txt is not a TypeScript or JavaScript file/, form)],
    ['that is a directory', '.', invalid(/\. is not a TypeScript/, form)],
    ['with a syntax error', 'syntax.ts', invalid(/syntax\.ts:4: Expression expected/, /mend the syntax/)],
    ['with TypeScript that is not only types', 'enum.ts', invalid(/enum\.ts:3: .*enum/, /enums, namespaces and parameter properties/)],
    ['that throws when it is imported', 'throws.ts', invalid(/throws\.ts:3: no luck today/, /when it is imported/)],
    ['that throws what is no error', 'throws-text.ts', invalid(/throws-text\.ts: it threw "no luck"/, /when it is imported/)],
    ['without a default export', 'no-default.ts', invalid(/no-default\.ts has no default export/, form)],
    ['that exports a class of its own', 'class.ts', invalid(/class\.ts exports a function as its default, not a Strategy/, form)],
    ['that exports a record', 'record.ts', invalid(/record\.ts exports a record as its default, not a Strategy/, form)],
    ['that exports null', 'null.ts', invalid(/null\.ts exports null as its default/, form)],
    ['that imports a missing file', 'no-module.ts', invalid(/no-module\.ts:2: Cannot find module '.*signals\.ts'/, /mend the path/)],
    ['that imports a missing package', 'no-package.ts', invalid(/no-package\.ts:2: Cannot find package 'no-such-package'/, /install the package/)],
    ['that imports a name qmtl has not', 'no-name.ts', invalid(/no-name\.ts:\d+: .*'smaa'/, /import only names the module has/)],
    ['whose build throws', 'build-throws.ts', invalid(/build-throws\.ts:6: Cannot read properties of undefined \(reading 'times'\)/, /mend that line/)],
    ['whose compute reads what it was not given', 'captures.ts', { code: 'CODE_CAPTURES', says: /captures\.ts:11: compute uses "factor"/, cure: /params\.factor/ }],
    ['that asks for nothing', 'empty.ts', { code: 'SPEC_INVALID', says: /strategy hollow.* has neither a target nor an output/, cure: /return \{ target \}/ }],
    ['with a stream without interval', 'no-interval.ts', { code: 'INTERVAL_INVALID', says: /interval is missing/, cure: /"1d"/ }],
  ])('%s', (_, file, refusal) => inDirectory([file, '--data', SP500], refusal));
});

describe('a parameter is refused by name', () => {
  test.each<[string[], Refusal]>([
    [['--set', 'limt=3'], { code: 'PARAM_INVALID', says: /strategy late has no param "limt"/, cure: /its params are: limit, list, flag, text/ }],
    [['--set', 'limit=abc'], { code: 'PARAM_INVALID', says: /param limit is "abc", not a number/, cure: /limit=1527/ }],
    [['--set', 'limit='], { code: 'PARAM_INVALID', says: /param limit is "", not a number/, cure: /limit=1527/ }],
    [['--set', 'list=1,x'], { code: 'PARAM_INVALID', says: /param list is "1,x", not a list of numbers/, cure: /list=1,2/ }],
    [['--set', 'flag=yes'], { code: 'PARAM_INVALID', says: /param flag is "yes", not a boolean/, cure: /flag=true/ }],
    [['--set', 'flag'], { exit: 2, code: 'USAGE', says: /"flag" is not key=value/, cure: /backtest --help/ }],
    [['--cash', '0'], { exit: 2, code: 'USAGE', says: /--cash .*'0'/, cure: /backtest --help/ }],
    [['--fee-bps', '0.00001'], { code: 'MONEY_INVALID', says: /feeBps: 0\.00001 basis points are finer than 0\.0001/, cure: /round it/ }],
    [['--start', 'yesterday'], { code: 'PARAM_INVALID', says: /start: "yesterday" is not a moment/, cure: /2020-01-31/ }],
    [['--start', '2010-01-01', '--end', '2009-01-01'], { code: 'PARAM_INVALID', says: /start 2010-01-01\S* is not before end 2009-01-01/, cure: /span/ }],
    [['--start', '2030-01-01'], { code: 'DATA_SOURCE_UNBOUND', says: /demo:SPX:1d: no bar lies in the span/, cure: /from 2000-01-03\S* to 2020-04-17/ }],
  ])('%j', (args, refusal) => inDirectory(['late-throw.ts', '--data', SP500, ...args], refusal));

  test.each<[string[], Refusal]>([
    [['--set', 'fast=0'], { code: 'PERIOD_INVALID', says: /sma: period is 0.*from param fast/, cure: /1 to 525600/ }],
    [['--set', 'interval=7q'], { code: 'INTERVAL_INVALID', says: /"7q" is not an interval \(from param interval\)/, cure: /"1d"/ }],
    [['--set', 'quantity=1e300'], { code: 'MONEY_INVALID', says: /strategy golden-cross, node account \w+: target: 1e\+300 .* at row \d+ of the data, the bar of 2000-0\d-\S+Z/, cure: /larger unit/ }],
  ])('golden-cross %j', (args, refusal) => inDirectory([GOLDEN_CROSS, '--data', SP500, ...args], refusal));
});

describe('a compute function that goes wrong late names the strategy, the node, the row and the bar', () => {
  // The first close above 1527, counted in the file itself.
  const row = lines.slice(1).findIndex((line, k) => k >= 2 && Number(line.split(',')[4]) > 1527);
  const day = lines[1 + row]!.slice(0, 10);
  test.each<[string, string]>([
    ['late-throw.ts', 'threw above the limit'],
    ['late-text.ts', 'gave "high" where a number was due'],
    ['late-nothing.ts', 'gave undefined where a number was due'],
  ])('%s', (file, what) => {
    expect(row).toBeGreaterThan(20);
    return inDirectory([file, '--data', SP500], { code: 'COMPUTE_FAILED', says: new RegExp(`strategy late, node score: compute ${what} at row ${row + 1} of the data, the bar of ${day}`), cure: /one number per output/ });
  });

  test.each<[string, string, string, RegExp]>([
    ['late-error.ts', String.raw`score: compute threw TypeError: Cannot read properties of null \(reading 'length'\)`, String.raw`\.length as number;`, /one number per output/],
    ['late-order.ts', String.raw`account \w+: orders threw buy: limit is NaN, not a number`, String.raw`buy\(1,`, /NaN while they warm up/],
  ])('%s: and the line of the author’s file', (file, what, text, cure) => {
    const line = 1 + STRATEGIES[file]!.split('\n').findIndex((each) => new RegExp(`^ +${text}$`).test(each));
    return inDirectory([file, '--data', SP500], { code: 'COMPUTE_FAILED', says: new RegExp(`strategy late, node ${what} at row ${row + 1} of the data, the bar of ${day}\\S+, in ${file}:${line}: ${text}`), cure });
  });
});

describe('data is refused with file and line', () => {
  test.each<[string, Refusal]>([
    ['none.csv', { code: 'DATA_FILE_UNREADABLE', says: /none\.csv does not exist/, cure: /check the path/ }],
    ['folder.csv', { code: 'DATA_FILE_UNREADABLE', says: /folder\.csv is a directory/, cure: /file/ }],
    ['empty.csv', { code: 'DATA_HEADER_INVALID', says: /empty\.csv is empty/, cure: /ts,open,high,low,close,volume/ }],
    ['names-only.csv', { code: 'DATA_ROW_INVALID', says: /names-only\.csv has a line of names and no rows/, cure: /at least one bar/ }],
    ['other-names.csv', { code: 'DATA_HEADER_INVALID', says: /other-names\.csv, line 1: no column for time/, cure: /name the columns ts, open/ }],
    ['bad-time.csv', { code: 'DATA_ROW_INVALID', says: /bad-time\.csv, line 42, column date.*2000-13-45/, cure: /2024-01-31/ }],
    ['bad-number.csv', { code: 'DATA_ROW_INVALID', says: /bad-number\.csv, line 42, column low.*one/, cure: /plain decimal/ }],
    ['short-row.csv', { code: 'DATA_ROW_INVALID', says: /short-row\.csv, line 42: 3 fields where the first line has 7/, cure: /complete or remove/ }],
    ['disorder.csv', { code: 'DATA_ROW_INVALID', says: /disorder\.csv, line 42: out of order/, cure: /sort/ }],
    ['cut.csv.gz', { code: 'DATA_FILE_UNREADABLE', says: /cut\.csv\.gz is a gzip file that ends too early/, cure: /again/ }],
    ['noise.csv', { code: 'DATA_FILE_UNREADABLE', says: /noise\.csv is not UTF-8 text/, cure: /UTF-8/ }],
  ])('%s', (file, refusal) => inDirectory([GOLDEN_CROSS, '--data', file], refusal));
});

describe('data goes to the source it is named for', () => {
  const one = `AAA=${SP500}`;
  const other = `BBB=${SP500}`;
  test.each<[string, string, string[], Refusal]>([
    ['one file for two sources', 'two.ts', [SP500], { code: 'DATA_SOURCE_UNBOUND', says: /strategy two reads 2 sources \(demo:AAA:1d, demo:BBB:1d\), and one file was given/, cure: /--data AAA=first\.csv --data BBB=second\.csv/ }],
    ['nothing', GOLDEN_CROSS, [], { exit: 2, code: 'USAGE', says: /required option '--data <file>' not specified/, cure: /backtest --help/ }],
    ['one of two sources', 'two.ts', [one], { code: 'DATA_SOURCE_UNBOUND', says: /two reads demo:BBB:1d, and no data was given for it/, cure: /--data BBB=<csv>/ }],
    ['a source nobody reads', 'two.ts', [one, other, `CCC=${SP500}`], { code: 'DATA_SOURCE_UNBOUND', says: /"CCC", which strategy two does not read/, cure: /it reads demo:AAA:1d, demo:BBB:1d/ }],
    ['two files without names', 'two.ts', [SP500, SP500], { code: 'DATA_SOURCE_UNBOUND', says: /reads 2 sources .+ names none of them/, cure: /=first\.csv/ }],
    ['one file with a name and one without', 'two.ts', [one, SP500], { exit: 2, code: 'USAGE', says: /names no source, and others do/, cure: /instrument=file\.csv/ }],
    ['one source twice', 'two.ts', [one, one, other], { code: 'DATA_ROW_INVALID', says: /begins at .+: they overlap/, cure: /cut one of the two/ }],
    ['one source by two names', 'two.ts', [one, `demo:AAA:1d=${SP500}`, other], { code: 'DATA_SOURCE_UNBOUND', says: /data was given twice for demo:AAA:1d, once as "AAA"/, cure: /give it once/ }],
    ['another source than the strategy’s one', GOLDEN_CROSS, [`NDX=${SP500}`], { code: 'DATA_SOURCE_UNBOUND', says: /"NDX", which strategy golden-cross does not read/, cure: /it reads demo:SPX:1d/ }],
  ])('%s is refused', (_, file, data, refusal) => inDirectory([file, ...data.flatMap((each) => ['--data', each])], refusal));

  test('each by its name is a run', async () => {
    const { code, stdout } = await qmtl(['backtest', 'two.ts', '--data', one, '--data', `demo:BBB:1d=${SP500}`, '--json'], { cwd: directory });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ strategy: 'two', bars: lines.length - 1 });
  });
});

describe('a place that takes no file is named', () => {
  test.each(['--outputs', '--report'])('%s', (flag) =>
    inDirectory([GOLDEN_CROSS, '--data', SP500, flag, 'none/out.file'], { code: 'FILE_UNWRITABLE', says: /none\/out\.file cannot be written/, cure: /a directory that exists/ }));

  test('--json <out>', async () => {
    const { code, stderr } = await qmtl(['backtest', GOLDEN_CROSS, '--data', SP500, '--json', 'none/out.json'], { cwd: directory });
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'FILE_UNWRITABLE', message: expect.stringContaining('none/out.json cannot be written'), data: { path: 'none/out.json' } } });
  });
});
