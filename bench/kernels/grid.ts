// A table of several figures a row, for the terminal, for docs/benchmarks.md and, with its numbers as they are, for programs.
import { spell } from '../table.ts';

export interface Grid {
  readonly title: string;
  /** What the figures are, in a sentence or two. */
  readonly about: string;
  /** Heads of the columns, the first over the names of the rows. */
  readonly heads: readonly string[];
  readonly rows: readonly GridRow[];
}

export interface GridRow {
  readonly name: string;
  /** A number, words, or null where there is nothing to tell. */
  readonly cells: readonly (number | string | null)[];
}

export function terminalLines({ heads, rows }: Grid): string[] {
  const lines = [heads, ...rows.map(wordsOf)];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines.map((line) => line.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  ').trimEnd());
}

export function markdownOf({ title, about, heads, rows }: Grid): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [`### ${title}`, about, '', line(heads), `|${'---|'.repeat(heads.length)}`, ...rows.map((row) => line(wordsOf(row))), ''].join('\n');
}

function wordsOf({ name, cells }: GridRow): string[] {
  return [name, ...cells.map((cell) => (cell === null ? '' : typeof cell === 'string' ? cell : spell(cell)))];
}
