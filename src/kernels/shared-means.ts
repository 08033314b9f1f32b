// A plain mean that Bollinger bands of the same column and period have for their middle is not computed a second time.
// M1. The middle of bands is that mean, bit for bit, in every row; so whoever reads the mean reads the middle.
// M2. Bands move up to where the mean stood: they need nothing that it did not.
import { resolveParams } from './catalog.ts';
import { inputKey } from './groups.ts';
import type { PlanInput, PlanNode } from './plan-types.ts';

const MIDDLE = 1;

export interface SharedMeans {
  /** What is left to run, in topological order, reading middles instead of shared means. */
  readonly nodes: readonly PlanNode[];
  /** By id of a node that is not run, where its values are. */
  readonly found: ReadonlyMap<string, { readonly node: string; readonly output: number }>;
}

/** `nodes` in topological order, each of them sound. */
export function shareMeans(nodes: readonly PlanNode[]): SharedMeans {
  const found = new Map<string, { readonly node: string; readonly output: number }>();
  const run = new Map<string, PlanNode>();
  const redirect = (input: PlanInput): PlanInput => ('node' in input ? found.get(input.node) ?? input : input);
  const place = (node: PlanNode): void => void (run.has(node.id) || run.set(node.id, { ...node, inputs: node.inputs.map(redirect) }));
  for (const node of nodes) {
    const bands = nodes.find((each) => isMiddle(node, each, redirect));
    if (bands !== undefined) found.set(node.id, { node: bands.id, output: MIDDLE });
    place(bands ?? node);
  }
  return { nodes: [...run.values()], found };
}

/** True when `bands` have `mean` for their middle. */
function isMiddle(mean: PlanNode, bands: PlanNode, redirect: (input: PlanInput) => PlanInput): boolean {
  if (mean.kernel?.name !== 'sma' || bands.kernel?.name !== 'bbands') return false;
  const [ofMean, ofBands] = [mean.inputs[0]!, bands.inputs[0]!].map((input) => inputKey(redirect(input)));
  return ofMean === ofBands && resolveParams('sma', mean.kernel.params)['period'] === resolveParams('bbands', bands.kernel.params)['period'];
}
