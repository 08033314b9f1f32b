// Figures as people read them: rows of words for the terminal and for docs/benchmarks.md, whose figures are written here and never typed.
import { readFileSync, writeFileSync } from 'node:fs';
import type { Figure, Section } from './measure.ts';

/** Ends what belongs to a bench, which begins with its own mark. */
const END = '<!-- end -->';

export interface Row {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
  /** What the requirements ask, and whether it was reached; empty where they ask nothing. */
  readonly asked: string;
  readonly note: string;
}

export function tableOf({ figures }: Section): Row[] {
  return figures.map((figure) => ({ name: figure.name, value: spell(figure.value, figure.decimals), unit: figure.unit, asked: asked(figure), note: figure.note ?? '' }));
}

/** Replaces what `npm run bench` has measured in the document. */
export function writeDocument(path: string, conditions: readonly string[], sections: readonly Section[]): void {
  const tables = sections.map((section) => {
    const rows = tableOf(section).map(({ name, value, unit, asked: wanted, note }) => `| ${name} | ${`${value} ${unit}`.trim()} | ${wanted} | ${note} |`);
    return `### ${section.title}\n| | measured | asked | |\n|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  replaceMeasured(path, '<!-- measured -->', `${conditions.join('  \n')}\n\n${tables.join('\n')}`);
}

/** Replaces what stands in the document from the line `mark` to the next end of a measured part. Throws when the document has no such lines. */
export function replaceMeasured(path: string, mark: string, figures: string): void {
  const text = readFileSync(path, 'utf8');
  const at = text.indexOf(mark);
  const end = text.indexOf(END, at);
  if (at < 0 || end < 0) throw new Error(`${path} has no lines ${mark} and ${END}, between which the figures stand`);
  writeFileSync(path, `${text.slice(0, at)}${mark}\n${figures}${text.slice(end)}`);
}

function asked({ value, target }: Figure): string {
  if (!target) return '';
  const { requirement, atLeast, atMost } = target;
  const isMet = value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity);
  const bound = atLeast === undefined ? `at most ${atMost?.toLocaleString('en')}` : `at least ${atLeast.toLocaleString('en')}`;
  return `${requirement}: ${bound}, ${isMet ? 'met' : 'missed'}`;
}

/** Three significant digits, a whole number as it is. */
export function spell(value: number, decimals?: number): string {
  if (Number.isNaN(value)) return '–'; // not measured; the note says why
  const digits = decimals ?? (Number.isInteger(value) ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 0.1)))));
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
