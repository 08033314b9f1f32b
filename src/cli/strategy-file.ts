// Loads the file an author wrote. `import { … } from 'qmtl'` works wherever the file lies.
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Fault, isFault } from '#domain/fault.ts';
import { Strategy } from '#sdk/mod.ts';

const SDK = import.meta.resolve('#sdk/mod.ts');
let hooked = false;

/** Answers the file's default export. Throws STRATEGY_FILE_INVALID, or the Fault its declarations ran into. */
export async function loadStrategy(path: string): Promise<Strategy> {
  const file = resolve(path);
  const cure = 'write a .ts file that ends in `export default new Strategy({ … })`; examples/golden-cross.ts is one';
  if (!existsSync(file)) throw new Fault('STRATEGY_FILE_INVALID', `${path} does not exist`, { cure: 'check the path; it is taken from the directory the command runs in' });
  if (!hooked) {
    registerHooks({ resolve: (specifier, context, next) => (specifier === 'qmtl' ? { url: SDK, shortCircuit: true } : next(specifier, context)) });
    hooked = true;
  }
  let module: { default?: unknown };
  try {
    module = (await import(pathToFileURL(file).href)) as { default?: unknown };
  } catch (error) {
    if (isFault(error)) throw error;
    throw new Fault('STRATEGY_FILE_INVALID', `${path}${lineOf(error, file)}: ${(error as Error).message.split('\n')[0]}`, { cure, cause: error });
  }
  if (!(module.default instanceof Strategy)) {
    const found = module.default === undefined ? 'has no default export' : `exports ${describe(module.default)} as its default`;
    throw new Fault('STRATEGY_FILE_INVALID', `${path} ${found}, not a Strategy`, { cure });
  }
  return module.default;
}

/** The place in the author's file an error speaks of, as `:line`. */
function lineOf(error: unknown, file: string): string {
  const stack = String((error as Error).stack);
  const at = new RegExp(`${escape(pathToFileURL(file).href)}:(\\d+)|${escape(file)}:(\\d+)`).exec(stack);
  const line = at?.[1] ?? at?.[2];
  // A syntax error names the file without a line on its first one.
  return line && Number(line) <= readFileSync(file, 'utf8').split('\n').length ? `:${line}` : '';
}

function escape(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null ? `a ${value.constructor?.name ?? 'record'}` : `a ${typeof value}`;
}
