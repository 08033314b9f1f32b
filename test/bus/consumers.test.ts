// What readers leave on a server when they are done with it: nothing. A consumer nobody reads is work and memory until it is forgotten.
// And what a reader of objects makes of pieces that are not those it looks for.
import type { NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { NatsBus } from '#bus/nats.ts';
import { subjects } from '#bus/subjects.ts';
import { SystemClock } from '#clock/system.ts';
import { natsForTest } from '../support/nats.ts';

const clock = new SystemClock();
const names = subjects('t');
const subject = names.event('s');
const bytes = new Uint8Array([1]);
let server: Awaited<ReturnType<typeof natsForTest>>;
let bus: NatsBus;
let raw: NatsConnection;
const consumersOf = async (stream: string): Promise<string[]> => {
  const answer = await raw.request(`$JS.API.CONSUMER.NAMES.${stream}`, '', { timeout: 5_000 });
  return answer.json<{ consumers: string[] | null }>().consumers ?? [];
};

beforeAll(async () => {
  server = await natsForTest();
  bus = await NatsBus.connect({ url: server.url, subjects: names, clock, name: 'consumers' });
  await bus.createStreams();
  raw = await connect({ servers: server.url });
});
afterAll(async () => {
  await Promise.all([bus.close(), raw.close()]);
  await server.dispose();
});

test('a reader has one, also after its server was silent and it was made anew, and none once it is closed', async () => {
  const stream = names.streamName('EVENT');
  const reader = await bus.read('EVENT', [subject], 1);
  await bus.append(subject, bytes);
  expect(await reader.take()).toHaveLength(1);
  const first = await consumersOf(stream);
  expect(first).toHaveLength(1);
  process.kill(server.pid, 'SIGSTOP');
  await clock.sleep(1_000); // three heartbeats of 0.2 s, and the look that misses them
  process.kill(server.pid, 'SIGCONT');
  await vi.waitFor(async () => expect((await consumersOf(stream)).includes(first[0]!)).toBe(false), 10_000);
  await bus.append(subject, bytes);
  expect(await reader.take()).toHaveLength(1);
  expect(await consumersOf(stream)).toHaveLength(1);
  reader.close();
  await vi.waitFor(async () => expect(await consumersOf(stream)).toEqual([]), 10_000);
});

test('objects have one only while they are listed or read, and one that was removed leaves nothing at all', async () => {
  const stream = `OBJ_${names.bucketName('checkpoints')}`;
  const objects = await bus.objects('checkpoints');
  for (const key of ['001.1.0', '001.1.1']) await objects.put(key, new Uint8Array(200_000));
  expect(await objects.keys()).toEqual(['001.1.0', '001.1.1']);
  expect((await objects.get('001.1.0'))!.length).toBe(200_000);
  await objects.remove('001.1.0');
  await vi.waitFor(async () => expect(await consumersOf(stream)).toEqual([]), 4_000);
  const { state } = (await raw.request(`$JS.API.STREAM.INFO.${stream}`, JSON.stringify({ subjects_filter: '>' }))).json<{ state: { subjects: Record<string, number> } }>();
  expect(Object.keys(state.subjects)).toHaveLength(2); // of the one that is left: its pieces, and the note of it
});

test('an object whose pieces are not those that were stored is not read', async () => {
  const bucket = names.bucketName('checkpoints');
  const objects = await bus.objects('checkpoints');
  await objects.put('002.1.0', bytes);
  const api = async (call: string, question: object): Promise<string> => (await raw.request(`$JS.API.STREAM.${call}.OBJ_${bucket}`, JSON.stringify(question))).string();
  const info = (JSON.parse(await api('MSG.GET', { last_by_subj: `$O.${bucket}.M.>` })) as { message: { data: string } }).message.data;
  const { nuid } = JSON.parse(Buffer.from(info, 'base64').toString()) as { nuid: string };
  await api('PURGE', { filter: `$O.${bucket}.C.${nuid}` });
  await raw.request(`$O.${bucket}.C.${nuid}`, new Uint8Array([2]));
  await expect(objects.get('002.1.0')).rejects.toMatchObject({ code: 'NATS_UNREACHABLE', message: expect.stringContaining('are not those that were stored') as string });
});
