// Drills on real processes, through the command line as an operator runs them.
import { expect, test } from 'vitest';
import type { DrillReport } from '#chaos/run.ts';
import { qmtl } from '../support/qmtl.ts';

test('on three replicating servers the owner of a slot is killed: every row is there once, with the batch run’s bits', async () => {
  const { code, stdout, stderr } = await qmtl(['chaos', 'run', 'scenarios/kill-owner.yml', '--json']);
  expect([code, stderr]).toEqual([0, '']);
  const { passed, violations, checked, faults } = JSON.parse(stdout) as DrillReport;
  expect([passed, violations]).toEqual([true, []]);
  expect(checked.rows).toBeGreaterThan(100_000);
  expect(faults).toMatchObject([{ fault: 'kill', target: expect.stringMatching(/^member:m/) as string }]);
  expect(faults[0]!.pauseMs).toBeGreaterThan(0);
});
