// What TA-Lib C finds in the bars of test/kernels/candle-bars.ts: node test/oracle-tools/candles.ts > test/kernels/candles.golden.json
// For each of its candle functions and each penetration: how often each value comes, and a digest of all of them as 32-bit integers.
import { createHash } from 'node:crypto';
import { candles } from '#kernels/catalog-candles.ts';
import { isMissing } from '../../bench/install.ts';
import { taLib } from '../../bench/kernels/peers.ts';
import { candleBars } from '../kernels/candle-bars.ts';

const ROWS = 200_000;
const PENETRATIONS = [0.15, 0.4, 0.9];
const FIELDS = ['open', 'high', 'low', 'close'] as const;

const native = await taLib();
if (isMissing(native)) throw new Error(native.missing);
const bars = candleBars(ROWS);
const found: object[] = [];
for (const { talib } of Object.values(candles)) {
  for (const penetration of talib!.params.length === 0 ? [null] : PENETRATIONS) {
    const values = new Int32Array(ROWS);
    const { first, count } = native.time(talib!.name, bars, FIELDS, penetration === null ? [] : [penetration], [values], 1);
    const given = values.subarray(0, count);
    const counts: Record<string, number> = {};
    for (const value of given) if (value !== 0) counts[value] = (counts[value] ?? 0) + 1;
    found.push({ name: talib!.name, penetration, first, counts, sha256: createHash('sha256').update(new Uint8Array(given.buffer, 0, given.byteLength)).digest('hex') });
  }
}
const lines = found.map((each) => `    ${JSON.stringify(each)}`);
process.stdout.write(`{\n  "source": "TA-Lib C ${native.version()}",\n  "rows": ${ROWS},\n  "found": [\n${lines.join(',\n')}\n  ]\n}\n`);
