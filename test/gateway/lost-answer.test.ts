// What the gateway knows after the log wrote what it was told and its answer was lost.
import { expect, test } from 'vitest';
import type { BucketName, RecordBucket } from '#bus/bus.ts';
import { MemoryBus } from '#bus/memory.ts';
import { SimulatedClock } from '#clock/simulated.ts';
import { Fault } from '#domain/fault.ts';
import type { ClusterStatus } from '#gateway/gateway.ts';
import { names, newLog, startGateway, startManager, submitTo } from '../support/control.ts';
import { goldenCross } from '../support/strategies.ts';

test('a strategy whose end was written has ended, and does not run again when its nodes are seen to', async () => {
  let isLost = false;
  class LossyBus extends MemoryBus {
    override async bucket<T>(name: BucketName): Promise<RecordBucket<T>> {
      const bucket = await super.bucket<T>(name);
      const put = async (key: string, value: T): Promise<number> => {
        const revision = await bucket.put(key, value);
        if (isLost) throw new Fault('NATS_UNREACHABLE', `record ${key}: the answer is lost`, { retry: true });
        return revision;
      };
      return { put, get: (key) => bucket.get(key), all: () => bucket.all(), replace: (...of) => bucket.replace(...of), remove: (key) => bucket.remove(key), watch: (...of) => bucket.watch(...of) };
    }
  }
  const clock = new SimulatedClock();
  const server = newLog();
  await startManager(server, clock);
  await startGateway(server, clock, new LossyBus(server));
  const { strategyId: id } = await submitTo(server, goldenCross.declare());
  isLost = true;
  await expect(new MemoryBus(server).call(names.call('gateway', 'retire'), { strategy: id })).rejects.toMatchObject({ code: 'NATS_UNREACHABLE' });
  isLost = false;
  const { strategies } = await new MemoryBus(server).call<null, ClusterStatus>(names.call('gateway', 'status'), null);
  expect(strategies).toEqual([expect.objectContaining({ state: 'Completed' })]);
});
