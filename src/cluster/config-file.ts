// Reads cluster.yml and remembers where every value stands. Home of yaml.

import { readFileSync } from 'node:fs';

import { isMap, isNode, LineCounter, type Node, type Pair, parse, parseDocument, visit } from 'yaml';

import { Fault } from '#domain/fault.ts';

export type Path = readonly (string | number)[];

export interface Place {
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
}

/** A syntax error of the file itself. */
export interface FileProblem {
  readonly place: Place;
  readonly what: string;
  readonly cure: string;
}

export interface ConfigFile {
  /** Plain data; an empty file is an empty group. */
  readonly value: unknown;
  readonly problems: readonly FileProblem[];
  /** Where the value at the path begins, or the nearest group around it that the file does have. */
  place(path: Path): Place;
  /** Where the key itself stands. */
  placeOfKey(group: Path, key: string): Place;
  has(path: Path): boolean;
}

/** What to say for the codes of the yaml package a person really meets; the rest keeps the package's words. */
const SYNTAX: Readonly<Record<string, readonly [what: string, cure: string]>> = {
  TAB_AS_INDENT: ['a tab is used for indentation', 'indent with spaces, two for each level'],
  DUPLICATE_KEY: ['this key is already given above', 'keep one of the two'],
  MULTIPLE_DOCS: ['a second document begins here', 'remove the "---" and what follows it'],
  BAD_INDENT: ['the indentation does not fit the lines above', 'indent keys of one group by the same number of spaces'],
  BLOCK_AS_IMPLICIT_KEY: ['this line has two keys, or the next one is indented too far', 'put each key on its own line, keys of one group in one column'],
  MULTILINE_IMPLICIT_KEY: ['this line is not "key: value"', 'write a colon and a space after the key, keys of one group in one column'],
  MISSING_CHAR: ['a quote, bracket or colon is missing', 'write "key: value", and close what is opened'],
};

/** Throws CONFIG_INVALID when the file cannot be read; what is wrong inside is in `problems`. */
export function readConfigFile(path: string): ConfigFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Fault('CONFIG_INVALID', missing ? `there is no file ${path}` : `${path} cannot be read: ${(cause as Error).message}`, {
      cure: missing ? 'check the path; it is taken from the directory the command runs in' : 'name a file this user may read',
      data: { file: path },
      cause,
    });
  }
  return parseConfigText(text);
}

export function parseConfigText(text: string): ConfigFile {
  const lines = new LineCounter();
  // Aliases are resolved below one by one, so the expansion count only has to stop a bomb.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const placeOfNode = (node: Node | null | undefined): Place => at(node?.range?.[0] ?? 0);

  const problems: FileProblem[] = [...document.errors, ...document.warnings].map((error) => {
    const [what, cure] = SYNTAX[error.code] ?? [lowerFirst(error.message), 'mend the line so that it is valid YAML'];
    return { place: at(error.pos[0]), what, cure };
  });
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) === undefined) {
        problems.push({ place: placeOfNode(alias), what: `*${alias.source} refers to nothing`, cure: `mark a value above with &${alias.source}, or put the text in quotes` });
      }
    },
  });

  const nodeAt = (path: Path): Node | undefined => {
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    return isNode(node) ? node : undefined;
  };
  return {
    value: problems.length > 0 ? undefined : (document.toJS({ maxAliasCount: 100 }) ?? {}),
    problems,
    has: (path) => document.hasIn(path),
    place(path) {
      for (let depth = path.length; depth > 0; depth--) {
        const node = nodeAt(path.slice(0, depth));
        if (node !== undefined) return placeOfNode(node);
      }
      return placeOfNode(document.contents);
    },
    placeOfKey(group, key) {
      const node = nodeAt(group);
      const pair = isMap(node) ? node.items.find((item: Pair) => String(item.key) === key) : undefined;
      return placeOfNode(isNode(pair?.key) ? pair.key : node);
    },
  };
}

/** Reads the value of an override that stands for a group or a list, e.g. `[{ id: a, shards: 1 }]`. Throws an Error. */
export function parseFlowText(text: string): unknown {
  return parse(text);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
