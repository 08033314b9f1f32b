import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { type BarFile, readBars } from '#feeds/csv.ts';

const folder = mkdtempSync(join(tmpdir(), 'qmtl-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function fileOf(content: string | Uint8Array): string {
  const path = join(folder, `bars-${files++}.csv`);
  writeFileSync(path, content);
  return path;
}

function read(content: string | Uint8Array): Promise<BarFile> {
  return readBars(fileOf(content));
}

function rowsOf(file: BarFile): number[][] {
  return Array.from({ length: file.rows }, (_, row) => file.columns.map((column) => column[row]!));
}

const T = Date.UTC(2024, 0, 2, 9, 30);
const MINUTE = 60_000;
const HEADER = 'ts,open,high,low,close,volume';
const GOOD = `${HEADER}\n${T},1,4,0.5,2,10\n${T + MINUTE},2,5,1,3,20\n`;
const GOOD_ROWS = [[T, 1, 4, 0.5, 2, 10], [T + MINUTE, 2, 5, 1, 3, 20]];

describe('the form of a file does not change its bars', () => {
  test.each<[string, string | Uint8Array]>([
    ['commas', GOOD],
    ['semicolons', GOOD.replaceAll(',', ';')],
    ['tabs', GOOD.replaceAll(',', '\t')],
    ['CRLF', GOOD.replaceAll('\n', '\r\n')],
    ['no line feed at the end', GOOD.trimEnd()],
    ['a CR without its LF at the end', `${GOOD.trimEnd()}\r`],
    ['a byte order mark', `\uFEFF${GOOD}`],
    ['quotes around everything', GOOD.replaceAll(/[^,\n]+/g, '"$&"')],
    ['blanks around everything', GOOD.replaceAll(/[^,\n]+/g, ' $& ')],
    ['blank lines', GOOD.replaceAll('\n', '\n\n')],
    ['gzip', gzipSync(GOOD)],
    ['gzip in two members', Buffer.concat([gzipSync(GOOD.slice(0, 40)), gzipSync(GOOD.slice(40))])],
    ['no names', GOOD.slice(HEADER.length + 1)],
    ['a title above the names', `https://www.cryptodatadownload.com\n${GOOD}`],
    ['a trailing separator', GOOD.replaceAll('\n', ',\n').replace('volume,', 'volume')],
    ['numbers in other clothes', `${HEADER}\n${T},+1.0,4e0,.5,2.,1E1\n${T + MINUTE},2.000000000000000000000000000,0.5e1,1,3,20\n`],
  ])('%s', async (_, content) => {
    const file = await read(content);
    expect(rowsOf(file)).toEqual(GOOD_ROWS);
    expect(file.intervalMs).toBe(MINUTE);
    expect(file.warnings).toEqual([]);
  });

  test('nor does where the blocks of the disk end', async () => {
    const lines = Array.from({ length: 60_000 }, (_, k) => `${T + k * MINUTE},${k + 1}.25,${k + 2},${k + 1},${k + 1.5},${k}`);
    const file = await read(`${HEADER}\n${lines.join('\n')}\n`); // about 2.4 MB, in blocks of 1 MiB
    expect(file.rows).toBe(60_000);
    for (let row = 0; row < file.rows; row++) {
      if (file.columns[1]![row] !== row + 1.25 || file.columns[5]![row] !== row || file.columns[0]![row] !== T + row * MINUTE) expect.fail(`row ${row} differs`);
    }
  });
});

describe('names of columns', () => {
  test.each<[string, string, string]>([
    ['Yahoo', 'Date,Open,High,Low,Close,Adj Close,Volume', '2024-01-02,1,4,0.5,2,99,10'],
    ['Adj Close before Close', 'Date,Adj Close,Close,Open,High,Low,Volume', '2024-01-02,99,2,1,4,0.5,10'],
    ['Bitfinex', 'time,open,close,high,low,volume', '2024-01-02,1,2,4,0.5,10'],
    ['Coinbase', 'time,low,high,open,close,volume', '2024-01-02,0.5,4,1,2,10'],
    ['Binance', 'Open time,Open,High,Low,Close,Volume,Close time,Quote asset volume', `${Date.UTC(2024, 0, 2)},1,4,0.5,2,10,1704239999999,99`],
    ['CryptoDataDownload', 'unix,date,symbol,open,high,low,close,Volume BTC,Volume USD', `${Date.UTC(2024, 0, 2) / 1000},2024-01-02 00:00:00,BTC/USD,1,4,0.5,2,10,99`],
    ['MetaTrader', '<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<TICKVOL>,<VOL>,<SPREAD>', '2024.01.02,00:00:00,1,4,0.5,2,99,10,0'],
    ['short names', 't,o,h,l,c,v', '20240102,1,4,0.5,2,10'],
    ['price for close', 'Date/Time;Price;Open;High;Low;Vol', '1/2/2024;2;1;4;0.5;10'],
  ])('%s', async (_, header, row) => {
    expect(rowsOf(await read(`${header}\n${row}\n`))).toEqual([[Date.UTC(2024, 0, 2), 1, 4, 0.5, 2, 10]]);
  });

  test('without a volume column every volume is 0, with a warning', async () => {
    const file = await read('date,open,high,low,close\n2024-01-02,1,4,0.5,2\n');
    expect(rowsOf(file)).toEqual([[Date.UTC(2024, 0, 2), 1, 4, 0.5, 2, 0]]);
    expect(file.warnings).toEqual([expect.stringContaining('no volume column')]);
  });

  test('missing ones are listed beside those there are', async () => {
    await expect(read('date,price,amount\n2024-01-02,1,2\n')).rejects.toMatchObject({ code: 'DATA_HEADER_INVALID', message: expect.stringMatching(/no column for open, high, low among "date", "price", "amount"/) });
  });

  test('two of one name are refused, whatever their case', async () => {
    await expect(read('ts,open,high,low,close,Close\n2024-01-02,1,4,0.5,2,3\n')).rejects.toMatchObject({ code: 'DATA_HEADER_INVALID', message: expect.stringMatching(/line 1: columns 5 and 6 are both called "Close"/) });
  });

  test('too few columns without names are refused', async () => {
    await expect(read('1704187800,1,2\n')).rejects.toMatchObject({ code: 'DATA_HEADER_INVALID', cure: expect.stringContaining('ts,open,high,low,close,volume') });
  });
});

describe('times', () => {
  const utc = Date.UTC(2024, 0, 31, 14, 30, 5);
  test.each<[string, number]>([
    ['1706711405', utc],
    ['1706711405000', utc],
    ['1706711405000000', utc],
    ['1706711405000000000', utc],
    ['1706711405.25', utc + 250],
    ['-631152000000', Date.UTC(1950, 0, 1)],
    ['2024-01-31 14:30:05', utc],
    ['2024-01-31T14:30:05Z', utc],
    ['2024-01-31T14:30:05.250Z', utc + 250],
    ['2024-01-31 14:30:05.250000', utc + 250],
    ['2024-01-31 14:30:05+00:00', utc],
    ['2024-01-31T14:30:05.000Z', utc],
    ['2024-01-31T14:30:05.000000+00:00', utc],
    ['2024-01-31 14:30:05.0001Z', utc],
    ['2024-01-31 09:30:05-05:00', utc],
    ['2024-01-31T20:00:05+0530', utc],
    ['2024-01-31 14:30:05 UTC', utc],
    ['2024-01-31 14:30', utc - 5_000],
    ['2024-1-31 14:30:5', utc],
    ['2024/01/31 14:30:05', utc],
    ['20240131 143005', utc],
    ['20240131143005', utc],
    ['1/31/2024 14:30:05', utc],
    ['1/31/2024 2:30:05 PM', utc],
    ['31.01.2024 14:30:05.000', utc],
    ['2024-01-31', Date.UTC(2024, 0, 31)],
    ['20240131', Date.UTC(2024, 0, 31)],
    ['01/31/2024', Date.UTC(2024, 0, 31)],
    ['2017-07-01 11-PM', Date.UTC(2017, 6, 1, 23)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['1899-12-31', Date.UTC(1899, 11, 31)],
  ])('%s', async (text, ms) => {
    expect((await read(`ts,open,high,low,close\n${text},1,1,1,1\n`)).columns[0]![0]).toBe(ms);
  });

  test('every day of four centuries, both ways of writing it', async () => {
    const days = Array.from({ length: 146_097 }, (_, k) => new Date(Date.UTC(1800, 0, 1) + k * 86_400_000).toISOString().slice(0, 10));
    const file = await read(`date,open,high,low,close\n${days.map((day, k) => `${k % 2 === 0 ? day : day.replaceAll('-', '')},1,1,1,1`).join('\n')}\n`);
    expect(file.rows).toBe(days.length);
    for (let row = 0; row < file.rows; row++) if (file.columns[0]![row] !== Date.parse(days[row]!)) expect.fail(days[row]);
  });

  test.each(['2024-02-30', '2023-02-29', '2024-13-01', '31/1/2024', '2024-01-31 25:00:00', '2024-01-31 14:60', 'yesterday', '', '2024-01-31 14:30:05 EST', '2024-01-31x', '2024-01-31 14:30:05Zx', '2024-01-31 14:30:05.', '20240131 146000', '20240131 14300', '2024-01-31 14:30:05+00:00:00'])('%j is refused', async (text) => {
    await expect(read(`ts,open,high,low,close\n2020-01-01,1,1,1,1\n${text},1,1,1,1\n`)).rejects.toMatchObject({
      code: 'DATA_ROW_INVALID',
      message: expect.stringMatching(/line 3, column ts/),
      cure: expect.stringContaining('UTC'),
    });
  });
});

describe('numbers are read to the last bit', () => {
  test('as Number() reads them', async () => {
    const decimal = fc.oneof(
      fc.double({ min: 1e-300, max: 1e300, noNaN: true }).map(String),
      fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 20n }), fc.integer({ min: 0, max: 25 })).map(([digits, places]) => {
        const text = digits.toString().padStart(places + 1, '0');
        return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
      }),
    );
    const texts = fc.sample(decimal, 20_000);
    const file = await read(`ts,open,high,low,close\n${texts.map((text, k) => `${T + k * MINUTE},${text},${text},${text},${text}`).join('\n')}\n`);
    texts.forEach((text, row) => {
      if (file.columns[4]![row] !== Number(text)) expect.fail(`${text} was read as ${file.columns[4]![row]}`);
    });
  });
});

