// Bars from a file: file → bytes → lines → columns. A record of NDJSON or Parquet becomes a line of text on its way, so that one set of rules
// judges every kind of file.
// Absent: gaps, jumps and sessions are no errors of a file; judging them is the work of the feed's validation.
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { BarColumns } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import { readHeader } from './header.ts';
import { isRecords, RecordLines } from './ndjson.ts';
import { Rows, type RowTerms } from './rows.ts';
import { medianStep } from './spacing.ts';

export interface BarFile {
  readonly path: string;
  /** t (UTC ms, strictly rising), open, high, low, close, volume. */
  readonly columns: BarColumns;
  readonly rows: number;
  /** Median distance of neighbouring rows; 0 for a single row. */
  readonly intervalMs: number;
  /** What was accepted but deserves a look, as sentences. */
  readonly warnings: readonly string[];
}

export interface ReadOptions {
  /** Called as the file is read, in bytes of the file as it lies on disk. */
  readonly onProgress?: (bytesRead: number, bytesTotal: number) => void;
  /** Takes prices at and below zero for what they are. */
  readonly negativePrices?: boolean;
}

/** Takes whole lines; `rows` is there once the columns are known. */
interface LineReader {
  readonly rows: Rows | undefined;
  take(block: Buffer, to: number): void;
}

const LF = 10;
const CHUNK_BYTES = 1 << 20;
const LINE_BYTES_MAX = 1 << 16; // a row of bars has 60 bytes; a thousand columns fit too
const GZIP_MAGIC = [0x1f, 0x8b] as const;
const PARQUET_MAGIC = [0x50, 0x41, 0x52, 0x31] as const; // PAR1
const BOM = [0xef, 0xbb, 0xbf] as const;

/** What the file system and the unpacker say, as a clause and a cure. */
const UNREADABLE: Readonly<Record<string, readonly [why: string, cure: string]>> = {
  ENOENT: ['does not exist', 'check the path; it is taken from the directory the command runs in'],
  EISDIR: ['is a directory', 'name one file in it'],
  EACCES: ['may not be read by this user', 'give this user the right to read it'],
  Z_BUF_ERROR: ['is a gzip file that ends too early', 'copy or download it again, it was cut off'],
  Z_DATA_ERROR: ['is a damaged gzip file', 'copy or download it again'],
};

/**
 * Reads a whole file of bars: CSV or NDJSON, plain or gzip, or Parquet, told apart by their first bytes. Separators are comma, semicolon or tab; columns
 * go by their names, or in a CSV file without a line of names by their order.
 * Throws DATA_FILE_UNREADABLE, DATA_HEADER_INVALID or DATA_ROW_INVALID, naming line (or row), column and text.
 */
export async function readBars(path: string, options: ReadOptions = {}): Promise<BarFile> {
  const terms: RowTerms = { priceMin: options.negativePrices === true ? Number.NEGATIVE_INFINITY : 0 };
  if (await beginsWith(path, PARQUET_MAGIC)) {
    const { readParquet } = await import('./parquet.ts');
    return barFile(path, await readParquet(path, terms, options.onProgress));
  }
  let reader: LineReader = new CsvLines(path, terms);
  let carry: Buffer = Buffer.alloc(0);
  let seen = false;
  let bytes = 0;
  for await (const chunk of bytesOf(path, options)) {
    bytes += chunk.length;
    let block = carry.length > 0 ? Buffer.concat([carry, chunk]) : chunk;
    if (!seen && block.length >= BOM.length) {
      seen = true;
      if (BOM.every((byte, k) => block[k] === byte)) block = block.subarray(BOM.length);
      refuseBinary(path, block);
      if (isRecords(block)) reader = new RecordLines(path, terms);
    }
    const to = block.lastIndexOf(LF) + 1;
    reader.take(block, to);
    carry = block.subarray(to);
    if (carry.length > LINE_BYTES_MAX) {
      throw new Fault('DATA_FILE_UNREADABLE', `${path}: no line ends within ${LINE_BYTES_MAX} bytes`, { cure: 'give a text file with one bar per line', data: { path } });
    }
  }
  // The last line may do without its line feed.
  if (carry.length > 0) reader.take(Buffer.concat([carry, Buffer.of(LF)]), carry.length + 1);

  const { rows } = reader;
  if (!rows) {
    throw new Fault('DATA_HEADER_INVALID', bytes > 0 ? `${path}: no line of names and no row in it` : `${path} is empty`, {
      cure: 'give a file with a line of names such as ts,open,high,low,close,volume and one bar per line',
      data: { path },
    });
  }
  return barFile(path, rows);
}

