// A search as one HTML file that needs nothing else: how a figure lies over two parameters, and the best trials as a table.
import { formatFigure } from '#analysis/format.ts';
import { FIGURES, unitOf } from '#analysis/figures.ts';
import { documentOf, html, type Markup } from './markup.ts';
import { REPORT_STYLE } from './style.ts';

export interface HeatMapInput {
  readonly title: string;
  /** What was searched for: a name of FIGURES, or `equityFinal`. */
  readonly objective: string;
  readonly isLessBetter: boolean;
  /** Parameters that were not varied. */
  readonly fixed: Readonly<Record<string, unknown>>;
  /** One for each trial. */
  readonly rows: readonly HeatMapRow[];
  /** Place of the best row. */
  readonly best: number | undefined;
  readonly bars: number;
  readonly notes: readonly string[];
}

export interface HeatMapRow {
  readonly params: Readonly<Record<string, number | string | boolean>>;
  readonly figures: Readonly<Record<string, number | null>> | null;
}

/** Cells of a picture are at most this many on a side; beyond it each shows the best of those it covers. */
const SIDE_MAX = 120;
const WIDTH = 1_000;
const HEIGHT_MAX = 640;
const BOTTOM = 60;
const LABELS = 12;
/** Width of a letter where the picture is smallest, on a phone. */
const LETTER = 15;
const TABLE_ROWS = 25;
const TABLE_FIGURES = ['sharpe', 'totalReturn', 'maxDrawdownRatio', 'roundTrips', 'hitRatio', 'profitFactor', 'exposureRatio'] as const;

/** Beside REPORT_STYLE. */
export const HEAT_MAP_STYLE = `
svg.heat { display: block; width: 100%; height: auto; font-size: 13px; fill: var(--muted); }
svg.heat rect.best { fill: none; stroke: var(--ink); stroke-width: 2; }
@media (max-width: 640px) {
  svg.heat { font-size: 26px; }
  svg.heat .second { display: none; }
  svg.heat .under { transform: translateY(9px); }
  svg.heat .across { transform: translateY(16px); }
}
.scale { display: flex; align-items: center; gap: 10px; color: var(--muted); font-size: 13px; }
.scale i { flex: 0 0 180px; height: 10px; border-radius: 5px; background: linear-gradient(90deg, #30408f, #2a7f8e, #6fbf57, #f4e04d); }
`;

/** The whole page. All text of the input is escaped. */
export function heatMap(input: HeatMapInput): string {
  const { title, rows, bars, objective, fixed, notes } = input;
  const chips = Object.entries(fixed).map(([name, value]) => html`<li><span>${name}</span> ${typeof value === 'string' ? value : JSON.stringify(value)}</li>`);
  const body = html`<main>
<header>
<p class="kind">Search</p>
<h1>${title}</h1>
<p class="lead">${formatFigure(rows.length, 'count')} trials of ${formatFigure(bars, 'count')} bars, searched for ${labelOf(objective)}</p>
${chips.length > 0 ? html`<ul class="chips">${chips}</ul>` : ''}
${notes.map((note) => html`<p class="warning">${note}</p>`)}
</header>
${heatMapPicture(input)}
${table(input)}
</main>`;
  return documentOf({ title: `${title} · search`, style: REPORT_STYLE + HEAT_MAP_STYLE, body });
}

function labelOf(objective: string): string {
  return FIGURES.find(({ key }) => key === objective)?.label ?? objective;
}

function spell(objective: string, value: number | null): string {
  return formatFigure(value, unitOf(objective));
}

/** Values of a parameter as they occur, rising where they are numbers. */
function axisOf(rows: readonly HeatMapRow[], name: string): HeatMapRow['params'][string][] {
  const values = [...new Set(rows.map(({ params }) => params[name]!))];
  return values.every((value) => typeof value === 'number') ? values.toSorted((a, b) => a - b) : values;
}

interface Cell {
  readonly value: number;
  readonly row: number;
}

