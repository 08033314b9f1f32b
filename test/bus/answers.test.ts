// Every row of the table of the log's answers: a stand-in for the stream answers an append as the server would, and what the publisher
// does about it is what the row says. The answers a server can be brought to give are asked of a real one below.
import { headers, type Msg, type NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Action, MEANINGS } from '#bus/answers.ts';
import { NatsBus } from '#bus/nats.ts';
import { Publisher } from '#bus/publisher.ts';
import { BatchStore } from '#bus/step.ts';
import { slotName, subjects } from '#bus/subjects.ts';
import { SystemClock } from '#clock/system.ts';
import type { LogServers } from '#cluster/log-servers.ts';
import { Fault, isFault } from '#domain/fault.ts';
import { createdStreams, natsForTest, threeNatsForTest } from '../support/nats.ts';

const clock = new SystemClock();
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('an append that is answered with', () => {
  let server: Awaited<ReturnType<typeof natsForTest>>;
  let ours: NatsConnection;
  let theirs: NatsConnection;
  let publisher: Publisher;
  /** What came, and what the next ones are answered with; the last answer stands. */
  let heard: Msg[] = [];
  let answers: string[] = [];

  const stored = JSON.stringify({ stream: 'S', seq: 7 });
  const refusal = (code: number): string => JSON.stringify({ error: { code: 400, err_code: code, description: 'as the server says' }, stream: 'S', seq: 0 });
  const faultOf = (append: Promise<unknown>): Promise<Fault> => append.then(() => Promise.reject(new Error('it was stored')), (fault: unknown) => fault as Fault);

  beforeAll(async () => {
    server = await natsForTest();
    [ours, theirs] = await Promise.all([connect({ servers: server.url }), connect({ servers: server.url })]);
    theirs.subscribe('stream.>', {
      callback: (_, message) => {
        heard.push(message);
        if (message.reply) message.respond(answers.length > 1 ? answers.shift() : answers[0]);
      },
    });
    await theirs.flush();
    publisher = new Publisher(ours, clock);
  });
  afterAll(async () => {
    publisher.close();
    await Promise.all([ours.close(), theirs.close()]);
    await server.dispose();
  });

  const expected: Readonly<Record<Exclude<Action, 'again'>, { codes: string[]; retry: boolean }>> = {
    later: { codes: ['LOG_REFUSED', 'DISK_FULL'], retry: true },
    refused: { codes: ['LEASE_LOST'], retry: false },
    stored: { codes: ['LOG_REFUSED'], retry: true },
    never: { codes: ['LOG_REFUSED'], retry: false },
  };

  test.each(Object.entries(MEANINGS).map(([code, { action }]) => ({ code: Number(code), action })))('$code is acted on as "$action"', async ({ code, action }) => {
    heard = [];
    answers = [refusal(code), stored];
    const append = publisher.append('stream.a', bytes('x'), { messageId: 'id', fence: { subject: 'stream.lease', sequence: 3 } });
    if (action === 'again') {
      expect(await append).toBe(7);
      expect(heard.map((message) => [message.string(), message.headers!.get('Nats-Msg-Id'), message.headers!.get('Nats-Expected-Last-Subject-Sequence')])).toEqual([['x', 'id', '3'], ['x', 'id', '3']]);
      return;
    }
    const fault = await faultOf(append);
    expect([isFault(fault), fault.retry, fault.data]).toEqual([true, expected[action].retry, { errorCode: code }]);
    expect(expected[action].codes).toContain(fault.code);
    expect(fault.message).toMatch(new RegExp(`^stream\\.a: .+ \\(log error ${code}: as the server says\\)$`));
    expect(heard).toHaveLength(1);
  });

  test('a code the table does not have is refused for good, with the server’s words', async () => {
    answers = [refusal(19_999)];
    expect(await faultOf(publisher.append('stream.a', bytes('x')))).toMatchObject({ code: 'LOG_REFUSED', retry: false, message: expect.stringContaining('as the server says') as string });
  });

  test('"again" for longer than an answer may take is the caller’s to act on', async () => {
    answers = [refusal(10164)];
    expect(await faultOf(publisher.append('stream.a', bytes('x')))).toMatchObject({ code: 'LOG_REFUSED', retry: true });
  });

  test('nothing, because nobody listens, may be tried again', async () => {
    expect(await faultOf(publisher.append('nobody.a', bytes('x')))).toMatchObject({ code: 'LOG_REFUSED', retry: true, message: expect.stringContaining('503') as string });
  });

  test('nothing at all is unknown, soon enough to be trying again when a new leader is elected', async () => {
    theirs.subscribe('silent.>', { callback: () => {} });
    await theirs.flush();
    const startedMs = clock.monotonicMs();
    expect(await faultOf(publisher.append('silent.a', bytes('x')))).toMatchObject({ code: 'NATS_UNREACHABLE', retry: true });
    expect(clock.monotonicMs() - startedMs).toBeLessThan(4_000);
  });

  test('10164 to a batch: the batch goes out whole again, under a new name and the message id of its last entry', async () => {
    heard = [];
    answers = [refusal(10164), stored];
    const entries = [1, 2].map((k) => ({ subject: `stream.${k}`, data: bytes('x'), messageId: `m${k}` }));
    expect(await publisher.appendBatch(entries, { subject: 'stream.lease', sequence: 3 })).toBe(7);
    const of = (name: string): string[] => heard.map((message) => message.headers!.get(name));
    expect(of('Nats-Batch-Sequence')).toEqual(['1', '2', '1', '2']);
    expect(of('Nats-Batch-Commit')).toEqual(['', '1', '', '1']);
    expect(of('Nats-Expected-Last-Subject-Sequence')).toEqual(['3', '', '3', '']);
    expect(of('Nats-Msg-Id')).toEqual(['', 'm2', '', 'm2']);
    const [a, , b] = of('Nats-Batch-Id');
    expect(a).not.toBe(b);
  });

  test.each([
    ['holds the batch’s last entry: it is stored', 'x', undefined],
    ['holds another entry there: somebody else went on', 'y', 'LEASE_LOST'],
  ])('10201 to a batch, and the log %s', async (_, last, code) => {
    answers = [refusal(10201)];
    const store = new BatchStore({
      append: (...args) => publisher.append(...args),
      appendBatch: (...args) => publisher.appendBatch(...args),
      last: async (subject) => ({ subject, sequence: 9, data: bytes(last) }),
    });
    const outcome = store.store([1, 2].map((k) => ({ subject: `stream.${k}`, data: bytes('x'), messageId: `m${k}` })), { subject: 'stream.lease', sequence: 3 });
    if (code === undefined) expect(await outcome).toEqual({ newest: { sequence: 9, data: bytes('x') }, left: [] });
    else await expect(outcome).rejects.toMatchObject({ code });
  });
});