describe('a bad row is refused with its place, its text and a cure', () => {
  const third = (row: string): string => `${GOOD}${row}\n`;
  const t = T + 2 * MINUTE;
  test.each<[string, string, RegExp]>([
    ['a word for a number', third(`${t},1,4,x1,2,10`), /line 4, column low: "x1", is not a number/],
    ['nothing for a number', third(`${t},1,,1,2,10`), /line 4, column high: nothing there/],
    ['empty quotes', third(`${t},1,4,1,2,""`), /line 4, column volume: nothing there/],
    ['nan', third(`${t},nan,4,1,2,10`), /line 4, column open: "nan", is not a number/],
    ['infinity', third(`${t},inf,4,1,2,10`), /line 4, column open: "inf"/],
    ['a number beyond f64', third(`${t},1,1e999,1,2,10`), /line 4, column high: "1e999"/],
    ['a comma within a number', third(`${t},1,4,1,2,"1,000"`), /line 4, column volume: "1,000"/],
    ['two points', third(`${t},1,4,1.1.1,2,10`), /line 4, column low: "1.1.1"/],
    ['hexadecimal', third(`${t},0x10,20,1,2,10`), /line 4, column open: "0x10"/],
    ['a price of zero', third(`${t},0,4,0,2,10`), /line 4, column open: "0", is a price that is not above zero/],
    ['a price below zero', third(`${t},1,4,-1,2,10`), /line 4, column low: "-1"/],
    ['a volume below zero', third(`${t},1,4,1,2,-10`), /line 4, column volume: "-10", is a volume below zero/],
    ['a high below the low', third(`${t},1,3,4,3,10`), /line 4, column high: "3", is a high below the low 4/],
    ['too few fields', third(`${t},1,4`), /line 4: 3 fields where the first line has 6/],
    ['too many fields', third(`${t},1,4,1,2,1,000`), /line 4: 7 fields/],
    ['a line cut off', `${GOOD}${t},1,4,1,2`, /line 4: 5 fields/],
    ['a word for a row', third('total'), /line 4: 1 fields/],
    ['a repeated time', third(`${T + MINUTE},1,4,1,2,10`), /line 4: duplicate time: 2024-01-02T09:31:00.000Z on line 4 repeats 2024-01-02T09:31:00.000Z on line 3/],
    ['a time out of order', third(`${T},1,4,1,2,10`), /line 4: out of order: 2024-01-02T09:30:00.000Z on line 4 comes after 2024-01-02T09:31:00.000Z on line 3/],
  ])('%s', async (_, content, message) => {
    await expect(read(content)).rejects.toMatchObject({ code: 'DATA_ROW_INVALID', message: expect.stringMatching(message), cure: expect.any(String) });
  });

  test('the line counts lines of the file, blank ones and block borders included', async () => {
    const rows = Array.from({ length: 50_000 }, (_, k) => `${T + k * MINUTE},1,1,1,1,${'9'.repeat(30)}`);
    rows[49_000] = '\n\nbad';
    await expect(read(`${HEADER}\n${rows.join('\n')}\n`)).rejects.toMatchObject({ message: expect.stringContaining('line 49004:') });
  });

  test('a file without names says how its columns were taken', async () => {
    await expect(read(`${T},1,2,4,0.5,10\n`)).rejects.toMatchObject({ cure: expect.stringContaining('open, close, high, low') });
  });
});

