// Bar published → signal received, one row per message, at a steady rate. Sender and receiver share a process and a clock.
// The sender is woken by a timer of 1 ms, so at 10,000 rows/s it sends some ten rows at once; each row's time runs from its own append.
import { walk } from '../bars.ts';
import type { Bed } from './bed.ts';
import { clock, type Figure, quantile, type Section } from '../measure.ts';

const MINUTE_MS = 60_000;
const SECONDS = 5;
/** The first second belongs to the compiler. */
const WARMUP_SECONDS = 1;
const RATES = [1_000, 10_000] as const;

export async function latency(bed: Bed): Promise<Section> {
  const figures: Figure[] = [];
  for (const rate of RATES) figures.push(...(await at(bed, rate)));
  return { title: 'Latency: bar published → signal received, one row per message', figures };
}

async function at(bed: Bed, rate: number): Promise<Figure[]> {
  const rows = rate * (SECONDS + WARMUP_SECONDS);
  const bars = walk(rows);
  const { dag, node } = await bed.publish(bed.freshInstrument(), ['latency']);
  const sentMs = new Float64Array(rows);
  const waitedMs = new Float64Array(rows);
  const read = (async () => {
    for await (const { first, count } of bed.rowsOf(node)) {
      const nowMs = clock.monotonicMs();
      for (let row = first; row < first + count; row++) waitedMs[row] = nowMs - sentMs[row]!;
      if (first + count === rows) return;
    }
  })();
  let sent = 0;
  const startedMs = clock.monotonicMs();
  const mark = (done: number): void => {
    sentMs.fill(clock.monotonicMs(), sent, done);
    sent = done;
  };
  await bed.feed(dag, bars, { speed: (rate * MINUTE_MS) / 1_000, rowsPerFrame: 1 }, mark);
  const sendingMs = clock.monotonicMs() - startedMs;
  await read;
  const counted = waitedMs.subarray(rate * WARMUP_SECONDS);
  const label = `${rate.toLocaleString('en')} rows/s`;
  return [
    { name: `${label}: p50`, value: quantile(counted, 0.5), unit: 'ms' },
    { name: `${label}: p99`, value: quantile(counted, 0.99), unit: 'ms', target: { requirement: 'K1', atMost: 10 } },
    { name: `${label}: max`, value: quantile(counted, 1), unit: 'ms' },
    { name: `${label}: rate kept`, value: rows / (sendingMs / 1_000), unit: 'rows/s' },
  ];
}
