// Figures as people read them: rows of words for the terminal and for docs/benchmarks.md, whose figures are written here and never typed.
import { readFileSync, writeFileSync } from 'node:fs';
import type { Figure, Section } from './measure.ts';

/** Everything after this line of the document belongs to the bench. */
const MARK = '<!-- measured -->';

export interface Row {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
  /** What the requirements ask, and whether it was reached; empty where they ask nothing. */
  readonly asked: string;
  readonly note: string;
}

export function tableOf({ figures }: Section): Row[] {
  return figures.map((figure) => ({ name: figure.name, value: spell(figure), unit: figure.unit, asked: asked(figure), note: figure.note ?? '' }));
}

/** Replaces the measured part of the document. Throws when the document has no line for it. */
export function writeDocument(path: string, conditions: readonly string[], sections: readonly Section[]): void {
  const text = readFileSync(path, 'utf8');
  const at = text.indexOf(MARK);
  if (at < 0) throw new Error(`${path} has no line ${MARK}, after which the figures stand`);
  const tables = sections.map((section) => {
    const rows = tableOf(section).map(({ name, value, unit, asked: wanted, note }) => `| ${name} | ${`${value} ${unit}`.trim()} | ${wanted} | ${note} |`);
    return `### ${section.title}\n| | measured | asked | |\n|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  writeFileSync(path, `${text.slice(0, at)}${MARK}\n${conditions.join('  \n')}\n\n${tables.join('\n')}`);
}

function asked({ value, target }: Figure): string {
  if (!target) return '';
  const { requirement, atLeast, atMost } = target;
  const isMet = value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity);
  const bound = atLeast === undefined ? `at most ${atMost?.toLocaleString('en')}` : `at least ${atLeast.toLocaleString('en')}`;
  return `${requirement}: ${bound}, ${isMet ? 'met' : 'missed'}`;
}

function spell({ value, decimals }: Figure): string {
  const digits = decimals ?? (Number.isInteger(value) ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 0.1)))));
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
