// Bars of one source from several files, a day or a year in each, given in any order.
import { Fault } from '#domain/fault.ts';
import { type BarFile, type ReadOptions, readBars } from './csv.ts';
import { medianStep } from './spacing.ts';

/**
 * Reads the files and puts them one behind the other by their first times. Throws what reading one of them throws, and DATA_ROW_INVALID for two that
 * overlap: which of them to believe is not for a program to guess.
 */
export async function readSeries(paths: readonly string[], options: ReadOptions = {}): Promise<BarFile> {
  const [only, ...others] = paths;
  if (only !== undefined && others.length === 0) return readBars(only, options);
  const files: BarFile[] = [];
  for (const [k, path] of paths.entries()) {
    // Each file counts the same; their sizes are not known before they are opened.
    const onProgress = options.onProgress && ((done: number, total: number) => options.onProgress!(k + done / Math.max(total, 1), paths.length));
    files.push(await readBars(path, { ...options, ...(onProgress && { onProgress }) }));
  }
  files.sort((a, b) => a.columns[0]![0]! - b.columns[0]![0]!);
  for (const [k, { path, columns }] of files.entries()) {
    const before = files[k - 1];
    if (!before || before.columns[0]!.at(-1)! < columns[0]![0]!) continue;
    throw new Fault('DATA_ROW_INVALID', `${path} begins at ${at(columns[0]![0]!)}, and ${before.path} runs to ${at(before.columns[0]!.at(-1)!)}: they overlap`, {
      cure: 'cut one of the two, so that each time is in one file',
      data: { path, before: before.path },
    });
  }
  const columns = files[0]!.columns.map((_, c) => joined(files.map((file) => file.columns[c]!)));
  return { path: paths.join(', '), columns, rows: columns[0]!.length, intervalMs: medianStep(columns[0]!), warnings: files.flatMap(({ path, warnings }) => warnings.map((warning) => `${path}: ${warning}`)) };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const part of parts) {
    whole.set(part, filled);
    filled += part.length;
  }
  return whole;
}

function at(t: number): string {
  return new Date(t).toISOString();
}
