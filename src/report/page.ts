// A backtest as one HTML file that needs nothing else: no network, no fonts, no libraries. It opens in ten years.
import { benchmarkMetrics } from '#analysis/benchmark.ts';
import { FIGURE_GROUPS, FIGURES, type Figure, HOLDING_FIGURES } from '#analysis/figures.ts';
import { formatAmount, formatDuration, formatFigure, formatPercent, formatTime } from '#analysis/format.ts';
import type { Metrics } from '#analysis/metrics.ts';
import { monthlyReturns } from '#analysis/monthly.ts';
import type { Trade } from '#domain/order.ts';
import type { AccountTerms } from '#domain/strategy-spec.ts';
import { element, html, type Markup } from './markup.ts';
import { REPORT_SCRIPT } from './script.ts';
import { seriesOf } from './series.ts';
import { REPORT_STYLE } from './style.ts';
import { POINTS_MAX } from './thin.ts';

export interface ReportInput {
  /** The strategy's name. */
  readonly title: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** What was traded, as people name it: `venue:instrument:interval`. */
  readonly source: string;
  readonly intervalMs: number;
  /** Columns of one length: open times in UTC ms, the close, and the account's equity after each row. */
  readonly t: Float64Array;
  readonly close: Float64Array;
  readonly equity: Float64Array;
  readonly trades: readonly Trade[];
  readonly metrics: Metrics;
  readonly terms: AccountTerms;
  /** What the reader of the data file wants known. */
  readonly warnings: readonly string[];
  /** What tells this run from every other, label and value, shown at the foot: data file, its hash, NodeIDs, version. */
  readonly fingerprint: Readonly<Record<string, string>>;
}

const TRADES_SHOWN = 500;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const HEADLINES: readonly (keyof Metrics)[] = ['totalReturn', 'cagr', 'sharpe', 'maxDrawdownRatio', 'roundTrips', 'hitRatio'];
const HEAT_FULL_RATIO = 0.1; // a month of ±10 % has the full colour

/** The whole page. All text of the input is escaped. */
export function report(input: ReportInput): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${input.title} · backtest</title>
<style>${element(REPORT_STYLE)}</style>
</head>
<body>
<main>
${header(input)}
${headlines(input)}
${charts(input)}
${figures(input)}
${months(input)}
${trades(input)}
${footer(input)}
</main>
<script type="application/json" id="series">${element(scriptSafe(JSON.stringify(seriesOf(input, input.terms.cash))))}</script>
<script>${element(REPORT_SCRIPT)}</script>
</body>
</html>
`;
  return page.markup;
}

function header({ title, params, source, t, equity, intervalMs, terms, warnings }: ReportInput): Markup {
  const period = t.length > 0 ? `${formatTime(t[0]!, intervalMs)} → ${formatTime(t.at(-1)!, intervalMs)} UTC` : 'no rows';
  const chips = Object.entries(params).map(([name, value]) => html`<li><span>${name}</span> ${typeof value === 'string' ? value : JSON.stringify(value)}</li>`);
  return html`<header>
<p class="kind">Backtest</p>
<h1>${title}</h1>
<p class="lead">${source} · ${period} · ${formatFigure(t.length, 'count')} bars</p>
${chips.length > 0 ? html`<ul class="chips">${chips}</ul>` : ''}
<p class="balance">${formatFigure(terms.cash, 'cash')} <span aria-label="became">→</span> <strong>${formatFigure(equity.at(-1) ?? terms.cash, 'cash')}</strong></p>
${warnings.map((warning) => html`<p class="warning">${warning}</p>`)}
</header>`;
}

function figureOf(key: keyof Metrics): Figure {
  return FIGURES.find((figure) => figure.key === key)!;
}

function mood(figure: Pick<Figure, 'signed'>, value: number | null): string {
  if (!figure.signed || value === null || value === 0) return '';
  return value > 0 ? 'good' : 'bad';
}

function headlines({ metrics }: ReportInput): Markup {
  const cards = HEADLINES.map(figureOf).map((figure) => {
    const value = metrics[figure.key];
    return html`<div class="card"><dt>${figure.label}</dt><dd class="${mood(figure, value)}">${formatFigure(value, figure.unit)}</dd></div>`;
  });
  return html`<dl class="headlines">${cards}</dl>`;
}

function charts({ trades: fills, t }: ReportInput): Markup {
  const marked = fills.length > POINTS_MAX ? `the first ${formatFigure(POINTS_MAX, 'count')} of ${formatFigure(fills.length, 'count')} trades` : 'every trade';
  const thinned = t.length > POINTS_MAX ? ` Lines show the lowest and the highest of each stretch of bars, about ${formatFigure(POINTS_MAX, 'count')} points in all.` : '';
  return html`<section class="charts" aria-label="Charts">
