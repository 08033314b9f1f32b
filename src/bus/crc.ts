// CRC-32 (IEEE 802.3) of single doubles, in JavaScript: a call of zlib's costs as much as twenty of them.
// Eight tables take the eight bytes of a double in one step ("slicing by 8", Kounavis and Berry 2005).

const POLYNOMIAL = 0xed_b8_83_20;
const BYTES = 8;
const VALUES = 256;

/** Table k, entry b: what byte b leaves behind with k zero bytes after it. */
const TABLES = new Int32Array(BYTES * VALUES);
for (let byte = 0; byte < VALUES; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
  TABLES[byte] = crc;
}
for (let at = VALUES; at < TABLES.length; at++) {
  const before = TABLES[at - VALUES]!;
  TABLES[at] = (before >>> 8) ^ TABLES[before & 0xff]!;
}

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

/** Continues a CRC over the bytes of a double, little endian, as zlib's `crc32` does. */
export function crcOfDouble(value: number, crc: number): number {
  double[0] = value;
  const low = words[0]! ^ ~crc;
  const high = words[1]!;
  return (
    ~(
      TABLES[7 * VALUES + (low & 0xff)]! ^
      TABLES[6 * VALUES + ((low >>> 8) & 0xff)]! ^
      TABLES[5 * VALUES + ((low >>> 16) & 0xff)]! ^
      TABLES[4 * VALUES + (low >>> 24)]! ^
      TABLES[3 * VALUES + (high & 0xff)]! ^
      TABLES[2 * VALUES + ((high >>> 8) & 0xff)]! ^
      TABLES[VALUES + ((high >>> 16) & 0xff)]! ^
      TABLES[high >>> 24]!
    ) >>> 0
  );
}
