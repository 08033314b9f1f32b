import { describe, expect, test } from 'vitest';
import { benchmarkMetrics } from '#analysis/benchmark.ts';
import { FIGURES, HOLDING_FIGURES } from '#analysis/figures.ts';
import { formatFigure } from '#analysis/format.ts';
import { report } from '#report/page.ts';
import { partsOf } from './browser.ts';
import { DAY_MS, run } from './sample.ts';

const HOSTILE = `</script><script>alert("x")</script><img src=x onerror='x'>&`;
const SECTIONS = ['charts', 'metrics', 'months', 'drawdowns', 'distribution', 'costs', 'trips', 'dag', 'trades', 'conventions', 'fingerprint'];

/** The text of an element by its id, tags taken out. */
function textOf(page: string, id: string): string {
  const from = page.indexOf(`<section id="${id}"`);
  return page.slice(from, page.indexOf('</section>', from)).replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
}

describe('the page', () => {
  const page = report(run(400));

  test('needs nothing but itself', () => {
    expect(page).not.toMatch(/https?:|<link|<img|<iframe|@import|url\(|\ssrc=|fetch\(|import\(/);
  });

  test('has every section, each with a heading or a name', () => {
    for (const id of SECTIONS) expect(page, id).toMatch(new RegExp(`<section [^>]*id="${id}"[^>]*>[\\s\\S]*?(<h2>|aria-label)`));
    expect(page).not.toContain('id="search"');
  });

  test('shows every metric with the value it has in the JSON beside it', () => {
    const { metrics } = run(400);
    expect(FIGURES.map(({ key }) => key).toSorted()).toEqual(Object.keys(metrics).toSorted());
    for (const { key, label, unit } of FIGURES) expect(textOf(page, 'metrics'), key).toMatch(new RegExp(` ${label} [^|]*? ${formatFigure(metrics[key], unit)} `));
    const text = page.slice(page.indexOf('class="headlines"'), page.indexOf('</dl>'));
    expect(text).toContain(`<dt>Sharpe</dt><dd class="good">${formatFigure(metrics.sharpe, 'number')}</dd>`);
  });

  test('shows each figure of a run against holding once', () => {
    const { t, equity, instruments } = run(400);
    expect(HOLDING_FIGURES.map(({ key }) => key).toSorted()).toEqual(Object.keys(benchmarkMetrics({ t, value: equity }, { t, value: instruments[0]!.close })).toSorted());
    for (const { label, hint } of HOLDING_FIGURES) expect(page).toContain(`<th scope="row">${label}<small>${hint}</small>`);
  });

  test('says what it was worked out from, and by which rules', () => {
    expect(textOf(page, 'conventions')).toContain('Fill at the open of the next bar');
    expect(textOf(page, 'fingerprint')).toContain('data bars.csv');
    for (const text of ['demo:SPX:1d', '2020-01-01 → 2021-02-03 UTC', '400 bars', '1,000.00']) expect(page).toContain(text);
  });

  test('shows warnings only where there are some', () => {
    expect(page).not.toContain('Mind this');
    expect(report({ ...run(40), warnings: ['3 bars are missing'] })).toMatch(/Mind this <small>1<\/small><\/h2><ul><li>3 bars are missing<\/li>/);
  });

  test('escapes every text it is given', () => {
    const input = run(40);
    const [node] = input.nodes;
    const [bars] = input.instruments;
    const hostile = report({
      ...input, title: HOSTILE, params: { [HOSTILE]: HOSTILE }, source: HOSTILE, warnings: [HOSTILE], conventions: { [HOSTILE]: HOSTILE }, fingerprint: { [HOSTILE]: HOSTILE },
      instruments: [bars!, { ...bars!, name: HOSTILE }], costs: [{ label: HOSTILE, amount: 1, hint: HOSTILE }], trades: input.trades.map((trade) => ({ ...trade, instrument: HOSTILE })),
      nodes: [{ ...node!, ids: { [HOSTILE]: HOSTILE }, name: HOSTILE, params: { [HOSTILE]: HOSTILE }, sharedWith: [HOSTILE] }],
      search: { title: HOSTILE, objective: 'sharpe', isLessBetter: false, fixed: {}, rows: [{ params: { [HOSTILE]: HOSTILE }, figures: { sharpe: 1 } }], best: 0, bars: 40, notes: [HOSTILE] },
    });
    expect(hostile).not.toContain('<img');
    expect(hostile).not.toContain('alert("x")');
    expect(hostile.match(/<script/g)).toHaveLength(2);
    expect(hostile.match(/&lt;\/script&gt;/g)!.length).toBeGreaterThanOrEqual(20);
  });

  test('lists the first 500 trades and counts them all', () => {
    const many = report(run(2_000, 1_200));
    expect(many).toContain('the first 500 of 1,200');
    expect(textOf(many, 'trades').match(/ (buy|sell) /g)).toHaveLength(500);
    expect(report(run(40, 3))).toContain('<details open>');
  });

  test('lists the worst drawdowns with their dates', () => {
    // 1,000 + r / 10 + 30·sin(r / 15) is highest at r = 24.3, lowest at 69.9, and again above its value of row 24, 1,032.39, from row 107 on (1,033.24).
    expect(textOf(page, 'drawdowns')).toContain(' 1 −5.36 % 55.36 2020-01-25 2020-03-11 2020-04-17 46 d 37 d 2 ');
  });

  test('breaks the result down into what prices made and what trading cost', () => {
    const input = run(400, 4);
    const profit = input.equity.at(-1)! - 1_000;
    expect(textOf(page, 'costs')).toContain(` ${formatFigure(profit + 0.5, 'cash')} Fees of all fills −0.50 After costs last equity − opening cash ${formatFigure(profit, 'cash')} `);
  });

  test('shows the search the parameters come from', () => {
    const rows = [1, 2, 3].map((fast) => ({ params: { fast }, figures: { sharpe: fast / 2 } }));
    const found = report({ ...run(40), search: { title: 'x', objective: 'sharpe', isLessBetter: false, fixed: {}, rows, best: 2, bars: 40, notes: [] } });
    expect(found).toMatch(/<section id="search">[\s\S]*<svg class="heat"[\s\S]*class="best"/);
  });

  test('lets choose between instruments where there are several', () => {
    const input = run(40);
    const [bars] = input.instruments;
    expect(page).not.toContain('<select');
    expect(report({ ...input, instruments: [bars!, { ...bars!, name: 'QQQ' }] })).toContain('<option value="1">QQQ</option>');
  });

  test('of half a million bars stays a few MB, with every bar in it', () => {
    const long = report(run(500_000, 30_000, 60_000));
    expect(long.length).toBeLessThan(4_000_000);
    const { series } = partsOf(long);
    expect([series.width, series.run.rows, series.trades.rows]).toEqual([1, 500_000, 30_000]);
  });

  test('of minutes shows the returns of days', () => {
    expect(textOf(report(run(20_000, 4, 60_000)), 'distribution')).toContain('14 days that moved the equity');
    expect(textOf(page, 'distribution')).toContain('399 bars that moved the equity');
    expect(textOf(report(run(2, 0, DAY_MS)), 'distribution')).toContain('Too few returns');
  });
});

describe('the picture of the graph', () => {
  const page = report(run(40));

  test('names every node, its params and its NodeID, for whoever points at it or reads it', () => {
    expect(page).toContain('aria-label="fast · period 10 · NodeID aa02"');
    expect(page).toContain('aria-label="SPX · NodeID close aa01 · also in other"');
  });

  test('marks what is read more than once, and what other strategies have as well', () => {
    expect(page.match(/<g class="badge">/g)).toHaveLength(1);
    expect(page).toMatch(/×2<\/text>/);
    expect(page.match(/<g class="badge other">/g)).toHaveLength(1);
    expect(textOf(page, 'dag')).toContain('1 is in another strategy as well');
  });

  test('has an edge for each pair of a node and what it reads', () => {
    expect([...page.matchAll(/class="edge" data-from="(\d)" data-to="(\d)"/g)].map(([, from, to]) => [from, to])).toEqual([['0', '1'], ['0', '2'], ['1', '2']]);
  });

  test('gives way to a sentence when there are more nodes than anybody could find', () => {
    const nodes = Array.from({ length: 200 }, (_, k) => ({ ids: { '': `n${k}` }, name: `n${k}`, kind: 'kernel' as const, params: {}, reads: k > 0 ? [`n${k - 1}`] : [], sharedWith: [] }));
    expect(textOf(report({ ...run(40), nodes }), 'dag')).toContain('200 nodes are more than a picture can show');
  });
});