<figure><figcaption><h2>Equity</h2><output id="equity-value"></output></figcaption><canvas id="equity" class="tall" role="img" aria-label="Equity over time"></canvas></figure>
<figure><figcaption><h2>Drawdown</h2><output id="drawdown-value"></output></figcaption><canvas id="drawdown" class="low" role="img" aria-label="Drawdown over time"></canvas></figure>
<figure><figcaption><h2>Price and trades</h2><output id="price-value"></output></figcaption><canvas id="price" class="tall" role="img" aria-label="Price over time with trades"></canvas></figure>
<p class="note">Drag to zoom, double-click to see all. <span class="buy">▲</span> buy, <span class="sell">▼</span> sell, at fill prices: ${marked}.${thinned}</p>
<noscript><p class="warning">The charts are drawn by the script in this file; everything else is here without it.</p></noscript>
</section>`;
}

function figures({ metrics, t, equity, close }: ReportInput): Markup {
  const tables = (list: readonly Figure[]) => FIGURE_GROUPS.map((group) => figureTable(group, list.filter((figure) => figure.group === group), metrics));
  const against = benchmarkMetrics({ t, value: equity }, { t, value: close });
  const more = FIGURES.filter(({ isMain }) => !isMain);
  return html`<section class="figures"><h2>Metrics</h2><div class="groups">${tables(FIGURES.filter(({ isMain }) => isMain))}</div>
<details class="more"><summary><h2>More metrics <small>${formatFigure(more.length + HOLDING_FIGURES.length, 'count')}</small></h2></summary>
<div class="groups">${tables(more)}${figureTable('Against buy and hold', HOLDING_FIGURES, against)}</div></details></section>`;
}

function figureTable<Key extends string>(title: string, list: readonly Figure<Key>[], values: Readonly<Record<Key, number | null>>): Markup {
  if (list.length === 0) return html``;
  const rows = list.map(
    (figure) =>
      html`<tr title="${figure.hint}"><th scope="row">${figure.label}<small>${figure.hint}</small></th><td class="${mood(figure, values[figure.key])}">${formatFigure(values[figure.key], figure.unit)}</td></tr>`,
  );
  return html`<table><thead><tr><th scope="colgroup" colspan="2">${title}</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function months({ t, equity, terms }: ReportInput): Markup {
  const rows = monthlyReturns(t, equity, terms.cash).map(
    ({ year, months: returns, total }) => html`<tr><th scope="row">${String(year)}</th>${returns.map(monthCell)}<td class="total ${total < 0 ? 'bad' : total > 0 ? 'good' : 'flat'}">${formatPercent(total)}</td></tr>`,
  );
  return html`<section><h2>Monthly returns <small>in percent, UTC months</small></h2><div class="scroll"><table class="months">
<thead><tr><th scope="col">Year</th>${MONTHS.map((month) => html`<th scope="col">${month}</th>`)}<th scope="col">Year</th></tr></thead>
<tbody>${rows}</tbody></table></div></section>`;
}

function monthCell(value: number | null): Markup {
  if (value === null || !Number.isFinite(value)) return html`<td></td>`;
  if (value === 0) return html`<td class="flat">0</td>`;
  const heat = Math.min(Math.abs(value) / HEAT_FULL_RATIO, 1);
  return html`<td class="heat" style="--heat: ${(heat * 100).toFixed(0)}%; --tone: var(--${value < 0 ? 'bad' : 'good'})">${formatPercent(value)}</td>`;
}

function trades({ trades: fills, intervalMs }: ReportInput): Markup {
  const rows = fills
    .slice(0, TRADES_SHOWN)
    .map(
      (trade, k) => html`<tr><td>${formatFigure(k + 1, 'count')}</td><td>${formatTime(trade.ts, intervalMs)}</td><td class="${trade.side}">${trade.side === 'buy' ? '▲' : '▼'} ${trade.side}</td>
<td>${formatAmount(trade.quantity)}</td><td>${formatAmount(trade.price)}</td><td>${formatAmount(trade.fee)}</td></tr>`,
    );
  const count = fills.length > TRADES_SHOWN ? `the first ${TRADES_SHOWN} of ${formatFigure(fills.length, 'count')}` : formatFigure(fills.length, 'count');
  return html`<section><details${fills.length <= 40 ? element(' open') : ''}><summary><h2>Trades <small>${count}</small></h2></summary><div class="scroll"><table class="trades">
<thead><tr><th scope="col">#</th><th scope="col">Bar (UTC)</th><th scope="col">Side</th><th scope="col">Quantity</th><th scope="col">Price</th><th scope="col">Fee</th></tr></thead>
<tbody>${rows}</tbody></table></div></details></section>`;
}

function footer({ terms, intervalMs, fingerprint }: ReportInput): Markup {
  const conventions: Readonly<Record<string, string>> = {
    Decision: 'a target is read at the close of a bar',
    Fill: 'market order, filled whole at the open of the next bar',
    Fee: `${terms.feeBps} bps of the traded value, per side`,
    Slippage: `${terms.slippageBps} bps of the open, against the trade`,
    Amounts: 'exact, in units of 0.00000001; marked at the close',
    Bar: intervalMs > 0 ? `${formatDuration(intervalMs)}, times are those of the open, UTC` : 'times are those of the open, UTC',
    Annualised: 'by the bars per year of the data itself; risk-free rate 0',
  };
  return html`<footer><section><h2>How it was worked out</h2>${definitions(conventions)}</section><section><h2>What it was worked out from</h2>${definitions(fingerprint)}</section></footer>`;
}

function definitions(entries: Readonly<Record<string, string>>): Markup {
  return html`<dl>${Object.entries(entries).map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`;
}

/** JSON in a script element: no `<` may stand in it, whatever the strings say. */
function scriptSafe(json: string): string {
  return json.replaceAll('<', '\\u003c');
}