describe('a replicated stream', () => {
  const names = subjects('t');
  const output = (k: number): string => names.output(slotName(1), k.toString(16).padStart(64, '0') as never);
  let servers: LogServers & { dispose(): Promise<void> };
  let bus: NatsBus;
  let raw: NatsConnection;

  beforeAll(async () => {
    servers = await threeNatsForTest();
    bus = await NatsBus.connect({ url: servers.url, subjects: names, clock, name: 'answers' });
    await createdStreams(bus, 3);
    raw = await connect({ servers: servers.url.split(',') });
  }, 40_000);
  afterAll(async () => {
    await Promise.all([bus?.close(), raw?.close()]);
    await servers?.dispose();
  });

  const codeOf = async (subject: string, given: Record<string, string>, count = 1): Promise<number[]> => {
    const meta = headers();
    for (const [name, value] of Object.entries(given)) meta.set(name, value);
    const told = await Promise.all(Array.from({ length: count }, () => raw.request(subject, 'x', { headers: meta, timeout: 5_000 })));
    return told.map((message) => message.json<{ error?: { err_code: number } }>().error?.err_code ?? 0);
  };

  test('answers what the table says it answers', async () => {
    const lease = names.lease(slotName(1));
    const epoch = await bus.append(lease, bytes('m'));
    const fenced = { 'Nats-Expected-Last-Subject-Sequence': String(epoch), 'Nats-Expected-Last-Subject-Sequence-Subject': lease };
    expect(await codeOf(output(1), { ...fenced, 'Nats-Expected-Last-Subject-Sequence': '99' })).toEqual([10071]);
    // So many together that some meet one that is in process, however the machine is busy.
    expect(new Set(await codeOf(output(1), fenced, 100))).toEqual(new Set([0, 10164]));
    expect(new Set(await codeOf(output(1), { 'Nats-Msg-Id': 'same' }, 100))).toEqual(new Set([0, 10158]));
    const batch = { 'Nats-Batch-Id': 'b', 'Nats-Batch-Commit': '1' };
    expect(await codeOf(output(1), { ...batch, 'Nats-Batch-Sequence': '2' })).toEqual([10176]);
    expect(await codeOf(output(1), { ...batch, 'Nats-Batch-Sequence': '1', 'Nats-Msg-Id': 'same' })).toEqual([10201]);
    expect(await codeOf(output(1), { ...batch, 'Nats-Batch-Sequence': '1', 'Nats-Expected-Last-Msg-Id': 'same' })).toEqual([10177]);
    expect(await codeOf(output(1), batch)).toEqual([10175]);
  });

  test('conditional appends that come together, and the same append twice, are all answered with their place', async () => {
    const lease = names.lease(slotName(2));
    const fence = { subject: lease, sequence: await bus.append(lease, bytes('m')) };
    const places = await Promise.all([1, 2, 3, 4].map((k) => bus.append(output(10 + k), bytes('x'), { fence, messageId: `together ${k}` })));
    expect(new Set(places).size).toBe(4);
    const [a, b] = await Promise.all([1, 2].map(() => bus.append(output(20), bytes('x'), { messageId: 'twice' })));
    expect(a).toBe(b);
  });

  test('whose leader steps down in the middle of steps loses none and doubles none', async () => {
    const lease = names.lease(slotName(3));
    const fence = { subject: lease, sequence: await bus.append(lease, bytes('m')) };
    const before = (await bus.state('OUT')).lastSequence;
    const stream = names.streamName('OUT');
    for (let step = 0; step < 300; step++) {
      if (step % 100 === 50) await raw.request(`$JS.API.STREAM.LEADER.STEPDOWN.${stream}`, '', { timeout: 5_000 });
      const entries = [1, 2, 3].map((k) => ({ subject: output(30 + k), data: bytes(`${step} ${k}`), messageId: `step ${step} ${k}` }));
      for (let left: readonly (typeof entries)[number][] = entries; left.length > 0; ) ({ left } = await bus.appendStep(left, fence));
    }
    expect((await bus.state('OUT')).lastSequence - before).toBe(900);
  });

  test('that was removed and made again is another log: its readers end', async () => {
    const reader = await bus.read('EVENT', [names.event('>')], 1);
    const stream = names.streamName('EVENT');
    await raw.request(`$JS.API.STREAM.DELETE.${stream}`, '', { timeout: 5_000 });
    await createdStreams(bus, 3);
    expect(await reader.take()).toBeUndefined();
  });
});
