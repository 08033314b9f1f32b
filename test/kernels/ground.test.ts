import { expect, test } from 'vitest';
import { giveBack, takeGround } from '#kernels/ground.ts';
import { Plan } from '#kernels/plan.ts';

test('a memory that is used again is empty, and is lent to one at a time', () => {
  const first = takeGround();
  const address = first.memory.allocate(1_000);
  first.memory.u8.fill(7, address, address + 1_000);
  giveBack(first);
  const second = takeGround();
  expect(second).toBe(first);
  expect(second.memory.allocate(1_000)).toBe(address);
  expect(second.memory.u8.subarray(address, address + 1_000).every((byte) => byte === 0)).toBe(true);
  expect(takeGround()).not.toBe(second);
});

test('a plan in the memory of another has the bits of one in its own, and one that has ended twice does not lend it to two', () => {
  const rows = Float64Array.from({ length: 300 }, (_, row) => 100 + Math.sin(row));
  const planOf = (period: number): Plan => new Plan([{ id: 's', columns: 2 }], [{ id: 'n', inputs: [{ source: 's', column: 1 }], outputs: ['value'], kernel: { name: 'ema', params: { period } } }], { chunkRowsMax: 300 });
  const run = (plan: Plan): number[] => {
    plan.append('s', [Float64Array.from(rows, (_, row) => row), rows], 0, rows.length);
    return [...plan.rowsOf('n').columns[0]!];
  };
  const [alone, other] = [planOf(20), planOf(5)];
  const due = run(alone);
  run(other);
  other.end();
  const again = planOf(20);
  other.end();
  const beside = planOf(7);
  expect(run(again)).toEqual(due);
  run(beside);
  expect([...again.rowsOf('n').columns[0]!]).toEqual(due);
});
