// Values laid over the file: environment variables, then flags. What is set last wins.

import { nearestName } from '#kernels/nearest.ts';
import { parseFlowText, type Path } from './config-file.ts';
import { schemaAt } from './config-schema.ts';

export interface Override {
  readonly path: Path;
  readonly value: unknown;
  /** For messages: `environment QMTL__SLOTS`, `flag slots`. */
  readonly where: string;
}

export interface OverrideProblem {
  readonly where: string;
  readonly what: string;
  readonly cure: string;
}

export interface Overrides {
  readonly list: readonly Override[];
  readonly problems: readonly OverrideProblem[];
}

const ENV_PREFIX = 'QMTL__';

/** `QMTL__GATEWAY__HTTP_PORT=80` sets gateway.httpPort, `QMTL__MEMBERS__0__SHARDS=4` the shards of the first member. */
export function overridesFromEnv(env: Readonly<Record<string, string | undefined>>): Overrides {
  const named = Object.entries(env).filter(([name, value]) => name.startsWith(ENV_PREFIX) && value !== undefined);
  return readAll(named.map(([name, value]) => ({ words: name.slice(ENV_PREFIX.length).split('__'), value, where: `environment ${name}` })));
}

/** Flags by dotted path: `{ 'gateway.httpPort': '80' }`. An undefined value is a flag that was not given. */
export function overridesFromFlags(flags: Readonly<Record<string, unknown>>): Overrides {
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  return readAll(given.map(([path, value]) => ({ words: path.split('.'), value, where: `flag ${path}` })));
}

/** Lays the overrides over the file's value. A group the file spells as something else is left for the schema to refuse. */
export function applyOverrides(value: unknown, overrides: readonly Override[]): unknown {
  return overrides.reduce((whole, { path, value: part }) => setIn(whole, path, part), value);
}

function readAll(given: readonly { words: string[]; value: unknown; where: string }[]): Overrides {
  const list: Override[] = [];
  const problems: OverrideProblem[] = [];
  for (const { words, value, where } of given) {
    const found = findPath(words);
    if ('unknown' in found) {
      const near = nearestName(found.unknown, found.known);
      problems.push({ where, what: `there is no key ${found.unknown}`, cure: near ? `did you mean ${near}?` : `known here: ${found.known.join(', ')}` });
      continue;
    }
    const type = schemaAt(found.path)?.type;
    const read = typeof value === 'string' ? readText(value, type) : { value };
    if ('problem' in read) problems.push({ where, what: read.problem, cure: 'write it as in the file, on one line: [{ id: a }, { id: b }]' });
    else list.push({ path: found.path, value: read.value, where });
  }
  return { list, problems };
}

/** Environment names know no case and write httpPort as HTTPPORT or HTTP_PORT. */
function findPath(words: readonly string[]): { path: Path } | { unknown: string; known: string[] } {
  const path: (string | number)[] = [];
  for (const word of words) {
    const part = schemaAt(path);
    if (part?.items !== undefined && /^\d+$/.test(word)) {
      path.push(Number(word));
      continue;
    }
    const known = Object.keys(part?.properties ?? {});
    const key = known.find((name) => plain(name) === plain(word));
    if (key === undefined) return { unknown: word, known: part?.items === undefined ? known : ['0', '1', '2', '…'] };
    path.push(key);
  }
  return { path };
}

const plain = (word: string): string => word.replaceAll('_', '').toLowerCase();

/** Text becomes what the schema expects at its place, or stays text and is refused there. */
function readText(text: string, type: string | undefined): { value: unknown } | { problem: string } {
  switch (type) {
    case 'integer':
    case 'number':
      return { value: /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text };
    case 'array':
    case 'object':
      try {
        return { value: parseFlowText(text) };
      } catch (error) {
        return { problem: `its value is not YAML: ${(error as Error).message.split('\n')[0]}` };
      }
    default:
      return { value: text };
  }
}

function setIn(whole: unknown, path: Path, part: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return part;
  if (typeof step === 'number') {
    if (whole !== undefined && !Array.isArray(whole)) return whole;
    const list: unknown[] = [...((whole as unknown[] | undefined) ?? [])];
    list[step] = setIn(list[step], rest, part);
    return list;
  }
  if (whole !== undefined && whole !== null && (typeof whole !== 'object' || Array.isArray(whole))) return whole;
  const group = { ...(whole as Record<string, unknown> | undefined | null) };
  group[step] = setIn(group[step], rest, part);
  return group;
}
