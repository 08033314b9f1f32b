// Every bus there is: what is tested on one is tested on all, or the memory twin proves nothing.
import type { Bus } from '#bus/bus.ts';
import { MemoryBus, MemoryLog } from '#bus/memory.ts';
import { NatsBus } from '#bus/nats.ts';
import { subjects } from '#bus/subjects.ts';
import { SystemClock } from '#clock/system.ts';
import { createdStreams, natsForTest, threeNatsForTest } from './nats.ts';

/** A kind of bus that is there to be tested. */
export interface OpenedBus {
  /** UTC ms by the log's clock. */
  now(): number;
  make(): Promise<Bus>;
  end(): Promise<void>;
}

const inMemory = (isReplicated: boolean) => async (): Promise<OpenedBus> => {
  const log = new MemoryLog(subjects('t'), { isReplicated });
  return { now: log.now, make: async () => new MemoryBus(log), end: async () => {} };
};

async function onServers(server: { url: string; dispose(): Promise<void> }, replicas: 1 | 3): Promise<OpenedBus> {
  const made: NatsBus[] = [];
  const make = async (): Promise<NatsBus> => {
    const bus = await NatsBus.connect({ url: server.url, subjects: subjects('t'), clock: new SystemClock(), name: 'contract' });
    made.push(bus);
    return bus;
  };
  await createdStreams(await make(), replicas);
  return {
    now: () => new SystemClock().now(),
    make,
    end: async () => {
      for (const bus of made) await bus.close();
      await server.dispose();
    },
  };
}

export const BUSES: readonly { readonly name: string; readonly open: () => Promise<OpenedBus> }[] = [
  { name: 'memory', open: inMemory(false) },
  { name: 'replicated memory', open: inMemory(true) },
  { name: 'nats', open: async () => onServers(await natsForTest(), 1) },
  { name: 'replicated nats', open: async () => onServers(await threeNatsForTest(), 3) },
];