describe('what is odd but usable is kept and told', () => {
  test('newest first is turned around', async () => {
    const [names, first, second] = GOOD.trimEnd().split('\n');
    const file = await read([names, second, first].join('\n'));
    expect(rowsOf(file)).toEqual(GOOD_ROWS);
    expect(file.warnings).toEqual([expect.stringContaining('newest first')]);
  });

  test('newest first must stay so', async () => {
    await expect(read(`${HEADER}\n${T},1,1,1,1,1\n${T - 2},1,1,1,1,1\n${T - 1},1,1,1,1,1\n`)).rejects.toMatchObject({ message: expect.stringMatching(/line 4: out of order.*newest first/) });
  });

  test('opens and closes outside low … high are counted, with the first line', async () => {
    const file = await read(`${GOOD}${T + 2 * MINUTE},9,4,1,2,10\n${T + 3 * MINUTE},2,4,1,0.5,10\n`);
    expect(file.rows).toBe(4);
    expect(file.warnings).toEqual(['2 rows have an open or close outside low … high, the first on line 4']);
  });

  test('the interval is the median distance, gaps or not', async () => {
    const times = [0, 1, 2, 9, 10, 11, 30].map((k) => T + k * MINUTE);
    expect((await read(`${HEADER}\n${times.map((time) => `${time},1,1,1,1,1`).join('\n')}\n`)).intervalMs).toBe(MINUTE);
    const uneven = [0, 1, 3, 6, 10, 15].map((k) => T + k * MINUTE);
    expect((await read(`${HEADER}\n${uneven.map((time) => `${time},1,1,1,1,1`).join('\n')}\n`)).intervalMs).toBe(3 * MINUTE);
    expect((await read(`${HEADER}\n${T},1,1,1,1,1\n`)).intervalMs).toBe(0);
  });
});

