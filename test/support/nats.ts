// nats-servers of a test's own, on free ports, in a directory that goes away with them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NatsBus } from '#bus/nats.ts';
import { systemRandom } from '#clock/random.ts';
import { SystemClock } from '#clock/system.ts';
import { loadConfig } from '#cluster/config.ts';
import { type LogServers, startLogServers } from '#cluster/log-servers.ts';
import { type NatsServer, startNatsServer } from '#cluster/nats-server.ts';
import { isFault } from '#domain/fault.ts';
import { Supervisor } from '#supervisor/supervisor.ts';
import { logger } from '#telemetry/log.ts';

export async function natsForTest(): Promise<NatsServer & { dir: string; dispose(): Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'qmtl-nats-'));
  const server = await startNatsServer({ dir, port: 0, clock: new SystemClock() });
  return {
    ...server,
    dir,
    dispose: async () => {
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Three servers that replicate among them; one that is killed comes back. */
export async function threeNatsForTest(): Promise<LogServers & { dir: string; dispose(): Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'qmtl-nats-'));
  const clock = new SystemClock();
  const supervisor = new Supervisor(clock, systemRandom, logger({ role: 'test', level: 'silent' }));
  const servers = await startLogServers(loadConfig(undefined, { flags: { dataDir: dir, 'nats.servers': 3 } }), { clock, supervisor, onEvent: () => {}, onChange: () => {} });
  return {
    ...servers,
    dir,
    dispose: async () => {
      await supervisor.stopAll();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Servers that were just started have yet to find each other. */
export async function createdStreams(bus: NatsBus, replicas: 1 | 3): Promise<void> {
  for (;;) {
    try {
      return await bus.createStreams(replicas);
    } catch (error) {
      if (!isFault(error) || !error.retry) throw error;
      await new SystemClock().sleep(100);
    }
  }
}
