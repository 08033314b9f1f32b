// What a tenant has on a nats-server: its streams and its buckets, which are streams too.
import type { JetStreamManager, StreamConfig } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/nats-core';
import { Objm } from '@nats-io/obj';
import { Fault, isFault } from '#domain/fault.ts';
import { BUCKETS, OBJECT_BUCKETS, type StreamName, STREAMS } from './bus.ts';
import type { Subjects } from './subjects.ts';

/** Copies of a stream, each on a server of its own. */
export type Replicas = 1 | 3 | 5;

/** Longer than any retry of ours, short enough that the log's memory of ids stays small (0.2 KB each). */
const DUPLICATE_WINDOW_MS = 60_000;
type Room = Pick<StreamConfig, 'discard' | 'max_bytes'>;
const STREAM_NOT_FOUND = 10059;

/** Sizes at which streams take nothing more; those not named have none. */
export type StreamLimits = Readonly<Partial<Record<StreamName, number>>>;

/** Creates what is missing, and gives streams the limits they shall have. Throws CONFIG_INVALID when what is there has other replicas, CLUSTER_NOT_READY. */
export async function createStreams(connection: NatsConnection, manager: JetStreamManager, subjects: Subjects, replicas: Replicas, limits: StreamLimits): Promise<void> {
  const createUnlessThere = async (stream: string, create: () => Promise<unknown>, amend?: (found: Room) => Promise<unknown>): Promise<void> => {
    try {
      const { config } = await manager.streams.info(stream);
      requireReplicas(stream, config.num_replicas, replicas);
      await amend?.(config);
    } catch (cause) {
      if (isFault(cause)) throw cause;
      if ((cause as { code?: number }).code !== STREAM_NOT_FOUND) throw notAnswering(stream, cause);
      await create().catch((reason: unknown) => Promise.reject(notAnswering(stream, reason)));
    }
  };
  for (const stream of STREAMS) {
    const name = subjects.streamName(stream);
    // A full stream refuses what is new. To drop what is old instead would take rows away that slots still need.
    const room: Room = { discard: 'new', max_bytes: limits[stream] ?? -1 };
    const config: Parameters<typeof manager.streams.add>[0] = {
      name,
      subjects: [...subjects.streamSubjects[stream]],
      storage: 'file',
      ...room,
      allow_direct: true,
      // On one server a file stream stages each batch in a file of its own, 15 to 20 ms; nobody writes batches there.
      allow_atomic: replicas > 1,
      duplicate_window: DUPLICATE_WINDOW_MS * 1e6,
      num_replicas: replicas,
    };
    const amend = async (found: Room): Promise<void> => {
      if (found.discard !== room.discard || found.max_bytes !== room.max_bytes) await manager.streams.update(name, room);
    };
    await createUnlessThere(name, () => manager.streams.add(config), amend);
  }
  for (const bucket of BUCKETS) {
    const name = subjects.bucketName(bucket);
    await createUnlessThere(`KV_${name}`, () => new Kvm(connection).create(name, { history: 1, replicas }));
  }
  for (const bucket of OBJECT_BUCKETS) {
    const name = subjects.bucketName(bucket);
    await createUnlessThere(`OBJ_${name}`, () => new Objm(connection).create(name, { replicas }));
  }
}

/** How a stream is written depends on its replicas, and whoever writes looks only once: they stay what they were created with. */
function requireReplicas(stream: string, found: number, wanted: number): void {
  if (found === wanted) return;
  throw new Fault('CONFIG_INVALID', `the stream ${stream} has ${found} replicas, and the configuration asks for ${wanted}`, {
    cure: `set nats.replicas to ${found}, or use another tenant or another log`,
    data: { stream, replicas: found },
  });
}

export function notAnswering(stream: string, cause: unknown): Fault {
  return new Fault('CLUSTER_NOT_READY', `the stream ${stream} does not answer: ${(cause as Error).message}`, { cure: 'wait until `qmtl status` shows the cluster ready', retry: true, cause });
}
