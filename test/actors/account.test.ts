import { describe, expect, test } from 'vitest';
import { AccountNode } from '#actors/account.ts';
import { PAPER_OUTPUTS } from '#broker/paper.ts';

const TERMS = { cash: 1000, feeBps: 0, slippageBps: 0 };

/** Runs rows of open = close = 10 with these targets, in pieces of `size`. */
function run(node: AccountNode, targets: readonly number[], size: number): number[][] {
  const outputs: number[][] = PAPER_OUTPUTS.map(() => []);
  for (let from = 0; from < targets.length; from += size) {
    const count = Math.min(size, targets.length - from);
    const price = new Float64Array(count).fill(10);
    const columns = PAPER_OUTPUTS.map(() => new Float64Array(count));
    node.run([price, price, Float64Array.from(targets.slice(from, from + count))], columns, count);
    columns.forEach((column, k) => outputs[k]!.push(...column));
  }
  return outputs;
}

describe('an account that is given a target it cannot keep', () => {
  const targets = [0, 1, 2, 1e300, 3, 0, 1];

  test('stands still at that row in every cutting, keeps the rows before, and says which row and why', () => {
    const whole = run(new AccountNode(TERMS), targets, 100);
    const position = whole[PAPER_OUTPUTS.indexOf('position')]!;
    expect(position).toEqual([0, 0, 1, Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    for (const size of [1, 2, 3, 4, 5]) {
      const node = new AccountNode(TERMS);
      expect(run(node, targets, size)).toEqual(whole);
      expect(node.halt).toMatchObject({ row: 3, code: 'MONEY_INVALID', reason: expect.stringContaining('target') as string });
    }
  });
});
