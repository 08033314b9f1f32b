// Round trips as points: what each came to, against how far it stood below and above water on the way. Sweeney (1996), "Maximum Adverse Excursion".
import type { Trade } from '#domain/order.ts';
import { excursionsOf } from '#analysis/excursion.ts';
import { formatFigure } from '#analysis/format.ts';
import { roundTripsOf } from '#analysis/round-trip.ts';
import { html, type Markup } from './markup.ts';
import { dots, frame, picture, place } from './plot.ts';
import type { InstrumentBars, InstrumentTrade } from './series.ts';

export interface TripPoint {
  readonly profit: number;
  readonly adverse: number;
  readonly favourable: number;
}

/** Of every instrument its own round trips. */
export function tripPoints(t: Float64Array, instruments: readonly InstrumentBars[], trades: readonly InstrumentTrade[]): TripPoint[] {
  return instruments.flatMap(({ name, high, low }, k) => {
    const own: Trade[] = trades.filter(({ instrument }) => (instrument === undefined ? k === 0 : instrument === name));
    const trips = roundTripsOf(own);
    const excursions = excursionsOf(trips, own, { t, high, low });
    return trips.map(({ profit }, at) => ({ profit, ...excursions[at]! }));
  });
}

export function tripPlots(points: readonly TripPoint[]): Markup {
  if (points.length === 0) return html`<p class="note">No round trip was finished.</p>`;
  return html`<div class="pair">${plot(points, 'adverse', 'worst loss on the way')}${plot(points, 'favourable', 'best profit on the way')}</div>
<p class="note">A point is a round trip from flat to flat, after fees. On the dashed line it ended as badly as it ever stood (left) or as well (right): losers far from the right-hand line gave a profit back, winners far out on the left were held through a deep loss.</p>`;
}

function plot(points: readonly TripPoint[], of: 'adverse' | 'favourable', name: string): Markup {
  const profits = points.map(({ profit }) => profit);
  const far = Math.max(...points.map((point) => point[of])) || 1;
  const [least, most] = [Math.min(...profits, 0), Math.max(...profits, 0)];
  const room = (most - least || 1) * 0.06;
  const spell = (value: number, step: number): string => value.toLocaleString('en-US', { maximumFractionDigits: Math.max(-Math.floor(Math.log10(step)), 0), notation: Math.abs(value) >= 1e5 ? 'compact' : 'standard' }).replace('-', '−');
  const { x, y, grid, box } = frame({ low: 0, high: far * 1.05, name, spell }, { low: least - room, high: most + room, name: 'profit', spell });
  // Where profit = −loss on the way, or = profit on the way, as far as the frame goes.
  const end = of === 'adverse' ? Math.min(far * 1.05, room - least) : Math.min(far * 1.05, most + room);
  const placed = (sign: number): [number, number][] => points.filter(({ profit }) => (sign > 0 ? profit > 0 : profit <= 0)).map((point) => [x(point[of]), y(point.profit)]);
  return html`<figure><figcaption><h3>Profit by ${name}</h3></figcaption>${picture(`Profit of each round trip by its ${name}`, [
    grid,
    html`<line class="zero" x1="${place(box.left)}" x2="${place(box.right)}" y1="${place(y(0))}" y2="${place(y(0))}"/>`,
    html`<line class="limit" x1="${place(x(0))}" y1="${place(y(0))}" x2="${place(x(end))}" y2="${place(y(of === 'adverse' ? -end : end))}"/>`,
    dots(placed(-1), 'dots lost'),
    dots(placed(1), 'dots won'),
  ])}<p class="note">${formatFigure(placed(1).length, 'count')} won, ${formatFigure(placed(-1).length, 'count')} did not.</p></figure>`;
}
