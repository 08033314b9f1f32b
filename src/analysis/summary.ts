// A backtest in a terminal: what ran, the equity as a line of blocks, the main metrics in columns.
import { FIGURES, type Figure, FIGURE_GROUPS } from './figures.ts';
import { formatFigure, formatTime } from './format.ts';
import type { Metrics } from './metrics.ts';

export interface SummaryInput {
  readonly title: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** `venue:instrument:interval`. */
  readonly source: string;
  readonly intervalMs: number;
  readonly t: Float64Array;
  readonly equity: Float64Array;
  readonly metrics: Metrics;
  /** Opening cash. */
  readonly cash: number;
  /** How the account trades and what it pays, in a few words each. */
  readonly rules: readonly string[];
  readonly warnings: readonly string[];
  readonly elapsedMs: number;
}

type Paint = (text: string) => string;
type Palette = Readonly<Record<'bold' | 'dim' | 'good' | 'bad', Paint>>;

const BLOCKS = '▁▂▃▄▅▆▇█';
const SPARK_WIDTH = 44;
const LABEL_WIDTH = 17;
const VALUE_WIDTH = 13;
const COLUMN_GAP = '   ';
const COLUMNS = 2; // 2 · (17 + 13) + 3 + an indent of 2 fits a terminal of 80

/** The summary as lines of text, ending in a line feed; with ANSI colours only when asked. */
export function summary(input: SummaryInput, { colour }: { readonly colour: boolean }): string {
  const palette = paletteOf(colour);
  const blocks = [heading(input, palette), curve(input, palette), table(input.metrics, palette), notes(input, palette)];
  return `\n${blocks.map((lines) => lines.map((line) => `  ${line}`.trimEnd()).join('\n')).join('\n\n')}\n`;
}

/** The values as a line of `width` blocks: each shows the mean of its stretch between the lowest and the highest. */
export function sparkline(values: Float64Array, width: number): string {
  const count = Math.min(width, values.length);
  const means = Array.from({ length: count }, (_, k) => {
    const stretch = values.subarray(Math.floor((k * values.length) / count), Math.floor(((k + 1) * values.length) / count));
    return stretch.reduce((sum, value) => sum + value, 0) / stretch.length;
  });
  const low = Math.min(...means);
  const span = Math.max(...means) - low;
  return means.map((mean) => BLOCKS[span > 0 ? Math.round(((mean - low) / span) * (BLOCKS.length - 1)) : 0] ?? ' ').join('');
}

function paletteOf(colour: boolean): Palette {
  const paint = (code: number): Paint => (colour ? (text) => `\u001b[${code}m${text}\u001b[0m` : (text) => text);
  return { bold: paint(1), dim: paint(2), good: paint(32), bad: paint(31) };
}

function heading({ title, params, source, t, intervalMs }: SummaryInput, { bold, dim }: Palette): string[] {
  const settings = Object.entries(params).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const period = t.length > 0 ? `${formatTime(t[0]!, intervalMs)} → ${formatTime(t.at(-1)!, intervalMs)}` : 'no rows';
  return [[bold(title), ...settings].join('  '), dim(`${source} · ${formatFigure(t.length, 'count')} bars · ${period} UTC`)];
}

function curve({ equity, cash }: SummaryInput, palette: Palette): string[] {
  const last = equity.at(-1) ?? cash;
  const mood = last < cash ? palette.bad : palette.good;
  return [`${formatFigure(cash, 'cash')}  ${mood(sparkline(equity, SPARK_WIDTH))}  ${palette.bold(formatFigure(last, 'cash'))}`];
}

function table(metrics: Metrics, palette: Palette): string[] {
  const main = FIGURES.filter(({ isMain }) => isMain);
  const groups = FIGURE_GROUPS.filter((group) => main.some((figure) => figure.group === group));
  const cells = groups.map((group) => [palette.dim(group.toUpperCase().padEnd(LABEL_WIDTH + VALUE_WIDTH)), ...main.filter((figure) => figure.group === group).map((figure) => cell(figure, metrics, palette))]);
  // Groups go below each other into whichever column is shorter, a blank line between them.
  const blank = ' '.repeat(LABEL_WIDTH + VALUE_WIDTH);
  const columns: string[][] = Array.from({ length: COLUMNS }, () => []);
  for (const group of cells) {
    const shortest = columns.reduce((best, column) => (column.length < best.length ? column : best));
    shortest.push(...(shortest.length > 0 ? [blank] : []), ...group);
  }
  const height = Math.max(...columns.map((column) => column.length));
  return Array.from({ length: height }, (_, row) => columns.map((column) => column[row] ?? blank).join(COLUMN_GAP));
}

function cell(figure: Figure, metrics: Metrics, palette: Palette): string {
  const value = metrics[figure.key];
  const text = formatFigure(value, figure.unit).padStart(VALUE_WIDTH);
  const mood = figure.signed && value ? (value > 0 ? palette.good : palette.bad) : (plain: string) => plain;
  return figure.label.padEnd(LABEL_WIDTH) + mood(text);
}

function notes({ rules, warnings, t, elapsedMs }: SummaryInput, { dim }: Palette): string[] {
  const rate = elapsedMs > 0 ? `, ${formatFigure((t.length / elapsedMs) * 1_000, 'count')} bars/s` : '';
  return [
    ...rules.map((rule) => dim(rule)),
    dim(`${formatFigure(t.length, 'count')} bars in ${formatFigure(elapsedMs, 'number')} ms${rate}`),
    ...warnings.map((warning) => `! ${warning}`),
  ];
}
