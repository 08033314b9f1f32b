// Questions that reach the gateway long after whoever asked has given up, asked again, and gone on.
import { expect, test } from 'vitest';
import { MemoryBus, type MemoryLog } from '#bus/memory.ts';
import { SimulatedClock } from '#clock/simulated.ts';
import type { ExecutionMap, StrategyRecord } from '#domain/lifecycle.ts';
import { type FindAnswer, type FindRequest, type RetireAnswer, type RetireRequest, strategyId, type Submission, type SubmissionAnswer } from '#gateway/gateway.ts';
import { eventsOf, names, newLog, recordsIn, retireFrom, startGateway, startManager, submitTo } from '../support/control.ts';
import { goldenCross } from '../support/strategies.ts';

const spec = goldenCross.declare();
const id = strategyId(spec);
const recordOf = async (server: MemoryLog): Promise<StrategyRecord | undefined> => (await recordsIn<StrategyRecord>(server, 'strategies')).get(id);

async function started(): Promise<MemoryLog> {
  const server = newLog();
  const clock = new SimulatedClock();
  await startManager(server, clock);
  await startGateway(server, clock);
  return server;
}

test('a strategy that has ended is not begun again by a submission that was on its way when it ended, however often it lived since', async () => {
  const server = await started();
  const bus = new MemoryBus(server);
  const late = (after?: number) => bus.call<Submission, SubmissionAnswer>(names.call('gateway', 'submit'), { spec, correlationId: 'late', ...(after !== undefined && { after }) });
  for (const life of [1, 2, 3]) {
    await submitTo(server, spec);
    await retireFrom(server, spec.name);
    for (const after of [undefined, 1, 2].slice(0, life)) await expect(late(after)).rejects.toMatchObject({ code: 'STRATEGY_ENDED', data: { life } });
  }
  expect(eventsOf(server, id).filter(({ state }) => state === 'Submitted')).toHaveLength(3);
  expect(await recordOf(server)).toMatchObject({ state: 'Completed', life: 3 });
});

test('a strategy is not ended by a retirement that was on its way when it began again', async () => {
  const server = await started();
  await submitTo(server, spec);
  const found = await new MemoryBus(server).call<FindRequest, FindAnswer>(names.call('gateway', 'find'), { strategy: id });
  await retireFrom(server, id);
  await submitTo(server, spec);
  expect(await new MemoryBus(server).call<RetireRequest, RetireAnswer>(names.call('gateway', 'retire'), found)).toMatchObject({ state: 'Completed' });
  expect(await recordOf(server)).toMatchObject({ state: 'Mapped', life: 2 });
});

test('a strategy is not Mapped by an answer that its life before was waiting for', async () => {
  const server = newLog();
  const clock = new SimulatedClock();
  const answers: (() => void)[] = [];
  const apply = (): Promise<ExecutionMap> => new Promise((resolve) => answers.push(() => resolve({ nodes: [], created: 0, reused: 0 })));
  await new MemoryBus(server).serve({ name: 'qmtl-dag', version: '1.0.0', description: 'slow', endpoints: { apply: { subject: names.call('dag', 'apply'), answer: apply } } });
  await startGateway(server, clock);
  const first = submitTo(server, spec);
  const second = submitTo(server, spec);
  await clock.advance(1);
  answers[1]!();
  await second;
  await retireFrom(server, id);
  const third = submitTo(server, spec);
  await clock.advance(1);
  answers[0]!();
  await first;
  expect(await recordOf(server)).toMatchObject({ state: 'Processing', life: 2 });
  answers[2]!();
  expect((await third).state).toBe('Mapped');
});
