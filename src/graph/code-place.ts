// Finds the line of the author's file that a line of a function's text came from.
// A running function no longer knows its line: its text is found again in the file it was declared in.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** Where an author declared a node: an absolute path and a line in it, counted from 1. */
export interface DeclaredAt {
  readonly file: string;
  readonly line: number;
}

export interface Place {
  /** For people: `strategies/cross.ts:12`, or `line 3 of compute` where the file is not known. */
  readonly text: string;
  readonly line: number;
  readonly file?: string;
}

/** Answers, for each line of `text` counted from 1, where the author wrote it; `name` is what the function is called where that is not known. */
export function codePlace(text: string, name: string, at?: DeclaredAt): (line: number) => Place {
  const firstLine = at && lineOf(text, at);
  return (line) => {
    if (!at || firstLine === undefined) return { text: `line ${line} of ${name}`, line };
    const absolute = firstLine + line - 1;
    return { text: `${shortPath(at.file)}:${absolute}`, line: absolute, file: at.file };
  };
}

/** The line on which the text begins in the file; of several equal texts, the one nearest to the declaration. */
function lineOf(text: string, at: DeclaredAt): number | undefined {
  let file: string;
  try {
    file = readFileSync(at.file, 'utf8');
  } catch {
    return undefined; // a place is a courtesy; without the file the line within the function must do
  }
  let nearest: number | undefined;
  let line = 1;
  for (let start = 0; start + text.length <= file.length; start++) {
    if (isAt(file, start, text) && (nearest === undefined || Math.abs(line - at.line) < Math.abs(nearest - at.line))) nearest = line;
    if (file[start] === '\n') line++;
  }
  return nearest;
}

/** Type stripping leaves spaces where types stood, so a space in the text stands for any character. */
function isAt(file: string, start: number, text: string): boolean {
  for (let offset = 0; offset < text.length; offset++) {
    if (text[offset] !== file[start + offset] && text[offset] !== ' ') return false;
  }
  return true;
}

function shortPath(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? file : path;
}
