import { describe, expect, test } from 'vitest';
import { checkGraph, type GraphNode } from '#graph/graph.ts';

/** `a: b c` reads: node a has the upstreams b and c. A node without upstreams is a source unless it ends in `!`. */
function graph(...lines: readonly string[]): GraphNode[] {
  return lines.map((line) => {
    const [id = '', ...upstreams] = line.replace(':', '').split(' ');
    return { id: id.replace('!', ''), upstreams, isSource: upstreams.length === 0 && !id.endsWith('!') };
  });
}

describe('order', () => {
  test('upstreams come first, by depth, then by id', () => {
    expect(checkGraph(graph('signal: slow fast', 'slow: price', 'fast: price', 'price'))).toEqual(['price', 'fast', 'slow', 'signal']);
  });

  test('depth is the longest way down, so a shortcut changes nothing', () => {
    expect(checkGraph(graph('a: s b', 'b: c', 'c: s', 's'))).toEqual(['s', 'c', 'b', 'a']);
  });

  test('the order of the declaration does not matter', () => {
    const lines = ['e: d a', 'd: b c', 'c: a', 'b: a', 'a', 'z', 'y: z a'];
    const expected = checkGraph(graph(...lines));
    for (let turn = 1; turn < lines.length; turn++) {
      expect(checkGraph(graph(...lines.slice(turn), ...lines.slice(0, turn)))).toEqual(expected);
    }
  });

  test('reading one upstream twice is legal', () => {
    expect(checkGraph(graph('square: x x', 'x'))).toEqual(['x', 'square']);
  });

  test('an empty graph has an empty order', () => {
    expect(checkGraph([])).toEqual([]);
  });

  test('a chain of 200,000 nodes does not exhaust the stack', () => {
    const chain = Array.from({ length: 200_000 }, (_, at) => ({ id: String(at).padStart(6, '0'), upstreams: at === 0 ? [] : [String(at - 1).padStart(6, '0')], isSource: at === 0 }));
    expect(checkGraph(chain.toReversed())).toEqual(chain.map((node) => node.id));
  });
});

describe('refusals', () => {
  test.each([
    [['a: a', 's'], 'a → a'],
    [['a: c', 'b: a', 'c: b'], 'a → b → c → a'],
    [['c: b', 'b: a', 'a: c'], 'a → b → c → a'],
    // The circle is named without what hangs above and below it.
    [['s', 'in: s', 'b: in c', 'c: b', 'out: c', 'far: out'], 'b → c → b'],
    // Of two circles, the first by id.
    [['x: y', 'y: x', 'm: n', 'n: m'], 'm → n → m'],
  ])('%j goes round in %s', (lines, path) => {
    expect(() => checkGraph(graph(...lines))).toThrow(expect.objectContaining({ code: 'GRAPH_CYCLE', message: `nodes depend on each other in a circle: ${path}`, data: { path: path.split(' → ') } }));
  });

  test('a circle is told by the names people gave its nodes', () => {
    const nodes = graph('a: b', 'b: a').map((node) => ({ ...node, name: `node ${node.id}` }));
    expect(() => checkGraph(nodes)).toThrow('node a → node b → node a');
  });

  test('a circle of 100,000 nodes is found', () => {
    const size = 100_000;
    const circle = Array.from({ length: size }, (_, at) => ({ id: `n${at}`, upstreams: [`n${(at + 1) % size}`], isSource: false }));
    expect(() => checkGraph(circle)).toThrow(expect.objectContaining({ code: 'GRAPH_CYCLE' }));
  });

  test('an unknown upstream is named with its reader', () => {
    expect(() => checkGraph(graph('a: ghost s', 's'))).toThrow(expect.objectContaining({ code: 'GRAPH_UPSTREAM_UNKNOWN', message: 'node a reads ghost, which does not exist' }));
  });

  test('a node without upstreams that is no source is named', () => {
    expect(() => checkGraph(graph('a: lost', 'lost!', 's'))).toThrow(expect.objectContaining({ code: 'GRAPH_SOURCE_MISSING', message: 'node lost has no source of rows above it' }));
  });

  test('an id declared twice is named', () => {
    expect(() => checkGraph(graph('s', 's'))).toThrow(expect.objectContaining({ code: 'SPEC_INVALID', message: 'node s is declared twice' }));
  });
});
