// A backtest as one HTML file that needs nothing else: no network, no fonts, no libraries. It opens in ten years.
import { FIGURES } from '#analysis/figures.ts';
import { formatFigure, formatTime } from '#analysis/format.ts';
import type { Metrics } from '#analysis/metrics.ts';
import { returnsOf } from '#analysis/return-metrics.ts';
import { rollingOf, windowBarsOf } from '#analysis/rolling.ts';
import { spanOf } from '#analysis/span.ts';
import type { Trip } from '#analysis/trips.ts';
import type { Trade } from '#domain/order.ts';
import { distribution } from './distribution.ts';
import { graphPicture, type GraphNode } from './graph.ts';
import { heatMapPicture, type HeatMapInput, HEAT_MAP_STYLE } from './heat-map.ts';
import { documentOf, element, html, type Markup } from './markup.ts';
import { REPORT_SCRIPT } from './script.ts';
import { type InstrumentBars, type ReportSeries, seriesOf } from './series.ts';
import { REPORT_STYLE } from './style.ts';
import { type Cost, costTable, drawdownTable, figureTables, monthTable, mood, tradeTable } from './tables.ts';
import { tripPlots } from './trip-plots.ts';

export interface ReportInput {
  /** The strategy's name. */
  readonly title: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** What was traded, as people name it: `venue:instrument:interval`. */
  readonly source: string;
  readonly intervalMs: number;
  /** Columns of one length: open times in UTC ms, the account's equity after each row, and the value of its positions / equity. */
  readonly t: Float64Array;
  readonly equity: Float64Array;
  readonly exposure: Float64Array;
  /** Bars of all that is traded along the same rows, the benchmark first; at least one. */
  readonly instruments: readonly InstrumentBars[];
  readonly trades: readonly Trade[];
  readonly trips: readonly Trip[];
  readonly metrics: Metrics;
  /** Opening cash; 0 for a strategy that trades nothing. */
  readonly cash: number;
  readonly costs: readonly Cost[];
  /** The strategy's DAG, what is read before what reads it. */
  readonly nodes: readonly GraphNode[];
  /** A search the params come from, if there was one. */
  readonly search?: HeatMapInput;
  /** What the reader of the data and the run want known. */
  readonly warnings: readonly string[];
  /** The rules the run followed, and what tells it from every other: labels and values. */
  readonly conventions: Readonly<Record<string, string>>;
  readonly fingerprint: Readonly<Record<string, string>>;
}

const HEADLINES: readonly (keyof Metrics)[] = ['totalReturn', 'cagr', 'sharpe', 'maxDrawdownRatio', 'roundTrips', 'hitRatio'];
const ROLLING_POINTS_MAX = 1_000;

/** The whole page. All text of the input is escaped. */
export function report(input: ReportInput): string {
  const { t, equity, cash, intervalMs, instruments, metrics, trades, trips, costs, nodes, search } = input;
  const { barsPerYear } = spanOf(t);
  const returns = returnsOf(equity);
  const series = seriesOf({ ...input, rolling: rollingOf(returns, barsPerYear, windowBarsOf(returns.length, barsPerYear), ROLLING_POINTS_MAX) });
  const isSeveral = instruments.length > 1;
  const profit = (equity.at(-1) ?? cash) - cash;
  const body = html`<main>
${header(input)}
${headlines(metrics)}
${charts(input, series)}
<section id="metrics"><h2>Metrics</h2>${figureTables(metrics, t, equity, { name: isSeveral ? instruments[0]!.name : '', close: instruments[0]!.close })}</section>
<section id="months"><h2>Monthly returns <small>in percent, UTC months</small></h2>${monthTable(t, equity, cash)}</section>
<section id="drawdowns"><h2>Worst drawdowns</h2>${drawdownTable(t, equity, cash, intervalMs)}</section>
<div class="pair"><section id="distribution"><h2>Distribution of returns</h2>${distribution(input)}</section>
<section id="costs"><h2>What trading cost</h2>${costTable(profit, costs)}</section></div>
<section id="trips"><h2>Round trips</h2>${tripPlots(trips)}</section>
${search ? html`<section id="search"><h2>The search these parameters come from</h2>${heatMapPicture(search)}</section>` : ''}
<section id="dag"><h2>The strategy as a graph</h2>${graphPicture(nodes)}</section>
<section id="trades">${tradeTable(trades, intervalMs)}</section>
${footer(input)}
</main>
<script type="application/json" id="series">${element(scriptSafe(JSON.stringify(series)))}</script>
<script>${element(REPORT_SCRIPT)}</script>`;
  return documentOf({ title: `${input.title} · backtest`, style: search ? REPORT_STYLE + HEAT_MAP_STYLE : REPORT_STYLE, body });
}

