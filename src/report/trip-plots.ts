// Round trips as points: what each came to, against how far it stood below and above water on the way. Sweeney (1996), "Maximum Adverse Excursion".
import type { Excursion } from '#analysis/excursion.ts';
import { formatFigure } from '#analysis/format.ts';
import type { Trip } from '#analysis/trips.ts';
import { html, type Markup } from './markup.ts';
import { dots, frame, picture, place } from './plot.ts';

type TripPoint = Excursion & { readonly profit: number };

/** Trips whose prices on the way are not known are left out. */
export function tripPlots(trips: readonly Trip[]): Markup {
  const points = trips.flatMap(({ profit, excursion }): TripPoint[] => (excursion ? [{ profit, ...excursion }] : []));
  if (points.length === 0) return html`<p class="note">No round trip was finished.</p>`;
  const won = points.filter(({ profit }) => profit > 0).length;
  return html`<div class="pair">${plot(points, 'adverse', 'worst loss on the way')}${plot(points, 'favourable', 'best profit on the way')}</div>
<p class="note">A point is one of ${formatFigure(points.length, 'count')} round trips from flat to flat, after fees; ${formatFigure(won, 'count')} won. On the dashed line it ended as badly as it ever stood, in the first picture, or as well, in the second:
losers far from the line of the second gave a profit back, winners far out in the first were held through a deep loss.</p>`;
}

function plot(points: readonly TripPoint[], of: keyof Excursion, name: string): Markup {
  let [far, least, most] = [0, 0, 0];
  for (const point of points) {
    far = Math.max(far, point[of]);
    least = Math.min(least, point.profit);
    most = Math.max(most, point.profit);
  }
  far ||= 1;
  const room = (most - least || 1) * 0.06;
  const spell = (value: number, step: number): string => formatFigure(step < 1 ? value : Math.round(value), step < 1 ? 'number' : 'count');
  const { x, y, grid, box } = frame({ low: 0, high: far * 1.05, name, spell }, { low: least - room, high: most + room, name: 'profit', spell });
  // Where profit = −loss on the way, or = profit on the way, as far as the frame goes.
  const end = of === 'adverse' ? Math.min(far * 1.05, room - least) : Math.min(far * 1.05, most + room);
  const placed = (sign: number): [number, number][] => points.filter(({ profit }) => (sign > 0 ? profit > 0 : profit <= 0)).map((point) => [x(point[of]), y(point.profit)]);
  return html`<figure><figcaption><h3>Profit by ${name}</h3></figcaption>${picture(`Profit of each round trip by its ${name}`, [
    grid,
    html`<line class="zero" x1="${place(box.left)}" x2="${place(box.right)}" y1="${place(y(0))}" y2="${place(y(0))}"/>`,
    dots(placed(-1), 'dots lost'),
    dots(placed(1), 'dots won'),
    html`<line class="limit" x1="${place(x(0))}" y1="${place(y(0))}" x2="${place(x(end))}" y2="${place(y(of === 'adverse' ? -end : end))}"/>`,
  ])}</figure>`;
}
