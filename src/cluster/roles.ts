// One process of the cluster in one of its roles: gateway, DAG manager or member. Gives the role its real ports, opens its door for
// operators, and runs until it is told to stop, its parent is gone, or its connection is lost for good.
import { NatsBus } from '#bus/nats.ts';
import { subjects } from '#bus/subjects.ts';
import { aborted, type Clock } from '#clock/clock.ts';
import { systemRandom } from '#clock/random.ts';
import { SystemClock } from '#clock/system.ts';
import { Fault } from '#domain/fault.ts';
import type { ShardHost } from '#supervisor/member.ts';
import type { Registry } from '#supervisor/registry.ts';
import { type Check, serveHealth } from '#telemetry/health.ts';
import { logger } from '#telemetry/log.ts';
import { createMetrics } from '#telemetry/metrics.ts';
import type { Config } from './config.ts';

export type RoleName = 'gateway' | 'dag-manager' | `member:${string}`;

/** What a role tells its parent once it is ready. */
export interface RoleReady {
  readonly ready: true;
  readonly httpPort: number;
}

interface Running {
  readonly check: Check;
  /** Resolves with the reason when it cannot go on in this process. */
  readonly failed?: Promise<Error>;
  stop(): Promise<void> | void;
}

export interface RoleTerms {
  readonly name: RoleName;
  readonly config: Config;
  readonly natsUrl: string;
  /** Of a member. */
  readonly shards: ShardHost | undefined;
  /** Of a spare (spare.ts): resolves when it is called. */
  readonly called?: Promise<void> | undefined;
}

/** Puts what it reads along in order this often, so that there is little to do when it is called. */
const ORDER_EVERY_MS = 5_000;

/** Runs the role until `stopped` is aborted. Throws when it cannot start or cannot go on. */
export async function runRole({ name, config, natsUrl, shards, called }: RoleTerms, stopped: AbortSignal, onReady: (ready: RoleReady) => void): Promise<void> {
  const clock = new SystemClock();
  const [role, member] = name.split(':') as [string, string | undefined];
  const log = logger({ role, ...(member === undefined ? {} : { member }), level: config.logLevel });
  const metrics = createMetrics();
  const names = subjects(config.tenant);
  const bus = await NatsBus.connect({ url: natsUrl, subjects: names, clock, name });
  const registry = called && (await standBy(bus, clock, Promise.race([called, aborted(stopped)])));
  if (registry && stopped.aborted) return;
  let running: Running | undefined;
  const { host } = config.gateway;
  const health = await serveHealth({
    host,
    port: httpPortOf(name, config),
    checks: { nats: () => (bus.isConnected ? undefined : 'not connected to the log'), role: () => (running ? running.check() : 'starting') },
    metrics,
  });
  const ports = { bus, clock, log, metrics, subjects: names };

  // A role loads what it is made of, and not what the others are.
  if (role === 'gateway') {
    const { Gateway } = await import('#gateway/gateway.ts');
    const gateway = new Gateway(ports, config.lease.memberTtlMs);
    await gateway.start();
    running = { check: () => undefined, stop: () => gateway.stop() };
  } else if (role === 'dag-manager') {
    const { DagManager } = await import('#dag/manager.ts');
    const manager = new DagManager(ports, { slots: config.slots, memberTtlMs: config.lease.memberTtlMs, retention: config.retention });
    await manager.start();
    running = { check: () => undefined, stop: () => manager.stop() };
  } else {
    const terms = config.members.find((each) => each.id === member);
    if (!terms || !shards) throw new Fault('CONFIG_INVALID', `no member is called ${member}`, { cure: `members are ${config.members.map((each) => each.id).join(', ')}` });
    const { Member } = await import('#supervisor/member.ts');
    const started = new Member({ ...ports, random: systemRandom, shards, registry }, { member: terms.id, shards: terms.shards, heartbeatEveryMs: config.lease.heartbeatEveryMs });
    await started.start(health.port);
    running = { check: () => started.problem(), failed: started.failed, stop: () => started.stop() };
  }

  log.info({ httpPort: health.port, natsUrl }, 'ready');
  onReady({ ready: true, httpPort: health.port });
  const stop = aborted(stopped);
  const lost = bus.closed.then((error) => {
    throw error ?? new Error('the connection to the log was closed');
  });
  const failed = running.failed?.then((reason) => Promise.reject(reason)) ?? stop;
  try {
    if (!stopped.aborted) await Promise.race([stop, lost, failed]);
  } finally {
    lost.catch(() => {});
    failed.catch(() => {});
    await running.stop();
    await health.close();
    await bus.close();
  }
  log.info('stopped');
}

/** Gets ready to be a member, and answers with what it has read when the waiting is over. */
async function standBy(bus: NatsBus, clock: Clock, over: Promise<void>): Promise<Registry> {
  const [loaded] = await Promise.all([import('#supervisor/registry.ts'), import('#supervisor/member.ts')]);
  const registry = await loaded.Registry.open(bus);
  registry.index();
  const cancel = clock.every(ORDER_EVERY_MS, () => void registry.index());
  await over;
  cancel();
  return registry;
}

function httpPortOf(name: RoleName, config: Config): number {
  if (name === 'gateway') return config.gateway.httpPort;
  if (name === 'dag-manager') return config.dagManager.httpPort;
  return config.members.find((member) => name === `member:${member.id}`)?.httpPort ?? 0;
}
