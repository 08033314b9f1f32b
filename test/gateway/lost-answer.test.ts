// What the gateway knows after the log wrote what it was told and its answer was lost, and after it wrote nothing.
import { expect, test } from 'vitest';
import type { BucketName, RecordBucket } from '#bus/bus.ts';
import { MemoryBus, type MemoryLog } from '#bus/memory.ts';
import { SimulatedClock } from '#clock/simulated.ts';
import { Fault } from '#domain/fault.ts';
import type { ClusterStatus } from '#gateway/gateway.ts';
import { names, newLog, retireFrom, startGateway, startManager, submitTo } from '../support/control.ts';
import { goldenCross } from '../support/strategies.ts';

/** A log whose records are written without an answer, or not at all. */
class LossyBus extends MemoryBus {
  loses: 'nothing' | 'answers' | 'records' = 'nothing';

  override async bucket<T>(name: BucketName): Promise<RecordBucket<T>> {
    const bucket = await super.bucket<T>(name);
    const put = async (key: string, value: T): Promise<number> => {
      const revision = this.loses === 'records' ? 0 : await bucket.put(key, value);
      if (this.loses === 'nothing') return revision;
      throw new Fault('NATS_UNREACHABLE', `record ${key}: no answer`, { retry: true });
    };
    return { put, get: (key) => bucket.get(key), all: () => bucket.all(), replace: (...of) => bucket.replace(...of), remove: (key) => bucket.remove(key), watch: (...of) => bucket.watch(...of) };
  }
}

async function started(): Promise<{ server: MemoryLog; bus: LossyBus }> {
  const clock = new SimulatedClock();
  const server = newLog();
  const bus = new LossyBus(server);
  await startManager(server, clock);
  await startGateway(server, clock, bus);
  return { server, bus };
}

test('a strategy whose end was written has ended, and does not run again when its nodes are seen to', async () => {
  const { server, bus } = await started();
  const { strategyId: id } = await submitTo(server, goldenCross.declare());
  bus.loses = 'answers';
  await expect(retireFrom(server, id)).rejects.toMatchObject({ code: 'NATS_UNREACHABLE' });
  bus.loses = 'nothing';
  const { strategies } = await new MemoryBus(server).call<null, ClusterStatus>(names.call('gateway', 'status'), null);
  expect(strategies).toEqual([expect.objectContaining({ state: 'Completed' })]);
});

test('a strategy that comes twice at once and cannot be written down is refused both times, and taken later', async () => {
  const { server, bus } = await started();
  bus.loses = 'records';
  const tries = await Promise.allSettled([1, 2].map(() => submitTo(server, goldenCross.declare())));
  expect(tries).toEqual([1, 2].map(() => ({ status: 'rejected', reason: expect.objectContaining({ retry: true }) as unknown })));
  bus.loses = 'nothing';
  await expect(submitTo(server, goldenCross.declare())).resolves.toMatchObject({ state: 'Mapped' });
});