describe('a file that cannot be read says so', () => {
  test.each<[string, () => string, string, RegExp]>([
    ['missing', () => join(folder, 'none.csv'), 'DATA_FILE_UNREADABLE', /none\.csv does not exist/],
    ['a directory', () => folder, 'DATA_FILE_UNREADABLE', /is a directory/],
    ['empty', () => fileOf(''), 'DATA_HEADER_INVALID', /is empty/],
    ['blank lines only', () => fileOf('\n\n'), 'DATA_HEADER_INVALID', /no line of names/],
    ['names only', () => fileOf(`${HEADER}\n`), 'DATA_ROW_INVALID', /no rows/],
    ['prose', () => fileOf('The quick brown fox\njumps over the lazy dog\n'), 'DATA_HEADER_INVALID', /no line of names/],
    ['gzip cut off', () => fileOf(gzipSync(GOOD).subarray(0, -9)), 'DATA_FILE_UNREADABLE', /gzip file that ends too early/],
    ['gzip damaged', () => fileOf(Buffer.concat([Buffer.of(0x1f, 0x8b, 8, 0), Buffer.alloc(64, 0xee)])), 'DATA_FILE_UNREADABLE', /damaged gzip/],
    ['zip', () => fileOf(Buffer.from('504b0304140000000800', 'hex')), 'DATA_FILE_UNREADABLE', /not UTF-8 text/],
    ['UTF-16', () => fileOf(Buffer.from(GOOD, 'utf16le')), 'DATA_FILE_UNREADABLE', /not UTF-8 text/],
    ['one endless line', () => fileOf('1'.repeat(200_000)), 'DATA_FILE_UNREADABLE', /no line ends/],
  ])('%s', async (_, path, code, message) => {
    await expect(readBars(path())).rejects.toMatchObject({ name: 'Fault', code, message: expect.stringMatching(message), cure: expect.any(String) });
  });
});

test('progress ends at the size of the file on disk', async () => {
  const packed = gzipSync(GOOD);
  const seen: [number, number][] = [];
  await readBars(fileOf(packed), { onProgress: (bytesRead, bytesTotal) => seen.push([bytesRead, bytesTotal]) });
  expect(seen.at(-1)).toEqual([packed.length, packed.length]);
});