function header({ title, params, source, t, equity, intervalMs, cash, warnings }: ReportInput): Markup {
  const period = t.length > 0 ? `${formatTime(t[0]!, intervalMs)} → ${formatTime(t.at(-1)!, intervalMs)} UTC` : 'no rows';
  const chips = Object.entries(params).map(([name, value]) => html`<li><span>${name}</span> ${typeof value === 'string' ? value : JSON.stringify(value)}</li>`);
  return html`<header>
<p class="kind">Backtest</p>
<h1>${title}</h1>
<p class="lead">${source} · ${period} · ${formatFigure(t.length, 'count')} bars</p>
${chips.length > 0 ? html`<ul class="chips" aria-label="Parameters">${chips}</ul>` : ''}
<p class="balance">${formatFigure(cash, 'cash')} <span aria-label="became">→</span> <strong>${formatFigure(equity.at(-1) ?? cash, 'cash')}</strong></p>
${warnings.length > 0 ? html`<section class="warnings" aria-label="Warnings"><h2>Mind this <small>${formatFigure(warnings.length, 'count')}</small></h2><ul>${warnings.map((warning) => html`<li>${warning}</li>`)}</ul></section>` : ''}
</header>`;
}

function headlines(metrics: Metrics): Markup {
  const cards = HEADLINES.map((key) => FIGURES.find((figure) => figure.key === key)!).map((figure) => {
    const value = metrics[figure.key];
    return html`<div class="card"><dt>${figure.label}</dt><dd class="${mood(figure, value)}">${formatFigure(value, figure.unit)}</dd></div>`;
  });
  return html`<dl class="headlines">${cards}</dl>`;
}

function charts({ instruments, trades }: ReportInput, { width, rolling }: ReportSeries): Markup {
  const wide = width > 1 ? ` A drawn bar is ${formatFigure(width, 'count')} bars of the data.` : '';
  const choice =
    instruments.length > 1
      ? html` <select id="instrument" aria-label="Instrument">${instruments.map(({ name }, k) => html`<option value="${String(k)}">${name}</option>`)}</select>`
      : '';
  const window = `last ${formatFigure(rolling.bars, 'count')} bars`;
  return html`<section class="charts" id="charts" tabindex="0" role="group" aria-label="Charts: arrow keys move the cursor, plus and minus zoom, Home shows all">
<div class="tools" role="toolbar" aria-label="Zoom"><button type="button" id="back" aria-label="Earlier">←</button><button type="button" id="on" aria-label="Later">→</button><button type="button" id="out" aria-label="Zoom out">−</button><button type="button" id="in" aria-label="Zoom in">+</button><button type="button" id="all">All</button><button type="button" id="ratio" aria-pressed="false">Log scale</button><button type="button" id="hold" aria-pressed="false">Buy and hold</button></div>
${chart('equity', 'Equity', 'tall')}
${chart('drawdown', 'Drawdown', 'low')}
${chart('price', html`Price and trades${choice}`, 'tall')}
${chart('exposure', html`Exposure <small>value of positions / equity</small>`, 'low')}
${rolling.rows.length > 0 ? html`${chart('sharpe', html`Rolling Sharpe <small>${window}</small>`, 'low')}${chart('volatility', html`Rolling volatility <small>${window}</small>`, 'low')}` : ''}
<canvas id="overview" class="strip" role="img" aria-label="The whole run; drag to move what is shown"></canvas>
<p class="note">Drag over a chart to zoom, shift and drag to move, double-click to see all; with two fingers on a touch screen. ${trades.length > 0 ? html`<span class="buy">▲</span> buy, <span class="sell">▼</span> sell, at fill prices.` : ''}${wide}</p>
<noscript><p class="warning">The charts are drawn by the script in this file; everything else is here without it.</p></noscript>
</section>`;
}

function chart(id: string, title: string | Markup, height: string): Markup {
  return html`<figure><figcaption><h2>${title}</h2><output id="${id}-value"></output></figcaption><canvas id="${id}" class="${height}" role="img" aria-label="${id} over time"></canvas></figure>`;
}

function footer({ conventions, fingerprint }: ReportInput): Markup {
  return html`<footer><section id="conventions"><h2>How it was worked out</h2>${definitions(conventions)}</section><section id="fingerprint"><h2>What it was worked out from</h2>${definitions(fingerprint)}</section></footer>`;
}

function definitions(entries: Readonly<Record<string, string>>): Markup {
  return html`<dl>${Object.entries(entries).map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`;
}

/** JSON in a script element: no `<` may stand in it, whatever the strings say. */
function scriptSafe(json: string): string {
  return json.replaceAll('<', '\\u003c');
}
