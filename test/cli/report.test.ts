// `qmtl backtest --report`: the page, the JSON beside it, and what other files add to it.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FIGURES } from '#analysis/figures.ts';
import { formatFigure } from '#analysis/format.ts';
import type { Metrics } from '#analysis/metrics.ts';
import { csvOf, dailyBars } from '../../examples/data.ts';
import { browse } from '../report/browser.ts';
import { CommandLoop, expectRefused } from '../support/qmtl.ts';

const SP500 = resolve('node_modules/vega-datasets/data/sp500-2000.csv');
const example = (name: string): string => resolve(`examples/${name}.ts`);
const directory = mkdtempSync(join(tmpdir(), 'qmtl-report-'));
const loop = new CommandLoop({ cwd: directory });

beforeAll(() => {
  for (const [name, bars] of dailyBars()) writeFileSync(join(directory, `${name}.csv`), csvOf(bars));
});
afterAll(() => {
  loop.stop();
  rmSync(directory, { recursive: true, force: true });
});

interface Answer {
  readonly metrics: Metrics;
  readonly warnings: readonly string[];
  readonly fill: string;
}

async function report(...args: string[]): Promise<{ page: string; answer: Answer; stdout: string }> {
  const { code, stdout, stderr } = await loop.run(['backtest', ...args, '--report', 'out.html']);
  expect([code, stderr.replaceAll(/^warning: .*\n/gm, '')]).toEqual([0, '']);
  return { page: readFileSync(join(directory, 'out.html'), 'utf8'), answer: JSON.parse(readFileSync(join(directory, 'out.json'), 'utf8')) as Answer, stdout };
}

const sectionOf = (page: string, id: string): string => {
  const from = page.indexOf(`<section id="${id}"`);
  return page.slice(from, page.indexOf('</section>', from));
};

describe('a report', () => {
  test('shows the figures of the JSON beside it, and the warnings', async () => {
    const { page, answer, stdout } = await report(example('golden-cross'), '--data', SP500, '--fee-bps', '10');
    const text = sectionOf(page, 'metrics').replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
    for (const { key, label, hint, unit } of FIGURES) expect(text, key).toContain(` ${label} ${hint} ${formatFigure(answer.metrics[key], unit)} `);
    expect(answer.warnings.length).toBeGreaterThan(0);
    for (const warning of answer.warnings) expect(page).toContain(`<li>${warning}</li>`);
    expect(stdout).toMatch(/report {3}out\.html\n {9}out\.json\n/);
    expect(sectionOf(page, 'conventions')).toContain('10 bps per side');
  });

  test('of an account by orders tells its conventions, and costs in three parts where it pays to hold', async () => {
    const { page } = await report(example('pairs'), '--data', 'ALPHA=ALPHA.csv', '--data', 'BETA=BETA.csv', '--slippage-bps', '3');
    const text = sectionOf(page, 'conventions').replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
    for (const words of ['Decision orders are placed at the close of a bar', 'Fee percent, bps 1', 'Slippage fixed, bps 3', 'Borrow bps 50', 'Lot 1, 1']) expect(text).toContain(words);
    for (const label of ['Fees', 'Slippage', 'Carry']) expect(sectionOf(page, 'costs')).toContain(`>${label}<small>`);
    expect(page).toMatch(/<option value="0">a<\/option><option value="1">b<\/option>/);
  });

  test('says when market orders fill, as the JSON does', async () => {
    const at = async (fillAt: string): Promise<string> => {
      writeFileSync(join(directory, `${fillAt}.ts`), `import { sma, Strategy, StreamInput } from 'qmtl';\nexport default new Strategy({ name: 'fills', account: { fillAt: '${fillAt}' }, build: () => ({ target: sma(new StreamInput({ venue: 'demo', instrument: 'SPX', interval: '1d' })).gt(1000) }) });\n`);
      const { page, answer } = await report(`${fillAt}.ts`, '--data', SP500);
      expect(sectionOf(page, 'conventions')).toContain(fillAt === 'same-close' ? 'nobody trades like that' : 'at the next open');
      return answer.fill;
    };
    expect([await at('next-open'), await at('same-close')]).toEqual(['next-open', 'same-close']);
  });

  test('can be made of a strategy that trades nothing', async () => {
    writeFileSync(join(directory, 'looks.ts'), "import { sma, Strategy, StreamInput } from 'qmtl';\nexport default new Strategy({ name: 'looks', build: () => ({ outputs: { a: sma(new StreamInput({ venue: 'demo', instrument: 'SPX', interval: '1d' })) } }) });\n");
    const { page } = await report('looks.ts', '--data', SP500);
    const { said } = await browse(page);
    expect([said('equity'), said('price')]).toEqual(['0.000', 'O 2,842.43  H 2,879.22  L 2,830.88  C 2,874.56']);
  });

  test('marks the nodes that other strategies have as well', async () => {
    const { page } = await report(example('golden-cross'), '--data', SP500, '--beside', example('range-position'), '--beside', example('macd'));
    expect(sectionOf(page, 'dag')).toContain('also in range-position, macd"');
  });

  test('shows the search its parameters come from', async () => {
    expect((await loop.run(['sweep', example('golden-cross'), '--data', SP500, '--vary', 'fast=5..7', '--vary', 'slow=20,30', '--out', 'found'])).code).toBe(0);
    const { page } = await report(example('golden-cross'), '--data', SP500, '--sweep', 'found/sweep.json');
    expect(sectionOf(page, 'search').match(/<title>fast/g)).toHaveLength(6);
  });

  test.each([
    ['no such file', 'nowhere.json', 1, 'DATA_FILE_UNREADABLE', /nowhere\.json cannot be read/, /check the path/],
    ['a file that is no JSON', SP500, 2, 'USAGE', /is no JSON/, /sweep\.json that `qmtl sweep --out` wrote/],
    ['JSON of something else', resolve('package.json'), 2, 'USAGE', /is no result of a sweep/, /sweep\.json/],
  ])('refuses %s as a search, and writes nothing', async (_, path, exit, code, says, cure) => {
    rmSync(join(directory, 'out.html'), { force: true });
    const args = ['backtest', example('golden-cross'), '--data', SP500, '--report', 'out.html', '--sweep', path];
    await expectRefused((line) => loop.run(line), args, { exit, code, says, cure });
    expect(existsSync(join(directory, 'out.html'))).toBe(false);
  });
});
