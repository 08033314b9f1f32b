// Loads the file an author wrote. `import { … } from 'qmtl'` works wherever the file lies.
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { basename, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Fault, isFault } from '#domain/fault.ts';
import { describe } from '#graph/shape.ts';
import { Strategy } from '#sdk/mod.ts';

const SDK = import.meta.resolve('#sdk/mod.ts');
const SHAPE_CURE = 'write a .ts file that ends in `export default new Strategy({ … })`; examples/golden-cross.ts is one';
let hooked = false;

/** Answers the file's default export. Throws STRATEGY_FILE_INVALID, or the Fault its declarations ran into. */
export async function loadStrategy(path: string): Promise<Strategy> {
  const file = resolve(path);
  if (!existsSync(file)) throw new Fault('STRATEGY_FILE_INVALID', `${path} does not exist`, { cure: 'check the path; it is taken from the directory the command runs in' });
  if (!['.ts', '.js', '.mts', '.mjs'].includes(extname(file))) throw new Fault('STRATEGY_FILE_INVALID', `${path} is not a TypeScript or JavaScript file`, { cure: SHAPE_CURE });
  if (!hooked) {
    registerHooks({ resolve: (specifier, context, next) => (specifier === 'qmtl' ? { url: SDK, shortCircuit: true } : next(specifier, context)) });
    hooked = true;
  }
  let module: { default?: unknown };
  try {
    module = (await import(pathToFileURL(file).href)) as { default?: unknown };
  } catch (error) {
    if (isFault(error)) throw error;
    throw new Fault('STRATEGY_FILE_INVALID', `${path}${lineOf(error, file)}: ${firstLine(error)}`, { cure: importCure(error), cause: error });
  }
  if (!(module.default instanceof Strategy)) {
    const found = module.default === undefined ? 'has no default export' : `exports ${describe(module.default)} as its default, not a Strategy`;
    throw new Fault('STRATEGY_FILE_INVALID', `${path} ${found}`, { cure: SHAPE_CURE });
  }
  return module.default;
}

/** Runs what runs the author's build. An error thrown by the author's own lines is theirs to mend, not a bug of ours. */
export async function withAuthor<T>(path: string, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const file = resolve(path);
    const top = error instanceof Error ? (error.stack ?? '').split('\n').find((line) => /^\s+at /.test(line)) : undefined;
    if (isFault(error) || !top?.includes(pathToFileURL(file).href)) throw error;
    throw new Fault('STRATEGY_FILE_INVALID', `${path}${lineOf(error, file)}: ${firstLine(error)}`, { cure: 'mend that line of the strategy', cause: error });
  }
}

function importCure(error: unknown): string {
  if (error instanceof SyntaxError && /does not provide an export/.test(error.message)) return 'import only names the module has; `import * as qmtl from \'qmtl\'` in an editor lists those of qmtl';
  if (error instanceof SyntaxError) return 'mend the syntax; types are stripped, so enums, namespaces and parameter properties cannot be used';
  const { code } = error as { code?: string };
  return code === 'ERR_MODULE_NOT_FOUND' ? 'mend the path, or install the package beside the strategy' : 'mend what the file runs when it is imported';
}

function firstLine(error: unknown): string {
  return error instanceof Error ? error.message.split('\n')[0]! : `it threw ${describe(error)}`;
}

/** The place in the author's file an error speaks of, as `:line`. */
function lineOf(error: unknown, file: string): string {
  const stack = error instanceof Error ? String(error.stack) : '';
  const lines = readFileSync(file, 'utf8').split('\n');
  const at = new RegExp(`${escape(pathToFileURL(file).href)}:(\\d+)|${escape(file)}:(\\d+)`).exec(stack);
  // A module that is missing is named without the line that asks for it.
  const missing = /Cannot find (?:module|package) '([^']+)'/.exec(stack)?.[1];
  const line = Number(at?.[1] ?? at?.[2] ?? (missing === undefined ? 0 : 1 + lines.findIndex((text) => /\b(?:from|import)\b/.test(text) && text.includes(basename(missing)))));
  // A syntax error names the file without a line on its first one.
  return line > 0 && line <= lines.length ? `:${line}` : '';
}

function escape(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}
