// Places for the nodes of a DAG in layers from left to right, after Sugiyama, Tagawa and Toda (1981):
//   1. the layer of a node is one behind the last of what it reads; an edge over several layers goes through a bend in each between;
//   2. within the layers nodes are put in the order of the middle of their neighbours, to and fro, and the order with the fewest crossings is kept;
//   3. heights are drawn towards the middle of the neighbours, as far as the order and the distances let them.

export interface Placed {
  readonly layer: number;
  /** Height in distances between two neighbours, from 0 on. */
  readonly y: number;
}

export interface Layers {
  /** One for each node, in the order they were given. */
  readonly nodes: readonly Placed[];
  /** One for each edge: the places it goes through, its ends included. */
  readonly edges: readonly { readonly from: number; readonly to: number; readonly path: readonly Placed[] }[];
  readonly layers: number;
  readonly height: number;
}

const SWEEPS = 12; // crossings hardly fall after so many
const BEND_GAP = 0.55; // an edge needs less room than a node

/** A node or a bend. */
interface Item {
  readonly layer: number;
  readonly isBend: boolean;
  y: number;
  readonly left: Item[];
  readonly right: Item[];
}

/** @param reads of each node the places of those it reads; what is read stands before what reads it. */
export function layersOf(reads: readonly (readonly number[])[]): Layers {
  const items: Item[] = [];
  for (const upstreams of reads) items.push({ layer: Math.max(-1, ...upstreams.map((k) => items[k]!.layer)) + 1, isBend: false, y: 0, left: [], right: [] });
  const ranks: Item[][] = Array.from({ length: Math.max(0, ...items.map(({ layer }) => layer + 1)) }, () => []);
  for (const item of items) ranks[item.layer]!.push(item);
  const edges = reads.flatMap((upstreams, to) => [...new Set(upstreams)].map((from) => ({ from, to, path: chain(items[from]!, items[to]!, ranks) })));
  order(ranks);
  settle(ranks);
  const top = Math.min(0, ...ranks.flat().map(({ y }) => y));
  for (const item of ranks.flat()) item.y -= top;
  return { nodes: items, edges, layers: ranks.length, height: Math.max(0, ...ranks.flat().map(({ y }) => y)) };
}

function chain(from: Item, to: Item, ranks: Item[][]): Item[] {
  const path = [from];
  for (let layer = from.layer + 1; layer < to.layer; layer++) {
    const bend: Item = { layer, isBend: true, y: 0, left: [], right: [] };
    ranks[layer]!.push(bend);
    path.push(bend);
  }
  path.push(to);
  for (let k = 1; k < path.length; k++) {
    path[k - 1]!.right.push(path[k]!);
    path[k]!.left.push(path[k - 1]!);
  }
  return path;
}

/** Step 2; `y` is the place in the layer meanwhile. */
function order(ranks: Item[][]): void {
  const number = (): void => ranks.forEach((rank) => rank.forEach((item, k) => (item.y = k)));
  number();
  let best = ranks.map((rank) => [...rank]);
  let fewest = crossings(ranks);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const isForth = sweep % 2 === 0;
    for (const rank of isForth ? ranks : ranks.toReversed()) {
      const middles = new Map(rank.map((item) => [item, mean(isForth ? item.left : item.right) ?? item.y]));
      rank.sort((a, b) => middles.get(a)! - middles.get(b)!);
      rank.forEach((item, k) => (item.y = k));
    }
    const found = crossings(ranks);
    if (found >= fewest) continue;
    fewest = found;
    best = ranks.map((rank) => [...rank]);
  }
  ranks.forEach((rank, k) => rank.splice(0, rank.length, ...best[k]!));
  number();
}

function crossings(ranks: readonly (readonly Item[])[]): number {
  let count = 0;
  for (const rank of ranks) {
    const ends = rank.flatMap((item) => item.right.map((next) => next.y).toSorted((a, b) => a - b));
    for (let k = 0; k < ends.length; k++) for (let above = 0; above < k; above++) if (ends[above]! > ends[k]!) count++;
  }
  return count;
}

/** Step 3. */
function settle(ranks: readonly (readonly Item[])[]): void {
  for (const rank of ranks) {
    let y = 0;
    rank.forEach((item, k) => (item.y = k === 0 ? 0 : (y += gap(rank[k - 1]!, item))));
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const rank of sweep % 2 === 0 ? ranks : ranks.toReversed()) {
      const wanted = rank.map((item) => mean(sweep % 2 === 0 ? item.left : item.right) ?? item.y);
      spread(rank, wanted);
    }
  }
}

/** Puts a layer as near to where its items want to be as their distances allow: those that would overlap move as one, to the middle of their wishes. */
function spread(rank: readonly Item[], wanted: readonly number[]): void {
  const runs: { sum: number; count: number; items: { item: Item; offset: number }[]; length: number }[] = [];
  rank.forEach((item, k) => {
    let run = { sum: wanted[k]!, count: 1, items: [{ item, offset: 0 }], length: 0 };
    for (let before = runs.at(-1); before; before = runs.at(-1)) {
      const distance = gap(before.items.at(-1)!.item, run.items[0]!.item);
      if (before.sum / before.count + before.length + distance <= run.sum / run.count) break;
      const shift = before.length + distance;
      run = {
        sum: before.sum + run.sum - shift * run.count,
        count: before.count + run.count,
        items: [...before.items, ...run.items.map(({ item: each, offset }) => ({ item: each, offset: offset + shift }))],
        length: shift + run.length,
      };
      runs.pop();
    }
    runs.push(run);
  });
  for (const { sum, count, items } of runs) for (const { item, offset } of items) item.y = sum / count + offset;
}

function gap(a: Item, b: Item): number {
  return a.isBend || b.isBend ? BEND_GAP : 1;
}

function mean(items: readonly Item[]): number | undefined {
  return items.length === 0 ? undefined : items.reduce((sum, { y }) => sum + y, 0) / items.length;
}
