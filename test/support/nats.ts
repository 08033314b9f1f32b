// A nats-server of the test's own, on a free port, in a directory that goes away with it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '#clock/system.ts';
import { type NatsServer, startNatsServer } from '#cluster/nats-server.ts';

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
