// What the hundredth identical strategy costs: the same nodes under other names, in one plan and through the cluster.
import { walk } from '../bars.ts';
import { type Bed, feedThrough } from './bed.ts';
import { mergedPlan, threeNodes } from '../dag.ts';
import { clock, type Contender, type Figure, median, pairedRatio, pairedRounds, type Section } from '../measure.ts';

const COUNTS = [1, 10, 100] as const;
const PLAN_ROWS = 1 << 20;
const PLAN_ROUNDS = 7;
const CHUNK_ROWS = 256;
const CLUSTER_ROWS = 1_000_000;
const CLUSTER_ROUNDS = 5;

export async function strategies(bed: Bed): Promise<Section> {
  const inPlan = await pairedRounds(PLAN_ROUNDS, COUNTS.map(planned));
  const submitMs: number[] = [];
  const inCluster = await pairedRounds(CLUSTER_ROUNDS, COUNTS.map((count) => clustered(bed, count, submitMs)));
  const figures = [
    ...COUNTS.flatMap((count, k) => figuresOf(`in process, ${named(count)}`, PLAN_ROWS / 1e3, 'M rows/s', inPlan[k]!, inPlan[0]!)),
    ...COUNTS.flatMap((count, k) => figuresOf(`cluster, ${named(count)}`, CLUSTER_ROWS, 'k bars/s', inCluster[k]!, inCluster[0]!)),
    { name: 'submitting one more, gateway to execution map', value: median(submitMs), unit: 'ms' },
  ];
  return { title: 'Identical strategies: the same nodes under 1, 10 and 100 names', figures };
}

function named(count: number): string {
  return count === 1 ? 'one strategy' : `${count} strategies`;
}

function figuresOf(name: string, scale: number, unit: string, times: readonly number[], one: readonly number[]): Figure[] {
  const rate: Figure = { name, value: scale / median(times), unit };
  if (times === one) return [rate];
  return [rate, { name: `${name}: cost`, value: pairedRatio(times, one), unit: '× one', target: { requirement: 'C2', atMost: 1.2 } }];
}

function planned(count: number): Contender {
  const bars = walk(PLAN_ROWS);
  const dags = Array.from({ length: count }, (_, k) => threeNodes('MERGED', `strategy ${k}`));
  return {
    name: named(count),
    run: () => {
      const { plan, source } = mergedPlan(dags.map((dag) => dag.spec), CHUNK_ROWS);
      const startedMs = clock.monotonicMs();
      for (let row = 0; row < PLAN_ROWS; row += CHUNK_ROWS) plan.append(source, bars, row, row + CHUNK_ROWS);
      return clock.monotonicMs() - startedMs;
    },
  };
}

function clustered(bed: Bed, count: number, submitMs: number[]): Contender {
  const bars = walk(CLUSTER_ROWS);
  const names = Array.from({ length: count }, (_, k) => `strategy ${k}`);
  return {
    name: named(count),
    run: async () => {
      const instrument = bed.freshInstrument();
      const { dag, node, submitMs: takenMs } = await bed.publish(instrument, names);
      if (count > 1) submitMs.push(takenMs / count);
      return feedThrough(bed, dag, node, bars, CHUNK_ROWS);
    },
  };
}
