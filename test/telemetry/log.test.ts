import { expect, test } from 'vitest';

import { seededRandom } from '#clock/random.ts';
import { Fault } from '#domain/fault.ts';
import { logger, type LogLevel, newCorrelationId } from '#telemetry/log.ts';

function record(level: LogLevel = 'info', member?: string) {
  const text: string[] = [];
  const log = logger({ role: 'member', level, to: { write: (line) => void text.push(line) }, ...(member ? { member } : {}) });
  return { log, text, lines: () => text.map((line) => JSON.parse(line) as Record<string, any>) };
}

test('a line is one JSON object with time, level in words, role, member and message', () => {
  const { log, text, lines } = record('info', 'm1');
  log.info({ slot: 7 }, 'adopted a slot');
  expect(text[0]).toMatch(/^\{.*\}\n$/);
  expect(lines()[0]).toMatchObject({ level: 'info', role: 'member', member: 'm1', slot: 7, message: 'adopted a slot', pid: process.pid });
  expect(lines()[0]!.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('a line below the level is not written', () => {
  const { log, text } = record('warn');
  log.info('quiet');
  log.warn('loud');
  expect(text).toHaveLength(1);
});

test('a child carries the correlation id on every line', () => {
  const { log, lines } = record();
  const correlationId = newCorrelationId();
  const child = log.child({ correlationId });
  child.info('asked');
  child.child({ slot: 1 }).info('answered');
  expect(lines().map((line) => line['correlationId'])).toEqual([correlationId, correlationId]);
});

test('a correlation id has the form of a W3C trace id, and a seeded one repeats', () => {
  expect(newCorrelationId()).toMatch(/^[0-9a-f]{32}$/);
  expect(newCorrelationId(seededRandom(1))).toBe(newCorrelationId(seededRandom(1)));
  expect(newCorrelationId()).not.toBe(newCorrelationId());
});

test.each(['password', 'token', 'apiKey', 'authorization'])('the value of %s never reaches a line, at the top or one level down', (key) => {
  const { log, text } = record();
  log.info({ [key]: 'hunter2', broker: { [key]: 'hunter2' } }, 'connected');
  expect(text[0]).not.toContain('hunter2');
  expect(text[0]).toContain('[redacted]');
});

test('an address stays readable without its user and password', () => {
  const { log, lines } = record();
  log.info({ url: 'nats://ann:hunter2@10.0.0.1:4222', nats: { servers: ['nats://bob:x@h:1', 'nats://h:2'] } }, 'connected');
  expect(lines()[0]).toMatchObject({ url: 'nats://[redacted]@10.0.0.1:4222', nats: { servers: ['nats://[redacted]@h:1', 'nats://h:2'] } });
});

test('a Fault is logged with its code, cure, data and cause', () => {
  const { log, lines } = record();
  const err = new Fault('PORT_TAKEN', 'port 1 is taken', { cure: 'take another', data: { port: 1 }, cause: new Error('EADDRINUSE') });
  log.error({ err }, 'cannot start');
  expect(lines()[0]!['err']).toMatchObject({ code: 'PORT_TAKEN', cure: 'take another', data: { port: 1 } });
  expect(lines()[0]!['err'].stack).toContain('EADDRINUSE');
});
