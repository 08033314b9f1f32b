// A small frame for pictures of figures: a grid with labels, and places for values. Lengths are those of the picture's own view box.
import { stepFrom } from '#analysis/histogram.ts';
import { element, html, type Markup } from './markup.ts';

export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly name: string;
  readonly spell: (value: number, step: number) => string;
}

export interface Frame {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  /** Grid and labels. */
  readonly grid: Markup;
  readonly box: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
}

export const WIDTH = 520;
export const HEIGHT = 300;
const BOX = { left: 8, right: WIDTH - 72, top: 12, bottom: HEIGHT - 44 };
const LABELS = 5;

export function frame(across: Axis, up: Axis): Frame {
  const x = (value: number): number => BOX.left + ((value - across.low) / (across.high - across.low)) * (BOX.right - BOX.left);
  const y = (value: number): number => BOX.bottom - ((value - up.low) / (up.high - up.low)) * (BOX.bottom - BOX.top);
  const columns = ticks(across).map(
    ([value, text]) => html`<line x1="${place(x(value))}" x2="${place(x(value))}" y1="${place(BOX.top)}" y2="${place(BOX.bottom)}"/><text x="${place(x(value))}" y="${place(BOX.bottom + 18)}" text-anchor="middle">${text}</text>`,
  );
  const rows = ticks(up).map(
    ([value, text]) => html`<line x1="${place(BOX.left)}" x2="${place(BOX.right)}" y1="${place(y(value))}" y2="${place(y(value))}"/><text x="${place(BOX.right + 8)}" y="${place(y(value) + 4)}">${text}</text>`,
  );
  const names = html`<text x="${place((BOX.left + BOX.right) / 2)}" y="${place(HEIGHT - 6)}" text-anchor="middle">${across.name}</text>`;
  return { x, y, grid: html`<g class="grid">${columns}${rows}${names}</g>`, box: BOX };
}

/** A picture with a title for those who do not see it. */
export function picture(title: string, parts: readonly Markup[]): Markup {
  return html`<svg class="plot" viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT)}" role="img" aria-label="${title}">${parts}</svg>`;
}

/** Ticks people count in, with their texts; those at the edges, whose text would be cut, are left out. */
function ticks(axis: Axis): [number, string][] {
  const step = stepFrom((axis.high - axis.low) / LABELS);
  const found: [number, string][] = [];
  for (let k = Math.ceil(axis.low / step); k * step <= axis.high; k++) {
    const share = (k * step - axis.low) / (axis.high - axis.low);
    if (share > 0.03 && share < 0.97) found.push([k * step, axis.spell(k * step, step)]);
  }
  return found;
}

/** A length in the picture, to a tenth. */
export function place(length: number): string {
  return String(Math.round(length * 10) / 10);
}

/** One path for thousands of points: a dot is a stroke of no length with a round end. Points that fall on one place, to half a length, are drawn once. */
export function dots(points: readonly (readonly [x: number, y: number])[], name: string): Markup {
  const places = new Set(points.map(([x, y]) => `M${Math.round(x * 2) / 2} ${Math.round(y * 2) / 2}h0`));
  return html`<path class="${name}" d="${element([...places].join(''))}"/>`;
}