/** The two parameters with the most values lie along the sides. Where there are more, a cell shows the best over them. */
export function heatMapPicture(input: HeatMapInput): Markup {
  const { rows, objective, best, isLessBetter } = input;
  const names = Object.keys(rows[0]?.params ?? {});
  const axes = names.map((name) => ({ name, values: axisOf(rows, name) })).toSorted((a, b) => b.values.length - a.values.length);
  const across = axes[0];
  if (!across) return html``;
  const up = axes[1] ?? { name: '', values: [''] };
  const columns = Math.min(across.values.length, SIDE_MAX);
  const lines = Math.min(up.values.length, SIDE_MAX);
  const placeAcross = new Map(across.values.map((value, k) => [value, Math.floor((k * columns) / across.values.length)]));
  const placeUp = new Map(up.values.map((value, k) => [value, Math.floor((k * lines) / up.values.length)]));
  const cells = new Map<number, Cell>();
  rows.forEach(({ params, figures }, row) => {
    const value = figures?.[objective] ?? null;
    if (value === null) return;
    const at = (up.name === '' ? 0 : placeUp.get(params[up.name]!)!) * columns + placeAcross.get(params[across.name]!)!;
    const held = cells.get(at);
    if (!held || (isLessBetter ? value < held.value : value > held.value)) cells.set(at, { value, row });
  });
  const left = 40 + LETTER * Math.max(...up.values.map((value) => String(value).length));
  const values = [...cells.values()].map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const width = (WIDTH - left) / columns;
  const height = Math.min(HEIGHT_MAX / lines, Math.max(width, 28));
  const bottom = lines * height;
  const rects = [...cells].map(([at, { value, row }]) => {
    const share = high > low ? (value - low) / (high - low) : 0.5;
    const x = left + (at % columns) * width;
    const y = bottom - (Math.floor(at / columns) + 1) * height;
    const words = Object.entries(rows[row]!.params).map(([name, each]) => `${name} ${String(each)}`);
    return html`<rect x="${x.toFixed(2)}" y="${y.toFixed(2)}" width="${(width + 0.3).toFixed(2)}" height="${(height + 0.3).toFixed(2)}" fill="${colourOf(isLessBetter ? 1 - share : share)}"><title>${words.join(', ')}: ${spell(objective, value)}</title></rect>`;
  });
  const frame = [...cells].find(([, { row }]) => row === best);
  const mark = frame
    ? html`<rect class="best" x="${(left + (frame[0] % columns) * width).toFixed(2)}" y="${(bottom - (Math.floor(frame[0] / columns) + 1) * height).toFixed(2)}" width="${width.toFixed(2)}" height="${height.toFixed(2)}"/>`
    : html``;
  const beyond = axes.slice(2).map(({ name }) => name);
  const [worstEnd, bestEnd] = isLessBetter ? [high, low] : [low, high];
  return html`<section class="charts" aria-label="Heat map">
<figure><figcaption><h2>${labelOf(objective)} <small>by ${across.name}${up.name === '' ? '' : ` and ${up.name}`}${beyond.length > 0 ? `, the best over ${beyond.join(', ')}` : ''}</small></h2></figcaption>
<svg class="heat" viewBox="0 0 ${String(WIDTH)} ${String(Math.ceil(bottom + BOTTOM))}" role="img" aria-label="${labelOf(objective)} over the parameters">
${rects}${mark}
${ticks(across.values).map(([k, text], place) => html`<text class="under${place % 2 === 1 ? ' second' : ''}" x="${(left + ((k + 0.5) * (WIDTH - left)) / across.values.length).toFixed(1)}" y="${String(Math.ceil(bottom + 18))}" text-anchor="middle">${text}</text>`)}
<text class="across" x="${String(left + (WIDTH - left) / 2)}" y="${String(Math.ceil(bottom + 40))}" text-anchor="middle">${across.name}</text>
${up.name === '' ? html`` : ticks(up.values).map(([k, text], place) => html`<text class="${place % 2 === 1 ? 'second' : ''}" x="${String(left - 8)}" y="${(bottom - ((k + 0.5) * bottom) / up.values.length + 4).toFixed(1)}" text-anchor="end">${text}</text>`)}
${up.name === '' ? html`` : html`<text x="14" y="${(bottom / 2).toFixed(1)}" text-anchor="middle" transform="rotate(-90 14 ${(bottom / 2).toFixed(1)})">${up.name}</text>`}
</svg></figure>
<p class="scale">${spell(objective, worstEnd)} <i></i> ${spell(objective, bestEnd)}</p>
</section>`;
}

/** Some of the values, evenly apart, by their places. */
function ticks(values: readonly HeatMapRow['params'][string][]): [place: number, text: string][] {
  const stride = Math.ceil(values.length / LABELS);
  return values.map((value, k): [number, string] => [k, String(value)]).filter(([k]) => k % stride === 0);
}

/** From blue over green to yellow: apart in brightness too, so that it reads without colour. */
function colourOf(share: number): string {
  const stops = [[48, 64, 143], [42, 127, 142], [111, 191, 87], [244, 224, 77]] as const;
  const place = share * (stops.length - 1);
  const k = Math.min(Math.floor(place), stops.length - 2);
  const [from, to] = [stops[k]!, stops[k + 1]!];
  const mixed = from.map((value, channel) => Math.round(value + (to[channel]! - value) * (place - k)));
  return `rgb(${mixed.join(' ')})`;
}

function table({ rows, objective, isLessBetter }: HeatMapInput): Markup {
  const ranked = rows
    .filter((row) => row.figures?.[objective] !== null && row.figures !== null)
    .toSorted((a, b) => (isLessBetter ? 1 : -1) * (a.figures![objective]! - b.figures![objective]!))
    .slice(0, TABLE_ROWS);
  const names = Object.keys(rows[0]?.params ?? {});
  const shown = [objective, ...TABLE_FIGURES.filter((name) => name !== objective)];
  const lines = ranked.map(({ params, figures }) => html`<tr>${names.map((name) => html`<td>${String(params[name])}</td>`)}${shown.map((name) => html`<td>${spell(name, figures![name] ?? null)}</td>`)}</tr>`);
  return html`<section><h2>Best trials <small>${formatFigure(ranked.length, 'count')} of ${formatFigure(rows.length, 'count')}</small></h2><div class="scroll"><table>
<thead><tr>${[...names, ...shown.map(labelOf)].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${lines}</tbody></table></div></section>`;
}
