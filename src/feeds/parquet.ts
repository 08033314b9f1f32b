// Tables as Parquet files.
import { parquetWriteBuffer } from 'hyparquet-writer';

export type TableColumn =
  | { readonly name: string; readonly kind: 'number'; readonly values: readonly (number | null)[] }
  | { readonly name: string; readonly kind: 'text'; readonly values: readonly (string | null)[] }
  | { readonly name: string; readonly kind: 'truth'; readonly values: readonly (boolean | null)[] };

const TYPES = { number: 'DOUBLE', text: 'STRING', truth: 'BOOLEAN' } as const;

/** A table as the bytes of a Parquet file; a value that is not defined is null. */
export function parquetOf(columns: readonly TableColumn[]): Uint8Array {
  return new Uint8Array(parquetWriteBuffer({ columnData: columns.map(({ name, kind, values }) => ({ name, type: TYPES[kind], data: [...values], nullable: true })) }));
}
