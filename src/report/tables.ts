// The tables of a report: figures, months, drawdowns, costs, trades.
import { benchmarkMetrics } from '#analysis/benchmark.ts';
import { FIGURE_GROUPS, FIGURES, type Figure, HOLDING_FIGURES } from '#analysis/figures.ts';
import { formatAmount, formatDuration, formatFigure, formatPercent, formatTime } from '#analysis/format.ts';
import type { Metrics } from '#analysis/metrics.ts';
import { monthlyReturns } from '#analysis/monthly.ts';
import { worstDrawdowns } from '#analysis/worst-drawdowns.ts';
import type { Trade } from '#domain/order.ts';
import { html, type Markup } from './markup.ts';

/** What something cost, or brought, in the account's currency; a cost is above zero. */
export interface Cost {
  readonly label: string;
  readonly amount: number;
  readonly hint: string;
}

const TRADES_SHOWN = 500;
const OPEN_TRADES_MAX = 40; // a longer list starts folded
const DRAWDOWNS_SHOWN = 5;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The class that colours a gain or a loss. */
export function mood(figure: Pick<Figure, 'signed'>, value: number | null): string {
  if (!figure.signed || value === null || value === 0) return '';
  return value > 0 ? 'good' : 'bad';
}

/** `held` is what is bought and held beside the run: its name where there is a choice, and its closes. */
export function figureTables(metrics: Metrics, t: Float64Array, equity: Float64Array, held: { readonly name: string; readonly close: Float64Array }): Markup {
  const tables = (list: readonly Figure[]) => FIGURE_GROUPS.map((group) => figureTable(group, list.filter((figure) => figure.group === group), metrics));
  const against = benchmarkMetrics({ t, value: equity }, { t, value: held.close });
  const more = FIGURES.filter(({ isMain }) => !isMain);
  return html`<div class="groups">${tables(FIGURES.filter(({ isMain }) => isMain))}</div>
<details class="more"><summary><h3>More metrics <small>${formatFigure(more.length + HOLDING_FIGURES.length, 'count')}</small></h3></summary>
<div class="groups">${tables(more)}${figureTable(`Against buy and hold${held.name === '' ? '' : ` of ${held.name}`}`, HOLDING_FIGURES, against)}</div></details>`;
}

function figureTable<Key extends string>(title: string, list: readonly Figure<Key>[], values: Readonly<Record<Key, number | null>>): Markup {
  if (list.length === 0) return html``;
  const rows = list.map(
    (figure) =>
      html`<tr><th scope="row">${figure.label}<small>${figure.hint}</small></th><td class="${mood(figure, values[figure.key])}">${formatFigure(values[figure.key], figure.unit)}</td></tr>`,
  );
  return html`<table><thead><tr><th scope="colgroup" colspan="2">${title}</th></tr></thead><tbody>${rows}</tbody></table>`;
}

