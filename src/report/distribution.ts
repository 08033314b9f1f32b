// How the returns of a run are spread: bars, the normal curve of the same mean and deviation, and what a bad day costs.
import { dailyReturns } from '#analysis/calendar.ts';
import { formatFigure } from '#analysis/format.ts';
import { histogramOf, quantile } from '#analysis/histogram.ts';
import { returnsOf } from '#analysis/return-metrics.ts';
import { element, html, type Markup } from './markup.ts';
import { frame, picture, place } from './plot.ts';

const DAY_MS = 86_400_000;
const CURVE_POINTS = 120;

export interface DistributionInput {
  readonly intervalMs: number;
  readonly t: Float64Array;
  readonly equity: Float64Array;
  readonly cash: number;
}

/** Days where bars are shorter than that: single minutes of an account that is mostly flat say nothing. A bar or day that left the equity as it was is counted, not drawn. */
export function distribution({ intervalMs, t, equity, cash }: DistributionInput): Markup {
  const isDaily = intervalMs < DAY_MS;
  const returns = isDaily ? dailyReturns(t, equity, cash) : returnsOf(equity);
  const unit = isDaily ? 'day' : 'bar';
  const moved = returns.filter((value) => value !== 0);
  const found = histogramOf(moved);
  if (returns.some((value) => !Number.isFinite(value))) return html`<p class="note">The account was worth nothing or less and went on: from there it has no returns.</p>`;
  if (!found) return html`<p class="note">Too few returns to show how they are spread.</p>`;
  const { from, width, counts, mean, deviation } = found;
  const sorted = returns.toSorted();
  const tails = [0.05, 0.01].map((share) => ({ share, value: quantile(sorted, share) })).filter(({ value }) => value < 0);
  const low = Math.min(from, ...tails.map(({ value }) => value)) - width;
  const high = from + (counts.length + 1) * width;
  const density = (value: number): number => ((moved.length * width) / (deviation * Math.sqrt(2 * Math.PI))) * Math.exp(-(((value - mean) / deviation) ** 2) / 2);
  const most = Math.max(...counts, density(mean));
  const { x, y, grid, box } = frame(
    { low, high, name: `return of a ${unit}`, spell: (value, step) => `${(value * 100).toFixed(Math.max(-Math.floor(Math.log10(step * 100) + 1e-9), 0)).replace('-', '−')} %` },
    { low: 0, high: most * 1.08, name: 'count', spell: (value) => formatFigure(value, 'count') },
  );
  const bars = [...counts].map((count, k) => {
    const left = from + k * width;
    return html`<rect class="${left < 0 ? 'loss' : 'gain'}" x="${place(x(left) + 0.5)}" y="${place(y(count))}" width="${place(Math.max(x(left + width) - x(left) - 1, 0.6))}" height="${place(box.bottom - y(count))}"><title>${formatFigure(left, 'percent')} to ${formatFigure(left + width, 'percent')}: ${formatFigure(count, 'count')}</title></rect>`;
  });
  const curve = Array.from({ length: CURVE_POINTS + 1 }, (_, k) => low + ((high - low) * k) / CURVE_POINTS).map((value) => `${place(x(value))} ${place(y(density(value)))}`);
  // Each line begins below the names above its own, which may reach across it.
  const lines = tails.map(({ value }, k) => html`<line class="tail" x1="${place(x(value))}" x2="${place(x(value))}" y1="${place(box.top + k * 17)}" y2="${place(box.bottom)}"/>`);
  const names = tails.map(({ share, value }, k) => html`<text class="tail" x="${place(x(value) - 4)}" y="${place(box.top + 12 + k * 15)}" text-anchor="end">VaR ${String(100 - share * 100)} %</text>`);
  const still = returns.length - moved.length;
  return html`${picture(`How often a ${unit} returned how much`, [grid, ...bars, html`<path class="curve" d="${element(`M${curve.join('L')}`)}"/>`, ...lines, ...names])}
<p class="note">${formatFigure(moved.length, 'count')} ${unit}s that moved the equity, with the normal curve of their mean ${formatFigure(mean, 'percent')} and deviation ${formatFigure(deviation, 'percent')}${still > 0 ? `; ${formatFigure(still, 'count')} that did not are not drawn` : ''}. ${tails.map(({ share, value }) => `VaR ${100 - share * 100} % of all ${unit}s is ${formatFigure(-value, 'percent')}`).join(', ')}${tails.length > 0 ? '.' : ''}</p>`;
}
