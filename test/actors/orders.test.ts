// An orders function that does wrong halts its own account at that row, in whatever pieces the rows come.
import { expect, test } from 'vitest';
import { OrdersNode } from '#actors/orders.ts';
import type { AccountSpec } from '#domain/node-spec.ts';
import { account, Strategy, StreamInput } from '#sdk/mod.ts';
import { walk } from '../support/bars.ts';

const ROWS = 20;
const bars = walk(ROWS, 3);

/** An account whose function fails at the bar of one close, by `how`: an endless loop or a throw. */
function nodeOf(how: string): OrdersNode {
  const spec = new Strategy({
    name: 'orders',
    build: () => ({
      account: account(new StreamInput({ venue: 'test', instrument: 'ABC', interval: '1m' }), { cash: 10_000, params: { bad: bars[4]![7]!, how } }, ({ bar, params, position, buy, sell }) => {
        if (position === 0) buy(1);
        else sell(position);
        if (bar.close !== params.bad) return;
        if (params.how === 'throws') throw 'no such price';
        for (;;);
      }),
    }),
  }).declare();
  return new OrdersNode(spec.nodes.at(-1)!.spec as AccountSpec);
}

test.each([
  ['throws', 'orders threw no such price'],
  ['does not end', 'orders did not come back'],
])('one that %s', { timeout: 30_000 }, (how, reason) => {
  for (const size of [ROWS, 1]) {
    const node = nodeOf(how);
    const outputs = node.outputs.map(() => new Float64Array(ROWS));
    for (let from = 0; from < ROWS; from += size) node.run([bars[0]!, ...bars.slice(1)].map((column) => column.subarray(from, from + size)), outputs.map((column) => column.subarray(from, from + size)), size);
    expect(node.halt).toMatchObject({ row: 7, code: 'COMPUTE_FAILED', reason });
    for (const column of outputs) expect(column.subarray(7).every((value) => Number.isNaN(value))).toBe(true);
    expect(outputs.some((column) => !Number.isNaN(column[6]!))).toBe(true);
  }
});