export function monthTable(t: Float64Array, equity: Float64Array, cash: number): Markup {
  const years = monthlyReturns(t, equity, cash);
  // The month that moved most has the full colour.
  const largest = Math.max(...years.flatMap(({ months }) => months.map((value) => (value !== null && Number.isFinite(value) ? Math.abs(value) : 0))));
  const rows = years.map(
    ({ year, months, total }) =>
      html`<tr><th scope="row">${String(year)}</th>${months.map((value) => monthCell(value, largest))}<td class="total ${total < 0 ? 'bad' : total > 0 ? 'good' : 'flat'}">${Number.isFinite(total) ? formatPercent(total) : '–'}</td></tr>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Monthly returns"><table class="months">
<thead><tr><th scope="col">Year</th>${MONTHS.map((month) => html`<th scope="col">${month}</th>`)}<th scope="col">Year</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function monthCell(value: number | null, largest: number): Markup {
  if (value === null || !Number.isFinite(value)) return html`<td></td>`;
  if (value === 0) return html`<td class="flat">0</td>`;
  const heat = Math.abs(value) / largest;
  return html`<td class="heat" style="--heat: ${(heat * 100).toFixed(0)}%; --tone: var(--${value < 0 ? 'bad' : 'good'})">${formatPercent(value)}</td>`;
}

export function drawdownTable(t: Float64Array, equity: Float64Array, cash: number, intervalMs: number): Markup {
  const worst = worstDrawdowns(equity, cash, DRAWDOWNS_SHOWN);
  if (worst.length === 0) return html`<p class="note">The equity never fell below what it had been.</p>`;
  const time = (row: number): string => formatTime(t[Math.max(row, 0)]!, intervalMs);
  const took = (from: number, to: number): string => formatDuration(t[to]! - t[Math.max(from, 0)]!);
  const rows = worst.map(
    ({ depthRatio, depth, peakRow, troughRow, recoveryRow }, k) => html`<tr><td>${String(k + 1)}</td><td class="bad">${formatFigure(-depthRatio, 'percent')}</td><td>${formatFigure(depth, 'cash')}</td>
<td>${time(peakRow)}</td><td>${time(troughRow)}</td><td>${recoveryRow === null ? 'not yet' : time(recoveryRow)}</td><td>${took(peakRow, troughRow)}</td><td>${recoveryRow === null ? '–' : took(troughRow, recoveryRow)}</td></tr>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Worst drawdowns"><table class="list">
<thead><tr><th scope="col">#</th><th scope="col">Depth</th><th scope="col">Cash</th><th scope="col">Peak</th><th scope="col">Trough</th><th scope="col">Recovered</th><th scope="col">Fell for</th><th scope="col">Took back</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

/** From what the trades made before costs to what was left, as bars of one scale. */
export function costTable(profit: number, costs: readonly Cost[]): Markup {
  const gross = profit + costs.reduce((sum, { amount }) => sum + amount, 0);
  const lines = [
    { label: 'Before costs', amount: gross, hint: 'what the prices alone made of the positions', isTotal: true },
    ...costs.map(({ label, amount, hint }) => ({ label, amount: -amount, hint, isTotal: false })),
    { label: 'After costs', amount: profit, hint: 'last equity − opening cash', isTotal: true },
  ];
  const largest = Math.max(...lines.map(({ amount }) => Math.abs(amount))) || 1;
  const rows = lines.map(
    ({ label, amount, hint, isTotal }) =>
      html`<tr class="${isTotal ? 'total' : ''}"><th scope="row">${label}<small>${hint}</small></th><td class="bar">${amount === 0 ? '' : html`<i class="${amount < 0 ? 'loss' : 'gain'}" style="width: ${((Math.abs(amount) / largest) * 100).toFixed(1)}%"></i>`}</td><td class="${mood({ signed: true }, amount)}">${formatFigure(amount, 'cash')}</td></tr>`,
  );
  return html`<div class="sheet"><table class="costs"><tbody>${rows}</tbody></table></div>`;
}

export function tradeTable(fills: readonly Trade[], intervalMs: number): Markup {
  const isSeveral = fills.some(({ instrument }) => instrument !== undefined && instrument !== '');
  const rows = fills
    .slice(0, TRADES_SHOWN)
    .map(
      (trade, k) => html`<tr><td>${formatFigure(k + 1, 'count')}</td><td>${formatTime(trade.ts, intervalMs)}</td>${isSeveral ? html`<td>${trade.instrument ?? ''}</td>` : ''}<td class="${trade.side}">${trade.side === 'buy' ? '▲' : '▼'} ${trade.side}</td>
<td>${formatAmount(trade.quantity)}</td><td>${formatAmount(trade.price)}</td><td>${formatAmount(trade.fee)}</td></tr>`,
    );
  const count = fills.length > TRADES_SHOWN ? `the first ${TRADES_SHOWN} of ${formatFigure(fills.length, 'count')}` : formatFigure(fills.length, 'count');
  const heads = ['#', 'Bar (UTC)', ...(isSeveral ? ['Instrument'] : []), 'Side', 'Quantity', 'Price', 'Fee'];
  return html`<details${fills.length <= OPEN_TRADES_MAX ? html` open` : ''}><summary><h2>Trades <small>${count}</small></h2></summary><div class="scroll" tabindex="0" role="region" aria-label="Trades"><table class="list trades">
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div></details>`;
}
