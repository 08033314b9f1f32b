import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layersOf } from '#report/layers.ts';

/** Of each node, some of those before it. */
const graphs = fc.integer({ min: 1, max: 40 }).chain((count) => fc.tuple(...Array.from({ length: count }, (_, k) => (k === 0 ? fc.constant([]) : fc.array(fc.nat(k - 1), { maxLength: 3 })))));

describe('layers', () => {
  test('put every node behind all it reads, and no two on one place', () => {
    fc.assert(
      fc.property(graphs, (reads) => {
        const { nodes, edges, layers, height } = layersOf(reads);
        expect(edges.length).toBe(reads.reduce((sum, own) => sum + new Set(own).size, 0));
        for (const { from, to, path } of edges) {
          expect(path[0]).toBe(nodes[from]);
          expect(path.at(-1)).toBe(nodes[to]);
          path.forEach(({ layer }, k) => expect(layer).toBe(nodes[from]!.layer + k));
        }
        for (let layer = 0; layer < layers; layer++) {
          const heights = nodes.filter((node) => node.layer === layer).map(({ y }) => y).toSorted((a, b) => a - b);
          heights.forEach((y, k) => expect(k === 0 ? y >= 0 : y - heights[k - 1]! > 0.999).toBe(true));
          expect(heights.at(-1) ?? 0).toBeLessThanOrEqual(height);
        }
      }),
    );
  });

  test('draw a chain as a straight line, and a diamond around its middle', () => {
    expect(layersOf([[], [0], [1], [2]]).nodes.map(({ layer, y }) => [layer, y])).toEqual([[0, 0], [1, 0], [2, 0], [3, 0]]);
    expect(layersOf([[], [0], [0], [1, 2]]).nodes.map(({ layer, y }) => [layer, y])).toEqual([[0, 0.5], [1, 0], [1, 1], [2, 0.5]]);
  });

  test('untangle what can be drawn without crossings', () => {
    // Two chains, told crosswise: 0 → 3, 1 → 2.
    const { nodes } = layersOf([[], [], [1], [0]]);
    expect(Math.sign(nodes[0]!.y - nodes[1]!.y)).toBe(Math.sign(nodes[3]!.y - nodes[2]!.y));
  });
});
