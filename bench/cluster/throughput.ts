// Through the whole cluster: feed → log → member → log → reader, one member with one shard, as fast as the log takes the bars.
// Feed and reader run in the bench's own process, beside nats-server and member, so they share the machine's cores with them. On a busy
// machine processor time per bar tells more than bars per second.
import { walk } from '../bars.ts';
import { type Bed, type CpuMs, feedThrough } from './bed.ts';
import { type Figure, median, pairedRounds, type Section } from '../measure.ts';

const ROUNDS = 3;

/** Rows per run: enough seconds to measure, few enough to keep the bench short. */
const CASES = [
  { rowsPerFrame: 1, rows: 100_000, target: { requirement: 'K2', atLeast: 80 } },
  { rowsPerFrame: 256, rows: 1_000_000, target: { requirement: 'K2', atLeast: 1_000 } },
  { rowsPerFrame: 1_000, rows: 1_000_000, target: { requirement: 'K2', atLeast: 1_000 } },
] as const;

export async function throughput(bed: Bed): Promise<Section> {
  const spent = CASES.map((): CpuMs[] => []);
  const times = await pairedRounds(
    ROUNDS,
    CASES.map(({ rowsPerFrame, rows }, k) => {
      const bars = walk(rows);
      return {
        name: `${rowsPerFrame}`,
        run: async () => {
          const { dag, node } = await bed.publish(bed.freshInstrument(), ['throughput']);
          const before = bed.cpuMs();
          const elapsedMs = await feedThrough(bed, dag, node, bars, rowsPerFrame);
          const after = bed.cpuMs();
          if (before && after) spent[k]!.push(difference(after, before));
          return elapsedMs;
        },
      };
    }),
  );
  const figures = CASES.flatMap(({ rowsPerFrame, rows, target }, k): Figure[] => {
    const name = rowsPerFrame === 1 ? 'one row per message' : `up to ${rowsPerFrame} rows per message`;
    return [{ name, value: rows / median(times[k]!), unit: 'k bars/s', target }, ...cpuFigures(name, spent[k]!, rows)];
  });
  return { title: 'Through the cluster: the same DAG, first append → last signal read', figures };
}

function difference(after: CpuMs, before: CpuMs): CpuMs {
  return { server: after.server - before.server, members: after.members - before.members, bench: after.bench - before.bench };
}

/** None where the system does not tell processor times. */
function cpuFigures(name: string, spent: readonly CpuMs[], rows: number): Figure[] {
  if (spent.length === 0) return [];
  const each = (part: keyof CpuMs): number => (median(spent.map((cpu) => cpu[part])) * 1e3) / rows;
  const [server, members, bench] = [each('server'), each('members'), each('bench')];
  const note = `nats-server ${server.toFixed(2)}, member ${members.toFixed(2)}, feed and reader ${bench.toFixed(2)}`;
  return [{ name: `${name}: processor time`, value: server + members + bench, unit: 'µs per bar', note }];
}
