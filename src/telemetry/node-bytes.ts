// How much each of many nodes holds, as shards tell members and members their metrics.

/** Largest nodes shown one by one; the others are summed under scope="rest". Prometheus gets slow, not richer, with more. */
export const NODE_SERIES_MAX = 100;

/** What nodes hold: the largest of them one by one, largest first, and all together. A hundred thousand are not carried about for a hundred. */
export interface NodeBytes {
  readonly largest: readonly (readonly [node: string, bytes: number])[];
  readonly bytes: number;
}

export function nodeBytesOf(nodes: Iterable<readonly [node: string, bytes: number]>): NodeBytes {
  const all = [...nodes];
  const largest = all.toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, NODE_SERIES_MAX);
  return { largest, bytes: all.reduce((sum, [, bytes]) => sum + bytes, 0) };
}

/** Of several parts of a whole that have no node in common. */
export function nodeBytesTogether(parts: readonly NodeBytes[]): NodeBytes {
  return { largest: nodeBytesOf(parts.flatMap(({ largest }) => largest)).largest, bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0) };
}
