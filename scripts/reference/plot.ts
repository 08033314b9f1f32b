// A small picture of one kernel: outputs that are prices over the price, the others in a pane of their own below it.
import type { BarField } from '#domain/bar.ts';
import { PLOTTED } from './bars.ts';

type Bars = Readonly<Record<BarField, Float64Array>>;
type Outputs = Readonly<Record<string, Float64Array>>;

const WIDTH = 720;
const PANE = 150;
const MARGIN = { left: 8, right: 64, top: 22, gap: 16 };
/** A column this near to the price, as a part of it, belongs over the price. */
const NEAR = 0.3;

// Colours that hold on white and on black, and for the colour-blind (after Okabe and Ito).
const STYLE = `
.bar{stroke:#8b949e;stroke-width:1.5}
.l0{stroke:#0072b2}.l1{stroke:#d55e00}.l2{stroke:#009e73}.l3{stroke:#cc79a7}
.t0{fill:#0072b2}.t1{fill:#d55e00}.t2{fill:#009e73}.t3{fill:#cc79a7}
path{fill:none;stroke-width:1.6;stroke-linejoin:round}
text{font:11px system-ui,sans-serif;fill:#57606a}
.rule{stroke:#8b949e;stroke-opacity:.35}
@media(prefers-color-scheme:dark){text{fill:#9da7b3}.l0{stroke:#56b4e9}.t0{fill:#56b4e9}.l1{stroke:#e69f00}.t1{fill:#e69f00}}
`.replaceAll('\n', '');

export function plot(title: string, bars: Bars, outputs: Outputs): string {
  const shown = Object.entries(outputs).map(([name, column]) => [name, column.subarray(-PLOTTED)] as const);
  const seen = (field: BarField) => bars[field].subarray(-PLOTTED);
  const near = (column: Float64Array) => column.every((value, row) => Number.isNaN(value) || Math.abs(value / seen('close')[row]! - 1) < NEAR);
  const [over, apart] = [shown.filter(([, column]) => near(column)), shown.filter(([, column]) => !near(column))];
  const price = scaleOf([seen('high'), seen('low'), ...over.map(([, column]) => column)], MARGIN.top);
  const own = apart.length === 0 ? undefined : scaleOf(apart.map(([, column]) => column), MARGIN.top + PANE + MARGIN.gap);
  const height = MARGIN.top + PANE + (own ? MARGIN.gap + PANE : 0) + 8;
  const lines = shown.map(([, column], k) => `<path class="l${k % 4}" d="${pathOf(column, own && !near(column) ? own : price)}"/>`);
  const names = shown.map(([name], k) => `<tspan class="t${k % 4}">${name}</tspan>`).join(' · ');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escape(title)}"><style>${STYLE}</style>`,
    `<text x="${MARGIN.left}" y="14">${escape(title)}: ${names}</text>`,
    barsPath(seen('high'), seen('low'), price),
    ...rulesOf(price),
    ...(own ? rulesOf(own) : []),
    ...lines,
    '</svg>\n',
  ].join('\n');
}

interface Scale {
  readonly low: number;
  readonly high: number;
  readonly top: number;
  readonly y: (value: number) => number;
}

function scaleOf(columns: readonly Float64Array[], top: number): Scale {
  const values = columns.flatMap((column) => [...column]).filter((value) => !Number.isNaN(value));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const [low, high] = least === most ? [least - 1, most + 1] : [least, most];
  return { low, high, top, y: (value) => top + (PANE * (high - value)) / (high - low) };
}

function x(row: number): number {
  return MARGIN.left + (row * (WIDTH - MARGIN.left - MARGIN.right)) / (PLOTTED - 1);
}

/** A line through the values; a gap breaks it. */
function pathOf(column: Float64Array, { y }: Scale): string {
  let pen = false;
  return Array.from(column, (value, row) => {
    const step = Number.isNaN(value) ? '' : `${pen ? 'L' : 'M'}${x(row).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = step !== '';
    return step;
  }).join('');
}

function barsPath(high: Float64Array, low: Float64Array, { y }: Scale): string {
  return `<path class="bar" d="${Array.from(high, (value, row) => `M${x(row).toFixed(1)} ${y(value).toFixed(1)}V${y(low[row]!).toFixed(1)}`).join('')}"/>`;
}

/** The range of a pane, with its numbers at the right. */
function rulesOf({ low, high, y }: Scale): string[] {
  return [high, low].map((value) => {
    const at = y(value).toFixed(1);
    return `<path class="rule" d="M${MARGIN.left} ${at}H${WIDTH - MARGIN.right}"/><text x="${WIDTH - MARGIN.right + 6}" y="${(y(value) + 4).toFixed(1)}">${figure(value)}</text>`;
  });
}

function figure(value: number): string {
  return Math.abs(value) >= 1e5 ? `${Number((value / 1e3).toPrecision(4))}k` : String(Number(value.toPrecision(4)));
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
