// kill -9 of the member that owns the slot, in the middle of a replay: how long until rows come that the dead one did not write.
// The new owner's rows carry its own lease, so what the dead one had left on the way is not taken for a recovery.
import { decodeFrame } from '#bus/frame.ts';
import { walk } from '../bars.ts';
import type { Bed } from './bed.ts';
import { requireSameAsUnbroken } from '../dag.ts';
import { clock, median, type Section, WrongAnswer } from '../measure.ts';

const KILLS = 3;
const ROWS_PER_SECOND = 10_000;
const ROWS = 20_000;
const KILL_AT_ROW = 8_000;
const MINUTE_MS = 60_000;

export async function recovery(bed: Bed): Promise<Section> {
  const outages: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) outages.push(await oneKill(bed));
  return {
    title: `Recovery: kill -9 of the owning member at ${ROWS_PER_SECOND.toLocaleString('en')} rows/s, ${KILLS} times`,
    figures: [
      { name: 'kill → first row of the new owner, median', value: median(outages), unit: 'ms', target: { requirement: 'E3', atMost: 2_000 } },
      { name: 'kill → first row of the new owner, worst', value: Math.max(...outages), unit: 'ms', target: { requirement: 'E3', atMost: 2_000 } },
    ],
  };
}

async function oneKill(bed: Bed): Promise<number> {
  const bars = walk(ROWS);
  const { dag, node } = await bed.publish(bed.freshInstrument(), ['recovery']);
  const owner = await bed.owner(dag.signal);
  const reader = await bed.bus.read('OUT', [bed.subjects.output(node.slot, node.node.id)], 1);
  const feeding = bed.feed(dag, bars, { speed: (ROWS_PER_SECOND * MINUTE_MS) / 1_000, rowsPerFrame: 1 });
  const signals = new Float64Array(ROWS).fill(Number.NaN);
  let next: number | undefined;
  let killedMs = 0;
  let killedEpoch = 0;
  let outageMs = 0;
  read: for (let entries = await reader.take(); entries; entries = await reader.take()) {
    for (const { data, subject } of entries) {
      const { first, count, epoch, columns } = decodeFrame(data, subject);
      if (first !== (next ??= first)) throw new WrongAnswer(`after a kill, row ${first} follows row ${next - 1}: rows are missing or doubled`);
      next = first + count;
      signals.set(columns[1]!, first);
      if (killedMs === 0 && next >= KILL_AT_ROW) {
        killedEpoch = epoch;
        killedMs = clock.monotonicMs();
        process.kill(bed.cluster.pidOf(`member:${owner}`)!, 'SIGKILL');
      } else if (outageMs === 0 && epoch > killedEpoch && killedMs > 0) outageMs = clock.monotonicMs() - killedMs;
      if (next === ROWS) break read;
    }
  }
  reader.close();
  await feeding;
  requireSameAsUnbroken(bars, signals, 'after a kill');
  return outageMs;
}
