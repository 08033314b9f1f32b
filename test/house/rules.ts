// The rules of the house as a function over parsed sources: it answers what each file breaks.

import ts from 'typescript';

/** Imports go to a lower floor. */
export const FLOORS: Readonly<Record<string, number>> = {
  domain: 0,
  clock: 1,
  telemetry: 1,
  bus: 2,
  checkpoint: 2,
  kernels: 2,
  graph: 2,
  feeds: 2,
  risk: 2,
  broker: 2,
  analysis: 2,
  sandbox: 3,
  actors: 3,
  report: 3,
  supervisor: 4,
  dag: 5,
  gateway: 5,
  search: 5,
  trust: 5,
  sdk: 6,
  cluster: 7,
  chaos: 7,
  cli: 7,
};

/** Neighbours on one floor do not know each other, but for these: ids and times come from the clock, long curves are added up in the kernels, actors run authors' code in the sandbox, commands start clusters. */
const ALSO_ALLOWED: readonly (readonly [from: string, to: string])[] = [
  ['telemetry', 'clock'],
  ['analysis', 'kernels'],
  ['actors', 'sandbox'],
  ['cli', 'cluster'],
  ['cli', 'chaos'],
  ['chaos', 'cluster'],
];

/** Where each package comes into the house: a file, or a folder where an interface needs several files. */
export const HOMES: Readonly<Record<string, string>> = {
  '@nats-io/jetstream': 'bus/',
  '@nats-io/kv': 'bus/',
  '@nats-io/nats-core': 'bus/',
  '@nats-io/obj': 'bus/',
  '@nats-io/services': 'bus/nats.ts',
  '@nats-io/transport-node': 'bus/dial.ts',
  acorn: 'graph/code.ts',
  astring: 'graph/code.ts',
  canonicalize: 'domain/node-id.ts',
  comlink: 'supervisor/link.ts',
  commander: 'cli/cli.ts',
  'eslint-scope': 'graph/',
  estree: 'graph/',
  hyparquet: 'feeds/parquet.ts',
  'hyparquet-compressors': 'feeds/parquet.ts',
  'hyparquet-writer': 'feeds/parquet.ts',
  lmdb: 'checkpoint/lmdb.ts',
  msgpackr: 'bus/codec.ts',
  pino: 'telemetry/log.ts',
  piscina: 'kernels/pool.ts',
  'prom-client': 'telemetry/metrics.ts',
  yaml: 'cluster/config-file.ts',
  zod: 'cluster/config-schema.ts',
};

const TIMERS = new Set(['setTimeout', 'setInterval', 'setImmediate']);
const CLOCKS_AND_DICE = new Set(['Date.now', 'performance.now', 'process.hrtime', 'Math.random', 'AbortSignal.timeout', 'crypto.randomUUID', 'crypto.getRandomValues']);
const DICE_OF_CRYPTO = new Set(['randomUUID', 'randomUUIDv7', 'randomBytes', 'randomInt', 'randomFillSync', 'getRandomValues']);
const TIME_MODULES = new Set(['node:timers', 'node:timers/promises', 'node:perf_hooks']);

/** @param path below src/, e.g. `bus/nats.ts`. Answers sentences; none for a file that keeps the rules. */
export function broken(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2024, true);
  const folder = path.split('/')[0] ?? '';
  return [...shapeOf(path, folder), ...importsOf(source).flatMap((name) => importProblems(path, folder, name)), ...(folder === 'clock' ? [] : timeProblems(source))];
}

function shapeOf(path: string, folder: string): string[] {
  if (path.split('/').length !== 2) return [`${path} is not src/<folder>/<file>: the house is flat`];
  if (!(folder in FLOORS)) return [`${folder} is on no floor`];
  if (/(^|\/)(utils?|helpers?|common|misc)\b/.test(path)) return [`${path}: a helper lives with its noun, not in ${path.split('/').at(-1)}`];
  return [];
}

function importProblems(path: string, folder: string, name: string): string[] {
  if (name.startsWith('../')) return [`${path} imports ${name}: name the floor instead (#folder/file.ts)`];
  if (name.startsWith('./') || name.startsWith('node:')) return [];
  if (name.startsWith('#')) {
    const target = name.slice(1).split('/')[0] ?? '';
    if (target === folder) return [`${path} imports ${name}: its own folder is ./`];
    if (!(target in FLOORS)) return [`${path} imports ${name}: ${target} is on no floor`];
    const isAllowed = (FLOORS[target] ?? 0) < (FLOORS[folder] ?? 0) || ALSO_ALLOWED.some(([from, to]) => from === folder && to === target);
    return isAllowed ? [] : [`${path}: ${folder} may not import ${target}`];
  }
  const packageName = name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/');
  const home = HOMES[packageName];
  if (home === undefined) return [`${path} imports ${packageName}, which has no home: add it to HOMES`];
  return path === home || (home.endsWith('/') && path.startsWith(home)) ? [] : [`${path} imports ${packageName}, whose home is ${home}`];
}

/** Every module a file names: import, export from, import(). */
function importsOf(source: ts.SourceFile): string[] {
  return ts.preProcessFile(source.text, true, true).importedFiles.map(({ fileName }) => fileName);
}

function timeProblems(source: ts.SourceFile): string[] {
  const problems: string[] = [];
  const accuse = (node: ts.Node, what: string): void => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    problems.push(`${source.fileName}:${line + 1} uses ${what}: time and chance come from #clock`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) {
      const spelled = node.getText().replaceAll(/\s/g, '').replace(/^globalThis\./, '');
      if (CLOCKS_AND_DICE.has(spelled)) accuse(node, spelled);
    }
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && TIMERS.has(node.expression.text)) accuse(node, node.expression.text);
    if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0) accuse(node, 'new Date()');
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const from = node.moduleSpecifier.text;
      if (TIME_MODULES.has(from)) accuse(node, from);
      const names = node.importClause?.namedBindings;
      if (from === 'node:crypto' && names !== undefined && ts.isNamedImports(names)) {
        for (const { name, propertyName } of names.elements) {
          const imported = (propertyName ?? name).text;
          if (DICE_OF_CRYPTO.has(imported)) accuse(node, imported);
        }
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return problems;
}
