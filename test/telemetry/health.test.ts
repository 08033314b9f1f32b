import { afterEach, expect, test } from 'vitest';

import { type Check, type HealthServer, serveHealth } from '#telemetry/health.ts';
import { createMetrics } from '#telemetry/metrics.ts';

const open: HealthServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function serve(checks: Record<string, Check> = {}, port = 0, host = '127.0.0.1'): Promise<{ server: HealthServer; url: string }> {
  const server = await serveHealth({ host, port, checks, metrics: createMetrics() });
  open.push(server);
  return { server, url: `http://127.0.0.1:${server.port}` };
}

test('livez answers 200 even when the role is not ready', async () => {
  const { url } = await serve({ nats: () => 'not connected' });
  const response = await fetch(`${url}/livez`);
  expect([response.status, await response.json()]).toEqual([200, { alive: true }]);
});

test('readyz is 503 with the reason while one check fails, and 200 as soon as none does', async () => {
  let reason: string | undefined = 'not connected to nats://127.0.0.1:4222';
  const { url } = await serve({ nats: () => reason, lmdb: () => undefined });
  const before = await fetch(`${url}/readyz`);
  expect(before.status).toBe(503);
  expect(await before.json()).toEqual({ ready: false, checks: [{ name: 'nats', ok: false, reason }] });
  reason = undefined;
  const after = await fetch(`${url}/readyz`);
  expect([after.status, await after.json()]).toEqual([200, { ready: true, checks: [] }]);
});

test('readyz?verbose lists every check in the order of declaration', async () => {
  const { url } = await serve({ nats: () => undefined, lmdb: () => 'disk full' });
  expect(await (await fetch(`${url}/readyz?verbose`)).json()).toEqual({
    ready: false,
    checks: [{ name: 'nats', ok: true }, { name: 'lmdb', ok: false, reason: 'disk full' }],
  });
});

test('a check that throws makes the role not ready and does not break the answer', async () => {
  const { url } = await serve({
    slots: () => {
      throw new Error('no slots yet');
    },
  });
  const response = await fetch(`${url}/readyz`);
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ checks: [{ name: 'slots', reason: 'no slots yet' }] });
});

test('metrics answers Prometheus text', async () => {
  const { url } = await serve();
  const response = await fetch(`${url}/metrics`);
  expect(response.headers.get('content-type')).toContain('version=0.0.4');
  expect(await response.text()).toContain('# TYPE qmtl_diff_duration_ms histogram');
});

test('an unknown path says what there is, and a write is not answered', async () => {
  const { url } = await serve();
  const unknown = await fetch(`${url}/status`);
  expect(unknown.status).toBe(404);
  expect(await unknown.text()).toContain('/readyz');
  expect((await fetch(`${url}/livez`, { method: 'POST' })).status).toBe(405);
  expect((await fetch(`${url}/livez`, { method: 'HEAD' })).status).toBe(200);
});

test('a taken port is PORT_TAKEN with the port and the cure', async () => {
  const { server } = await serve();
  await expect(serve({}, server.port)).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    message: `port ${server.port} on 127.0.0.1 is in use by another program`,
    cure: expect.stringContaining('0 for any free one'),
    data: { host: '127.0.0.1', port: server.port },
  });
});

test('an address of another machine is CONFIG_INVALID', async () => {
  // 192.0.2.0/24 is reserved for documentation (RFC 5737): no machine has it.
  await expect(serve({}, 0, '192.0.2.1')).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('192.0.2.1') });
});

test('close frees the port even with a connection left open', async () => {
  const { server, url } = await serve();
  await fetch(`${url}/livez`, { headers: { connection: 'keep-alive' } });
  await server.close();
  const again = await serve({}, server.port);
  expect(again.server.port).toBe(server.port);
});
