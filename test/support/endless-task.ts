// A thread's task that hangs, or ends when it is told.
import { once } from 'node:events';
import type { ThreadTask } from '#kernels/pool.ts';
import { beat, showPulse } from '#telemetry/pulse.ts';

export default async function endless({ port, terms }: ThreadTask<{ readonly hangs: boolean; readonly pulse: SharedArrayBuffer }>): Promise<void> {
  showPulse(terms.pulse);
  beat();
  port.postMessage('begun');
  while (terms.hangs);
  await once(port, 'message');
}