class CsvLines implements LineReader {
  readonly #path: string;
  readonly #terms: RowTerms;
  #line = 0;
  rows: Rows | undefined;

  constructor(path: string, terms: RowTerms) {
    this.#path = path;
    this.#terms = terms;
  }

  take(block: Buffer, to: number): void {
    let from = 0;
    while (!this.rows && from < to) {
      const end = block.indexOf(LF, from);
      this.#line++;
      const header = readHeader(this.#path, block.toString('utf8', from, end), this.#line);
      if (header) this.rows = new Rows(this.#path, header, header.named ? this.#line : this.#line - 1, this.#terms);
      if (!header || header.named) from = end + 1;
    }
    this.rows?.scan(block, from, to);
  }
}

function barFile(path: string, rows: Rows): BarFile {
  if (rows.count === 0) throw new Fault('DATA_ROW_INVALID', `${path} has ${rows.unit === 'line' ? 'a line of names' : 'columns'} and no rows`, { cure: 'give a file with at least one bar', data: { path } });
  const columns = rows.finish();
  const warnings: string[] = [];
  if (rows.newestFirst) warnings.push('the file is newest first; its rows were reversed');
  if (rows.outsideCount > 0) warnings.push(`${rows.outsideCount} ${rows.outsideCount === 1 ? 'row has' : 'rows have'} an open or close outside low … high, the first on ${rows.unit} ${rows.outsideLine}`);
  if (!rows.hasVolume) warnings.push(`the file has no volume column; every volume is 0`);
  return { path, columns, rows: rows.count, intervalMs: medianStep(columns[0]!), warnings };
}

/** Bytes of the file, unpacked when it is gzip by its first two bytes, whatever its name. */
async function* bytesOf(path: string, options: ReadOptions): AsyncGenerator<Buffer> {
  try {
    if (!(await beginsWith(path, GZIP_MAGIC))) {
      yield* chunksOf(path, options);
      return;
    }
    // The iteration sees a failure of either stream; the callback only tells pipeline that somebody looks.
    yield* pipeline(chunksOf(path, options), createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function beginsWith(path: string, magic: readonly number[]): Promise<boolean> {
  try {
    const file = await open(path);
    try {
      const { buffer } = await file.read(Buffer.alloc(magic.length));
      return magic.every((byte, k) => buffer[k] === byte);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function* chunksOf(path: string, { onProgress }: ReadOptions): AsyncGenerator<Buffer> {
  const { size } = await stat(path);
  let read = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    read += chunk.length;
    onProgress?.(read, size);
    yield chunk;
  }
}

function unreadable(path: string, cause: unknown): Fault {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const [why, cure] = UNREADABLE[code] ?? [`cannot be read: ${String(cause)}`, 'check the path and the disk'];
  return new Fault('DATA_FILE_UNREADABLE', `${path} ${why}`, { cure, data: { path }, cause });
}

function refuseBinary(path: string, block: Buffer): void {
  if (!block.subarray(0, 512).includes(0)) return;
  throw new Fault('DATA_FILE_UNREADABLE', `${path} is not UTF-8 text`, { cure: 'unpack it (zip and xz are not read), or save it as UTF-8; gzip is read as it is', data: { path } });
}
