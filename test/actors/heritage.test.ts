// What the owner of a whole slot says of its other shares must be what their first owners find in lanes of their own.
import { expect, test } from 'vitest';
import { firstSourceOf } from '#actors/assemble.ts';
import { leftBy } from '#actors/heritage.ts';
import { Lane } from '#actors/lane.ts';
import { encodeFrame } from '#bus/frame.ts';
import { type Division, shareOf } from '#bus/shares.ts';
import { slotOf, subjects } from '#bus/subjects.ts';
import { sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import type { DeclaredNode, NodeID } from '#domain/node-spec.ts';
import { walk } from '../support/bars.ts';
import { goldenCross } from '../support/strategies.ts';

const names = subjects('t');
const INSTRUMENTS = Array.from({ length: 9 }, (_, k) => `I${k}`);
const specs = INSTRUMENTS.map((instrument) => goldenCross.declare({ instrument }));
const nodes = specs.flatMap((spec) => spec.nodes);
const byId = new Map<NodeID, DeclaredNode>(nodes.map((node) => [node.id, node]));
const own = nodes.filter(({ spec }) => spec.nodeType !== 'stream').map(({ id }) => id);
const division: Division = { number: 1, shares: 3, salt: 2 };
const indexOf = (id: NodeID): number => shareOf(firstSourceOf(id, (node) => byId.get(node)!), division);

const entries = INSTRUMENTS.map((instrument, k) => {
  const source = sourceId({ venue: 'test', instrument, interval: interval('1m') });
  const columns = walk(80, k);
  const frame = encodeFrame({ kind: 'source', id: source, epoch: 0, first: 0, count: 80, inputSequence: 0, watermark: columns[0]!.at(-1)!, chains: new Uint32Array(6), columns });
  return { subject: names.input(slotOf(source, 1), source), sequence: k + 1, data: frame };
});

function laneOf(ids: readonly NodeID[]): Lane {
  const lane = new Lane(nodes, new Set(ids));
  lane.resume(new Map());
  lane.apply(entries);
  lane.takeFrames(1);
  return lane;
}

test('each other share stands where a lane of its nodes alone stands that read the same', () => {
  expect(new Set(own.map(indexOf))).toEqual(new Set([0, 1, 2]));
  expect(leftBy(laneOf(own), division)).toEqual([1, 2].map((index) => laneOf(own.filter((id) => indexOf(id) === index)).stand()));
});

test('an owner that still computes again what the log has says nothing', () => {
  const lane = new Lane(nodes, new Set(own));
  lane.resume(new Map([[own[0]!, { next: 60, chains: new Uint32Array(2) }]]));
  expect(leftBy(lane, division)).toBeUndefined();
});
