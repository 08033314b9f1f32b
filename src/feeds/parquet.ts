// Parquet: bars from a file, and tables into one. Home of hyparquet.
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { Fault } from '#domain/fault.ts';
import { named, ROLE_SKIP } from './header.ts';
import { fieldOf } from './ndjson.ts';
import { Rows, type RowTerms } from './rows.ts';

/** Rows that become text at once. */
const SLICE_ROWS = 8_192;

/** Reads one row group after the other, so that no more than one is in memory. Throws as `readBars` does. */
export async function readParquet(path: string, terms: RowTerms, onProgress?: (done: number, total: number) => void): Promise<Rows> {
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const names = metadata.schema.filter(({ num_children }) => num_children === undefined).map(({ name }) => name);
    const header = named(path, names, ',', 1);
    const rows = new Rows(path, header, 0, { ...terms, unit: 'row' });
    const wanted = names.filter((_, k) => header.roles[k] !== ROLE_SKIP);
    let from = 0;
    for (const group of metadata.row_groups) {
      const to = from + Number(group.num_rows);
      const columns = new Map<string, unknown[]>(wanted.map((name) => [name, []]));
      await parquetRead({
        file,
        metadata,
        compressors,
        columns: wanted,
        rowStart: from,
        rowEnd: to,
        onChunk: ({ columnName, columnData, rowStart }) => {
          const column = columns.get(columnName)!;
          for (let k = 0; k < columnData.length; k++) column[rowStart - from + k] = columnData[k] as unknown;
        },
      });
      scan(rows, names.map((name) => columns.get(name)), to - from);
      from = to;
      onProgress?.(from, Number(metadata.num_rows));
    }
    return rows;
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault('DATA_FILE_UNREADABLE', `${path} is a damaged Parquet file: ${(cause as Error).message}`, { cure: 'copy or download it again', data: { path }, cause });
  }
}

/** Columns nobody reads are undefined, and their fields empty. */
function scan(rows: Rows, columns: readonly (readonly unknown[] | undefined)[], count: number): void {
  for (let from = 0; from < count; from += SLICE_ROWS) {
    const lines: string[] = [];
    for (let row = from; row < Math.min(count, from + SLICE_ROWS); row++) lines.push(columns.map((column) => fieldOf(column?.[row])).join(','));
    const block = Buffer.from(`${lines.join('\n')}\n`);
    rows.scan(block, 0, block.length);
  }
}

export type TableColumn =
  | { readonly name: string; readonly kind: 'number'; readonly values: readonly (number | null)[] }
  | { readonly name: string; readonly kind: 'text'; readonly values: readonly (string | null)[] }
  | { readonly name: string; readonly kind: 'truth'; readonly values: readonly (boolean | null)[] };

const TYPES = { number: 'DOUBLE', text: 'STRING', truth: 'BOOLEAN' } as const;

/** A table as the bytes of a Parquet file; a value that is not defined is null. */
export function parquetOf(columns: readonly TableColumn[]): Uint8Array {
  return new Uint8Array(parquetWriteBuffer({ columnData: columns.map(({ name, kind, values }) => ({ name, type: TYPES[kind], data: [...values], nullable: true })) }));
}
