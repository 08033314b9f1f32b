// Columns of whole numbers as text, small: each number in as few bytes as it needs, deflated, in base 64.
//
//   varint   0 for no number, else 1 + zigzag: 0 −1 1 −2 2 … → 1 2 3 4 5 …; seven bits a byte, the lowest first, the top bit where more follow
//   columns  one behind the other, not row by row: neighbours in a column are alike, and deflate lives on that
//
// `unpack` of browser-data.ts reads it.
import assert from 'node:assert/strict';
import { deflateRawSync } from 'node:zlib';

const LIMIT = 2 ** 51; // 1 + zigzag stays exact, and within eight bytes of seven bits
const BYTES_MAX = 8;

/** @param columns whole numbers below 2^51 in size, or NaN. */
export function pack(columns: readonly Float64Array[]): string {
  const bytes = new Uint8Array(columns.reduce((sum, { length }) => sum + length, 0) * BYTES_MAX);
  let at = 0;
  for (const column of columns) {
    for (const value of column) {
      let code = 0;
      if (!Number.isNaN(value)) {
        assert(Number.isInteger(value) && Math.abs(value) < LIMIT, `${value} is no whole number below 2^51`);
        code = 1 + (value < 0 ? -2 * value - 1 : 2 * value);
      }
      while (code >= 128) {
        bytes[at++] = (code % 128) + 128;
        code = Math.floor(code / 128);
      }
      bytes[at++] = code;
    }
  }
  return deflateRawSync(bytes.subarray(0, at), { level: 9 }).toString('base64');
}
